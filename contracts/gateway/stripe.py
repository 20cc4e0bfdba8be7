"""The only code that speaks to Stripe: our words into its SDK's and back.

The SDK's `StripeClient` retries nothing unless told to and makes up a new idempotency key for each
call, so both are given here: two retries of the same request, and a key from our own rows.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import stripe

from contracts.gateway.protocol import (
    Account,
    Charge,
    Checkout,
    Declined,
    Forged,
    Intent,
    Notice,
    Rejected,
    Session,
    Transfer,
    Unavailable,
    group_of,
)
from marketplace.kit.money import Money

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
RETRIES = 2
# How far a webhook's time may be from ours; the SDK checks the past only.
TOLERANCE = timedelta(seconds=300)
# Definite refusals that pass when the payee or our balance changes (docs.stripe.com/error-codes).
DECLINES = frozenset(
    [
        "balance_insufficient",
        "insufficient_capabilities_for_transfer",
        "transfers_not_allowed",
        "payouts_not_allowed",
        "account_closed",
        "account_invalid",
    ]
)
SNAPSHOT, THIN = "event", "v2.core.event"


class StripeGateway:
    """Implements `Gateway`."""

    def __init__(self, secret_key: str, address: str) -> None:
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={
                "api": address,
                "connect": address,
                "files": address,
                "meter_events": address,
            },
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            max_network_retries=RETRIES,
        )

    def open_checkout(self, checkout: Checkout, *, key: str) -> Session:
        """Open a hosted page that takes one card payment."""
        ours = {"payment_id": checkout.payment_id, "contract_id": checkout.contract_id}
        with _our_errors():
            found = self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "ui_mode": "hosted_page",
                    "allowed_payment_method_types": ["card"],
                    "client_reference_id": checkout.payment_id,
                    "customer_email": checkout.email,
                    "line_items": [_line(name, price) for name, price in checkout.lines],
                    "payment_intent_data": {
                        "transfer_group": group_of(checkout.contract_id),
                        "metadata": ours,
                    },
                    "metadata": ours,
                    "expires_at": int(checkout.expires_at.timestamp()),
                    "success_url": checkout.return_url,
                    "cancel_url": checkout.cancel_url,
                },
                {"idempotency_key": key},
            )
        return _session(found.to_dict())

    def checkout(self, session_id: str) -> Session:
        """Fetch a session with its intent, charge and balance transaction in one call."""
        with _our_errors():
            found = self._client.v1.checkout.sessions.retrieve(
                session_id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
            )
        return _session(found.to_dict())

    def payment_of(self, object_id: str) -> str:
        """Read the metadata Stripe copies from our session to the intent and on to its charge."""
        v1 = self._client.v1
        with _our_errors():
            if object_id.startswith("pi_"):
                found: Any = v1.payment_intents.retrieve(object_id)
            else:
                found = v1.charges.retrieve(object_id)
        return str(found.to_dict()["metadata"].get("payment_id", ""))

    def transfer(self, params: Mapping[str, Any], *, key: str) -> Transfer:
        """Send exactly what was frozen; other parameters under the same key are refused."""
        with _our_errors():
            sent = self._client.v1.transfers.create(
                {
                    "amount": params["amount"],
                    "currency": params["currency"],
                    "destination": params["destination"],
                    "source_transaction": params["source_transaction"],
                    "transfer_group": params["transfer_group"],
                    "metadata": params["metadata"],
                },
                {"idempotency_key": key},
            )
        return _transfer(sent.to_dict())

    def transfer_by_id(self, transfer_id: str) -> Transfer:
        """Fetch one transfer."""
        with _our_errors():
            found = self._client.v1.transfers.retrieve(transfer_id)
        return _transfer(found.to_dict())

    def find_transfer(self, *, group: str, operation_id: str) -> Transfer | None:
        """Page through the group; v1 lists are consistent at once, Stripe's search is not."""
        with _our_errors():
            page = self._client.v1.transfers.list({"transfer_group": group, "limit": 100})
            found = (_transfer(one.to_dict()) for one in page.auto_paging_iter())
            return next((one for one in found if one.operation_id == operation_id), None)

    def open_account(
        self, *, expert_id: str, email: str, name: str, country: str, currency: str, key: str
    ) -> Account:
        """Open a v2 account that receives transfers; we answer for its fees and losses."""
        with _our_errors():
            found = self._client.v2.core.accounts.create(
                {
                    "contact_email": email,
                    "display_name": name,
                    "dashboard": "express",
                    "identity": {"country": country.lower()},
                    "configuration": {
                        "recipient": {
                            "capabilities": {
                                "stripe_balance": {"stripe_transfers": {"requested": True}}
                            }
                        }
                    },
                    "defaults": {
                        "currency": currency,
                        "responsibilities": {
                            "fees_collector": "application",
                            "losses_collector": "application",
                        },
                    },
                    "metadata": {"expert_id": expert_id},
                    "include": ["configuration.recipient", "identity", "requirements"],
                },
                {"idempotency_key": key},
            )
        return _account(found.to_dict())

    def account(self, account_id: str) -> Account:
        """Fetch an account with the parts that say whether it can be paid."""
        with _our_errors():
            found = self._client.v2.core.accounts.retrieve(
                account_id, {"include": ["configuration.recipient", "identity", "requirements"]}
            )
        return _account(found.to_dict())

    def onboarding_link(self, account_id: str, *, return_url: str, key: str) -> str:
        """Mint a link; a used one brings the person back to us, to ask for another."""
        with _our_errors():
            link = self._client.v2.core.account_links.create(
                {
                    "account": account_id,
                    "use_case": {
                        "type": "account_onboarding",
                        "account_onboarding": {
                            "refresh_url": return_url,
                            "return_url": return_url,
                            "collection_options": {"fields": "eventually_due"},
                        },
                    },
                },
                {"idempotency_key": key},
            )
        return str(link.url)

    def balance(self) -> Mapping[str, Money]:
        """Add up what is available and what is pending."""
        with _our_errors():
            found = self._client.v1.balance.retrieve().to_dict()
        totals: dict[str, Money] = {}
        for part in [*found["available"], *found["pending"]]:
            nothing = Money(0, part["currency"])
            totals[part["currency"]] = totals.get(part["currency"], nothing) + _money(part)
        return totals

    def proven(
        self, endpoint: str, body: bytes, signature: str, secrets: Sequence[str], *, at: datetime
    ) -> Notice:
        """Check signature, time and shape of a webhook; any of the secrets will do."""
        if not any(_signs(secret, body, signature) for secret in secrets):
            raise Forged("signature")
        try:
            signed_at, notice = _signed_at(signature), _notice(json.loads(body))
        except (ValueError, LookupError, TypeError, AttributeError) as unreadable:
            raise Forged("shape") from unreadable
        if abs(at.timestamp() - signed_at) > TOLERANCE.total_seconds():
            raise Forged("time")
        if notice.payload["object"] != (THIN if endpoint == "thin" else SNAPSHOT):
            raise Forged("kind")
        return notice


