"""What work was agreed at, for clients thinking of a budget; see `jobs.selectors.benchmarks`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    When,
)

from contracts.models import Contract, Milestone
from experts.models import Skill
from jobs.models import JobSkill, UseCase
from jobs.selectors.benchmarks import Agreed, Counted, Likeness, Paid
from marketplace.kit.money import Money, minor_digits

KINDS = {Paid.WHOLE: Contract.Kind.FIXED, Paid.HOUR: Contract.Kind.HOURLY}


class Quartiles(Aggregate):
    """The three values that cut a set into quarters, in the database."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


def counted(use_case: UseCase, skill: Skill | None, since: datetime) -> Counted:
    """Count what was agreed since a moment, by what is paid and by likeness, in one query.

    The price of a whole job is that of all its milestones as agreed on now, before our fee. A
    contract that ended without a payment was never tried, and does not count.
    """
    alike = {
        Likeness.USE_CASE: Q(job__use_case=use_case),
        Likeness.SKILL: Q(shares_skill=True),
        Likeness.ALL: Q(),
    }
    wanted: dict[str, Any] = {}
    for paid, kind in KINDS.items():
        for likeness, condition in alike.items():
            those = condition & Q(kind=kind, price__isnull=False)
            wanted[f"{paid}_{likeness}_count"] = Count("pk", filter=those)
            wanted[f"{paid}_{likeness}_quartiles"] = Quartiles("price", filter=those)
    found = _priced(skill, since).aggregate(**wanted)
    return {
        paid: [
            Agreed(
                likeness,
                found[f"{paid}_{likeness}_count"],
                _whole_units(found[f"{paid}_{likeness}_quartiles"]),
            )
            for likeness in alike
        ]
        for paid in KINDS
    }


def _priced(skill: Skill | None, since: datetime) -> Any:
    """Return contracts with what they were agreed at, and whether their job asked for a skill."""
    agreed = Milestone.objects.filter(contract=OuterRef("pk"), kind=Milestone.Kind.WORK)
    sums = (
        agreed.exclude(status=Milestone.Status.CANCELLED)
        .order_by()
        .values("contract")
        .annotate(total=Sum("amount_minor"))
    )
    asked = JobSkill.objects.filter(job=OuterRef("job"), skill=skill, is_must=True)
    price = Case(
        When(kind=Contract.Kind.HOURLY, then=F("rate_minor")),
        default=Subquery(sums.values("total")),
        output_field=BigIntegerField(),
    )
    since_then = Contract.objects.filter(started_at__gt=since, currency=settings.CURRENCY)
    return since_then.exclude(status=Contract.Status.CANCELLED).annotate(
        price=price, shares_skill=Exists(asked)
    )


def _whole_units(quartiles: Sequence[float] | None) -> list[Money]:
    """Round to whole units of money: more would be a precision that a guide does not have."""
    unit = 10 ** minor_digits(settings.CURRENCY)
    return [Money(round(value / unit) * unit, settings.CURRENCY) for value in quartiles or ()]
