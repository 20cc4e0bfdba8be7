"""Account links: the way into the onboarding pages, good for one time and a short while."""

from typing import Any

from marketplace.local.fakestripe import accounts, events, listing
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.endpoints import reachable
from marketplace.local.fakestripe.errors import WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import MINUTE, World, new_id

LINK = "account_link"
GOOD_FOR = 10 * MINUTE


def usable(world: World, link: Obj) -> bool:
    """Tell whether a link still opens the onboarding pages."""
    return not link["_used"] and world.now < link["expires_at"]


def finish(world: World, link: Obj) -> None:
    """Note that the person has gone back to the platform through this link."""
    world.save({**link, "_used": True})
    events.emit_thin(
        world,
        "v2.core.account_link.returned",
        data={
            "account_id": link["_account"],
            "configurations": ["recipient"],
            "use_case": "account_onboarding",
        },
    )


def _make(call: Call, account_id: str, *, refresh_url: str, return_url: str | None) -> Obj:
    record = accounts.connected(call.world, account_id)
    if record["_closed"]:
        raise WrongValue("account", f"Account {account_id} is closed.", code="account_closed")
    for name, url in (("refresh_url", refresh_url), ("return_url", return_url or refresh_url)):
        if not reachable(url):
            raise WrongValue(name, f"Invalid URL: {url}", code="url_invalid")
    link_id = new_id("alu")
    return call.world.add(
        {
            "id": link_id,
            "object": LINK,
            "created": call.world.now,
            "expires_at": call.world.now + GOOD_FOR,
            "url": f"{call.world.base_url}/onboard/{account_id}?link={link_id}",
            "_account": account_id,
            "_refresh_url": refresh_url,
            "_return_url": return_url or refresh_url,
            "_used": False,
        }
    )


# --- Operations


def create(call: Call) -> Obj:
    """POST /v1/account_links"""
    refresh_url, return_url = call.get("refresh_url"), call.get("return_url")
    if not (refresh_url and return_url):
        raise WrongValue("return_url", "You must provide refresh_url and return_url.")
    return _served(
        _make(call, call.params["account"], refresh_url=refresh_url, return_url=return_url)
    )


def create_v2(call: Call) -> Obj:
    """POST /v2/core/account_links"""
    use_case: dict[str, Any] = call.params["use_case"]
    asked = use_case.get(use_case["type"])
    if asked is None:
        raise WrongValue("use_case", f"Missing required param: use_case[{use_case['type']}].")
    link = _make(
        call,
        call.params["account"],
        refresh_url=asked["refresh_url"],
        return_url=asked.get("return_url"),
    )
    return {
        "object": "v2.core.account_link",
        "account": link["_account"],
        "created": listing.timestamp(link["created"]),
        "expires_at": listing.timestamp(link["expires_at"]),
        "livemode": False,
        "url": link["url"],
        "use_case": use_case,
    }


def _served(link: Obj) -> Obj:
    # Links have no id in Stripe's API.
    return {name: value for name, value in link.items() if name != "id"}
