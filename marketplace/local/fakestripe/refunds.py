"""Refunds: money back to the payer, at once or when the balance can cover it."""

from enum import StrEnum

from marketplace.local.fakestripe import balance, currency, events, listing, payments
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import Refused, WrongValue
from marketplace.local.fakestripe.payments import CHARGE
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import World, new_id

REFUND = "refund"
NOT_GIVEN_BACK = frozenset({"failed", "canceled"})
SLOW = "slow_refunds"


class State(StrEnum):
    """Where a refund on its way can be brought."""

    NEEDS_ACTION = "requires_action"  # the payer has to say where the money goes
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


MAY_COME_FROM = {
    State.NEEDS_ACTION: {"pending"},
    State.SUCCEEDED: {"pending", "requires_action"},
    State.FAILED: {"pending", "requires_action", "succeeded"},
    State.CANCELED: {"pending", "requires_action"},
}


def pay_back(world: World, refund: Obj) -> Obj:
    """Take a refund off the balance and give it to the payer, or let it wait for money."""
    charge = world.get(CHARGE, refund["charge"])
    if not _covered(world, refund, charge):
        refund.update(status="pending", pending_reason="insufficient_funds")
        world.save(refund)
        return refund
    entry = world.get(balance.TRANSACTION, charge["balance_transaction"])
    taken = balance.post(
        world,
        amount=-refund["amount"],
        currency=refund["currency"],
        kind="refund",
        category="refund",
        source=refund["id"],
        available_on=entry["available_on"],
    )
    is_slow = payments.test_card(charge).refund == "arrives_later" or _next_is_slow(world)
    refund.update(
        status="pending" if is_slow else "succeeded",
        pending_reason="processing" if is_slow else None,
        balance_transaction=taken["id"],
        destination_details={
            "type": "card",
            "card": {"reference_status": "pending", "reference_type": None, "type": "refund"},
        },
    )
    world.save(refund)
    return refund


def retry_waiting(world: World, code: str) -> None:
    """Pay back what waits for money in a currency, the oldest first, as far as the money goes."""
    for refund in world.find(
        REFUND, status="pending", pending_reason="insufficient_funds", currency=code
    ):
        pay_back(world, refund)
        if refund["status"] != "pending":
            events.emit(world, "refund.updated", refund, before={"status": "pending"})


def bring_to(world: World, refund: Obj, state: State) -> Obj:
    """Let a refund move on; one that does not reach the payer is on the balance again.

    :raises Refused: if the refund is past that.
    """
    before = {"status": refund["status"]}
    if refund["status"] not in MAY_COME_FROM[state]:
        raise Refused(f"Refund {refund['id']} is {refund['status']}.")
    refund.update(status=state.value, pending_reason=None)
    if state is State.FAILED:
        refund["failure_reason"] = "expired_or_canceled_card"
    if state in {State.FAILED, State.CANCELED}:
        _bring_back(world, refund)
    world.save(refund)
    events.emit(world, "refund.updated", refund, before=before)
    if state is State.FAILED:
        events.emit(world, "refund.failed", refund)
    return refund


def follow_card(world: World, refund_id: str) -> None:
    """Let a refund end the way its test card promises."""
    refund = world.get(REFUND, refund_id)
    promised = payments.test_card(world.get(CHARGE, refund["charge"])).refund
    state = State.FAILED if promised == "fails_later" else State.SUCCEEDED
    if refund["status"] in MAY_COME_FROM[state]:
        bring_to(world, refund, state)


def given_back(world: World, charge: Obj) -> int:
    """Return how much of a charge has been refunded or waits to be, in minor units."""
    return sum(
        one["amount"]
        for one in world.find(REFUND, charge=charge["id"])
        if one["status"] not in NOT_GIVEN_BACK
    )


def _covered(world: World, refund: Obj, charge: Obj) -> bool:
    """Tell whether the balance can pay; a bank that covers a negative balance always can."""
    if balance.settings(world)["payments"]["debit_negative_balances"]:
        return True
    entry = world.get(balance.TRANSACTION, charge["balance_transaction"])
    # A charge that is itself on its way may be given back out of what is on its way.
    has = balance.total if entry["status"] == "pending" else balance.available
    amount: int = refund["amount"]
    return has(world, refund["currency"]) >= amount


def _next_is_slow(world: World) -> bool:
    """Tell whether the control plane wants this refund to take its time, and count it."""
    left: int = world.store.setting(SLOW, 0)
    world.store.set(SLOW, max(left - 1, 0))
    return left > 0


def _bring_back(world: World, refund: Obj) -> None:
    """Undo what was taken, and let the charge be refunded again by as much."""
    if refund["balance_transaction"]:
        returned = balance.post(
            world,
            amount=refund["amount"],
            currency=refund["currency"],
            kind="refund_failure",
            category="refund_failure",
            source=refund["id"],
        )
        refund["failure_balance_transaction"] = returned["id"]
    charge = world.get(CHARGE, refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    world.save(charge)


# --- Operations


def create(call: Call) -> Obj:
    """POST /v1/refunds"""
    call.serve_only("amount", "charge", "metadata", "payment_intent", "reason")
    world = call.world
    charge = _charge(call)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise Refused(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = currency.positive(call.params["amount"]) if "amount" in call.params else left
    if amount > left:
        raise WrongValue(
            "amount",
            f"Refund amount ({currency.written(amount, charge['currency'])}) is greater than "
            f"unrefunded amount on charge ({currency.written(left, charge['currency'])})",
            code=None,
        )
    refund = world.add(
        {
            "id": new_id("re"),
            "object": REFUND,
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": world.now,
            "currency": charge["currency"],
            "destination_details": None,
            "metadata": call.metadata(),
            "payment_intent": charge["payment_intent"],
            "pending_reason": None,
            "reason": call.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "pending",
            "transfer_reversal": None,
        }
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.save(charge)
    pay_back(world, refund)
    if payments.test_card(charge).refund:
        world.later(0, "refunds.follow_card", refund["id"])
    events.emit(world, "refund.created", refund)
    events.emit(world, "charge.refunded", charge)
    return refund


def retrieve(call: Call, refund_id: str) -> Obj:
    """GET /v1/refunds/{id}"""
    return call.world.get(REFUND, refund_id)


def list_all(call: Call) -> Obj:
    """GET /v1/refunds"""
    return listing.page(call, REFUND, filters=("charge", "payment_intent"))


def cancel(call: Call, refund_id: str) -> Obj:
    """POST /v1/refunds/{id}/cancel; what is with the bank already cannot be taken back."""
    refund = call.world.get(REFUND, refund_id)
    is_at_bank = refund["pending_reason"] == "processing"
    if is_at_bank or refund["status"] not in MAY_COME_FROM[State.CANCELED]:
        raise Refused(
            f"You cannot cancel refund {refund_id} because it has a status of {refund['status']}."
        )
    return bring_to(call.world, refund, State.CANCELED)


def _charge(call: Call) -> Obj:
    if "charge" in call.params:
        charge = call.world.get(CHARGE, call.params["charge"], param="charge")
    elif "payment_intent" in call.params:
        intent = call.world.get(
            "payment_intent", call.params["payment_intent"], param="payment_intent"
        )
        charge = call.world.any_by_id(intent["latest_charge"] or "") or {}
    else:
        raise WrongValue(
            "charge", "One of the following params should be provided: charge or payment_intent."
        )
    if not charge.get("balance_transaction"):
        raise Refused("This payment does not have a successful charge to refund.")
    if charge["disputed"] and not charge.get("_refundable"):
        raise Refused(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    return charge
