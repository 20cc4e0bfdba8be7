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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract, LedgerAccount, LedgerEntry, LedgerTransaction, Milestone
from contracts.models.ledger import Pot
from experts.models import Expert
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money

Kind = LedgerAccount.Kind
# What each pot is, and whether it may stand on the wrong side of zero. The platform's balance at
# Stripe may: Stripe takes refunds and chargebacks from it whether or not there is enough.
CHART = {
    Pot.STRIPE: (Kind.ASSET, True),
    Pot.ESCROW: (Kind.LIABILITY, False),
    Pot.FEE_DEFERRED: (Kind.LIABILITY, False),
    Pot.PAYABLE: (Kind.LIABILITY, False),
    Pot.FEE_REVENUE: (Kind.REVENUE, True),
    Pot.PSP_FEES: (Kind.EXPENSE, True),
    Pot.SUSPENSE: (Kind.ASSET, True),
}


class KeyReused(Exception):
    """The same key came with another content: a bug, never a refusal."""


class NotEnoughHeld(DomainError):
    """The posting would take more out of a pot than is in it."""

    code = "not_enough_held"
    sentence = gettext_lazy("There is not that much held any more. Reload to see what is.")


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting; a positive amount is a debit, a negative one a credit."""

    account: LedgerAccount
    amount: Money


@dataclass(frozen=True, slots=True)
class Line:
    """What one fact did to the money held for a contract, as both sides read it."""

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


def fee_revenue(currency: str) -> LedgerAccount:
    """Return the fees we have earned."""
    return account(Pot.FEE_REVENUE, currency)


def psp_fees(currency: str) -> LedgerAccount:
    """Return what the payment provider has kept for itself."""
    return account(Pot.PSP_FEES, currency)


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
    # Each entry locks its account as it goes in. One order for all is why opposite postings wait
    # for each other instead of deadlocking.
    real = sorted((leg for leg in legs if leg.amount), key=lambda leg: leg.account.pk)
    digest = _digest(kind, real)
    row, is_new = LedgerTransaction.objects.get_or_create(
        idem_key=key,
        defaults={"digest": digest, "kind": kind, "contract": contract, "happened_at": at},
    )
    if is_new:
        _enter(row, real)
    elif bytes(row.digest) != digest:
        raise KeyReused(key)
    return row


def statement(contract: Contract) -> list[Line]:
    """Return every change of what is held for this contract, oldest first, in one query."""
    entries = LedgerEntry.objects.filter(
        transaction__contract=contract, account__code__startswith=f"{Pot.ESCROW.value}:"
    ).select_related("transaction", "account")
    titles = {row.public_id: row.title for row in contract.milestones.all()}
    held = Money(0, contract.currency)
    lines = []
    for entry in entries.order_by("pk"):
        # Held money is a liability, a credit; people read it as what is there.
        amount = Money(-entry.amount, entry.currency)
        held += amount
        title = titles[entry.account.code.split(":")[1]]
        lines.append(Line(entry.transaction.happened_at, _said(entry, title), amount, held))
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
    if entry.transaction.kind == LedgerTransaction.Kind.FUND:
        return _("Funded: %(milestone)s") % {"milestone": title}
    return _("Released: %(milestone)s") % {"milestone": title}


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
