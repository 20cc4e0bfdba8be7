"""The only code that posts to the ledger, and what it says of one contract.

Postgres holds the rules and the chains (`migrations/ledger*.sql`); this module names accounts,
knows what each pot is and asks for every fact to be posted once. `docs/money.md` lists them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Min, Q, Sum
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
from contracts.models.ledger import Pot, whole
from experts.models import Expert
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.words import money_text

Kind = LedgerAccount.Kind
Fact = LedgerTransaction.Kind
# Every posting touches an account of the platform. One account per pot would have all contracts
# wait for each other, so a pot is many accounts, and a contract always uses the same one.
SHARDS = 32
COLUMNS = [field.attname for field in LedgerTransaction._meta.concrete_fields]
# Postgres links it, checks it and writes its entries in the same round trip.
POST = f"""
INSERT INTO ledger_transaction (idem_key, kind, contract_id, reverses_id, happened_at, legs)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (idem_key) DO NOTHING RETURNING {", ".join(COLUMNS)}
"""  # noqa: S608 (the model's own columns)
# Facts that leave what is held as it is and that both sides should still read, and the pot whose
# entry has the amount.
NOTED = {
    Fact.BONUS: Pot.PAYABLE,
    Fact.REFUND_FAILED: Pot.REFUND_PAYABLE,
    Fact.REVERSAL: Pot.PAYABLE,
    Fact.CHARGEBACK: Pot.DISPUTE_RECV,
    Fact.CHARGEBACK_WON: Pot.DISPUTE_RECV,
    Fact.CLAWBACK: Pot.REFUND_PAYABLE,
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
class Account:
    """A pot in one currency, of one row (`of`, its public id) or of the platform."""

    pot: Pot
    currency: str
    of: str = ""

    @property
    def code(self) -> str:
        """Return what Postgres knows it by."""
        return ":".join(filter(None, (self.pot.value, self.of, self.currency)))


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting; a positive amount is a debit, a negative one a credit."""

    account: Account
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


def stripe(currency: str) -> Account:
    """Return the account that mirrors our balance at Stripe, pending money included."""
    return Account(Pot.STRIPE, currency)


def escrow(milestone: Milestone) -> Account:
    """Return what is held for a milestone."""
    return Account(Pot.ESCROW, milestone.contract.currency, milestone.public_id)


def fee_deferred(milestone: Milestone) -> Account:
    """Return the client fee paid for a milestone and not yet earned."""
    return Account(Pot.FEE_DEFERRED, milestone.contract.currency, milestone.public_id)


def payable(expert: Expert, currency: str) -> Account:
    """Return what was released to an expert and has not reached their account."""
    return Account(Pot.PAYABLE, currency, expert.public_id)


def refund_payable(payment: Payment) -> Account:
    """Return what goes back to the client of a payment and has not reached them."""
    return Account(Pot.REFUND_PAYABLE, payment.received.currency, payment.public_id)


def dispute_receivable(of: str, currency: str) -> Account:
    """Return what a bank withdrew over a chargeback whose outcome is open."""
    return Account(Pot.DISPUTE_RECV, currency, of)


def receivable(expert: Expert, currency: str) -> Account:
    """Return what an expert owes us; later releases are netted against it."""
    return Account(Pot.RECEIVABLE, currency, expert.public_id)


def fee_revenue(currency: str) -> Account:
    """Return the fees we have earned."""
    return Account(Pot.FEE_REVENUE, currency)


def psp_fees(currency: str) -> Account:
    """Return what the payment provider has kept for itself."""
    return Account(Pot.PSP_FEES, currency)


def dispute_fees(currency: str) -> Account:
    """Return what chargebacks cost in fees, won or lost."""
    return Account(Pot.DISPUTE_FEES, currency)


def dispute_loss(currency: str) -> Account:
    """Return what chargebacks took that nobody else bears."""
    return Account(Pot.DISPUTE_LOSS, currency)


def goodwill(currency: str) -> Account:
    """Return what we paid for others because we chose to."""
    return Account(Pot.GOODWILL, currency)


