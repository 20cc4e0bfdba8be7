"""Transfers: money from the platform's balance to a connected account, and back again."""

from marketplace.local.fakestripe import accounts, balance, currency, events, listing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import InsufficientFunds, Refused, WrongValue
from marketplace.local.fakestripe.payments import CHARGE
from marketplace.local.fakestripe.refunds import REFUND
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import World, new_id

TRANSFER = "transfer"
REVERSAL = "transfer_reversal"
SERVED = (
    "amount",
    "currency",
    "description",
    "destination",
    "metadata",
    "source_transaction",
    "transfer_group",
)


class CannotReceive(Refused):
    """The person behind the account has not finished onboarding, or was refused."""

    def __init__(self) -> None:
        super().__init__(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )


def send(world: World, transfer: Obj, *, available_on: int) -> Obj:
    """Book a transfer on both balances; it is as available as the charge it comes from."""
    sent = balance.post(
        world,
        amount=-transfer["amount"],
        currency=transfer["currency"],
        kind="transfer",
        category="transfer",
        source=transfer["id"],
        available_on=available_on,
    )
    theirs = world.seen_by(transfer["destination"])
    payment = _destination_payment(theirs, transfer)
    received = balance.post(
        theirs,
        amount=transfer["amount"],
        currency=transfer["currency"],
        kind="payment",
        category="charge",
        source=payment["id"],
        available_on=available_on,
    )
    theirs.save({**payment, "balance_transaction": received["id"]})
    transfer.update(balance_transaction=sent["id"], destination_payment=payment["id"])
    world.add(transfer)
    events.emit(world, "transfer.created", transfer)
    return transfer


def reverse(
    world: World, transfer: Obj, *, amount: int, metadata: Obj, source_refund: str | None = None
) -> Obj:
    """Take money back from a connected account.

    :raises InsufficientFunds: if it is no longer there.
    """
    left = transfer["amount"] - transfer["amount_reversed"]
    if amount > left:
        # Stripe has no code for either (github.com/stripe/stripe-ruby/issues/1058).
        told = (
            f"Reversal amount ({currency.written(amount, transfer['currency'])}) is greater than "
            f"unreversed amount on transfer ({currency.written(left, transfer['currency'])})"
        )
        gone = f"The transfer {transfer['id']} is already fully reversed."
        raise WrongValue("amount", told if left else gone, code=None)
    theirs = world.seen_by(transfer["destination"])
    arrival = _arrival(theirs, transfer)
    _check_still_there(theirs, amount, transfer["currency"], arrival)
    reversal_id = new_id("trr")
    back = balance.post(
        world,
        amount=amount,
        currency=transfer["currency"],
        kind="transfer_refund",
        category="transfer_reversal",
        source=reversal_id,
        available_on=arrival,
    )
    taken = _payment_refund(theirs, transfer, amount, arrival)
    reversal = world.add(
        {
            "id": reversal_id,
            "object": REVERSAL,
            "amount": amount,
            "balance_transaction": back["id"],
            "created": world.now,
            "currency": transfer["currency"],
            "destination_payment_refund": taken["id"],
            "metadata": metadata,
            "source_refund": source_refund,
            "transfer": transfer["id"],
        }
    )
    before = {"amount_reversed": transfer["amount_reversed"], "reversed": transfer["reversed"]}
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    world.save(transfer)
    events.emit(world, "transfer.reversed", transfer, before=before)
    return reversal


def sent_from(world: World, charge: Obj) -> int:
    """Return how much of a charge is with connected accounts now, in minor units."""
    return sum(
        one["amount"] - one["amount_reversed"]
        for one in world.find(TRANSFER, source_transaction=charge["id"])
    )


def _destination_payment(theirs: World, transfer: Obj) -> Obj:
    """Make the charge by which a connected account sees the money that came in."""
    return theirs.add(
        {
            "id": new_id("py"),
            "object": CHARGE,
            "amount": transfer["amount"],
            "amount_captured": transfer["amount"],
            "amount_refunded": 0,
            "balance_transaction": None,
            "billing_details": {
                "address": None,
                "email": None,
                "name": None,
                "phone": None,
                "tax_id": None,
            },
            "captured": True,
            "created": theirs.now,
            "currency": transfer["currency"],
            "customer": None,
            "description": transfer["description"],
            "disputed": False,
            "livemode": False,
            "metadata": {},
            "paid": True,
            "payment_intent": None,
            "payment_method": None,
            "payment_method_details": None,
            "refunded": False,
            "source_transfer": transfer["id"],
            "status": "succeeded",
            "transfer_group": transfer["transfer_group"],
        }
    )


def _payment_refund(theirs: World, transfer: Obj, amount: int, arrival: int) -> Obj:
    """Take a reversed amount off the connected account's balance."""
    payment = theirs.get(CHARGE, transfer["destination_payment"])
    refund_id = new_id("pyr")
    taken = balance.post(
        theirs,
        amount=-amount,
        currency=transfer["currency"],
        kind="payment_refund",
        category="refund",
        source=refund_id,
        available_on=arrival,
    )
    payment["amount_refunded"] += amount
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    theirs.save(payment)
    return theirs.add(
        {
            "id": refund_id,
            "object": REFUND,
            "amount": amount,
            "balance_transaction": taken["id"],
            "charge": payment["id"],
            "created": theirs.now,
            "currency": transfer["currency"],
            "metadata": {},
            "payment_intent": None,
            "reason": None,
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
        }
    )


