"""How an expert has fared lately: from the jobs that fitted to the hires, and beside the others.

Nobody's profile views are counted, because nobody who reads here is watched: what an expert was
seen by are the clients who opened a proposal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from experts.models import Expert
from jobs.models import Match, Proposal

WINDOW = timedelta(days=90)
# With fewer comparisons a place says more about chance than about the expert.
ENOUGH = 10
FACTORS: dict[str, str | Promise] = {
    "must": _("Must-have skills"),
    "nice": _("Skills they would like"),
    "kind": _("This kind of work"),
    "rate": _("Rate within the limit"),
    "shared": _("Shared working hours"),
    "available": _("Availability"),
    "recent": _("Recent evidence"),
    "kept": _("Dates kept"),
}
# The codes that two sentences of one factor have, see `jobs.models.match`.
ALSO = {"rate": "any_rate", "available": "available_soon", "kept": "new_here"}

# On each job that fitted the expert, everybody it fitted is placed by the points of each factor.
# Who has as many stands in the middle of them. A factor that a job does not weigh is left out.
PLACES = """
WITH weighed AS (
    SELECT row.job_id, row.expert_id, factor.name AS factor,
        coalesce(sum((reason ->> 'points')::int), 0) AS points,
        max(coalesce(sum((reason ->> 'most')::int), 0))
            OVER (PARTITION BY row.job_id, factor.name) AS most
    FROM jobs_match AS row
    CROSS JOIN unnest(%(factors)s::text[], %(also)s::text[]) AS factor (name, also)
    LEFT JOIN LATERAL jsonb_array_elements(row.reasons) AS reason
        ON reason ->> 'code' IN (factor.name, factor.also)
    WHERE row.job_id IN (
        SELECT job_id FROM jobs_match WHERE expert_id = %(expert)s AND created_at >= %(since)s
    )
    GROUP BY row.job_id, row.expert_id, factor.name
),
placed AS (
    SELECT expert_id, factor,
        rank() OVER (PARTITION BY job_id, factor ORDER BY points) - 1
            + (count(*) OVER (PARTITION BY job_id, factor, points) - 1) / 2.0 AS below,
        count(*) OVER (PARTITION BY job_id, factor) - 1 AS others
    FROM weighed WHERE most > 0
)
SELECT factor, round(100 * sum(below) / sum(others))::int, sum(others)::int
FROM placed WHERE expert_id = %(expert)s
GROUP BY factor HAVING sum(others) >= %(enough)s
"""


@dataclass(frozen=True, slots=True)
class Step:
    """How many came this far, and the whole per cent of those of the step before."""

    name: str | Promise
    count: int
    percent: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A factor of the match: of a hundred others, how many have no more points than the expert."""

    factor: str | Promise
    percent: int
    others: int


@dataclass(frozen=True, slots=True)
class Chances:
    """The steps in their order, and the places by factor, the weakest first."""

    steps: Sequence[Step]
    places: Sequence[Place]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not any(step.count for step in self.steps)

    @property
    def most(self) -> int:
        """The longest of the bars."""
        return max(step.count for step in self.steps)

    @property
    def bars(self) -> list[tuple[str | Promise, int]]:
        """The steps as bars."""
        return [(step.name, step.count) for step in self.steps]

    @property
    def place_bars(self) -> list[tuple[str | Promise, int]]:
        """The places as bars of a hundred."""
        return [(place.factor, place.percent) for place in self.places]


def chances(expert: Expert, *, at: datetime) -> Chances:
    """Count the last ninety days, in three statements."""
    since = at - WINDOW
    matched = Match.objects.filter(expert=expert, created_at__gte=since).count()
    sent = Proposal.objects.filter(expert=expert, submitted_at__gte=since).aggregate(
        sent=Count("pk"),
        seen=Count("pk", filter=Q(viewed_at__isnull=False)),
        hired=Count("pk", filter=Q(status=Proposal.Status.HIRED)),
    )
    counts = (matched, sent["sent"], sent["seen"], sent["hired"])
    names = (_("Jobs that fitted you"), _("You proposed"), _("A client read it"), _("Hired"))
    steps = [
        # One proposes to jobs that were not found for one, too: that is no part of them.
        Step(name, count, round(100 * count / before) if number > 1 and before else None)
        for number, (name, count, before) in enumerate(
            zip(names, counts, (0, *counts), strict=False)
        )
    ]
    return Chances(steps, _places(expert, since))


def _places(expert: Expert, since: datetime) -> list[Place]:
    given: dict[str, Any] = {
        "expert": expert.pk,
        "since": since,
        "enough": ENOUGH,
        "factors": list(FACTORS),
        "also": [ALSO.get(name, name) for name in FACTORS],
    }
    with connection.cursor() as cursor:
        cursor.execute(PLACES, given)
        found = {factor: (percent, others) for factor, percent, others in cursor.fetchall()}
    places = [Place(name, *found[code]) for code, name in FACTORS.items() if code in found]
    return sorted(places, key=lambda place: place.percent)
