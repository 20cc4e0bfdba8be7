"""Gathers the search documents into sets, so that counting is intersecting bitmaps.

A gathering is a picture of one moment. Who changes afterwards is noted by the database in
`SearchChange`, and is asked for by itself, so that an answer is never older than its documents.
"""

import secrets
from array import array
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from pyroaring import BitMap

from experts.models import SearchBase, SearchChange, SearchDocument, SearchSet

# Fewer documents are as quickly asked one by one.
FEWEST = 500
# A new gathering is due when one in so many has changed since the last.
CHANGED = 100
READ = 2_000
COLUMNS = ("rate_minor", "hours_per_week", "free_on")
LOCK = "LOCK TABLE experts_searchbase IN SHARE ROW EXCLUSIVE MODE"
NOW = """
SELECT pg_current_xact_id()::text::bigint, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
"""
# Who writes a change at this moment keeps it for the next gathering.
SETTLE = """
WITH seen AS (
    SELECT expert_id FROM experts_searchchange WHERE version < %s OR version = %s
    FOR UPDATE SKIP LOCKED
)
DELETE FROM experts_searchchange AS change USING seen WHERE change.expert_id = seen.expert_id
"""


def gather_if_due(*, at: datetime) -> bool:
    """Sweep: gather anew when enough has changed; return whether it was done."""
    documents = SearchDocument.objects.count()
    if documents < FEWEST:
        return False
    if SearchBase.objects.exists():
        changed = SearchChange.objects.count()
        if changed < max(FEWEST, documents // CHANGED):
            return False
    gather(at=at)
    return True


@transaction.atomic
def gather(*, at: datetime) -> SearchBase:
    """Make the sets anew and put them in the place of the old ones; nobody waits for it.

    Reading a million documents takes about half a minute and 400 MB.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)  # one gathers at a time; nobody who asks waits
        cursor.execute(NOW)
        own, horizon = cursor.fetchone()
    SearchBase.objects.all().delete()
    experts, qualities = array("I"), array("I")
    members: dict[tuple[str, int], array[int]] = defaultdict(lambda: array("I"))
    for place, (expert, quality, facets, *values) in enumerate(_documents()):
        experts.append(expert)
        qualities.append(quality)
        for code in facets:
            members["facets", code].append(place)
        for column, value in zip(COLUMNS, values, strict=True):
            members[column, _number(value)].append(place)
    base = SearchBase.objects.create(
        # Never one that a process has in memory, also after what was done is taken back.
        id=secrets.randbits(62),
        made_at=at,
        experts=experts.tobytes(),
        qualities=qualities.tobytes(),
    )
    SearchSet.objects.bulk_create(
        (
            SearchSet(base=base, column=column, value=value, places=_packed(places))
            for (column, value), places in members.items()
        ),
        batch_size=200,
    )
    with connection.cursor() as cursor:
        # What was committed before the horizon, or done by us, has been read.
        cursor.execute(SETTLE, [horizon, own])
    return base


def _documents() -> Iterable[tuple[int, int, list[int], *tuple[int | date, ...]]]:
    """Return all documents as of one moment, those with the most proof first."""
    rows = SearchDocument.objects.order_by("-quality", "expert")
    return rows.values_list("expert", "quality", "facets", *COLUMNS).iterator(READ)


def _number(value: int | date) -> int:
    return value.toordinal() if isinstance(value, date) else value


def _packed(places: "array[int]") -> bytes:
    found = BitMap(places)
    found.run_optimize()
    return found.serialize()
