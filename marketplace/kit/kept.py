"""Keeps what was rendered under a name of everything it was made from.

A name is a digest of values and of versions of rows, so what is kept may be superfluous and is
never out of date: whatever has changed has another name. Versions are read before what they are
versions of; a change in between is shown under the older name, which nobody asks for again.

Each process keeps its own, in memory, as long as the templates it began with (ADR 28).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Key = TypeVar("Key")
Value = TypeVar("Value")

SECONDS = 3600
"""How long something is kept that nobody asks for."""
# What the look and the words of a page depend on, besides what is in the database.
SOURCES = ("accounts", "experts", "jobs", "contracts", "marketplace", "templates", "locale")
KINDS = {".py", ".html", ".mo", ".json", ".svg"}


def name(*made_from: object) -> str:
    """Return the name of what is made from these values, in this language, by this release."""
    said = repr((release(), get_language(), made_from))
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def value(named: str, make: Callable[[], Value]) -> Value:
    """Return what is kept under a name, or make it."""
    there = caches["kept"]
    found: Value | None = there.get(named)
    if found is None:
        found = make()
        there.set(named, found, SECONDS)
    return found


def parts(
    named: Mapping[Key, str], make: Callable[[Sequence[Key]], Mapping[Key, str]]
) -> dict[Key, SafeString]:
    """Return the parts of a page by their keys, in this order; those not kept are made at once.

    A part that `make` does not return is left out.
    """
    there = caches["kept"]
    kept = there.get_many(list(named.values()))
    found = {key: kept[each] for key, each in named.items() if each in kept}
    if missing := [key for key in named if key not in found]:
        made = {key: str(html) for key, html in make(missing).items()}
        there.set_many({named[key]: html for key, html in made.items()}, SECONDS)
        found |= made
    # Whoever made them has escaped them.
    return {key: mark_safe(found[key]) for key in named if key in found}  # noqa: S308


@cache
def release() -> str:
    """Return a digest of the files and settings that pages are made with.

    Browsers come back with the names of pages; those of another release are other pages.
    """
    digest = sha256()
    for folder in SOURCES:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.read_bytes())
    for each in filter(str.isupper, dir(settings)):
        if isinstance(set_to := getattr(settings, each), (str, int)):
            digest.update(f"{each}={set_to}".encode())
    return digest.hexdigest()
