"""Prepaid weeks and the hours that are paid from them."""

from collections import Counter
from collections.abc import Iterator

from contracts.models import Period, Release, Timesheet
from contracts.models.hourly import WAITING_SHEETS


def hours_that_do_not_fit() -> Iterator[str]:
    """Hours are paid what they cost, and never wait for money that is not held for them."""
    for period in Period.objects.select_related("milestone__contract"):
        if period.milestone.amount != period.milestone.contract.price_of(period.minutes):
            yield f"{period.milestone.public_id} costs other than its hours"
    sheets = Timesheet.objects.select_related("contract").prefetch_related("lines")
    for sheet in sheets.filter(status=Timesheet.Status.RELEASED):
        rows = Release.objects.filter(timesheet_part__timesheet=sheet)
        paid = sum(rows.values_list("gross_minor", flat=True))
        if paid != sheet.amount.minor:
            yield f"{sheet.public_id} was paid {paid}, not {sheet.amount.minor}"
    for row in Release.objects.filter(kind=Release.Kind.HOURS, timesheet_part=None):
        yield f"{row.public_id} pays for hours nobody handed in"


def hours_that_wait_for_nothing() -> Iterator[str]:
    """What hours in review cost is held for their week, or for those before it."""
    sheets = Timesheet.objects.filter(status__in=WAITING_SHEETS).select_related("contract")
    money = ("period", "releases", "refunds")
    related = ("lines", *(f"contract__milestones__{name}" for name in money))
    claims: Counter[int] = Counter()
    for sheet in sheets.prefetch_related(*related).order_by("starts_on", "pk"):
        claims[sheet.contract_id] += sheet.amount.minor
        weeks = (row for row in sheet.contract.milestones.all() if row.is_hours)
        held = sum(row.held.minor for row in weeks if row.period.starts_on <= sheet.starts_on)
        if claims[sheet.contract_id] > held:
            yield f"{sheet.public_id} and those before it cost more than the {held} held for them"
