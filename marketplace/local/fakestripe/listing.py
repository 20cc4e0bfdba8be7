"""One page of a list: by object id in v1, by an opaque page token in v2."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import NoSuchObject, WrongValue
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.wire import encode_form

DEFAULT_LIMIT = 10
HIGHEST_LIMIT = 100
PAGING = ("created", "ending_before", "limit", "page", "starting_after")
BOUNDS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(
    call: Call,
    kind: str,
    *,
    filters: tuple[str, ...] = (),
    heeded: tuple[str, ...] = (),
    extra: str = "",
    values: tuple[Any, ...] = (),
    url: str | None = None,
    **fixed: Any,
) -> Obj:
    """Return a page of this account's objects, newest first.

    `filters` are parameters that narrow the list to objects whose field of the same name is equal;
    `heeded` are those that made the `extra` condition.
    """
    call.serve_only(*PAGING, *filters, *heeded)
    limit = _limit(call)
    conditions, filling = _conditions(call, extra, values)
    backwards = "ending_before" in call.params
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in call.params:
            conditions.append(f"seq {sign} ?")
            filling.append(_position(call, kind, name))
    found = call.world.store.select(
        kind,
        account=call.world.account,
        where={**{name: call.params[name] for name in filters if name in call.params}, **fixed},
        extra=" AND ".join(conditions),
        values=tuple(filling),
        order="seq" if backwards else "seq DESC",
        limit=limit + 1,
    )
    data = found[:limit]
    if backwards:
        data.reverse()
    return {
        "object": "list",
        "data": data,
        "has_more": len(found) > limit,
        "url": url or f"/v1/{kind.replace('.', '/')}s",
    }


def page_v2(
    call: Call,
    kind: str,
    *,
    heeded: tuple[str, ...] = (),
    extra: str = "",
    values: tuple[Any, ...] = (),
    url: str | None = None,
    shown: Callable[[Obj], Obj] = lambda one: one,
) -> Obj:
    """Return a page as v2 cuts it, with the address of the next one."""
    call.serve_only(*PAGING, *heeded)
    limit = _limit(call)
    offset = _offset(call.get("page", ""))
    conditions, filling = _conditions(call, extra, values)
    found = call.world.store.select(
        kind,
        account=call.world.account,
        where={},
        extra=" AND ".join(conditions),
        values=tuple(filling),
        limit=offset + limit + 1,
    )[offset:]
    onward = None
    if len(found) > limit:
        query = encode_form({**call.params, "page": f"page_{offset + limit}"})
        onward = f"{url or '/' + kind.replace('.', '/') + 's'}?{query}"
    return {
        "data": [shown(one) for one in found[:limit]],
        "next_page_url": onward,
        "previous_page_url": None,
    }


def inline(data: list[Obj], url: str) -> Obj:
    """Return a list that is part of another object."""
    return {"object": "list", "data": data, "has_more": False, "url": url}


def timestamp(seconds: int) -> str:
    """Return a moment as v2 writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _limit(call: Call) -> int:
    limit: int = call.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= HIGHEST_LIMIT:
        raise WrongValue("limit", f"This value must be between 1 and {HIGHEST_LIMIT}.")
    return limit


def _conditions(call: Call, extra: str, values: tuple[Any, ...]) -> tuple[list[str], list[Any]]:
    """Return the caller's condition and the one on the time of creation, with what fills them."""
    conditions, filling = ([extra], [*values]) if extra else ([], [])
    wanted = call.get("created")
    if isinstance(wanted, int):
        wanted = {"gte": wanted, "lte": wanted}
    for name, moment in (wanted or {}).items():
        conditions.append(f"created {BOUNDS[name]} ?")
        filling.append(_seconds(moment))
    return conditions, filling


def _seconds(moment: int | str) -> int:
    """Return a moment as v1 writes it, whichever API it came from."""
    if isinstance(moment, int):
        return moment
    try:
        return int(datetime.fromisoformat(moment).timestamp())
    except ValueError as unreadable:
        raise WrongValue("created", f"Invalid timestamp: {moment}") from unreadable


def _position(call: Call, kind: str, name: str) -> int:
    row = call.world.store.object(call.params[name])
    if row is None or row["kind"] != kind or row["account"] != call.world.account:
        raise NoSuchObject(kind, call.params[name], param=name)
    position: int = row["seq"]
    return position


def _offset(token: str) -> int:
    number = token.removeprefix("page_")
    return int(number) if number.isdigit() else 0
