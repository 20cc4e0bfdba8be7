"""What was released is sent once, and what was sent is at Stripe."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, Sum

from contracts.invariants.sums import AMOUNT, EARMARKED, HAS_LEFT
from contracts.models import Freeze, Operation, PayoutCase, Recovery, Release
from contracts.models.operation import UNSETTLED
from contracts.models.payout_case import LIVE_CASES

NOTHING_CAME_OF_IT = (Operation.Status.CANCELLED, Operation.Status.FAILED)


def releases_not_sent_once() -> Iterator[str]:
    """What was released is with the expert or on its way, once, unless something holds it back.

    That is a frozen contract, or a person at Stripe who took it back.
    """
    live = Operation.objects.exclude(status__in=NOTHING_CAME_OF_IT)
    sent = _per_release(live.filter(kind=Operation.Kind.TRANSFER), AMOUNT)
    back = _per_release(live.filter(kind=Operation.Kind.REVERSAL, **HAS_LEFT), AMOUNT)
    taken = _per_release(
        Recovery.objects.filter(EARMARKED), Sum(F("gross_minor") - F("expert_fee_minor"))
    )
    repaid = _per_release(Recovery.objects.all(), Sum("repaid_minor"))
    frozen = set(Freeze.objects.filter(lifted_at=None).values_list("contract", flat=True))
    outside = Operation.objects.filter(business_key__startswith="outside:")
    by_others = set(outside.values_list("release", flat=True))
    for row in Release.objects.select_related("milestone__contract"):
        there = sent[row.pk] - back[row.pk] + taken[row.pk] - repaid[row.pk]
        is_held_back = row.milestone.contract_id in frozen or row.pk in by_others
        if there > row.sent.minor or (there < row.sent.minor and not is_held_back):
            yield f"{row.public_id} is {row.sent.minor} and {there} of it were sent"


def operations_done_without_an_object() -> Iterator[str]:
    """An operation is done when Stripe has something for it and our balance has moved."""
    done = Operation.objects.filter(status=Operation.Status.SUCCEEDED)
    for row in done.filter(Q(stripe_id=None) | Q(moved_at=None)):
        yield f"{row.public_id} is {row.status} and Stripe has nothing for it"
    early = Operation.objects.filter(status__in=UNSETTLED, stripe_id__isnull=False)
    for row in early:
        yield f"{row.public_id} is {row.status} and Stripe has {row.stripe_id}"


def payouts_that_wait_for_nobody() -> Iterator[str]:
    """What waits for a look has a case that is not cleared."""
    live = PayoutCase.objects.filter(status__in=LIVE_CASES)
    waiting = Operation.objects.filter(status=Operation.Status.UNDER_REVIEW)
    found = Q(kind=Operation.Kind.TRANSFER, contract__expert__in=live.values("expert")) | Q(
        kind=Operation.Kind.REFUND, contract__organisation__in=live.values("organisation")
    )
    for row in waiting.exclude(pk__in=waiting.filter(found).values("pk")):
        yield f"{row.public_id} is under review and there is no case"


def _per_release(rows: Any, total: Any) -> Counter[int]:
    return Counter(dict(rows.exclude(release=None).values_list("release").annotate(total=total)))
