"""Transfers to experts' accounts, and reversals that take them back."""

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
from contracts.gateway.protocol import Overtaken, Params, Rejected, Reversal, Transfer


class Transfers(Connection):
    """Sends money to experts and takes it back."""

    def transfer(self, params: Params, *, key: str) -> Transfer:
        """Send exactly what was frozen; other parameters under the same key are refused."""
        with our_errors():
            sent = self._client.v1.transfers.create(
                _order(params),
                {"idempotency_key": key},
            )
        return _transfer(sent.to_dict())

    def transfer_by_id(self, transfer_id: str) -> Transfer:
        """Fetch one transfer."""
        with our_errors():
            found = self._client.v1.transfers.retrieve(transfer_id)
        return _transfer(found.to_dict())

    def find_transfer(self, *, group: str, operation_id: str) -> Transfer | None:
        """Page through the group; v1 lists are consistent at once, Stripe's search is not."""
        with our_errors():
            page = self._client.v1.transfers.list({"transfer_group": group, "limit": MOST_PER_PAGE})
            found = (_transfer(one.to_dict()) for one in page.auto_paging_iter())
            return next((one for one in found if one.operation_id == operation_id), None)

    def reverse_transfer(self, transfer_id: str, params: Params, *, key: str) -> Reversal:
        """Reverse a part. Stripe has no code for "there is less left than that", so we look."""
        try:
            with our_errors():
                taken = self._client.v1.transfers.reversals.create(
                    transfer_id,
                    {"amount": params["amount"], "metadata": params["metadata"]},
                    {"idempotency_key": key},
                )
        except Rejected as refusal:
            transfer = self.transfer_by_id(transfer_id)
            if (transfer.amount - transfer.reversed).minor < params["amount"]:
                raise Overtaken("transfer_already_reversed", str(refusal)) from refusal
            raise
        return _reversal(taken.to_dict())

    def reversal_by_id(self, transfer_id: str, reversal_id: str) -> Reversal:
        """Fetch one reversal."""
        with our_errors():
            found = self._client.v1.transfers.reversals.retrieve(transfer_id, reversal_id)
        return _reversal(found.to_dict())

    def reversals_of(self, transfer_id: str) -> Iterator[Reversal]:
        """Page through a transfer's reversals."""
        with our_errors():
            page = self._client.v1.transfers.reversals.list(transfer_id, {"limit": MOST_PER_PAGE})
            for one in page.auto_paging_iter():
                yield _reversal(one.to_dict())

    def find_reversal(self, *, transfer_id: str, operation_id: str) -> Reversal | None:
        """Look for one among a transfer's reversals."""
        found = self.reversals_of(transfer_id)
        return next((one for one in found if one.operation_id == operation_id), None)


def _order(params: Params) -> Any:
    """What Stripe is sent; without a charge as its source, it leaves our available balance."""
    order = {
        name: params[name]
        for name in ("amount", "currency", "destination", "transfer_group", "metadata")
    }
    source = params.get("source_transaction")
    return order | ({"source_transaction": source} if source else {})


def _transfer(raw: Mapping[str, Any]) -> Transfer:
    return Transfer(
        id=raw["id"],
        amount=money(raw),
        destination=id_in(raw, "destination"),
        operation_id=operation_of(raw),
        reversed=money(raw, "amount_reversed"),
        source_transaction=id_in(raw, "source_transaction"),
        group=raw.get("transfer_group") or "",
    )


def _reversal(raw: Mapping[str, Any]) -> Reversal:
    return Reversal(
        id=raw["id"],
        transfer_id=id_in(raw, "transfer"),
        amount=money(raw),
        operation_id=operation_of(raw),
    )
