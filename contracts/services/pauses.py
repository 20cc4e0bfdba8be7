"""Pausing a contract: nothing new is asked or paid for; what is held keeps its clocks.

A side pauses at once and says why. It alone resumes, and the pause ends by itself after
`PAUSE_LASTS_DAYS`, so that nobody is kept waiting without an end; the other side may end the
contract meanwhile. Since the clocks of held money go on, the expert may still hand in work that
is funded: a pause is no way to let the hold limit run out against them.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.selectors import membership
from contracts import policies
from contracts.models import Contract, Feedback, Milestone, Pause
from contracts.models.pause import PauseReason
from contracts.services import contracts, funding
from marketplace.kit.states import IllegalMove


def pause(
    contract: Contract, *, reason: PauseReason, note: str, by: User, at: datetime
) -> Contract:
    """Let nothing new begin for a while; open payment pages are closed first.

    A payment a bank is already working on still counts when it arrives.

    :raises PermissionDenied: unless `by` is the expert or hires or pays for the client.
    :raises IllegalMove: unless the contract is active, and for a consultation, which has a time.
    :raises PaymentPageStaysOpen: if Stripe does not close a page that is open.
    """
    _refuse_others(contract, by)
    if contract.may("pause") and not contract.is_consultation:
        funding.close_pages(contract.milestones.exclude(kind=Milestone.Kind.BONUS), at=at)
    return _pause(contract, reason=reason, note=note, by=by, at=at)


@transaction.atomic
def _pause(
    contract: Contract, *, reason: PauseReason, note: str, by: User, at: datetime
) -> Contract:
    contract = contracts.hold(contract)
    # Once more under the lock: a role may have been taken away while Stripe was asked.
    _refuse_others(contract, by)
    if contract.is_consultation or not contract.may("pause"):
        raise IllegalMove
    is_expert = policies.is_expert_of(by, contract)
    Pause.objects.create(
        contract=contract,
        side=Feedback.Side.EXPERT if is_expert else Feedback.Side.CLIENT,
        by=by,
        reason=reason,
        note=note,
        since=at,
        ends_at=at + timedelta(days=settings.PAUSE_LASTS_DAYS),
    )
    contract.move("pause", by=by, at=at, reason=reason)
    return contract


def _refuse_others(contract: Contract, by: User) -> None:
    if not policies.may_pause(by, membership(by, contract.organisation), contract):
        raise PermissionDenied


@transaction.atomic
def resume(contract: Contract, *, by: User, at: datetime) -> Contract:
    """Go on with a contract.

    :raises PermissionDenied: unless `by` speaks for the side that paused it.
    :raises IllegalMove: unless it is paused.
    """
    contract = contracts.hold(contract)
    row = open_pause(contract)
    if row is None:
        raise IllegalMove
    if not policies.may_resume(by, membership(by, contract.organisation), row):
        raise PermissionDenied
    return _go_on(row, by=by, at=at)


def resume_due(*, at: datetime) -> int:
    """End the pauses whose time is over; return how many, so that a sweep can say."""
    due = Pause.objects.filter(ended_at=None, ends_at__lte=at)
    return sum(_resume_overdue(row, at) for row in due.select_related("contract"))


@transaction.atomic
def _resume_overdue(row: Pause, at: datetime) -> bool:
    """End one, unless somebody has while the sweep came to it."""
    open_ = open_pause(contracts.hold(row.contract))
    if open_ is None or open_.pk != row.pk:
        return False
    _go_on(open_, by=None, at=at)
    return True


def _go_on(row: Pause, *, by: User | None, at: datetime) -> Contract:
    close(row.contract, by=by, at=at)
    row.contract.move("resume", by=by, at=at)
    return row.contract


def close(contract: Contract, *, by: User | None, at: datetime) -> None:
    """Note that a contract is paused no longer: it goes on, or it is over."""
    contract.pauses.filter(ended_at=None).update(ended_at=at, ended_by=by)


def open_pause(contract: Contract) -> Pause | None:
    """Return the pause a contract is in, if it is in one."""
    related = Pause.objects.select_related("contract__organisation", "contract__expert__user")
    return related.filter(contract=contract, ended_at=None).first()


def first_paused(contract: Contract, days: Iterable[date]) -> date | None:
    """Return the first of these days on which the contract was paused from morning to night.

    Days are those where the expert works; the days on which a pause began and ended are free.
    """
    zone = ZoneInfo(contract.expert.time_zone)
    spans = [
        (
            row.since.astimezone(zone).date(),
            row.ended_at.astimezone(zone).date() if row.ended_at else date.max,
        )
        for row in contract.pauses.all()
    ]
    return min((day for day in days if any(a < day < b for a, b in spans)), default=None)
