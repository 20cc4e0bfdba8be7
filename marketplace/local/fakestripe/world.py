"""What one operation works in: the objects an account may see, the clock, and what to do later."""

import json
import secrets
import string
from dataclasses import dataclass, replace
from typing import Any, Self

from marketplace.local.fakestripe import wall
from marketplace.local.fakestripe.errors import NoSuchObject
from marketplace.local.fakestripe.store import Obj, Store

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
PLATFORM = ""
ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class World:
    """The state as one account sees it, inside one transaction of the store."""

    store: Store
    now: int
    """Seconds since 1970 by the stand-in's clock, which the control plane can turn forward."""
    account: str = PLATFORM
    base_url: str = ""
    """Where the caller reached us; links to our pages start with it."""
    request_id: str | None = None
    idempotency_key: str | None = None

    @classmethod
    def opened(cls, store: Store, **fields: Any) -> Self:
        """Return the state at this moment of the stand-in's clock."""
        return cls(store, now=int(wall.seconds()) + store.setting("clock", 0), **fields)

    def seen_by(self, account: str) -> Self:
        """Return the same state as another account sees it."""
        return replace(self, account=account)

    # --- Objects

    def add(self, body: Obj) -> Obj:
        """Keep a new object of this account."""
        self.store.add(body, account=self.account, created=self.now)
        return body

    def save(self, body: Obj) -> None:
        """Keep what has become of an object."""
        self.store.save(body)

    def get(self, kind: str, object_id: str, *, param: str = "id") -> Obj:
        """Return one object of this account.

        :raises NoSuchObject: if there is none; `param` names the parameter that carried the id.
        """
        row = self.store.object(object_id)
        if row is None or row["kind"] != kind or row["account"] != self.account:
            raise NoSuchObject(kind, object_id, param=param)
        found: Obj = json.loads(row["body"])
        return found

    def find(self, kind: str, **fields: Any) -> list[Obj]:
        """Return this account's objects whose fields equal the given ones, oldest first."""
        return self.store.select(kind, account=self.account, where=fields, order="seq")

    def any_by_id(self, object_id: str) -> Obj | None:
        """Return an object whatever its kind and account, for following references."""
        row = self.store.object(object_id)
        return None if row is None else json.loads(row["body"])

    # --- Time

    def later(self, seconds: int, name: str, subject: str) -> None:
        """Let `timers` do something to a subject once the clock gets there."""
        self.store.run(
            "INSERT INTO timer (due_at, name, account, subject) VALUES (?, ?, ?, ?)",
            *(self.now + seconds, name, self.account, subject),
        )


def new_id(prefix: str) -> str:
    """Return an id nobody can guess: the pages for people have no other lock."""
    return f"{prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(24))


def public(thing: Any) -> Any:
    """Return an object as it is served: names that start with an underscore stay with us."""
    if isinstance(thing, list):
        return [public(item) for item in thing]
    if not isinstance(thing, dict):
        return thing
    return {
        # Names inside metadata are the caller's own.
        name: value if name == "metadata" else public(value)
        for name, value in thing.items()
        if not name.startswith("_")
    }
