"""What the domain asks of a payment provider, in the domain's words.

Every call that changes something takes a key: the same key again is the same wish and has one
effect. No call may be made inside a database transaction.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from marketplace.kit.money import Money

Params = Mapping[str, Any]


class GatewayError(Exception):
    """The provider did not do what it was asked; `code` is its own word for why."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Unavailable(GatewayError):
    """Nobody knows whether it was done, or it was not looked at: ask again with the same key."""


class KeyRefused(Unavailable):
    """Our own key was not taken, so nothing was looked at: no call will do before somebody acts."""


class Declined(GatewayError):
    """It was not done and will not be until something outside us changes."""


class Overtaken(Declined):
    """It was not done because its object has moved on: look at it and settle from what it says."""


class Rejected(GatewayError):
    """It was not done because of what we sent: our bug, a person has to look."""


class Forged(Exception):
    """A message that claims to come from the provider and does not, or not now."""


# --- Paying


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment page to open: what it charges, for whom, until when, and the way back."""

    payment_id: str
    contract_id: str
    lines: Sequence[tuple[str, Money]]
    email: str
    expires_at: datetime
    return_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class Charge:
    """Money taken from the client; the fee is the provider's own, unknown until it has settled.

    `card` is the provider's name for the card, the same for whoever uses it; empty for other means.
    """

    id: str
    balance_transaction_id: str | None = None
    fee: Money | None = None
    card: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """What became of the money of a payment page; `status` is "succeeded" once we have it.

    `refusal` is why the payer's bank said no the last time, in the provider's word.
    """

    id: str
    status: str
    received: Money
    payment_id: str
    charge: Charge | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A payment page: `status` is open, complete or expired; `is_paid` follows later for banks."""

    id: str
    url: str
    status: str
    is_paid: bool
    payment_id: str
    livemode: bool
    intent: Intent | None


# --- Money that leaves us, and money that comes back


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money sent to an expert's account; it has happened, and `reversed` of it has come back."""

    id: str
    amount: Money
    destination: str
    operation_id: str
    reversed: Money
    source_transaction: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Reversal:
    """Money taken back from an expert's account; a reversal that exists has happened."""

    id: str
    transfer_id: str
    amount: Money
    operation_id: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back to a client, and what became of it.

    `status` is pending, requires_action, succeeded, failed or canceled. It may fail after it has
    succeeded; the failure then has a balance transaction of its own, by which we have it again.
    """

    id: str
    amount: Money
    status: str
    operation_id: str
    intent_id: str
    charge_id: str
    failure_reason: str = ""
    balance_transaction_id: str | None = None
    failure_balance_transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class Payout:
    """Money on its way from a balance to a bank: ours, or an expert's if `account` says whose.

    `status` is pending, in_transit, paid, failed or canceled; a paid payout may fail for some days.
    A payout that names an `original_payout_id` takes that one back.
    """

    id: str
    amount: Money
    status: str
    arrives_on: date
    operation_id: str
    account: str = ""
    is_automatic: bool = False
    failure_code: str = ""
    original_payout_id: str = ""
    balance_transaction_id: str | None = None
    failure_balance_transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the provider's own book; `amount`, `fee` and `net` are below zero when it took.

    `kind` is the movement's type, `category` how the provider's reports count it. `source_id`
    names what moved: a charge, a refund, a transfer, a payout, a dispute.
    """

    id: str
    kind: str
    category: str
    amount: Money
    fee: Money
    net: Money
    source_id: str
    description: str
    created_at: datetime
    available_at: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """What we have at the provider in one currency: to spend now, and on its way."""

    available: Money
    pending: Money

    @property
    def total(self) -> Money:
        """Return all of it."""
        return self.available + self.pending


# --- Chargebacks


@dataclass(frozen=True, slots=True)
class Chargeback:
    """A client's bank questions a charge, or has taken it back.

    `outcome` is "won" or "lost" once the bank has said so, and empty before; an inquiry that was
    closed and a dispute that was prevented never get one. A status we do not know is open. What
    moved, the fee included, is in the movements and nowhere else.
    """

    id: str
    charge_id: str
    intent_id: str
    amount: Money
    status: str
    reason: str
    is_open: bool
    is_inquiry: bool
    outcome: str
    is_refundable: bool
    is_answered: bool
    due_by: datetime | None
    created_at: datetime
    movements: Sequence[Movement]


# --- Experts' accounts, and what we are told


@dataclass(frozen=True, slots=True)
class Account:
    """An expert's account: whether it takes money now, and what the person still has to tell.

    A rejected one was refused for good. An account we have lost sight of is closed, and its country
    empty.
    """

    id: str
    country: str
    can_receive: bool
    requirements_due: Sequence[str]
    is_closed: bool
    is_rejected: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """An event, proven to come from the provider; what it says is a hint to go and ask."""

    id: str
    kind: str
    object_id: str
    account: str
    livemode: bool
    payload: Mapping[str, Any] = field(repr=False)


def group_of(contract_id: str) -> str:
    """Return the name under which a contract's charges and transfers are kept together."""
    return f"contract_{contract_id}"


