"""The platform's balance at Stripe, what moved on it, and when money may leave it by itself."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.gateway.connection import MOST_PER_PAGE, Connection, id_in, money, our_errors
from contracts.gateway.protocol import Balance, Movement
from marketplace.kit.money import Money


class Balances(Connection):
    """Looks at the balance and its movements."""

    def set_manual_payouts(self, *, key: str) -> None:
        """Turn the platform's own automatic payouts off."""
        with our_errors():
            self._client.v1.balance_settings.update(
                {"payments": {"payouts": {"schedule": {"interval": "manual"}}}},
                {"idempotency_key": key},
            )

    def slow_payouts(self, account_id: str, *, days: int, key: str) -> None:
        """Delay an account's settlement; its bank covers a balance that falls below zero."""
        with our_errors():
            self._client.v1.balance_settings.update(
                {
                    "payments": {
                        "debit_negative_balances": True,
                        "settlement_timing": {"delay_days_override": days},
                    }
                },
                {"idempotency_key": key, "stripe_account": account_id},
            )

    def balance(self, *, account: str = "") -> Mapping[str, Balance]:
        """Fetch a balance; a currency on one side only has nothing on the other."""
        options: Any = {"stripe_account": account} if account else None
        with our_errors():
            found = self._client.v1.balance.retrieve(options=options).to_dict()
        sides = {
            side: {part["currency"]: money(part) for part in found[side]}
            for side in ("available", "pending")
        }
        return {
            code: Balance(*(amounts.get(code, Money(0, code)) for amounts in sides.values()))
            for code in sorted({*sides["available"], *sides["pending"]})
        }

    def movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        """Page through the balance transactions of a time."""
        with our_errors():
            page = self._client.v1.balance_transactions.list(
                {
                    "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
                    "limit": MOST_PER_PAGE,
                }
            )
            for one in page.auto_paging_iter():
                yield movement(one.to_dict())


def movement(raw: Mapping[str, Any]) -> Movement:
    """Read a balance transaction."""
    return Movement(
        id=raw["id"],
        kind=raw["type"],
        category=raw["reporting_category"],
        amount=money(raw),
        fee=money(raw, "fee"),
        net=money(raw, "net"),
        source_id=id_in(raw, "source"),
        description=raw.get("description") or "",
        created_at=datetime.fromtimestamp(raw["created"], UTC),
        available_at=datetime.fromtimestamp(raw["available_on"], UTC),
    )
