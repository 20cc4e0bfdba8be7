"""The journal: every request to the API and how it was answered, for tests and for the curious."""

import json
from typing import Any

from marketplace.local.fakestripe.store import Obj, Store
from marketplace.local.fakestripe.wire import Answer, Request
from marketplace.local.fakestripe.world import World

LONGEST = 10_000


def note(store: Store, request: Request, answer: Answer | None, request_id: str) -> None:
    """Write one request down; no answer means that the connection was ended."""
    entry = {
        "request_id": request_id,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "body": request.body.decode("utf-8", "replace"),
        "account": request.headers.get("stripe-account"),
        "idempotency_key": request.headers.get("idempotency-key"),
        "status": answer.status if answer else None,
        "replayed": bool(answer and answer.headers.get("Idempotent-Replayed")),
    }
    with store.transaction():
        now = World.opened(store).now
        store.run("INSERT INTO journal (at, entry) VALUES (?, ?)", now, json.dumps(entry))
        store.run("DELETE FROM journal WHERE id <= (SELECT MAX(id) FROM journal) - ?", LONGEST)


def entries(store: Store, *, path: str = "", method: str = "") -> list[Obj]:
    """Return the requests to paths that contain `path`, oldest first."""
    found: list[dict[str, Any]] = [
        {"at": row["at"], **json.loads(row["entry"])}
        for row in store.rows("SELECT at, entry FROM journal ORDER BY id")
    ]
    return [one for one in found if path in one["path"] and method in {"", one["method"]}]
