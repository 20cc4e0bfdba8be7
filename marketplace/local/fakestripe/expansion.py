"""`expand[]`: objects in the place of their ids, along a path such as `payment_intent.customer`."""

from typing import Any

from marketplace.local.fakestripe import listing
from marketplace.local.fakestripe.errors import WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import World, public

DEEPEST = 4
NOTHING = object()
# Lists that Stripe shows only when asked to: where we keep them, and their own address.
HIDDEN_LISTS = {"line_items": ("_line_items", "/v1/checkout/sessions/{id}/line_items")}


def served(world: World, body: Obj, paths: list[str]) -> Obj:
    """Return an answer as it goes out, with what the caller wants expanded.

    :raises WrongValue: if a path leads nowhere.
    """
    shown = _opened(body)
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST + (steps[0] == "data"):
            raise WrongValue(
                "expand", f"You cannot expand more than {DEEPEST} levels of a property."
            )
        _expand(world, shown, steps, path)
    result: Obj = public(shown)
    return result


def _expand(world: World, owner: Any, steps: list[str], path: str) -> None:
    if isinstance(owner, list):
        for item in owner:
            _expand(world, item, steps, path)
        return
    name, *rest = steps
    owner[name] = value = _value(world, owner, name, path)
    if rest and value is not None:
        _expand(world, value, rest, path)


def _value(world: World, owner: Obj, name: str, path: str) -> Any:
    if name in HIDDEN_LISTS and (kept := owner.get(HIDDEN_LISTS[name][0])) is not None:
        return listing.inline(kept, HIDDEN_LISTS[name][1].format(id=owner["id"]))
    value = owner.get(name, NOTHING)
    if isinstance(value, str) and name != "id":
        value = world.any_by_id(value)
        if value is not None:
            return value
    elif value is None or isinstance(value, (dict, list)):
        return value
    raise WrongValue("expand", f"This property cannot be expanded ({path}).")


def _opened(body: Obj) -> Obj:
    """Return a copy whose lists may be written into."""
    return {**body, "data": [*body["data"]]} if isinstance(body.get("data"), list) else {**body}