@contextmanager
def _our_errors() -> Iterator[None]:
    """Say Stripe's refusals in our three words.

    What is not certain not to have happened is `Unavailable`: connection errors, time-outs, 5xx,
    409, answers that cannot be read. So is 429, which asks for patience, and a key that Stripe
    does not take, which is our configuration and no fault of the request.
    """
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.exception("stripe.key.refused")
        raise Unavailable("key_refused", str(error)) from error
    except stripe.CardError as error:
        raise Declined(error.code or "card_declined", str(error)) from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise _refusal(error) from error
    except stripe.StripeError as error:
        raise Unavailable(error.code or type(error).__name__, str(error)) from error


def _refusal(error: stripe.StripeError) -> Unavailable | Declined | Rejected:
    if error.http_status == 409:  # noqa: PLR2004 (HTTP's own number)
        return Unavailable("idempotency_key_in_use", str(error))
    if isinstance(error, stripe.IdempotencyError):
        return Rejected("idempotency_error", str(error))
    code = error.code or "invalid_request"
    payee_is_gone = code == "resource_missing" and getattr(error, "param", "") == "destination"
    kind = Declined if code in DECLINES or payee_is_gone else Rejected
    return kind(code, str(error))


def _line(name: str, price: Money) -> Any:
    data = {"currency": price.currency, "unit_amount": price.minor, "product_data": {"name": name}}
    return {"price_data": data, "quantity": 1}


def _money(raw: Mapping[str, Any], field: str = "amount") -> Money:
    return Money(raw[field], raw["currency"])


def _session(raw: Mapping[str, Any]) -> Session:
    intent = raw.get("payment_intent")
    return Session(
        id=raw["id"],
        url=raw.get("url") or "",
        status=raw["status"],
        is_paid=raw["payment_status"] == "paid",
        payment_id=raw["metadata"].get("payment_id", ""),
        livemode=raw["livemode"],
        intent=_intent(intent) if isinstance(intent, Mapping) else None,
    )


def _intent(raw: Mapping[str, Any]) -> Intent:
    charge = raw.get("latest_charge")
    return Intent(
        id=raw["id"],
        status=raw["status"],
        received=_money(raw, "amount_received"),
        payment_id=raw["metadata"].get("payment_id", ""),
        charge=_charge(charge) if isinstance(charge, Mapping) else None,
    )


def _charge(raw: Mapping[str, Any]) -> Charge:
    settled = raw.get("balance_transaction")
    if not isinstance(settled, Mapping):
        return Charge(raw["id"])
    return Charge(raw["id"], settled["id"], _money(settled, "fee"))


def _transfer(raw: Mapping[str, Any]) -> Transfer:
    return Transfer(
        id=raw["id"],
        amount=_money(raw),
        destination=raw["destination"],
        operation_id=raw["metadata"].get("op_id", ""),
    )


def _account(raw: Mapping[str, Any]) -> Account:
    capabilities = raw["configuration"]["recipient"]["capabilities"]
    transfers = (capabilities.get("stripe_balance") or {}).get("stripe_transfers") or {}
    entries = (raw.get("requirements") or {}).get("entries") or []
    is_closed = bool(raw.get("closed"))
    return Account(
        id=raw["id"],
        country=(raw["identity"]["country"] or "").upper(),
        can_receive=transfers.get("status") == "active" and not is_closed,
        requirements_due=[entry["description"] for entry in entries],
        is_closed=is_closed,
    )


def _signs(secret: str, body: bytes, signature: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, signature, secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _signed_at(signature: str) -> int:
    """Return the signed time; the signature over it has been verified."""
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))


def _notice(event: Mapping[str, Any]) -> Notice:
    """Read an event. Postgres keeps no NUL in JSON, and Stripe has no reason to send one."""
    if "\\u0000" in json.dumps(event):
        raise ValueError("NUL")
    about = event.get("related_object") or (event.get("data") or {}).get("object") or {}
    return Notice(
        id=event["id"],
        kind=event["type"],
        object_id=about.get("id") or "",
        account=event.get("account") or event.get("context") or "",
        livemode=event["livemode"],
        payload=event,
    )
