"""Finds the experts a published job fits: one statement over the alert entries, exactly once each.

Who is told of it and when is decided here and kept on each match; `jobs.services.alerts` tells.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import md5
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.models import Cadence
from accounts.services.timing import next_digest_in
from experts.models import Badge
from experts.models.skill import Level
from jobs.models import Job, JobSkill, Ranking, UseCaseSkill
from jobs.services import notices, scoring
from jobs.services.scoring import ALGORITHM, Demand, Wish
from marketplace.kit import hours

RANKING = Path(__file__).with_name("ranking.sql").read_text(encoding="utf-8")
# More than a client can read is noise to everybody else; the best are told at once, the others in
# their next digest.
MOST_TOLD = 500
# More than so many jobs within a day an expert hears of in the next digest.
MOST_A_DAY = 5
NO_LIMIT = 2**31 - 1


@transaction.atomic
def match(job_pk: int, *, at: datetime) -> int:
    """Find and keep the experts an open job fits, unless that has been done.

    The job's row lock makes a second worker wait and then find the work done; the unique key of
    matches is the second guard.

    :returns: how many experts were found now; `alerts.tell_due` tells those who are to hear of it.
    """
    job = _take(job_pk)
    if job is None:
        return 0
    demand = demand_of(job)
    ranking = Ranking.objects.create(
        job=job,
        algorithm=ALGORITHM,
        ranked_on=at.date(),
        demand=asdict(demand),
        created_at=at,
    )
    found = _rank(job, demand, ranking, at)
    job.matched_at = at
    job.save(update_fields=["matched_at"])
    if found:
        notices.experts_were_found(job, found, at)
    return found


def demand_of(job: Job) -> Demand:
    """Return what a job asks for; reads its skills and those of its use case."""
    return replace(gates_of(job), kind=[row.skill.slug for row in _kind(job)])


def gates_of(job: Job) -> Demand:
    """Return what a job asks for, as far as it shuts anybody out; reads its skills."""
    return Demand(
        wishes=[
            Wish(row.skill.slug, row.skill.english_name, row.level, row.is_must)
            for row in job.skills.all()
        ],
        max_rate_minor=job.max_rate_minor,
        shared_hours=job.shared_hours,
        languages=list(job.languages),
    )


def question(job: Job, demand: Demand, *, on: date) -> dict[str, Any]:
    """Return what `heard`, the first part of the statement, asks of the alert entries."""
    wishes = list(job.skills.all())
    shared = hours.sharing(job.time_zone, on=on)
    zones = sorted(name for name, together in shared.items() if together >= demand.shared_hours)
    musts = [wish for wish in wishes if wish.is_must]
    lead = _rarest(musts)
    codes = [zone_code(zone) for zone in zones]
    is_anywhere = len(zones) == len(shared)
    # Of the lead the level is asked already.
    others = [4 * wish.skill_id + wish.level for wish in musts if wish is not lead]
    return {
        "skills": [wish.skill_id for wish in wishes],
        "leads": [lead.skill_id] if lead else [wish.skill_id for wish in wishes],
        "levels": [level for level in Level.values if lead is None or level >= lead.level],
        "is_alone": not others,
        "others": others,
        "musts": [wish.skill_id for wish in musts],
        "limit": NO_LIMIT if demand.max_rate_minor is None else demand.max_rate_minor,
        "budget": job.budget_max_minor or 0,
        "text": f"{job.title}\n{job.scope}",
        "zones": codes,
        "is_anywhere": is_anywhere,
        "open_zones": _constant([] if is_anywhere else codes),
        "together": [shared[zone] for zone in zones],
        "names": zones,
    }


@lru_cache(maxsize=1024)
def zone_code(name: str) -> int:
    """Return a time zone as the alert entries number it: the first 32 bits of its MD5, signed."""
    digest = md5(name.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], signed=True)


def part(name: str) -> str:
    """Return one part of the statement by its name, for those who measure it."""
    found = re.search(
        rf"^(?:WITH )?{name} AS (?:MATERIALIZED )?\((.*?)^\)", RANKING, re.DOTALL | re.MULTILINE
    )
    if found is None:
        raise KeyError(name)
    return found[1]


def _constant(numbers: Sequence[int]) -> str:
    """Return numbers as PostgreSQL writes an array: half as long to plan as so many constants."""
    return f"{{{','.join(map(str, numbers))}}}"


def _take(job_pk: int) -> Job | None:
    rows = Job.objects.unmatched().select_for_update(no_key=True, of=("self",)).filter(pk=job_pk)
    related = ("skills__skill", "use_case__skills__skill")
    return rows.select_related("use_case").prefetch_related(*related).first()


def _kind(job: Job) -> list[UseCaseSkill]:
    return list(job.use_case.skills.all())


def _rarest(musts: Sequence[JobSkill]) -> JobSkill | None:
    """Return the must-have that the fewest have proven; nothing without any."""
    if len(musts) < 2:  # noqa: PLR2004 (two make a choice)
        return musts[0] if musts else None
    held = Badge.objects.valid()
    counts = {
        wish.pk: held.filter(skill=wish.skill_id, level__gte=wish.level).count() for wish in musts
    }
    return min(musts, key=lambda wish: (counts[wish.pk], wish.skill_id))


def _rank(job: Job, demand: Demand, ranking: Ranking, at: datetime) -> int:
    wishes, kind = list(job.skills.all()), _kind(job)
    musts, nices = len(demand.musts), len(demand.nices)
    mosts = [
        *scoring.cut(scoring.most_of_musts(demand), musts),
        *scoring.cut(scoring.NICE, nices),
    ]
    ordered = [*demand.musts, *demand.nices]
    asked = {row.skill_id: row.skill.slug for row in wishes}
    asked |= {row.skill_id: row.skill.slug for row in kind}
    given = question(job, demand, on=at.date())
    given |= {
        "job": job.pk,
        "organisation": job.organisation_id,
        "ranking": ranking.pk,
        "algorithm": ALGORITHM,
        "at": at,
        "on": at.date(),
        "asked": list(asked),
        "slugs": list(asked.values()),
        "kind": [row.skill_id for row in kind],
        "kinds": len(kind),
        "max_rate": demand.max_rate_minor,
        "languages": list(demand.languages),
        "wish_slugs": [wish.skill for wish in ordered],
        "wish_names": [wish.name for wish in ordered],
        "wish_levels": [wish.level for wish in ordered],
        "wish_musts": [wish.is_must for wish in ordered],
        "wish_mosts": mosts,
        "days": _digests(given["names"], Cadence.DAILY, at),
        "weeks": _digests(given["names"], Cadence.WEEKLY, at),
        "most_told": MOST_TOLD,
        "most_a_day": MOST_A_DAY,
        **scoring.MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(RANKING, given)
        return int(cursor.fetchone()[0])


def _digests(zones: Sequence[str], cadence: str, at: datetime) -> list[datetime]:
    return [next_digest_in(zone, cadence, at=at.astimezone(UTC)) for zone in zones]
