"""Takes somebody out of all tables, as `marketplace.kit.personal` says of each: one person at once.

Rows are found before anything is changed, because what is changed first leads to what is changed
last. What holds back a row holds it here too; whoever calls `erase` comes back for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models, transaction
from django.utils.html import escape
from django.utils.translation import gettext

from marketplace.kit import personal
from marketplace.kit.personal import LOT, NOBODY, ROWS_GO, STAYS, Kept, Leaver
from marketplace.kit.states import Transition

Keys = Mapping[type[models.Model], Sequence[Any]]
# Shorter names are words of many sentences; the rest of what names somebody is an address.
SHORTEST_NAME = 3


def holds(person: AbstractBaseUser) -> list[str]:
    """Return why somebody cannot be erased now, a sentence each; none when they can."""
    each = (hold for listed in personal.lists("HOLDS") for hold in listed)
    return [gettext(str(hold.sentence)) for hold in each if hold.holds(person)]


def leaver(person: AbstractBaseUser) -> Leaver:
    """Return what names somebody, as the apps list it; it has to be asked before they go."""
    called = {
        name for listed in personal.lists("NAMES") for give in listed for name in give(person)
    }
    return Leaver(person.pk, sorted(name for name in called if len(name) >= SHORTEST_NAME))


@transaction.atomic
def erase(someone: Leaver) -> int:
    """Delete or empty what is somebody's; return how many rows are held and have to wait.

    Running it again does what was held, and nothing else.
    """
    with connection.cursor() as cursor:
        # Lets words, and nothing but words, out of tables that are never changed otherwise.
        cursor.execute("SELECT set_config('attest.erases', 'on', true)")
    found = {kept.model: _keys(kept, someone) for kept in _in_order()}
    held = sum(_let_go(kept, found[kept.model]) for kept in _in_order())
    _unname(someone)
    return held


def _in_order() -> Iterator[Kept]:
    """Yield the tables that lose something: histories first, then children before parents."""
    erased = [kept for kept in personal.tables().values() if kept.fate != STAYS]
    yield from (kept for kept in erased if issubclass(kept.model, Transition))
    yield from (kept for kept in erased if not issubclass(kept.model, Transition))


def _keys(kept: Kept, someone: Leaver) -> Sequence[Any]:
    theirs = models.Q(pk__in=[])
    for path in kept.paths_of_erased:
        theirs |= models.Q(**{path: someone.pk})
    if kept.tells:
        theirs |= kept.tells(someone)
    rows = kept.model._base_manager.filter(theirs)
    return list(rows.order_by("pk").values_list("pk", flat=True).distinct())


def _let_go(kept: Kept, keys: Sequence[Any]) -> int:
    """Let these rows go, or their words; return how many are held."""
    rows = kept.model._base_manager
    claimed = models.Q(pk__in=[])
    for claim in personal.claims(kept.model):
        claimed |= models.Q(pk__in=rows.filter(claim.holds()).values("pk"))
    held = 0
    for start in range(0, len(keys), LOT):
        lot = keys[start : start + LOT]
        free = list(rows.filter(pk__in=lot).exclude(claimed).values_list("pk", flat=True))
        held += rows.filter(pk__in=lot).count() - len(free)
        if kept.fate == ROWS_GO:
            personal.delete_files_of(kept.model, free)
            rows.filter(pk__in=free).delete()
        elif blanks := personal.blanks(kept):
            rows.filter(pk__in=free).update(**blanks)
    return held


def _unname(someone: Leaver) -> None:
    """Take the names of somebody out of the sentences that we wrote to others."""
    spelled = {re.escape(each) for name in someone.names for each in (name, escape(name))}
    if not spelled:
        return
    # As whole words alone, the longest first.
    pattern = rf"(?<!\w)({'|'.join(sorted(spelled, key=len, reverse=True))})(?!\w)"
    for kept in personal.tables().values():
        for column in kept.names.split():
            rows = kept.model._base_manager.filter(**{f"{column}__iregex": pattern})
            rows.update(**{column: _without(column, pattern)})


def _without(column: str, pattern: str) -> models.Func:
    return models.Func(
        models.F(column),
        models.Value(pattern),
        models.Value(NOBODY),
        models.Value("gi"),
        function="REGEXP_REPLACE",
    )
