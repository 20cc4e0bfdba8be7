"""Payouts: ours to our bank, and a look at those of experts to theirs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.gateway.connection import (
    MOST_PER_PAGE,
    Connection,
    id_in,
    money,
    operation_of,
    our_errors,
)
from contracts.gateway.protocol import Params, Payout


class Payouts(Connection):
    """Sends what we have earned to our bank."""

    def pay_out(self, params: Params, *, key: str) -> Payout:
        """Pay out exactly what was frozen."""
        with our_errors():
            made = self._client.v1.payouts.create(
                {
                    "amount": params["amount"],
                    "currency": params["currency"],
                    "metadata": params["metadata"],
                },
                {"idempotency_key": key},
            )
        return _payout(made.to_dict())

    def payout_by_id(self, payout_id: str, *, account: str = "") -> Payout:
        """Fetch one payout of the platform or of a connected account."""
        with our_errors():
            found = self._client.v1.payouts.retrieve(
                payout_id, options={"stripe_account": account} if account else None
            )
        return _payout(found.to_dict(), account)

    def find_payout(self, *, operation_id: str, since: datetime) -> Payout | None:
        """Page through the platform's payouts."""
        with our_errors():
            page = self._client.v1.payouts.list(
                {"created": {"gte": int(since.timestamp())}, "limit": MOST_PER_PAGE}
            )
            found = (_payout(one.to_dict()) for one in page.auto_paging_iter())
            return next((one for one in found if one.operation_id == operation_id), None)


def _payout(raw: Mapping[str, Any], account: str = "") -> Payout:
    return Payout(
        id=raw["id"],
        amount=money(raw),
        status=raw["status"],
        # Stripe gives the day as its midnight in UTC.
        arrives_on=datetime.fromtimestamp(raw["arrival_date"], UTC).date(),
        operation_id=operation_of(raw),
        account=account,
        is_automatic=raw["automatic"],
        failure_code=raw.get("failure_code") or "",
        original_payout_id=id_in(raw, "original_payout"),
        balance_transaction_id=id_in(raw, "balance_transaction") or None,
        failure_balance_transaction_id=id_in(raw, "failure_balance_transaction") or None,
    )
