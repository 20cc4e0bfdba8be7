"""Events: what happened, told to every endpoint that listens, and listed for whoever missed it."""

import json
from typing import Any

from marketplace.local.fakestripe import endpoints, listing, wall
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.endpoints import Scope
from marketplace.local.fakestripe.errors import WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import DAY, PLATFORM, World, new_id, public

# The version the pinned SDK speaks; a test compares the two.
API_VERSION = "2026-10-28.endive"
# https://docs.stripe.com/api/events/list
MOST_TYPES = 20
KEPT_FOR = 30 * DAY


def emit(world: World, kind: str, thing: Obj, *, before: Obj | None = None) -> Obj:
    """Tell that something happened to an object of this account, with the object as it is now.

    `before` holds the fields that changed, as they were.
    """
    snapshot: Obj = {"object": public(thing)}
    if before is not None:
        snapshot["previous_attributes"] = before
    event: Obj = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "context": world.account or None,
        "created": world.now,
        "data": snapshot,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": world.request_id, "idempotency_key": world.idempotency_key},
        "type": kind,
    }
    if world.account:
        event["account"] = world.account
    scope = Scope.CONNECT if world.account else Scope.PLATFORM
    event["pending_webhooks"] = deliver(world, event, scope)
    return world.add(event)


def emit_thin(world: World, kind: str, *, about: Obj | None = None, data: Obj | None = None) -> Obj:
    """Tell a v2 event; the notification carries the object's address, not the object."""
    event: Obj = {
        "id": new_id("evt_test"),
        "object": "v2.core.event",
        "changes": None,
        "context": None,
        "created": listing.timestamp(world.now),
        "livemode": False,
        "reason": None,
        "snapshot_event": None,
        "type": kind,
    }
    if about is not None:
        path = f"/v2/core/accounts/{about['id']}"
        event["related_object"] = {"id": about["id"], "type": "v2.core.account", "url": path}
    if data is not None:
        event["data"] = data
    if world.request_id:
        request = {"id": world.request_id, "idempotency_key": world.idempotency_key or ""}
        event["reason"] = {"type": "request", "request": request}
    deliver(world, event, Scope.THIN)
    return world.seen_by(PLATFORM).add(event)


def deliver(world: World, event: Obj, scope: Scope) -> int:
    """Queue an event for the endpoints of a scope and return how many there are.

    The control plane's weather decides how many copies go out, how late, and which are lost.
    """
    listening = endpoints.listening(world, scope, event["type"])
    weather = world.store.setting("weather", {})
    for endpoint in listening:
        state = "dropped" if _lost(world, weather, event["type"]) else "waiting"
        for _ in range(weather.get("copies", 1)):
            world.store.run(
                "INSERT INTO delivery (event, endpoint, state, due_at) VALUES (?, ?, ?, ?)",
                *(event["id"], endpoint["id"], state, wall.seconds() + weather.get("delay", 0)),
            )
    return len(listening)


def _lost(world: World, weather: dict[str, Any], kind: str) -> bool:
    """Tell whether the control plane wants this delivery to be lost, and count it."""
    drop = weather.get("drop")
    if not drop or drop["count"] < 1 or (drop["types"] and kind not in drop["types"]):
        return False
    drop["count"] -= 1
    world.store.set("weather", weather)
    return True


def notification(event: Obj) -> str:
    """Return the body of the webhook for an event: thin events leave their data at home."""
    seen = public(event)
    if seen["object"] == "v2.core.event":
        seen = {name: seen[name] for name in seen if name not in {"data", "changes"}}
    return json.dumps(seen)


# --- Operations


def retrieve(call: Call, event_id: str) -> Obj:
    """GET /v1/events/{id}"""
    return call.world.get("event", event_id)


def list_all(call: Call) -> Obj:
    """GET /v1/events"""
    extra, values = _wanted(call)
    undelivered = (
        "EXISTS (SELECT 1 FROM delivery d WHERE d.event = object.id AND d.state <> 'done')"
    )
    if "delivery_success" in call.params:
        wanted = f"NOT {undelivered}" if call.params["delivery_success"] else undelivered
        extra = f"{extra} AND {wanted}"
    heeded = ("type", "types", "delivery_success")
    return listing.page(call, "event", heeded=heeded, extra=extra, values=values)


def retrieve_v2(call: Call, event_id: str) -> Obj:
    """GET /v2/core/events/{id}"""
    return call.world.get("v2.core.event", event_id)


def list_all_v2(call: Call) -> Obj:
    """GET /v2/core/events"""
    extra, values = _wanted(call)
    if "object_id" in call.params:
        extra = f"{extra} AND json_extract(body, '$.related_object.id') = ?"
        values = (*values, call.params["object_id"])
    heeded = ("types", "object_id")
    return listing.page_v2(call, "v2.core.event", heeded=heeded, extra=extra, values=values)


def _wanted(call: Call) -> tuple[str, tuple[Any, ...]]:
    """Return the condition on the age and the type of events, with what fills it.

    :raises WrongValue: if more types are asked for than Stripe takes.
    """
    types = call.params.get("types") or []
    if len(types) > MOST_TYPES:
        raise WrongValue("types", f"You may pass up to {MOST_TYPES} event types.")
    if "type" in call.params:
        types = [call.params["type"]]
    # `charge.*` stands for all of them; brackets are part of the names in v2, not of a pattern.
    patterns = [kind.replace("[", "[[]") for kind in types]
    any_of = " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in patterns) or "1 = 1"
    return f"created > ? AND ({any_of})", (call.world.now - KEPT_FOR, *patterns)
