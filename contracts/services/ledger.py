"""The only code that posts to the ledger, and what it says of one contract.

Postgres holds the rules (`migrations/ledger.sql`); this module names accounts, enters in one order
and posts every fact once. `docs/money.md` lists the postings.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import (
    Contract,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Milestone,
    Payment,
)
from contracts.models.ledger import Pot
from experts.models import Expert
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.words import money_text

Kind = LedgerAccount.Kind
Fact = LedgerTransaction.Kind
# What each pot is, and whether it may stand on the wrong side of zero. The platform's balance at
# Stripe may: Stripe takes refunds and chargebacks from it whether or not there is enough.
CHART = {
    Pot.STRIPE: (Kind.ASSET, True),
    Pot.ESCROW: (Kind.LIABILITY, False),
    Pot.FEE_DEFERRED: (Kind.LIABILITY, False),
    Pot.PAYABLE: (Kind.LIABILITY, False),
    Pot.REFUND_PAYABLE: (Kind.LIABILITY, False),
    Pot.DISPUTE_RECV: (Kind.ASSET, False),
    Pot.RECEIVABLE: (Kind.ASSET, False),
    Pot.FEE_REVENUE: (Kind.REVENUE, True),
    Pot.PSP_FEES: (Kind.EXPENSE, True),
    Pot.DISPUTE_FEES: (Kind.EXPENSE, True),
    Pot.DISPUTE_LOSS: (Kind.EXPENSE, True),
    Pot.GOODWILL: (Kind.EXPENSE, True),
    Pot.BANK: (Kind.ASSET, True),
    Pot.SUSPENSE: (Kind.ASSET, True),
}


# Facts that leave what is held as it is and that both sides should still read, and the pot whose
# entry has the amount.
NOTED = {
    Fact.BONUS: Pot.PAYABLE,
    Fact.REFUND_FAILED: Pot.REFUND_PAYABLE,
    Fact.REVERSAL: Pot.PAYABLE,
    Fact.CHARGEBACK: Pot.DISPUTE_RECV,
    Fact.CHARGEBACK_WON: Pot.DISPUTE_RECV,
}


class KeyReused(Exception):
    """The same key came with another content: a bug, never a refusal."""


class NotEnoughHeld(DomainError):
    """The posting would take more out of a pot than is in it."""

    code = "not_enough_held"
    sentence = gettext_lazy("There is not that much held any more. Reload to see what is.")


class AlreadyReversed(DomainError):
    """The posting was taken back before."""

    code = "already_reversed"
    sentence = gettext_lazy("This posting has already been taken back.")


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting; a positive amount is a debit, a negative one a credit."""

    account: LedgerAccount
    amount: Money


@dataclass(frozen=True, slots=True)
class Line:
    """One fact about a contract's money as both sides read it.

    `amount` is what it did to the money held: nothing, where the fact is about other money.
    """

    at: datetime
    text: str
    amount: Money
    balance_after: Money


def stripe(currency: str) -> LedgerAccount:
    """Return the account that mirrors our balance at Stripe, pending money included."""
    return account(Pot.STRIPE, currency)


def escrow(milestone: Milestone) -> LedgerAccount:
    """Return what is held for a milestone."""
    return account(Pot.ESCROW, milestone.contract.currency, of=milestone.public_id)


def fee_deferred(milestone: Milestone) -> LedgerAccount:
    """Return the client fee paid for a milestone and not yet earned."""
    return account(Pot.FEE_DEFERRED, milestone.contract.currency, of=milestone.public_id)


def payable(expert: Expert, currency: str) -> LedgerAccount:
    """Return what was released to an expert and has not reached their account."""
    return account(Pot.PAYABLE, currency, of=expert.public_id)


def refund_payable(payment: Payment) -> LedgerAccount:
    """Return what goes back to the client of a payment and has not reached them."""
    return account(Pot.REFUND_PAYABLE, payment.received.currency, of=payment.public_id)


def dispute_receivable(of: str, currency: str) -> LedgerAccount:
    """Return what a bank withdrew over a chargeback whose outcome is open."""
    return account(Pot.DISPUTE_RECV, currency, of=of)


def receivable(expert: Expert, currency: str) -> LedgerAccount:
    """Return what an expert owes us; later releases are netted against it."""
    return account(Pot.RECEIVABLE, currency, of=expert.public_id)


