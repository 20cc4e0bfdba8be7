"""What disputes freeze, and what they share."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from contracts.invariants.asking import asked
from contracts.models import Dispute, Milestone
from contracts.models.dispute import AWARDED, OPEN_DISPUTES


def disputes_that_do_not_fit() -> Iterator[str]:
    """A disputed milestone has exactly one open dispute about all of it, any other has none."""
    for name, status, going_on in _disputed():
        if going_on != 1 or status != Milestone.Status.DISPUTED:
            yield f"{name} is {status} and has {going_on} open disputes"
    frozen = Dispute.objects.filter(status__in=OPEN_DISPUTES).select_related("milestone__contract")
    for dispute in frozen:
        if dispute.amount != dispute.milestone.held:
            yield f"{dispute.public_id} froze {dispute.amount_minor}, not what is held"


def awards_that_do_not_add_up() -> Iterator[str]:
    """What a dispute gave to the one side and back to the other is what it had frozen."""
    for dispute in Dispute.objects.filter(status__in=AWARDED).select_related("milestone"):
        moved = {"created_at": dispute.ended_at}
        given = dispute.milestone.releases.filter(**moved).aggregate(
            sum=Sum("gross_minor", default=0)
        )
        back = dispute.milestone.refunds.filter(**moved).aggregate(
            sum=Sum("amount_minor", default=0)
        )
        if (given["sum"], given["sum"] + back["sum"]) != (
            dispute.award_minor,
            dispute.amount_minor,
        ):
            yield (
                f"{dispute.public_id} awarded {dispute.award_minor} of {dispute.amount_minor}, and"
                f" {given['sum']} went out, {back['sum']} back"
            )


@asked
def _disputed() -> QuerySet[Any, Any]:
    going_on = Count("disputes", filter=Q(disputes__status__in=OPEN_DISPUTES))
    rows = Milestone.objects.annotate(going_on=going_on)
    either = rows.filter(Q(status="disputed") | Q(going_on__gt=0))
    return either.values_list("public_id", "status", "going_on")
