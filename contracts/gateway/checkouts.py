"""Payment pages: a hosted Checkout Session per attempt, and the money behind it."""

from collections.abc import Mapping
from typing import Any

from contracts.gateway.connection import Connection, money, our_errors
from contracts.gateway.protocol import Charge, Checkout, Intent, Rejected, Session, group_of
from marketplace.kit.money import Money

MONEY_BEHIND = "payment_intent.latest_charge.balance_transaction"


class Checkouts(Connection):
    """Opens, looks at and closes payment pages."""

    def open_checkout(self, checkout: Checkout, *, key: str) -> Session:
        """Open a hosted page that takes one card payment."""
        ours = {"payment_id": checkout.payment_id, "contract_id": checkout.contract_id}
        with our_errors():
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
        with our_errors():
            found = self._client.v1.checkout.sessions.retrieve(
                session_id, {"expand": [MONEY_BEHIND]}
            )
        return _session(found.to_dict())

    def expire_checkout(self, session_id: str, *, key: str) -> Session:
        """Expire a session. Stripe has no code for one that is no longer open, so we look."""
        try:
            with our_errors():
                found = self._client.v1.checkout.sessions.expire(
                    session_id, {"expand": [MONEY_BEHIND]}, {"idempotency_key": key}
                )
        except Rejected:
            session = self.checkout(session_id)
            if session.status == "open":
                raise
            return session
        return _session(found.to_dict())

    def payment_of(self, object_id: str) -> str:
        """Read the metadata Stripe copies from our session to the intent and on to its charge."""
        v1 = self._client.v1
        with our_errors():
            if object_id.startswith("pi_"):
                found: Any = v1.payment_intents.retrieve(object_id)
            else:
                found = v1.charges.retrieve(object_id)
        return str(found.to_dict()["metadata"].get("payment_id", ""))


def _line(name: str, price: Money) -> Any:
    data = {"currency": price.currency, "unit_amount": price.minor, "product_data": {"name": name}}
    return {"price_data": data, "quantity": 1}


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
        received=money(raw, "amount_received"),
        payment_id=raw["metadata"].get("payment_id", ""),
        charge=_charge(charge) if isinstance(charge, Mapping) else None,
        refusal=_refusal(raw.get("last_payment_error") or {}),
    )


def _refusal(error: Mapping[str, Any]) -> str:
    """The bank's own word, where Stripe passes it on."""
    return str(error.get("decline_code") or error.get("code") or "")


def _charge(raw: Mapping[str, Any]) -> Charge:
    settled = raw.get("balance_transaction")
    card = ((raw.get("payment_method_details") or {}).get("card") or {}).get("fingerprint") or ""
    if not isinstance(settled, Mapping):
        return Charge(raw["id"], card=card)
    return Charge(raw["id"], settled["id"], money(settled, "fee"), card)
