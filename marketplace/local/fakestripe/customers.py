"""Customers: who pays."""

from marketplace.local.fakestripe import events, listing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import new_id

CUSTOMER = "customer"
OWN_FIELDS = ("description", "email", "name", "phone")


def create(call: Call) -> Obj:
    """POST /v1/customers"""
    customer: Obj = {
        "id": new_id("cus"),
        "object": CUSTOMER,
        "address": call.get("address") or None,
        "balance": 0,
        "created": call.world.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "invoice_settings": None,
        "livemode": False,
        "metadata": call.metadata(),
        "preferred_locales": call.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
        **{name: call.get(name) or None for name in OWN_FIELDS},
    }
    call.world.add(customer)
    events.emit(call.world, "customer.created", customer)
    return customer


def retrieve(call: Call, customer_id: str) -> Obj:
    """GET /v1/customers/{id}"""
    return call.world.get(CUSTOMER, customer_id)


def update(call: Call, customer_id: str) -> Obj:
    """POST /v1/customers/{id}"""
    customer = call.world.get(CUSTOMER, customer_id)
    customer.update({name: call.params[name] or None for name in OWN_FIELDS if name in call.params})
    customer["metadata"] = call.metadata(customer["metadata"])
    call.world.save(customer)
    events.emit(call.world, "customer.updated", customer)
    return customer


def list_all(call: Call) -> Obj:
    """GET /v1/customers"""
    return listing.page(call, CUSTOMER, filters=("email",))
