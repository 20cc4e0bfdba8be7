"""The API answers what its document lists and nothing else, and takes nothing beside (A-04).

The golden list is docs/api/openapi.yaml, which is compared with the code by `make check`.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from tests.access_table import ACCESS
from tests.test_access import PUSHED, privileges
from tests.world import one_of_everything  # noqa: F401 (a fixture)

OK = range(200, 300)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The API as its document has it."""
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture
def askers(acme, ada, mallory, rhea) -> list[Any]:
    """Whoever may ask, a stranger first."""
    return [None, mallory, ada, acme, rhea]


def addresses(world, method: str) -> Iterator[str]:
    for name, how, kind, *_statuses in ACCESS:
        if str(name).startswith("api:") and how == method:
            yield reverse(str(name), args=world[kind])


def schema_of(document, address: str) -> dict[str, Any]:
    """Return what the document says of the answer to a question."""
    exact_first = sorted(document["paths"].items(), key=lambda path: path[0].count("{"))
    for path, operations in exact_first:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), address) and "get" in operations:
            content = operations["get"]["responses"]["200"]["content"]
            return next(iter(content.values()))["schema"]
    raise LookupError(address)


# Beside what forms are sent, what a program might hope to set.
FORBIDDEN = PUSHED | dict.fromkeys(
    (
        *("id", "pk", "url", "owner", "by", "at", "user", "organisation", "expert_id", "client"),
        *("status", "badge_status", "state", "role", "scopes", "is_owner", "is_verified"),
        *("is_must_have", "created_at", "updated_at", "published_at", "submitted_at", "viewed_at"),
        *("released_at", "funded_at", "expires_at", "total", "held", "released", "returned"),
        *("score", "rank", "reputation", "fee", "currency", "outcome", "decline_note", "sha256"),
        *("is_on_hold", "review_due_at", "digest", "token"),
    ),
    "1",
)


# What holds whatever a credential or a score says, by names that are not ours to list.
FREE = {".claims", ".results.contributions.scores", ".contributions.scores"}


def undocumented(value: Any, schema: dict[str, Any], document, place: str = "") -> Iterator[str]:
    """Name the keys of an answer that its schema does not list."""
    for part in (schema, *schema.get("allOf", ())):
        if name := part.get("$ref"):
            schema = document["components"]["schemas"][name.rsplit("/", 1)[1]]
    if isinstance(value, list):
        for row in value:
            yield from undocumented(row, schema.get("items", {}), document, place)
    elif isinstance(value, dict) and place not in FREE:
        known = schema.get("properties", {})
        for key, inner in value.items():
            if key in known:
                yield from undocumented(inner, known[key], document, f"{place}.{key}")
            else:
                yield f"{place}.{key}"


def test_every_answer_has_the_keys_of_its_document_and_no_other(world, client, askers, document):
    found, answered = [], 0
    for address in addresses(world, "get"):
        for person in askers:
            client.logout()
            if person:
                client.force_login(person)
            cache.clear()
            answer = client.get(address)
            if answer.status_code not in OK:
                continue
            answered += 1
            schema = schema_of(document, address)
            found += [f"{address}{key}" for key in undocumented(answer.json(), schema, document)]

    assert found == []
    assert answered > 40


def test_no_address_takes_what_it_does_not_ask_for(world, client, ada, acme):
    before, taken = privileges(), []
    asked = [(how, address) for how in ("post", "patch") for address in addresses(world, how)]
    for how, address in asked:
        for person in (ada, acme):  # of others the access table knows that they may not
            client.force_login(person)
            cache.clear()
            with transaction.atomic():
                answer = getattr(client, how)(
                    address,
                    json.dumps(FORBIDDEN),
                    content_type="application/json",
                    headers={"If-Match": "*"},
                )
                is_theirs = before <= privileges()
                transaction.set_rollback(True)
            if answer.status_code in OK or not is_theirs:
                taken.append(f"{address}: {answer.status_code}")

    assert taken == []
    assert len(FORBIDDEN) == 60
    assert len(asked) > 30
