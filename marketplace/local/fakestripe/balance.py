"""Balances: every movement of money is one balance transaction, a balance nothing but their sum."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from marketplace.local.fakestripe import events, listing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import DAY, World, new_id

TRANSACTION = "balance_transaction"
SETTINGS = "balance_settings"
# What Stripe keeps of a card payment: https://stripe.com/pricing, cards in the United States.
FEE_BPS = 290
FEE_FIXED = 30
# Days from a card payment to available funds: https://docs.stripe.com/payouts#payout-speed
SETTLEMENT_DAYS = 2
HOME_CURRENCY = "usd"


def processing_fee(amount: int) -> int:
    """Return Stripe's own fee for a card payment, in minor units, rounded half up."""
    return (amount * FEE_BPS + 5_000) // 10_000 + FEE_FIXED


def post(
    world: World,
    *,
    amount: int,
    currency: str,
    kind: str,
    category: str,
    source: str,
    fee: int = 0,
    available_on: int | None = None,
    description: str | None = None,
) -> Obj:
    """Move money in or out of this account's balance; it is pending until `available_on`."""
    on = world.now if available_on is None else max(available_on, world.now)
    transaction = world.add(
        {
            "id": new_id("txn"),
            "object": TRANSACTION,
            "amount": amount,
            "available_on": on,
            "balance_type": "payments",
            "created": world.now,
            "currency": currency,
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [_fee_detail(fee, currency)] if fee else [],
            "net": amount - fee,
            "reporting_category": category,
            "source": source,
            "status": "available" if on <= world.now else "pending",
            "type": kind,
        }
    )
    if on > world.now:
        world.later(on - world.now, "balance.mature", transaction["id"])
    if amount > fee:
        # New money may be what a waiting refund waits for.
        world.later(0, "refunds.retry", currency)
    return transaction


def mature(world: World, transaction_id: str) -> None:
    """Make a pending movement available, as its date has come."""
    transaction = world.get(TRANSACTION, transaction_id)
    world.save({**transaction, "status": "available"})
    if transaction["net"] > 0:
        events.emit(world, "balance.available", current(world))
        world.later(0, "refunds.retry", transaction["currency"])


def available(world: World, currency: str) -> int:
    """Return what this account can spend now, in minor units."""
    return sums(world)["available"].get(currency, 0)


def total(world: World, currency: str) -> int:
    """Return all that is on this account, pending money included."""
    return available(world, currency) + sums(world)["pending"].get(currency, 0)


def sums(world: World) -> Mapping[str, dict[str, int]]:
    """Return the net of all movements by status and currency."""
    by_status: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in world.store.rows(
        "SELECT json_extract(body, '$.status') AS status,"
        " json_extract(body, '$.currency') AS currency,"
        " SUM(json_extract(body, '$.net')) AS net"
        " FROM object WHERE kind = 'balance_transaction' AND account = ? GROUP BY 1, 2",
        world.account,
    ):
        by_status[row["status"]][row["currency"]] = row["net"]
    return by_status


def current(world: World) -> Obj:
    """Return the balance of this account as the API serves it."""
    found = sums(world)
    currencies = sorted({HOME_CURRENCY, *found["available"], *found["pending"]})

    def side(status: str) -> list[Obj]:
        return [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency in currencies
            for amount in [found[status].get(currency, 0)]
        ]

    return {
        "object": "balance",
        "available": side("available"),
        "connect_reserved": [{"amount": 0, "currency": one} for one in currencies],
        "livemode": False,
        "pending": side("pending"),
    }


def settings(world: World) -> Obj:
    """Return how this account is paid out and whether its bank covers a negative balance."""
    return world.any_by_id(_settings_id(world)) or {
        "id": _settings_id(world),
        "object": SETTINGS,
        "payments": {
            "debit_negative_balances": True,
            # Left out, not null: stripe 16.1 cannot read a null `minimum_balance_by_currency`.
            "payouts": {
                "schedule": {
                    "interval": "daily",
                    "monthly_payout_days": None,
                    "weekly_payout_days": None,
                },
                "statement_descriptor": None,
                "status": "enabled",
            },
            "settlement_timing": {
                "delay_days": SETTLEMENT_DAYS,
                "delay_days_override": None,
                "start_of_day": None,
            },
        },
    }


def settles_on(world: World) -> int:
    """Return when money that comes in now is available."""
    timing = settings(world)["payments"]["settlement_timing"]
    override = timing["delay_days_override"]
    days: int = timing["delay_days"] if override is None else override
    return world.now + days * DAY


def _fee_detail(fee: int, currency: str) -> Obj:
    return {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }


def _settings_id(world: World) -> str:
    return f"{SETTINGS}:{world.account}"


# --- Operations


def retrieve(call: Call) -> Obj:
    """GET /v1/balance"""
    return current(call.world)


def retrieve_transaction(call: Call, transaction_id: str) -> Obj:
    """GET /v1/balance_transactions/{id}"""
    return call.world.get(TRANSACTION, transaction_id)


def list_transactions(call: Call) -> Obj:
    """GET /v1/balance_transactions"""
    return listing.page(call, TRANSACTION, filters=("currency", "source", "type"))


def retrieve_settings(call: Call) -> Obj:
    """GET /v1/balance_settings"""
    return _without_id(settings(call.world))


def update_settings(call: Call) -> Obj:
    """POST /v1/balance_settings"""
    world = call.world
    after = _merged(settings(world), {"payments": call.get("payments", {})})
    if world.any_by_id(after["id"]):
        world.save(after)
    else:
        world.add(after)
    events.emit(world, "balance_settings.updated", _without_id(after))
    return _without_id(after)


def _merged(before: Any, changes: Any) -> Any:
    """Return what was there with the changes in it; an empty value takes a setting away."""
    if not (isinstance(before, dict) and isinstance(changes, dict)):
        return None if changes == "" else changes
    return {**before, **{name: _merged(before.get(name), part) for name, part in changes.items()}}


def _without_id(found: Obj) -> Obj:
    # Stripe knows the settings by their account alone; only our store wants an id.
    return {name: value for name, value in found.items() if name != "id"}
