"""Keeps the search documents equal to what they are made from.

Whoever changes a part of a public profile calls `keep` in the same transaction. It takes the lock
of the expert's row first, and only then looks at the sources: of two who change parts of one
expert at once, the second waits, and then sees what the first has done. Locks are taken in the
order person, expert, badge, document, so nobody waits in a circle.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, connections
from psycopg2.extensions import AsIs

from accounts.models import User
from experts import facets, reputation
from experts.models import Expert, SearchDocument

BUILT = Path(__file__).with_name("search_document.sql").read_text(encoding="utf-8")
COLUMNS = (
    *("quality", "rate_minor", "hours_per_week", "free_on", "scored_on", "zone", "facets"),
    "lexemes",
)
SAME = f"({', '.join(COLUMNS)})"
NOW, NEVER = date.min, date.max
# So many experts are made anew in one transaction, which others may have to wait for.
BATCH = 500
# A score fades by less than two hundredths of a point in this time (half in 18 months).
SCORES_LAST = timedelta(days=7)

# Made by `migrate` after every run, so that it is always this code's; a function, because to plan
# the statement takes four times as long as to run it, and each connection plans it but once.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION experts_keep_documents(bigint[], date) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $function$
DECLARE changed bigint;
BEGIN
    PERFORM FROM experts_expert WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE;
    -- A statement of its own, so that it sees what the one we waited for has written.
    WITH built AS MATERIALIZED ({BUILT}),
    gone AS (
        DELETE FROM experts_searchdocument AS document
        WHERE expert_id = ANY ($1)
            AND NOT EXISTS (SELECT FROM built WHERE built.expert_id = document.expert_id)
        RETURNING 1
    ),
    written AS (
        INSERT INTO experts_searchdocument AS document (expert_id, {", ".join(COLUMNS)})
        SELECT expert_id, {", ".join(COLUMNS)} FROM built ORDER BY expert_id
        ON CONFLICT (expert_id) DO UPDATE
        SET {SAME} = ROW({", ".join(f"excluded.{name}" for name in COLUMNS)})
        WHERE ({", ".join(f"document.{name}" for name in COLUMNS)})
            IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in COLUMNS)})
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written) INTO changed;
    RETURN changed;
END
$function$
"""  # noqa: S608 - column names of ours

DRIFT = f"""
WITH built AS MATERIALIZED ({BUILT}),
document AS (SELECT * FROM experts_searchdocument WHERE expert_id = ANY (%(experts)s))
SELECT coalesce(built.expert_id, document.expert_id)
FROM built FULL JOIN document ON document.expert_id = built.expert_id
WHERE ({", ".join(f"document.{name}" for name in COLUMNS)})
    IS DISTINCT FROM ({", ".join(f"built.{name}" for name in COLUMNS)})
ORDER BY 1
"""  # noqa: S608 - the same


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk over all experts has come, and how many rows it has found wrong so far."""

    seen: int
    of: int
    wrong: int


Report = Callable[[Progress], None]


def install(using: str) -> None:
    """Give a database the function that `keep` calls, as this code has it."""
    with connections[using].cursor() as cursor:
        cursor.execute(FUNCTION, _given(AsIs("$1"), AsIs("$2")))


def keep(experts: Iterable[int], *, on: date | None = None) -> int:
    """Make the documents of these experts (keys) anew; return how many rows that changed.

    :param on: the day whose scores order them; without it, the day of the last time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT experts_keep_documents(%s::bigint[], %s)", [sorted(experts), on])
        return int(cursor.fetchone()[0])


def keep_of(user: User) -> int:
    """Make the document of a person anew who may have a profile; return how many rows changed."""
    return keep(Expert.objects.filter(user=user).values_list("pk", flat=True))


def rebuild(*, at: datetime, report: Report | None = None) -> int:
    """Make every document anew beside live traffic; return how many rows were wrong.

    A batch is a transaction; stopped in between, what was done is done, and nothing is missing.
    """
    return _walk(lambda keys: keep(keys, on=at.date()), report)


def repair(*, report: Report | None = None) -> int:
    """Sweep: make anew the documents that differ from their sources; return how many did.

    There are none unless somebody wrote past the services; so it tells on them, and mends it.
    """
    return _walk(lambda keys: keep(keys) if drift(keys) else 0, report)


def drifted(report: Report | None = None) -> list[int]:
    """Return the experts (keys) whose document differs from its sources; nothing is changed."""
    found: list[int] = []

    def look(keys: Sequence[int]) -> int:
        wrong = drift(keys)
        found.extend(wrong)
        return len(wrong)

    _walk(look, report)
    return found


def drift(experts: Sequence[int]) -> list[int]:
    """Return which of these experts (keys) have a document that differs from its sources.

    Missing ones and those that should not be there differ. It is one statement, so it never takes
    a transaction that goes on meanwhile for a difference.
    """
    with connection.cursor() as cursor:
        cursor.execute(DRIFT, _given(list(experts), None))
        return [key for (key,) in cursor.fetchall()]


def refresh_scores(*, at: datetime) -> int:
    """Sweep: order by the scores of today whoever is ordered by older ones; return how many."""
    old = SearchDocument.objects.filter(scored_on__lte=at.date() - SCORES_LAST)
    rated = old.filter(expert__work_records__isnull=False).order_by("expert").distinct()
    keys = list(rated.values_list("expert", flat=True))
    for first in range(0, len(keys), BATCH):
        keep(keys[first : first + BATCH], on=at.date())
    return len(keys)


def _walk(act: Callable[[Sequence[int]], int], report: Report | None) -> int:
    total, seen, wrong, last = Expert.objects.count(), 0, 0, 0
    while keys := list(
        Expert.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        wrong += act(keys)
        seen, last = seen + len(keys), keys[-1]
        if report:
            report(Progress(seen, max(total, seen), wrong))
    return wrong


def _given(experts: object, on: object) -> dict[str, Any]:
    return {
        **{kind.name: kind.first for kind in facets.Kind},
        "experts": experts,
        "on": on,
        "now": NOW,
        "never": NEVER,
        "samples": list(facets.SAMPLES),
        "ratings": list(facets.RATINGS),
        "levels": facets.LEVELS,
        "many_hours": facets.MANY_HOURS,
        "rate_step": facets.RATE_STEP,
        "rate_steps": facets.RATE_STEPS,
        "halved": reputation.AFTER_LOST_DISPUTE,
        "half_life": reputation.HALF_LIFE_DAYS,
        "too_small": [str(band) for band in reputation.TOO_SMALL],
        "prior_weight": reputation.PRIOR_WEIGHT,
        "prior_mean": reputation.PRIOR_MEAN,
    }
