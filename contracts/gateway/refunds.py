"""Refunds: money back to the client, which may take its time and may come back."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.gateway.connection import (
    MOST_PER_PAGE,
    Connection,
    id_in,
    money,
    operation_of,
    our_errors,
)
from contracts.gateway.protocol import Overtaken, Params, Refund, Rejected


class Refunds(Connection):
    """Gives money back to clients."""

    def refund(self, params: Params, *, key: str) -> Refund:
        """Refund a part. Stripe has no code for "there is less left than that", so we look."""
        try:
            with our_errors():
                made = self._client.v1.refunds.create(
                    {
                        "payment_intent": params["payment_intent"],
                        "amount": params["amount"],
                        "reason": "requested_by_customer",
                        "metadata": params["metadata"],
                    },
                    {"idempotency_key": key},
                )
        except Rejected as refusal:
            if self._left(params["payment_intent"]) < params["amount"]:
                raise Overtaken("refund_exceeds_charge", str(refusal)) from refusal
            raise
        return _refund(made.to_dict())

    def refund_by_id(self, refund_id: str) -> Refund:
        """Fetch one refund."""
        with our_errors():
            found = self._client.v1.refunds.retrieve(refund_id)
        return _refund(found.to_dict())

    def find_refund(self, *, intent_id: str, operation_id: str) -> Refund | None:
        """Look for one among a payment's refunds."""
        found = self.refunds_of(intent_id)
        return next((one for one in found if one.operation_id == operation_id), None)

    def refunds_of(self, intent_id: str) -> Iterator[Refund]:
        """Page through a payment's refunds."""
        with our_errors():
            page = self._client.v1.refunds.list(
                {"payment_intent": intent_id, "limit": MOST_PER_PAGE}
            )
            for one in page.auto_paging_iter():
                yield _refund(one.to_dict())

    def _left(self, intent_id: str) -> int:
        """Return how much of a payment has not been given back, in minor units."""
        with our_errors():
            found = self._client.v1.payment_intents.retrieve(
                intent_id, {"expand": ["latest_charge"]}
            )
        charge = found.to_dict().get("latest_charge")
        return int(charge["amount"] - charge["amount_refunded"]) if charge else 0


def _refund(raw: Mapping[str, Any]) -> Refund:
    return Refund(
        id=raw["id"],
        amount=money(raw),
        # Stripe's type allows none; money that is not known to be there is on its way.
        status=raw.get("status") or "pending",
        operation_id=operation_of(raw),
        intent_id=id_in(raw, "payment_intent"),
        charge_id=id_in(raw, "charge"),
        failure_reason=raw.get("failure_reason") or "",
        balance_transaction_id=id_in(raw, "balance_transaction") or None,
        failure_balance_transaction_id=id_in(raw, "failure_balance_transaction") or None,
    )
