"""Who bears a lost chargeback, in one order; and how that is undone if it is won on appeal.

What the bank keeps comes out of refunds that had not left, then of what was still held with our fee
on it, then of the expert where they bear it (`policies.bears_chargeback`); what remains is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import policies
from contracts.models import Chargeback, LedgerTransaction, Operation, Payment, Recovery, Release
from contracts.services import ledger, outgoing, recoveries, refunds
from contracts.services.recoveries import Part, Taker
from marketplace.kit.money import Money

Source = Recovery.Source
Kind = LedgerTransaction.Kind


@dataclass(frozen=True, slots=True)
class Shares:
    """What of a loss comes from where; `parts` are those the expert bears, `rest` has the rest."""

    refunds: Money
    held: Money
    fee: Money
    suspense: Money
    parts: Sequence[Part]
    rest: Money


def bear(chargeback: Chargeback, *, there: Money | None, at: datetime) -> None:
    """Decide who bears what the bank keeps, post it and take it; the caller holds the contract.

    What had been sent to the expert stays open in the ledger until its reversal is through.

    :param there: what the expert's account has, if that is known.
    """
    shares = _shares(chargeback, chargeback.taken)
    chargeback.losses += 1
    taker = Taker(
        chargeback,
        purpose=f"{chargeback.public_id}:{chargeback.losses}",
        by=None,
        at=at,
        there=max(there.minor, 0) if there is not None else None,
    )
    rows = taker.take(shares.parts)
    _write(chargeback, shares, recoveries.total(rows, chargeback.currency))
    _post_loss(chargeback, rows, at)
    for row in rows:
        if row.source == Source.DEBT:
            _post_debt(row, at)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a loss would cost whom, as things stand."""

    client: Money
    expert: Money
    us: Money


def forecast(chargeback: Chargeback) -> Forecast:
    """Return who would bear it if the bank kept it now; nothing is written."""
    amount = chargeback.taken if chargeback.taken_minor else chargeback.amount
    shares = _shares(chargeback, amount)
    expert = Money(sum(part.from_expert.minor for part in shares.parts), amount.currency)
    return Forecast(
        client=shares.refunds + shares.held + shares.fee,
        expert=expert,
        us=shares.rest - expert,
    )


def bear_more(chargeback: Chargeback, amount: Money, *, at: datetime) -> None:
    """Bear what the bank took after the loss was shared out: it is ours."""
    if amount:
        ledger.post(
            Kind.CHARGEBACK_LOST,
            _key(chargeback, f"more:{chargeback.movements}"),
            [
                ledger.debit(ledger.dispute_loss(amount.currency), amount),
                ledger.credit(_open_amount(chargeback), amount),
            ],
            contract=chargeback.contract,
            at=at,
        )


def undo(chargeback: Chargeback, *, at: datetime) -> None:
    """Put back what a loss took, because the bank gave way after all; the caller sends it anew."""
    more = [_key(chargeback, f"more:{number}") for number in range(chargeback.movements + 1)]
    for posted in LedgerTransaction.objects.filter(idem_key__in=[_key(chargeback), *more]):
        ledger.reverse(posted, key=f"{posted.idem_key}:undone", at=at)
    rows = chargeback.recoveries.filter(undone_at=None)
    for row in rows.select_related("operation", "release__milestone__contract__expert"):
        _undo(row, at)
    milestone = chargeback.payment.milestone
    milestone.taken_minor -= chargeback.from_held_minor
    milestone.save(update_fields=["taken_minor"])
    nothing = Money(0, chargeback.currency)
    _write(chargeback, Shares(nothing, nothing, nothing, nothing, [], nothing), nothing)


def reversal_succeeded(operation: Operation, *, at: datetime) -> None:
    """Let what came back from the expert bear the loss; or send it again, if that is undone."""
    row = _recovery_of(operation)
    if row is None or row.chargeback is None:
        return
    if row.undone_at:
        recoveries.send_rest(row.release, row.chargeback.payment, at=at)
        return
    ledger.post(
        Kind.CHARGEBACK_LOST,
        _key(row.chargeback, f"recovered:{row.public_id}"),
        [
            ledger.debit(_payable(row), row.amount),
            ledger.credit(_open_amount(row.chargeback), row.amount),
        ],
        contract=row.chargeback.contract,
        at=at,
    )


def reversal_failed(operation: Operation, *, at: datetime) -> None:
    """The expert's account has it no more: they owe it, and later releases are netted."""
    row = _recovery_of(operation)
    if row is None or row.chargeback is None or row.undone_at:
        return
    row.source = Source.DEBT
    row.save(update_fields=["source"])
    _post_debt(row, at)


# --- Cutting a loss


def _shares(chargeback: Chargeback, left: Money) -> Shares:
    payment = chargeback.payment
    nothing = Money(0, chargeback.currency)
    from_refunds = _least(left, refunds.unsent(payment))
    left -= from_refunds
    if payment.status == Payment.Status.MISMATCH:
        return Shares(from_refunds, nothing, nothing, left, [], nothing)
    if payment.status != Payment.Status.HELD:
        return Shares(from_refunds, nothing, nothing, nothing, [], left)
    held, fee = refunds.cut_of_held(payment.milestone, left)
    left -= held + fee
    # As long as something is held, what was released is not touched.
    is_exhausted = held == ledger.balance(ledger.escrow(payment.milestone))
    parts = recoveries.of_charge(payment.milestone, left) if is_exhausted else []
    borne = [part for part in parts if _expert_bears(chargeback, part.release)]
    return Shares(from_refunds, held, fee, nothing, borne, left)


