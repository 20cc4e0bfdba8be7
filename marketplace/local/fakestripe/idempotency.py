"""Idempotency keys: one key, one effect, one answer, for as long as Stripe keeps the key.

The answer is saved once the work has begun, whatever it was, errors included:
https://docs.stripe.com/api/idempotent_requests. v2 keeps keys longer and lets failed work be tried
again instead of replaying the failure: https://docs.stripe.com/api-v2-overview#idempotency.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from marketplace.local.fakestripe.errors import KeyInUse, KeyReused, WrongValue
from marketplace.local.fakestripe.wire import Answer, Params, Request
from marketplace.local.fakestripe.world import DAY, World

KEPT_FOR = DAY
KEPT_FOR_V2 = 30 * DAY
LONGEST_KEY = 255


class KeysInFlight:
    """The keys of the requests being worked on; a crash frees them, as it undoes the work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: set[tuple[str, str]] = set()

    @contextmanager
    def hold(self, account: str, key: str) -> Iterator[None]:
        """Keep a second request with the same key out.

        :raises KeyInUse: if this is the second one.
        """
        if not key:
            yield
            return
        name = (account, key)
        with self._lock:
            if name in self._held:
                raise KeyInUse(key)
            self._held.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(name)


def key_of(request: Request) -> str:
    """Return the key of a request, empty if it has none or needs none.

    :raises WrongValue: if it is longer than Stripe takes.
    """
    key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
    if len(key) > LONGEST_KEY:
        raise WrongValue(
            "Idempotency-Key", f"Idempotency keys have at most {LONGEST_KEY} characters."
        )
    return key


def replay(world: World, request: Request, params: Params) -> Answer | None:
    """Return the answer saved under the key of a request.

    :raises KeyReused: if the key was used with something else.
    """
    world.store.run("DELETE FROM saved_answer WHERE until <= ?", world.now)
    rows = world.store.rows(
        "SELECT * FROM saved_answer WHERE account = ? AND key = ?",
        *(world.account, world.idempotency_key or ""),
    )
    if not rows:
        return None
    saved = rows[0]
    same_target = saved["target"] == _target(request)
    if not same_target or saved["digest"] != _digest(params):
        raise KeyReused(saved["key"], same_target=same_target)
    return Answer(saved["status"], saved["body"].encode(), headers={"Idempotent-Replayed": "true"})


def save(world: World, request: Request, params: Params, answer: Answer) -> None:
    """Keep the answer for the next request with the same key."""
    if not world.idempotency_key or (request.is_v2 and answer.status >= 400):  # noqa: PLR2004 - first error status
        return
    world.store.run(
        "INSERT INTO saved_answer (account, key, target, digest, status, body, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(world.account, world.idempotency_key, _target(request), _digest(params)),
        *(answer.status, answer.body.decode()),
        world.now + (KEPT_FOR_V2 if request.is_v2 else KEPT_FOR),
    )


def _target(request: Request) -> str:
    return f"{request.method} {request.path}"


def _digest(params: Params) -> str:
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
