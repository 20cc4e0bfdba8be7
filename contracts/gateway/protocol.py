"""What the domain asks of a payment provider, in the domain's words.

Every call that changes something takes a key: the same key again is the same wish and has one
effect. No call may be made inside a database transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from marketplace.kit.money import Money


class GatewayError(Exception):
    """The provider did not do what it was asked; `code` is its own word for why."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Unavailable(GatewayError):
    """Nobody knows whether it was done, or it was not looked at: ask again with the same key."""


class Declined(GatewayError):
    """It was not done and will not be until something outside us changes."""


class Rejected(GatewayError):
    """It was not done because of what we sent: our bug, a person has to look."""


class Forged(Exception):
    """A message that claims to come from the provider and does not, or not now."""


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
    """Money taken from the client; the fee is the provider's own, unknown until it has settled."""

    id: str
    balance_transaction_id: str | None = None
    fee: Money | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """What became of the money of a payment page; `status` is "succeeded" once we have it."""

    id: str
    status: str
    received: Money
    payment_id: str
    charge: Charge | None


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


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money sent to an expert's account; a transfer that exists has happened."""

    id: str
    amount: Money
    destination: str
    operation_id: str


@dataclass(frozen=True, slots=True)
class Account:
    """An expert's account: whether it takes money now, and what the person still has to tell."""

    id: str
    country: str
    can_receive: bool
    requirements_due: Sequence[str]
    is_closed: bool


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
    """Each call raises `Unavailable`, `Declined` or `Rejected`, and nothing of the provider's."""

    def open_checkout(self, checkout: Checkout, *, key: str) -> Session:
        """Open a payment page."""

    def checkout(self, session_id: str) -> Session:
        """Look at a payment page, and at the money behind it."""

    def payment_of(self, object_id: str) -> str:
        """Return which of our payments a charge or a payment intent belongs to, or ""."""

    def transfer(self, params: Mapping[str, Any], *, key: str) -> Transfer:
        """Send money to an expert's account, exactly as frozen in `params`."""

    def transfer_by_id(self, transfer_id: str) -> Transfer:
        """Look at a transfer."""

    def find_transfer(self, *, group: str, operation_id: str) -> Transfer | None:
        """Look for the transfer of an operation among those of a contract."""

    def open_account(
        self, *, expert_id: str, email: str, name: str, country: str, currency: str, key: str
    ) -> Account:
        """Open an account for an expert."""

    def account(self, account_id: str) -> Account:
        """Look at an expert's account."""

    def onboarding_link(self, account_id: str, *, return_url: str, key: str) -> str:
        """Return the address where the expert tells the provider who they are; good once."""

    def balance(self) -> Mapping[str, Money]:
        """Return the platform's balance by currency, pending money included."""

    def proven(
        self, endpoint: str, body: bytes, signature: str, secrets: Sequence[str], *, at: datetime
    ) -> Notice:
        """Read a message that one of the secrets has signed just now.

        :raises Forged: if none has, or it is not one for this endpoint.
        """
