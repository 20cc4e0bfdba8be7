"""Chargebacks: what a client's bank has taken or asks about, and what we answer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.gateway.balances import movement
from contracts.gateway.connection import Connection, id_in, money, our_errors
from contracts.gateway.protocol import Chargeback, Overtaken, Params, Rejected

# Every other status is open, those that Stripe has yet to invent among them
# (docs.stripe.com/api/disputes/object#dispute_object-status).
CLOSED = frozenset(["won", "lost", "warning_closed", "prevented"])
DECIDED = frozenset(["won", "lost"])
INQUIRY = "warning_"


class Chargebacks(Connection):
    """Looks at disputes and answers them."""

    def chargeback(self, dispute_id: str) -> Chargeback:
        """Fetch one dispute; its balance transactions are always with it."""
        with our_errors():
            found = self._client.v1.disputes.retrieve(dispute_id)
        return _chargeback(found.to_dict())

    def save_evidence(self, dispute_id: str, evidence: Params, *, key: str) -> Chargeback:
        """Stage evidence, as Stripe calls it."""
        return self._update(dispute_id, {"evidence": evidence, "submit": False}, key)

    def answer_chargeback(self, dispute_id: str, evidence: Params, *, key: str) -> Chargeback:
        """Submit evidence; what was staged goes with it."""
        return self._update(dispute_id, {"evidence": evidence, "submit": True}, key)

    def accept_chargeback(self, dispute_id: str, *, key: str) -> Chargeback:
        """Close a dispute, which loses it. Stripe has no code for one that is over, so we look."""
        try:
            with our_errors():
                found = self._client.v1.disputes.close(dispute_id, {}, {"idempotency_key": key})
        except Rejected as refusal:
            self._refuse_if_over(dispute_id, refusal)
            raise
        return _chargeback(found.to_dict())

    def _update(self, dispute_id: str, change: Any, key: str) -> Chargeback:
        try:
            with our_errors():
                found = self._client.v1.disputes.update(
                    dispute_id, change, {"idempotency_key": key}
                )
        except Rejected as refusal:
            self._refuse_if_over(dispute_id, refusal)
            raise
        return _chargeback(found.to_dict())

    def _refuse_if_over(self, dispute_id: str, refusal: Rejected) -> None:
        found = self.chargeback(dispute_id)
        if not found.is_open:
            raise Overtaken("dispute_closed", str(refusal)) from refusal


def _chargeback(raw: Mapping[str, Any]) -> Chargeback:
    status, details = raw["status"], raw["evidence_details"]
    due_by = details.get("due_by")
    return Chargeback(
        id=raw["id"],
        charge_id=id_in(raw, "charge"),
        intent_id=id_in(raw, "payment_intent"),
        amount=money(raw),
        status=status,
        reason=raw["reason"],
        is_open=status not in CLOSED,
        is_inquiry=status.startswith(INQUIRY),
        outcome=status if status in DECIDED else "",
        is_refundable=raw["is_charge_refundable"],
        is_answered=details["submission_count"] > 0,
        due_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        created_at=datetime.fromtimestamp(raw["created"], UTC),
        movements=[movement(one) for one in raw["balance_transactions"]],
    )