def _expert_bears(chargeback: Chargeback, release: Release) -> bool:
    """Whether the expert bears what is lost of a release."""
    work = release.milestone.submissions.filter(created_at__lte=release.created_at)
    latest = work.prefetch_related("measures").order_by("-pk").first()
    return policies.bears_chargeback(release, latest, is_covered=chargeback.is_covered)


def _write(chargeback: Chargeback, shares: Shares, borne: Money) -> None:
    chargeback.from_refunds_minor = shares.refunds.minor
    chargeback.from_held_minor = shares.held.minor
    chargeback.from_fee_minor = shares.fee.minor
    chargeback.from_suspense_minor = shares.suspense.minor
    chargeback.from_expert_minor = borne.minor
    chargeback.from_us_minor = shares.rest.minor - borne.minor
    chargeback.save()
    milestone = chargeback.payment.milestone
    milestone.taken_minor += shares.held.minor
    milestone.save(update_fields=["taken_minor"])


# --- Posting it


def _post_loss(chargeback: Chargeback, rows: Sequence[Recovery], at: datetime) -> None:
    payment, currency = chargeback.payment, chargeback.currency
    milestone = payment.milestone
    expert = chargeback.contract.expert
    unsent = [row for row in rows if row.source == Source.UNSENT]
    sources = [
        (ledger.refund_payable(payment), chargeback.from_refunds_minor),
        (ledger.escrow(milestone), chargeback.from_held_minor),
        (ledger.fee_deferred(milestone), chargeback.from_fee_minor),
        (ledger.suspense(currency), chargeback.from_suspense_minor),
        (ledger.payable(expert, currency), recoveries.total(unsent, currency).minor),
        (ledger.dispute_loss(currency), chargeback.from_us_minor),
    ]
    legs = [ledger.debit(account, Money(minor, currency)) for account, minor in sources]
    total = Money(sum(leg.amount.minor for leg in legs), currency)
    if total:
        ledger.post(
            Kind.CHARGEBACK_LOST,
            _key(chargeback),
            [*legs, ledger.credit(_open_amount(chargeback), total)],
            contract=chargeback.contract,
            at=at,
        )


def _post_debt(row: Recovery, at: datetime) -> None:
    assert row.chargeback  # noqa: S101 (the callers have looked)
    if row.amount:
        ledger.post(
            Kind.CHARGEBACK_LOST,
            _key(row.chargeback, f"owed:{row.public_id}"),
            [
                ledger.debit(_receivable(row), row.amount),
                ledger.credit(_open_amount(row.chargeback), row.amount),
            ],
            contract=row.chargeback.contract,
            at=at,
        )


def _undo(row: Recovery, at: datetime) -> None:
    row.undone_at = at
    if row.source == Source.REVERSAL:
        _undo_reversal(row, at)
    elif row.source == Source.DEBT and row.amount:
        row.repaid_minor = _forgive(row, at).minor
    row.save(update_fields=["undone_at", "repaid_minor"])


def _undo_reversal(row: Recovery, at: datetime) -> None:
    operation = row.operation
    assert operation  # noqa: S101 (a reversal has one)
    assert row.chargeback  # noqa: S101 (the caller has it from there)
    if operation.moved_at:
        key = _key(row.chargeback, f"recovered:{row.public_id}")
        posted = LedgerTransaction.objects.get(idem_key=key)
        ledger.reverse(posted, key=f"{key}:undone", at=at)
    elif operation.first_sent_at is None and operation.may("cancel"):
        outgoing.cancel(operation, by=None, at=at, reason="chargeback won")


def _forgive(row: Recovery, at: datetime) -> Money:
    """Strike a debt; return what of it later releases have paid already, which is owed again."""
    assert row.chargeback  # noqa: S101 (the caller has it from there)
    left = _least(row.amount, ledger.balance(_receivable(row)))
    repaid = row.amount - left
    ledger.post(
        Kind.CHARGEBACK_WON,
        _key(row.chargeback, f"forgiven:{row.public_id}"),
        [
            ledger.debit(_open_amount(row.chargeback), row.amount),
            ledger.credit(_receivable(row), left),
            ledger.credit(_payable(row), repaid),
        ],
        contract=row.chargeback.contract,
        at=at,
    )
    return repaid


def _key(chargeback: Chargeback, about: str = "") -> str:
    """Name a posting about a loss; the first loss of a chargeback is not numbered."""
    number = f":{chargeback.losses}" if chargeback.losses > 1 else ""
    return f"dispute:{chargeback.stripe_id}:{about or 'lost'}{number}"


def _open_amount(chargeback: Chargeback) -> ledger.Account:
    return ledger.dispute_receivable(chargeback.stripe_id, chargeback.currency)


def _payable(row: Recovery) -> ledger.Account:
    return ledger.payable(row.release.milestone.contract.expert, row.amount.currency)


def _receivable(row: Recovery) -> ledger.Account:
    return ledger.receivable(row.release.milestone.contract.expert, row.amount.currency)


def _recovery_of(operation: Operation) -> Recovery | None:
    rows = Recovery.objects.filter(operation=operation)
    related = ("chargeback__payment", "release__milestone__contract__expert")
    return rows.select_related(*related).first()


def _least(one: Money, other: Money) -> Money:
    return min(one, other, key=lambda money: money.minor)
