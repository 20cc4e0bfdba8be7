"""Payout cases: money that looks laundered waits for a person before it leaves.

A payout is looked at when a worker is about to send it for the first time. What is seen opens a
case of its account, or joins the one that is open; everything else that leaves to that account
waits for the same judgement. Nothing moves in the books, and contracts go on.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from contracts import policies
from contracts.models import Operation, PayoutCase, Sign
from contracts.models.payout_case import LIVE_CASES
from contracts.selectors import payout_cases as reads
from contracts.selectors import signs
from contracts.services import case_notices

# What the account's owner is told; a longer wait is told to our staff.
LOOK_WITHIN = timedelta(days=5)
Kind = Operation.Kind


def look(operation: Operation, *, at: datetime) -> bool:
    """Whether a payout that was never sent waits for a person; opens the case if need be.

    The caller holds the operation's lock. A case is locked after an operation that is pending, and
    before those that are under review: the two never wait for each other.
    """
    contract = operation.contract
    if contract is None or operation.kind not in {Kind.TRANSFER, Kind.REFUND}:
        return False
    is_transfer = operation.kind == Kind.TRANSFER
    whose = {"expert": contract.expert} if is_transfer else {"organisation": contract.organisation}
    live = PayoutCase.objects.select_for_update(no_key=True).filter(status__in=LIVE_CASES, **whose)
    seen = signs.of(operation, at=at)
    case: PayoutCase | None
    is_new = False
    if seen:
        opened = {"opened_at": at, "look_until": at + LOOK_WITHIN}
        case, is_new = live.get_or_create(**whose, defaults=opened)
    elif not (case := live.first()):
        return False
    Sign.objects.bulk_create(
        Sign(case=case, operation=operation, kind=one.kind, about=one.about, seen_at=at)
        for one in sorted(seen, key=lambda one: one.kind)
    )
    operation.move("look", by=None, at=at, reason=case.public_id)
    if is_new:
        case_notices.somebody_has_to_look(case, at)
        case_notices.it_takes_some_days(case, operation, at)
    return True


@transaction.atomic
def clear(case: PayoutCase, *, reason: str, by: User, at: datetime) -> PayoutCase:
    """Say that nothing is wrong: what waited is sent now, and the same is not asked again soon.

    :raises PermissionDenied: unless `by` is staff who watch the money, and it is not theirs.
    :raises IllegalMove: when that was said already.
    """
    case = _judge(case, "clear", reason=reason, by=by, at=at)
    for operation in reads.waits_for(case).select_for_update(no_key=True, of=("self",)):
        operation.due_at = at
        operation.save(update_fields=["due_at"])
        operation.move("let_go", by=by, at=at, reason=case.public_id)
    return case


@transaction.atomic
def keep(case: PayoutCase, *, reason: str, by: User, at: datetime) -> PayoutCase:
    """Say that it is what it looks like: nothing leaves to this account until it is cleared.

    Given back or frozen it is by the verbs there are; this one only keeps it where it is.

    :raises PermissionDenied: unless `by` is staff who watch the money, and it is not theirs.
    :raises IllegalMove: when the case was judged already.
    """
    return _judge(case, "keep", reason=reason, by=by, at=at)


def remind_of_late(*, at: datetime) -> None:
    """Tell our staff, once for each, of cases nobody has judged in the time that was promised."""
    for case in reads.waiting().filter(look_until__lte=at):
        case_notices.somebody_is_late(case, at)


def _judge(case: PayoutCase, verb: str, *, reason: str, by: User, at: datetime) -> PayoutCase:
    case = PayoutCase.objects.select_for_update(no_key=True).get(pk=case.pk)
    if not policies.may_judge_payouts(by, case):
        raise PermissionDenied
    case.reason = reason
    case.save(update_fields=["reason"])
    case.move(verb, by=by, at=at, reason=reason)
    return case