def fee_revenue(currency: str) -> LedgerAccount:
    """Return the fees we have earned."""
    return account(Pot.FEE_REVENUE, currency)


def psp_fees(currency: str) -> LedgerAccount:
    """Return what the payment provider has kept for itself."""
    return account(Pot.PSP_FEES, currency)


def dispute_fees(currency: str) -> LedgerAccount:
    """Return what chargebacks cost in fees, won or lost."""
    return account(Pot.DISPUTE_FEES, currency)


def dispute_loss(currency: str) -> LedgerAccount:
    """Return what chargebacks took that nobody else bears."""
    return account(Pot.DISPUTE_LOSS, currency)


def goodwill(currency: str) -> LedgerAccount:
    """Return what we paid for others because we chose to."""
    return account(Pot.GOODWILL, currency)


def bank(currency: str) -> LedgerAccount:
    """Return what was paid out to our own bank."""
    return account(Pot.BANK, currency)


def suspense(currency: str) -> LedgerAccount:
    """Return what came in and nobody can place; anything in it waits for a person."""
    return account(Pot.SUSPENSE, currency)


def account(pot: Pot, currency: str, *, of: str = "") -> LedgerAccount:
    """Find or open the account of a pot; `of` is the public id of whose it is."""
    kind, may_overdraw = CHART[pot]
    row, _is_new = LedgerAccount.objects.get_or_create(
        code=":".join(filter(None, (pot.value, of, currency))),
        defaults={"kind": kind, "currency": currency, "may_overdraw": may_overdraw},
    )
    return row


def debit(account: LedgerAccount, amount: Money) -> Leg:
    """Put an amount on the left: more of an asset, less of a liability."""
    return Leg(account, amount)


def credit(account: LedgerAccount, amount: Money) -> Leg:
    """Put an amount on the right: less of an asset, more of a liability."""
    return Leg(account, -amount)


@transaction.atomic
def post(
    kind: LedgerTransaction.Kind,
    key: str,
    legs: Iterable[Leg],
    *,
    contract: Contract | None,
    at: datetime,
) -> LedgerTransaction:
    """Post one fact; the same key and content again returns the first posting.

    Post last in a transaction: the accounts stay locked until it ends.

    :raises KeyReused: if the key was posted with another content.
    :raises NotEnoughHeld: if an account would fall below its floor.
    """
    row = LedgerTransaction(idem_key=key, kind=kind, contract=contract, happened_at=at)
    return _post(row, legs)


@transaction.atomic
def reverse(posting: LedgerTransaction, *, key: str, at: datetime) -> LedgerTransaction:
    """Take a posting back by its opposite; what was posted stays, and goes back only once.

    :raises AlreadyReversed: if it was taken back under another key.
    :raises NotEnoughHeld: if an account no longer has what it got.
    """
    row = LedgerTransaction(
        idem_key=key,
        kind=Fact.REVERSING,
        contract_id=posting.contract_id,
        reverses=posting,
        happened_at=at,
    )
    entries = posting.entries.select_related("account")
    legs = [Leg(entry.account, Money(-entry.amount, entry.currency)) for entry in entries]
    return _post(row, legs)


def statement(contract: Contract) -> list[Line]:
    """Return every fact about this contract's money, oldest first, in one query."""
    is_told = Q(account__code__startswith=f"{Pot.ESCROW.value}:")
    for fact, pot in NOTED.items():
        is_told |= Q(transaction__kind=fact, account__code__startswith=f"{pot.value}:")
    entries = LedgerEntry.objects.filter(is_told, transaction__contract=contract)
    titles = {row.public_id: row.title for row in contract.milestones.all()}
    held = Money(0, contract.currency)
    lines = []
    for entry in entries.select_related("transaction", "account").order_by("pk"):
        held_for = entry.account.code.removeprefix(f"{Pot.ESCROW.value}:").partition(":")[0]
        is_held = held_for in titles
        # Held money is a liability, a credit; people read it as what is there.
        amount = Money(-entry.amount if is_held else 0, entry.currency)
        held += amount
        text = _said(entry, titles[held_for]) if is_held else _noted(entry)
        lines.append(Line(entry.transaction.happened_at, text, amount, held))
    return lines


def trial_balance() -> dict[str, Money]:
    """Return the balance of every account that is not empty, debit above zero, by its code."""
    rows = LedgerAccount.objects.exclude(balance=0).order_by("code")
    return {row.code: Money(row.balance, row.currency) for row in rows}


