"""Payouts: money from a balance to a bank, which may still send it back."""

from enum import StrEnum

from marketplace.local.fakestripe import accounts, balance, currency, events, listing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import InsufficientFunds, Refused
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import DAY, PLATFORM, World, new_id

PAYOUT = "payout"
# https://docs.stripe.com/payouts: a standard payout is in the bank after about two days.
TRAVELS = 2 * DAY


class State(StrEnum):
    """What becomes of a payout on its way."""

    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


# A paid payout can still fail: https://docs.stripe.com/api/payouts/object#payout_object-status
MAY_COME_FROM = {
    State.IN_TRANSIT: {"pending"},
    State.PAID: {"pending", "in_transit"},
    State.FAILED: {"pending", "in_transit", "paid"},
    State.CANCELED: {"pending"},
}


class IllegalState(Refused):
    """The payout is already past that."""

    def __init__(self, payout: Obj, state: State) -> None:
        super().__init__(
            f"Payouts can't become {state} while they have a status of {payout['status']}.",
            code="payout_not_allowed",
        )


def pay_out(
    world: World,
    *,
    amount: int,
    code: str,
    automatic: bool,
    metadata: Obj,
    description: str | None = None,
) -> Obj:
    """Send money of this account's available balance to its bank.

    :raises InsufficientFunds: if there is not as much available.
    """
    there = balance.available(world, code)
    if there < amount:
        raise InsufficientFunds(
            f"You have insufficient funds in your Stripe account for this transfer. "
            f"{currency.written(there, code)} of {currency.written(amount, code)} is available."
        )
    payout_id = new_id("po")
    taken = balance.post(
        world, amount=-amount, currency=code, kind="payout", category="payout", source=payout_id
    )
    payout = world.add(
        {
            "id": payout_id,
            "object": PAYOUT,
            "amount": amount,
            "application_fee": None,
            "application_fee_amount": None,
            # Stripe names a day by its midnight.
            "arrival_date": (world.now + TRAVELS) // DAY * DAY,
            "automatic": automatic,
            "balance_transaction": taken["id"],
            "created": world.now,
            "currency": code,
            "description": description or "STRIPE PAYOUT",
            "destination": _bank(world),
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": metadata,
            "method": "standard",
            "original_payout": None,
            "payout_method": None,
            "reconciliation_status": "not_applicable",
            "reversed_by": None,
            "source_type": "card",
            "statement_descriptor": None,
            "status": "pending",
            "trace_id": None,
            "type": "bank_account",
        }
    )
    world.later(TRAVELS, "payouts.arrive", payout_id)
    events.emit(world, "payout.created", payout)
    return payout


def run_schedules(world: World) -> list[Obj]:
    """Pay out what is available on every balance, but for those that are paid out by hand.

    The platform's own balance is one of them: what waits there for experts goes to its bank too.
    """
    made = []
    for account_id in (PLATFORM, *accounts.all_ids(world)):
        seen = world.seen_by(account_id)
        schedule = balance.settings(seen)["payments"]["payouts"]["schedule"]
        if schedule["interval"] == "manual" or not _has_bank(seen):
            continue
        for code, amount in balance.sums(seen)["available"].items():
            if amount > 0:
                made.append(pay_out(seen, amount=amount, code=code, automatic=True, metadata={}))
    return made


def bring_to(world: World, payout: Obj, state: State) -> Obj:
    """Let a payout move on.

    :raises IllegalState: if it is past that.
    """
    if payout["status"] not in MAY_COME_FROM[state]:
        raise IllegalState(payout, state)
    before = {"status": payout["status"]}
    payout["status"] = state.value
    if state in {State.FAILED, State.CANCELED}:
        _bring_back(world, payout, state)
    world.save(payout)
    kind = "payout.updated" if state is State.IN_TRANSIT else f"payout.{state}"
    events.emit(world, kind, payout, before=before)
    return payout


def arrive(world: World, payout_id: str) -> None:
    """Let a payout reach the bank on its day, unless something happened to it before."""
    payout = world.get(PAYOUT, payout_id)
    if payout["status"] in MAY_COME_FROM[State.PAID]:
        bring_to(world, payout, State.PAID)


def _bring_back(world: World, payout: Obj, state: State) -> None:
    failed = state is State.FAILED
    returned = balance.post(
        world,
        amount=payout["amount"],
        currency=payout["currency"],
        kind="payout_failure" if failed else "payout_cancel",
        category="payout_reversal",
        source=payout["id"],
    )
    if failed:
        payout.update(
            failure_balance_transaction=returned["id"],
            failure_code="account_closed",
            failure_message="The bank account has been closed.",
        )


def _has_bank(world: World) -> bool:
    if world.account == PLATFORM:
        return True
    paid_out: bool = accounts.connected(world, world.account)["payouts_enabled"]
    return paid_out


def _bank(world: World) -> str:
    if not world.account:
        return "ba_platform"
    record = accounts.connected(world, world.account)
    banks = (record["external_accounts"] or {"data": []})["data"]
    return str(banks[0]["id"]) if banks else "ba_unknown"


# --- Operations


def create(call: Call) -> Obj:
    """POST /v1/payouts"""
    call.serve_only("amount", "currency", "description", "metadata")
    return pay_out(
        call.world,
        amount=currency.positive(call.params["amount"]),
        code=currency.known(call.params["currency"]),
        automatic=False,
        metadata=call.metadata(),
        description=call.get("description"),
    )


def retrieve(call: Call, payout_id: str) -> Obj:
    """GET /v1/payouts/{id}"""
    return call.world.get(PAYOUT, payout_id)


def list_all(call: Call) -> Obj:
    """GET /v1/payouts"""
    return listing.page(call, PAYOUT, filters=("destination", "status"))


def cancel(call: Call, payout_id: str) -> Obj:
    """POST /v1/payouts/{id}/cancel"""
    return bring_to(call.world, call.world.get(PAYOUT, payout_id), State.CANCELED)
