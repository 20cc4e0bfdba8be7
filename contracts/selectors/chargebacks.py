"""Reads of chargebacks, shaped for the contract and for the desk of our staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from contracts.models import Answer, Chargeback, Contract
from contracts.models.chargeback import OPEN
from marketplace.kit.money import Money
from marketplace.kit.words import money_text

S = Chargeback.Status


def whole() -> QuerySet[Chargeback]:
    """Return chargebacks with everything their pages name."""
    return Chargeback.objects.select_related(
        "payment__by",
        "payment__milestone__contract__organisation",
        "payment__milestone__contract__expert__user",
        "payment__milestone__contract__job",
        "payment__milestone__contract__offer__made_by",
        "uncover_by",
    )


# --- The desk


@dataclass(frozen=True, slots=True)
class Desk:
    """What our staff need do nothing about: what banks have, due first, and what is over."""

    with_banks: Sequence[Chargeback]
    over: Sequence[Chargeback]


# Of each of these lists as many rows as one looks through; the others are in the records.
MOST = 50
DUE_FIRST = (F("due_at").asc(nulls_last=True), "pk")
# What `Chargeback.is_answerable` says of one.
ANSWERABLE = Q(status__in=(S.INQUIRY, S.NEEDS_RESPONSE), answered_at=None)


def waiting() -> QuerySet[Chargeback]:
    """Return what banks wait for our answer to, the one due first on top."""
    return whole().filter(ANSWERABLE).order_by(*DUE_FIRST)


def desk() -> Desk:
    """Return what stands on the desk below that."""
    with_banks = whole().filter(~ANSWERABLE, status__in=OPEN).order_by(*DUE_FIRST)
    over = whole().exclude(status__in=OPEN).order_by("-decided_at")
    return Desk(with_banks=list(with_banks[:MOST]), over=list(over[:MOST]))


@dataclass(frozen=True, slots=True)
class Share:
    """One source of a loss and what came of it."""

    label: str
    amount: Money


def shares(chargeback: Chargeback) -> list[Share]:
    """Return who bore a loss, with Stripe's fee, which is always ours."""
    borne = [
        (_("Refunds that had not left"), chargeback.from_refunds_minor),
        (_("Held for the milestone"), chargeback.from_held_minor),
        (_("Our client fee on that"), chargeback.from_fee_minor),
        (_("Money nobody had placed"), chargeback.from_suspense_minor),
        (_("The expert"), chargeback.from_expert_minor),
        (_("We"), chargeback.from_us_minor),
        (_("Stripe's fee, ours"), chargeback.fee_minor),
    ]
    return [Share(label, Money(minor, chargeback.currency)) for label, minor in borne if minor]


def answers_of(chargeback: Chargeback) -> list[Answer]:
    """Return what we answered, or meant to, the latest first."""
    return list(chargeback.answers.select_related("by", "second").order_by("-pk"))


# --- The contract's page


@dataclass(frozen=True, slots=True)
class Told:
    """A chargeback as one side of the contract reads it."""

    chargeback: Chargeback
    reason: str
    what: str
    next: str
    until: datetime | None


def of_contract(contract: Contract, *, is_expert: bool) -> list[Told]:
    """Return a contract's chargebacks as the reader should understand them, the latest first."""
    rows = Chargeback.objects.filter(payment__milestone__contract=contract)
    related = rows.select_related("payment__milestone__contract").order_by("-pk")
    return [_told(row, is_expert=is_expert) for row in related]


def _told(row: Chargeback, *, is_expert: bool) -> Told:
    what, then = _words(row, is_expert=is_expert)
    waits = row.due_at if row.is_answerable else None
    return Told(row, row.reason_text, what, then, waits)


def _words(row: Chargeback, *, is_expert: bool) -> tuple[str, str]:
    if row.status == S.WON:
        return _("The bank gave the money back."), _("The contract goes on where it stood.")
    if row.status == S.CLOSED:
        return (
            _("The bank asked, and took nothing."),
            _("The contract goes on where it stood."),
        )
    if row.status == S.LOST:
        return _lost_words(row, is_expert=is_expert)
    return _open_words(row, is_expert=is_expert)


def _open_words(row: Chargeback, *, is_expert: bool) -> tuple[str, str]:
    has_money = row.taken_minor > 0
    what = _("The bank has taken the money back.") if has_money else _("The bank asks about it.")
    if row.answered_at:
        then = _("It has our answer. Banks decide within 60 to 75 days.")
    elif is_expert:
        then = _("We answer with the contract, the checks and the work. You need not do anything.")
    else:
        then = _("We answer the bank. If it was a mistake, ask your bank to withdraw it.")
    return f"{what} {_('Until it decides, nobody moves the money of this contract.')}", then


def _lost_words(row: Chargeback, *, is_expert: bool) -> tuple[str, str]:
    what = _("The bank keeps the money for the client.")
    if not is_expert:
        return what, _("Nothing more is returned for this payment.")
    if row.from_expert_minor:
        words = {"amount": money_text(row.from_expert)}
        return what, _("%(amount)s of what was released to you is taken back.") % words
    return what, _("What was released to you stays yours.")