def _arrival(theirs: World, transfer: Obj) -> int:
    payment = theirs.get(CHARGE, transfer["destination_payment"])
    arrival: int = theirs.get(balance.TRANSACTION, payment["balance_transaction"])["available_on"]
    return arrival


def _check_still_there(theirs: World, amount: int, code: str, arrival: int) -> None:
    """Money on its way can be called back; money that has arrived must still be available."""
    on_its_way = arrival > theirs.now
    there = balance.total(theirs, code) if on_its_way else balance.available(theirs, code)
    if there < amount:
        raise InsufficientFunds(
            f"Insufficient funds in the connected account: {currency.written(there, code)} of "
            f"{currency.written(amount, code)} is available."
        )


# --- Operations


def create(call: Call) -> Obj:
    """POST /v1/transfers"""
    call.serve_only(*SERVED)
    world = call.world
    code = currency.known(call.params["currency"])
    destination = accounts.connected(world, call.params["destination"], param="destination")
    if not accounts.can_receive(destination):
        raise CannotReceive
    source = _source(call, code)
    amount = _amount(call, source)
    if source is None:
        _check_covered(world, amount, code)
        available_on = world.now
    else:
        _check_fits(world, amount, source)
        entry = world.get(balance.TRANSACTION, source["balance_transaction"])
        available_on = entry["available_on"]
    transfer_id = new_id("tr")
    transfer: Obj = {
        "id": transfer_id,
        "object": TRANSFER,
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": world.now,
        "currency": code,
        "description": call.get("description"),
        "destination": destination["id"],
        "destination_payment": None,
        "livemode": False,
        "metadata": call.metadata(),
        "reversals": listing.inline([], f"/v1/transfers/{transfer_id}/reversals"),
        "reversed": False,
        "source_transaction": source and source["id"],
        "source_type": "card",
        "transfer_group": call.get("transfer_group") or (source and source["transfer_group"]),
    }
    return send(world, transfer, available_on=available_on)


def retrieve(call: Call, transfer_id: str) -> Obj:
    """GET /v1/transfers/{id}"""
    return call.world.get(TRANSFER, transfer_id)


def list_all(call: Call) -> Obj:
    """GET /v1/transfers"""
    return listing.page(call, TRANSFER, filters=("destination", "transfer_group"))


def create_reversal(call: Call, transfer_id: str) -> Obj:
    """POST /v1/transfers/{id}/reversals"""
    call.serve_only("amount", "metadata")
    transfer = call.world.get(TRANSFER, transfer_id)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = currency.positive(call.params["amount"]) if "amount" in call.params else left
    return reverse(call.world, transfer, amount=amount, metadata=call.metadata())


def list_reversals(call: Call, transfer_id: str) -> Obj:
    """GET /v1/transfers/{id}/reversals"""
    call.world.get(TRANSFER, transfer_id)
    url = f"/v1/transfers/{transfer_id}/reversals"
    return listing.page(call, REVERSAL, url=url, transfer=transfer_id)


def retrieve_reversal(call: Call, transfer_id: str, reversal_id: str) -> Obj:
    """GET /v1/transfers/{transfer}/reversals/{id}"""
    call.world.get(TRANSFER, transfer_id, param="transfer")
    return call.world.get(REVERSAL, reversal_id)


def _source(call: Call, code: str) -> Obj | None:
    if "source_transaction" not in call.params:
        return None
    charge = call.world.get(CHARGE, call.params["source_transaction"], param="source_transaction")
    if charge["balance_transaction"] is None:
        raise WrongValue("source_transaction", f"The charge {charge['id']} is not paid.")
    settled = call.world.get(balance.TRANSACTION, charge["balance_transaction"])["currency"]
    if settled != code:
        raise WrongValue(
            "currency",
            f"The currency of source_transaction's balance transaction ({settled}) must "
            f"be the same as the transfer currency ({code})",
        )
    return charge


def _amount(call: Call, source: Obj | None) -> int:
    if "amount" in call.params:
        return currency.positive(call.params["amount"])
    if source is None:
        raise WrongValue("amount", "Missing required param: amount.", code="parameter_missing")
    amount: int = source["amount"]
    return amount


def _check_fits(world: World, amount: int, charge: Obj) -> None:
    sent = sent_from(world, charge)
    if sent + amount > charge["amount"]:
        limit = currency.written(charge["amount"], charge["currency"])
        already = currency.written(sent, charge["currency"])
        raise WrongValue(
            "amount",
            f"Transfers using this transaction as a source must not exceed the source amount of "
            f"{limit}. (There is already {already} transferred using this source.)",
        )


def _check_covered(world: World, amount: int, code: str) -> None:
    there = balance.available(world, code)
    if there < amount:
        raise InsufficientFunds(
            "You have insufficient available funds in your Stripe account. "
            f"{currency.written(there, code)} of {currency.written(amount, code)} is available."
        )
