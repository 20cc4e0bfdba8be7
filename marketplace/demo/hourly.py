"""The demo's work by the hour: one week released, one in review, one paid for."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.models import Contract, Milestone, Operation
from contracts.models.hourly import A_WEEK, monday_of
from contracts.services import funding, hours, offers, operations, timesheets
from contracts.services.timesheets import Line
from jobs import clauses
from jobs.models import Proposal
from marketplace.demo.cast import Scene
from marketplace.demo.demand import hiring
from marketplace.kit.money import Money
from marketplace.local.fakestripe.remote import Remote

WORKED = (
    (0, 5 * 60, "Read the forms of the last three storms with the claims team"),
    (1, 6 * 60 + 30, "First cut of the extraction schema, 40 forms labelled"),
    (3, 4 * 60, "Measured against the labels, wrote down what fails and why"),
)


def offer(proposal: Proposal, *, title: str, at: datetime) -> None:
    """Offer twenty hours a week, and let the expert accept."""
    client = hiring(proposal.job.organisation)
    rate = Money(proposal.expert.rate_minor // 100 * 100, proposal.currency)
    message = "Let us start week by week: the forms surprise us every time."
    made = offers.make_hourly(
        proposal,
        title=title,
        rate=rate,
        weekly_minutes=20 * 60,
        clauses=clauses.usual(proposal.job),
        message=message,
        by=client,
        at=at,
    )
    offers.accept(made, by=proposal.expert.user, at=at + timedelta(hours=1))


def weeks(scene: Scene, contract: Contract, stripe: Remote) -> Iterator[datetime]:
    """Play the weeks of a contract up to now."""
    zone = ZoneInfo(contract.expert.time_zone)
    this = monday_of(scene.now.astimezone(zone).date())
    for monday in (this - 2 * A_WEEK, this - A_WEEK):
        yield (at := _noon(monday, zone))
        _prepay(contract, monday, stripe, at)
        yield (at := _noon(monday + timedelta(days=6), zone))
        sheet = timesheets.submit(contract, monday, _lines(monday), by=contract.expert.user, at=at)
        if monday == this - A_WEEK:
            break
        client = hiring(contract.organisation)
        for release in timesheets.approve(sheet, by=client, at=at + timedelta(hours=3)):
            for operation in Operation.objects.filter(release=release):
                operations.send(operation.pk, at=at + timedelta(hours=3))
    yield (at := scene.now)
    _prepay(contract, this, stripe, at)


def _prepay(contract: Contract, monday: date, stripe: Remote, at: datetime) -> None:
    client = hiring(contract.organisation)
    hours.checkout_url(contract, starts_on=monday, minutes=20 * 60, by=client, at=at)
    paid = contract.milestones.filter(kind=Milestone.Kind.HOURS).latest("pk")
    payment = paid.payments.latest("pk")
    stripe.pay(payment.session_id or "")
    funding.sync(payment, at=at)


def _lines(monday: date) -> list[Line]:
    return [Line(monday + timedelta(days=day), minutes, what) for day, minutes, what in WORKED]


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone)