def bank(currency: str) -> Account:
    """Return what was paid out to our own bank."""
    return Account(Pot.BANK, currency)


def suspense(currency: str) -> Account:
    """Return what came in and nobody can place; anything in it waits for a person."""
    return Account(Pot.SUSPENSE, currency)


def debit(account: Account, amount: Money) -> Leg:
    """Put an amount on the left: more of an asset, less of a liability."""
    return Leg(account, amount)


def credit(account: Account, amount: Money) -> Leg:
    """Put an amount on the right: less of an asset, more of a liability."""
    return Leg(account, -amount)


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
    return _post((key, kind, contract.pk if contract else None, None, at), legs)


@transaction.atomic
def reverse(posting: LedgerTransaction, *, key: str, at: datetime) -> LedgerTransaction:
    """Take a posting back by its opposite; what was posted stays, and goes back only once.

    :raises AlreadyReversed: if it was taken back under another key.
    :raises NotEnoughHeld: if an account no longer has what it got.
    """
    entries = posting.entries.select_related("account")
    legs = [Leg(_named(entry.account), Money(-entry.amount, entry.currency)) for entry in entries]
    try:
        return _post((key, Fact.REVERSING, posting.contract_id, posting.pk, at), legs)
    except IntegrityError as error:
        if _constraint(error) == "ledger_transaction_reverses_id_key":
            raise AlreadyReversed from error
        raise


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
    """Return the balance of every account that is not empty, debit above zero, by its code.

    The accounts that share a pot of the platform are added up under the pot's own name.
    """
    rows = LedgerAccount.objects.exclude(balance=0).order_by("code")
    totals: Counter[tuple[str, str]] = Counter()
    for code, currency, minor in rows.values_list("code", "currency", "balance"):
        totals[whole(code), currency] += minor
    return {code: Money(total, currency) for (code, currency), total in totals.items() if total}


def balance(of: Account) -> Money:
    """Return what is in a pot, read from what it is: what is held is above zero."""
    rows = LedgerAccount.objects.filter(code=of.code)
    if not of.of:
        rows = LedgerAccount.objects.filter(
            code__startswith=f"{of.pot.value}:", currency=of.currency
        )
    there = rows.aggregate(kind=Min("kind"), total=Sum("balance", default=0))
    sign = 1 if there["kind"] in {Kind.ASSET, Kind.EXPENSE} else -1
    return Money(sign * there["total"], of.currency)


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
        Fact.CLAWBACK: _("Given back to the client after its release: %(amount)s"),
    }
    amount = Money(abs(entry.amount), entry.currency)
    return words[Fact(entry.transaction.kind)] % {"amount": money_text(amount)}


# The key, the kind, the contract's, the reversed one's, the moment.
Said = tuple[str, str, int | None, int | None, datetime]


def _post(fact: Said, legs: Iterable[Leg]) -> LedgerTransaction:
    shard = str((fact[2] or 0) % SHARDS)
    totals: Counter[str] = Counter()
    for leg in legs:
        totals[_sharded(leg.account, shard).code] += leg.amount.minor
    said = "\n".join(f"{code} {minor}" for code, minor in sorted(totals.items()) if minor)
    try:
        with connection.cursor() as cursor:
            cursor.execute(POST, (*fact, said))
            new = cursor.fetchone()
    except IntegrityError as error:
        if _constraint(error) == "ledger_no_overdraft":
            raise NotEnoughHeld from error
        raise
    if new:
        return LedgerTransaction.from_db(connection.alias, COLUMNS, new)
    return _posted_before(fact, said)


def _posted_before(fact: Said, said: str) -> LedgerTransaction:
    there = LedgerTransaction.objects.get(idem_key=fact[0])
    content = (there.idem_key, there.kind, there.contract_id, there.reverses_id)
    if content != fact[:4] or whole(there.legs) != whole(said):
        raise KeyReused(fact[0])
    return there


def _sharded(account: Account, shard: str) -> Account:
    return account if account.of else replace(account, of=shard)


def _named(row: LedgerAccount) -> Account:
    pot, *of, currency = row.code.split(":")
    return Account(Pot(pot), currency, *of)


def _constraint(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None)
