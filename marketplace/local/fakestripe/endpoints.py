"""Webhook endpoints: who listens to which events, and the secret that signs them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from marketplace.local.fakestripe import listing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import PLATFORM, World, new_id

ENDPOINT = "webhook_endpoint"
DESTINATION = "v2.core.event_destination"
ANY = "*"


class Scope(StrEnum):
    """Which events an endpoint hears: each of the three has its own endpoint and secret."""

    PLATFORM = "platform"  # snapshots of what happens to the platform's own objects
    CONNECT = "connect"  # snapshots of what happens inside connected accounts
    THIN = "thin"  # notifications of the v2 API


@dataclass(frozen=True)
class Subscription:
    """An endpoint given on the command line."""

    scope: Scope
    url: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> "Subscription":
        """Read `NAME=URL=SECRET`; the address itself may hold more equals signs.

        :raises ValueError: if it is anything else.
        """
        name, _, rest = text.partition("=")
        url, _, secret = rest.rpartition("=")
        if not (url and secret):
            raise ValueError(f"{text!r} is not NAME=URL=SECRET")
        if not reachable(url):
            raise ValueError(f"{url!r} is not an http or https address")
        return cls(Scope(name), url, secret)


def subscribe(world: World, subscriptions: Iterable[Subscription]) -> None:
    """Replace the endpoints of the last start by those of this one.

    What still waits for an endpoint goes to its new address.
    """
    for kind in (ENDPOINT, DESTINATION):
        for old in world.find(kind, _from_start=1):
            world.save({**old, "status": "disabled"})
    numbers = Counter[Scope]()
    for one in subscriptions:
        numbers[one.scope] += 1
        fresh = _from_start(world, numbers[one.scope], one)
        if world.any_by_id(fresh["id"]) is None:
            world.add(fresh)
        else:
            world.save(fresh)


def listening(world: World, scope: Scope, event_type: str) -> list[Obj]:
    """Return the endpoints that want to hear of an event."""
    kind = DESTINATION if scope is Scope.THIN else ENDPOINT
    platform = world.seen_by(PLATFORM)
    return [
        one
        for one in platform.find(kind, _scope=scope.value, status="enabled")
        if event_type == ANY or {ANY, event_type} & set(one["enabled_events"])
    ]


def reachable(url: str) -> bool:
    """Tell whether an address is one of the web."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


# --- Operations


def create(call: Call) -> Obj:
    """POST /v1/webhook_endpoints; the secret is shown this once."""
    scope = Scope.CONNECT if call.get("connect") else Scope.PLATFORM
    url = _reachable(call.params)
    endpoint = _endpoint(call.world, new_id("we"), scope, url, new_id("whsec"))
    endpoint.update(
        description=call.get("description") or None,
        enabled_events=call.params["enabled_events"],
        metadata=call.metadata(),
    )
    call.world.add(endpoint)
    return {**endpoint, "secret": endpoint["_secret"]}


def list_all(call: Call) -> Obj:
    """GET /v1/webhook_endpoints"""
    return listing.page(call, ENDPOINT)


def create_destination(call: Call) -> Obj:
    """POST /v2/core/event_destinations; the secret is shown this once, to whoever asks for it."""
    target = call.get("webhook_endpoint") or {}
    if (call.params["type"], call.params["event_payload"]) != ("webhook_endpoint", "thin"):
        raise WrongValue("type", "The stand-in serves webhook endpoints with thin events only.")
    secret = new_id("whsec")
    destination = _destination(call.world, new_id("ed"), Scope.THIN, _reachable(target), secret)
    destination.update(
        name=call.params["name"],
        description=call.get("description", ""),
        enabled_events=call.params["enabled_events"],
        metadata=call.metadata(),
    )
    call.world.add(destination)
    asked = "webhook_endpoint.signing_secret" in call.get("include", [])
    shown = {**destination["webhook_endpoint"], "signing_secret": secret if asked else None}
    return {**destination, "webhook_endpoint": shown}


def list_destinations(call: Call) -> Obj:
    """GET /v2/core/event_destinations"""
    return listing.page_v2(call, DESTINATION)


def _reachable(given: Obj) -> str:
    url: str = given.get("url", "")
    if not reachable(url):
        raise WrongValue("url", f"Invalid URL: {url}", code="url_invalid")
    return url


def _from_start(world: World, number: int, one: Subscription) -> Obj:
    shape = _destination if one.scope is Scope.THIN else _endpoint
    prefix = "ed" if one.scope is Scope.THIN else "we"
    endpoint = shape(world, f"{prefix}_{one.scope}_{number}", one.scope, one.url, one.secret)
    return {**endpoint, "_from_start": 1}


def _endpoint(world: World, object_id: str, scope: Scope, url: str, secret: str) -> Obj:
    return {
        "id": object_id,
        "object": ENDPOINT,
        "api_version": None,
        "application": None,
        "created": world.now,
        "description": None,
        "enabled_events": [ANY],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
        "_scope": scope.value,
        "_secret": secret,
        "_url": url,
    }


def _destination(world: World, object_id: str, scope: Scope, url: str, secret: str) -> Obj:
    from_time = listing.timestamp(world.now)
    return {
        "id": object_id,
        "object": DESTINATION,
        "amazon_eventbridge": None,
        "azure_event_grid": None,
        "created": from_time,
        "description": "",
        "enabled_events": [ANY],
        "event_payload": "thin",
        "events_from": ["@self"],
        "livemode": False,
        "metadata": {},
        "name": "Thin events",
        "snapshot_api_version": None,
        "status": "enabled",
        "status_details": None,
        "type": "webhook_endpoint",
        "updated": from_time,
        "webhook_endpoint": {"signing_secret": None, "url": url},
        "_scope": scope.value,
        "_secret": secret,
        "_url": url,
    }
