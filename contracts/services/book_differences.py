"""Differences between Stripe's book and ours: reported once, explained or taken back by staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import policies
from contracts.models import Difference, LedgerTransaction, Movement
from contracts.services import ledger
from contracts.services.clawbacks import SecondPersonNeeded
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove

Kind = Difference.Kind
Status = Difference.Status


class NothingToTakeBack(DomainError):
    """Only a posting that Stripe knows nothing of can be taken back."""

    code = "nothing_to_take_back"
    sentence = _("There is no posting of ours to take back. Explain the difference instead.")


@dataclass(frozen=True, slots=True)
class Found:
    """A difference as a comparison finds it; `about` names it, so that it is reported once."""

    kind: Difference.Kind
    about: str
    day: date
    theirs: Money | None = None
    ours: Money | None = None
    movement: Movement | None = None
    posting: LedgerTransaction | None = None


def report(found: Iterable[Found], *, at: datetime) -> list[Difference]:
    """Write down what was found, and return what is new or has come back."""
    rows = [(_written(one, at), one) for one in found]
    return [row for row, one in rows if _opens(row, one, at)]


def vanish(difference: Difference, *, at: datetime) -> None:
    """End what a later look found to agree after all."""
    difference.move("vanish", by=None, at=at)


@transaction.atomic
def explain(difference: Difference, *, reason: str, by: User, at: datetime) -> Difference:
    """Say why it is as it is; nothing is posted.

    :raises PermissionDenied: unless `by` watches over the money.
    :raises IllegalMove: if it is resolved.
    """
    if not policies.may_watch_money(by):
        raise PermissionDenied
    difference.move("explain", by=by, at=at, reason=reason)
    return difference


@transaction.atomic
def take_back(difference: Difference, *, reason: str, by: User, at: datetime) -> Difference:
    """Take the posting back that Stripe knows nothing of; it takes two persons, whatever it is.

    The first proposes, the second does the same, and then it is posted.

    :raises PermissionDenied: unless `by` watches over the money.
    :raises IllegalMove: if it is resolved.
    :raises NothingToTakeBack: unless it is about a posting without a line.
    :raises SecondPersonNeeded: if the same person says it twice.
    """
    difference = Difference.objects.select_for_update(of=("self",)).get(pk=difference.pk)
    if not policies.may_watch_money(by):
        raise PermissionDenied
    if difference.status != Status.OPEN:
        raise IllegalMove
    posting = difference.posting
    if difference.kind != Kind.EXTRA or posting is None:
        raise NothingToTakeBack
    if difference.proposed_by_id == by.pk:
        raise SecondPersonNeeded
    if difference.proposed_by_id is None:
        difference.proposed_by, difference.proposed_reason = by, reason
        difference.save(update_fields=["proposed_by", "proposed_reason"])
        return difference
    ledger.reverse(posting, key=f"difference:{difference.public_id}", at=at)
    difference.move("take_back", by=by, at=at, reason=reason)
    return difference


def _written(one: Found, at: datetime) -> Difference:
    row, _is_new = Difference.objects.get_or_create(
        kind=one.kind,
        about=one.about,
        defaults={
            "day": one.day,
            "movement": one.movement,
            "posting": one.posting,
            "found_at": at,
        },
    )
    return row


def _opens(row: Difference, one: Found, at: datetime) -> bool:
    """Open what is new, and what was explained and has another amount now."""
    was = (row.theirs, row.ours)
    row.theirs_minor = one.theirs.minor if one.theirs else None
    row.their_currency = one.theirs.currency if one.theirs else ""
    row.ours_minor = one.ours.minor if one.ours else None
    row.our_currency = one.ours.currency if one.ours else ""
    row.save(update_fields=["theirs_minor", "their_currency", "ours_minor", "our_currency"])
    verb = "report" if row.status == Status.FOUND else "recur"
    is_news = row.status == Status.FOUND or was != (row.theirs, row.ours)
    if not is_news or not row.may(verb):
        return False
    row.move(verb, by=None, at=at)
    return True