def balance(of: LedgerAccount) -> Money:
    """Return what is in a pot, read from what it is: what is held is above zero."""
    sign = 1 if of.kind in {Kind.ASSET, Kind.EXPENSE} else -1
    fresh = LedgerAccount.objects.values_list("balance", flat=True).get(pk=of.pk)
    return Money(sign * fresh, of.currency)


def _said(entry: LedgerEntry, title: str) -> str:
    """Say what one fact did to the money held for a milestone."""
    words = {
        Fact.FUND: _("Funded: %(milestone)s"),
        Fact.BONUS: _("Bonus: %(milestone)s"),
        Fact.AWARDED_RELEASE: _("Released by a decision: %(milestone)s"),
        Fact.AWARDED_REFUND: _("Returned to the client by a decision: %(milestone)s"),
        Fact.CHARGEBACK_LOST: _("Taken back by the client's bank: %(milestone)s"),
        Fact.EXTERNAL: _("Changed at our payment provider: %(milestone)s"),
        Fact.ADJUSTMENT: _("Corrected by our staff: %(milestone)s"),
        Fact.REVERSING: _("An earlier entry taken back: %(milestone)s"),
    }
    is_part = entry.balance_after != 0
    if is_part:
        words[Fact.RELEASE] = _("Part released: %(milestone)s")
        words[Fact.REFUND] = _("Part returned to the client: %(milestone)s")
    else:
        words[Fact.RELEASE] = _("Released: %(milestone)s")
        words[Fact.REFUND] = _("Returned to the client: %(milestone)s")
    fact = Fact(entry.transaction.kind)
    return words.get(fact, f"{fact.label}: %(milestone)s") % {"milestone": title}


def _noted(entry: LedgerEntry) -> str:
    """Say what happened to money of the contract that is not held."""
    words = {
        Fact.BONUS: _("Bonus for the expert: %(amount)s"),
        Fact.REFUND_FAILED: _("The client's bank sent the refund back: %(amount)s"),
        Fact.REVERSAL: _("Taken back from the expert's account: %(amount)s"),
        Fact.CHARGEBACK: _("Claimed back by the client's bank, outcome open: %(amount)s"),
        Fact.CHARGEBACK_WON: _("The client's bank gave up its claim: %(amount)s"),
    }
    amount = Money(abs(entry.amount), entry.currency)
    return words[Fact(entry.transaction.kind)] % {"amount": money_text(amount)}


def _post(row: LedgerTransaction, legs: Iterable[Leg]) -> LedgerTransaction:
    # Each entry locks its account as it goes in. One order for all is why opposite postings wait
    # for each other instead of deadlocking.
    real = sorted((leg for leg in legs if leg.amount), key=lambda leg: leg.account.pk)
    row.digest = _digest(row.kind, real)
    there = LedgerTransaction.objects.filter(idem_key=row.idem_key).first() or _begin(row)
    if there is row:
        _enter(row, real)
    elif bytes(there.digest) != row.digest or there.reverses_id != row.reverses_id:
        raise KeyReused(row.idem_key)
    return there


def _begin(row: LedgerTransaction) -> LedgerTransaction:
    """Write the fact down, or return who was faster under the same key."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if _constraint(error) == "ledger_transaction_reverses_id_key":
            raise AlreadyReversed from error
        if _constraint(error) != "ledger_transaction_idem_key_key":
            raise
        return LedgerTransaction.objects.get(idem_key=row.idem_key)
    return row


def _digest(kind: str, legs: Sequence[Leg]) -> bytes:
    content = [kind, *([leg.account.code, leg.amount.minor] for leg in legs)]
    return hashlib.sha256(json.dumps(content).encode()).digest()


def _enter(row: LedgerTransaction, legs: Sequence[Leg]) -> None:
    try:
        with transaction.atomic():
            LedgerEntry.objects.bulk_create(
                LedgerEntry(
                    transaction=row,
                    account=leg.account,
                    currency=leg.amount.currency,
                    amount=leg.amount.minor,
                    balance_after=0,  # the entry trigger writes it
                )
                for leg in legs
            )
    except IntegrityError as error:
        if _constraint(error) == "ledger_no_overdraft":
            raise NotEnoughHeld from error
        raise


def _constraint(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None)