class Gateway(Protocol):
    """Each call raises `Unavailable`, `Declined` or `Rejected`, and nothing of the provider's.

    What is sent is what stands in `params`, frozen when it was decided; `metadata.op_id` names the
    operation, by which it is found again.
    """

    # --- Paying

    def open_checkout(self, checkout: Checkout, *, key: str) -> Session:
        """Open a payment page."""

    def checkout(self, session_id: str) -> Session:
        """Look at a payment page, and at the money behind it."""

    def expire_checkout(self, session_id: str, *, key: str) -> Session:
        """Close a payment page, and return it as it is then: closed, or complete before we came."""

    def payment_of(self, object_id: str) -> str:
        """Return which of our payments a charge or a payment intent belongs to, or ""."""

    # --- To the expert and back

    def transfer(self, params: Params, *, key: str) -> Transfer:
        """Send money to an expert's account."""

    def transfer_by_id(self, transfer_id: str) -> Transfer:
        """Look at a transfer."""

    def find_transfer(self, *, group: str, operation_id: str) -> Transfer | None:
        """Look for the transfer of an operation among those of a contract."""

    def reverse_transfer(self, transfer_id: str, params: Params, *, key: str) -> Reversal:
        """Take money back from an expert's account.

        :raises Declined: with `balance_insufficient` if it is no longer there.
        :raises Overtaken: if less than that is left of the transfer.
        """

    def reversal_by_id(self, transfer_id: str, reversal_id: str) -> Reversal:
        """Look at a reversal."""

    def reversals_of(self, transfer_id: str) -> Iterator[Reversal]:
        """Return what was taken back of a transfer, by whomever."""

    def find_reversal(self, *, transfer_id: str, operation_id: str) -> Reversal | None:
        """Look for the reversal of an operation among those of a transfer."""

    # --- Back to the client

    def refund(self, params: Params, *, key: str) -> Refund:
        """Give money back to the client who paid it.

        :raises Overtaken: if less than that is left of the charge, or its bank has it back already.
        """

    def refund_by_id(self, refund_id: str) -> Refund:
        """Look at a refund."""

    def refunds_of(self, intent_id: str) -> Iterator[Refund]:
        """Return what was given back of a payment, by whomever."""

    def find_refund(self, *, intent_id: str, operation_id: str) -> Refund | None:
        """Look for the refund of an operation among those of a payment."""

    # --- To the bank

    def pay_out(self, params: Params, *, key: str) -> Payout:
        """Send money of our own to our bank.

        :raises Declined: with `balance_insufficient` if it is not available.
        """

    def payout_by_id(self, payout_id: str, *, account: str = "") -> Payout:
        """Look at a payout of ours, or of an expert's account."""

    def find_payout(self, *, operation_id: str, since: datetime) -> Payout | None:
        """Look for the payout of an operation among ours since a moment."""

    # --- Chargebacks

    def chargeback(self, dispute_id: str) -> Chargeback:
        """Look at a chargeback or an inquiry."""

    def save_evidence(self, dispute_id: str, evidence: Params, *, key: str) -> Chargeback:
        """Keep what we will say about a chargeback, without saying it yet.

        :raises Overtaken: if the bank has decided.
        """

    def answer_chargeback(self, dispute_id: str, evidence: Params, *, key: str) -> Chargeback:
        """Send what we have to say to the client's bank; it reads one answer.

        :raises Overtaken: if the bank has decided.
        """

    def accept_chargeback(self, dispute_id: str, *, key: str) -> Chargeback:
        """Give a chargeback up; there is no way back."""

    # --- Experts' accounts

    def open_account(
        self, *, expert_id: str, email: str, name: str, country: str, currency: str, key: str
    ) -> Account:
        """Open an account for an expert."""

    def account(self, account_id: str) -> Account:
        """Look at an expert's account."""

    def onboarding_link(
        self, account_id: str, *, return_url: str, refresh_url: str, key: str
    ) -> str:
        """Return the address where the expert tells the provider who they are; good once.

        A link that has run out or was used leads to `refresh_url`, which makes another.
        """

    def dashboard_link(self, account_id: str, *, key: str) -> str:
        """Return the address where an expert sees their own balance and payouts; good once."""

    def slow_payouts(self, account_id: str, *, days: int, key: str) -> None:
        """Keep an expert's money some days, and let their bank cover what we take back later."""

    # --- The platform's balance, and what happened

    def set_manual_payouts(self, *, key: str) -> None:
        """Keep our money where it is: what waits for experts must not go to our bank by itself."""

    def balance(self, *, account: str = "") -> Mapping[str, Balance]:
        """Return the platform's balance by currency, or that of an expert's account."""

    def movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        """Return what moved on the platform's balance, newest first, `until` left out."""

    def events_since(
        self, since: datetime, kinds: Collection[str], *, account: str = ""
    ) -> Iterator[Notice]:
        """Return what happened since a moment, in no order, to us or to an expert's account."""

    def proven(
        self, endpoint: str, body: bytes, signature: str, secrets: Sequence[str], *, at: datetime
    ) -> Notice:
        """Read a message that one of the secrets has signed just now.

        :raises Forged: if none has, or it is not one for this endpoint.
        """
