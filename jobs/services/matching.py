"""Finds the experts a published job fits and tells each of them once, with the reasons."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Membership, Standing
from accounts.services import notifications
from experts.models import Badge, Expert
from jobs.models import Job, Match
from jobs.services import notices
from jobs.services.scoring import ALGORITHM, Demand, Fit, Proof, Supply, Wish, fit
from marketplace.kit import hours

# More than a client can read is noise to everybody else; the best are told.
MOST_TOLD = 500

Found = Sequence[tuple[Expert, Fit]]


@transaction.atomic
def match(job_pk: int, *, at: datetime) -> int:
    """Find, keep and tell the experts an open job fits, unless that has been done.

    The job's row lock makes a second worker wait and then find the work done; the unique keys of
    matches and notices are the second guard.

    :returns: how many experts were found now; their mails wait in the outbox.
    """
    job = _take(job_pk)
    if job is None:
        return 0
    found = find(job, on=at.date())[:MOST_TOLD]
    _keep(job, found, at)
    notifications.tell_all(
        [notices.job_fits(job, expert.user, its_fit.reasons) for expert, its_fit in found], at=at
    )
    job.matched_at = at
    job.save(update_fields=["matched_at"])
    return len(found)


def find(job: Job, *, on: date) -> Found:
    """Everyone the job fits on this day, best first; equal scores in the order they joined."""
    demand = demand_of(job)
    weighed = ((expert, fit(demand, supply, on=on)) for expert, supply in _candidates(job, on))
    found = [(expert, its_fit) for expert, its_fit in weighed if its_fit is not None]
    return sorted(found, key=lambda pair: (-pair[1].score, pair[0].pk))


def demand_of(job: Job) -> Demand:
    """Return what a job asks for; reads its skills."""
    return Demand(
        wishes=[
            Wish(row.skill.slug, row.skill.name, row.level, row.is_must) for row in job.skills.all()
        ],
        max_rate_minor=job.max_rate_minor,
        shared_hours=job.shared_hours,
    )


def _take(job_pk: int) -> Job | None:
    rows = Job.objects.unmatched().select_for_update(no_key=True).filter(pk=job_pk)
    return rows.prefetch_related("skills__skill").first()


def _candidates(job: Job, on: date) -> Iterator[tuple[Expert, Supply]]:
    """Whoever passes the gates that SQL can see, with their badges on the skills asked for."""
    shared = hours.sharing(job.time_zone, on=on)
    badges = (
        Badge.objects.valid()
        .filter(expert__in=_reachable(job, shared), skill__in=_skills(job))
        .select_related("expert__user", "skill")
        .order_by("expert_id")
    )
    for _, rows in groupby(badges, key=attrgetter("expert_id")):
        held = list(rows)
        expert = held[0].expert
        yield expert, _supply_of(expert, held, shared[expert.time_zone])


def _reachable(job: Job, shared: Mapping[str, int]) -> QuerySet[Expert]:
    """Open to work, affordable, awake at the same time, proven, and not the client's own people."""
    zones = [zone for zone, together in shared.items() if together >= job.shared_hours]
    experts = Expert.objects.filter(is_open=True, user__is_active=True, user__time_zone__in=zones)
    experts = experts.filter(user__standing=Standing.GOOD)
    if job.max_rate_minor is not None:
        experts = experts.filter(rate_minor__lte=job.max_rate_minor)
    for wish in job.musts:
        proven = Badge.objects.valid().filter(skill=wish.skill_id, level__gte=wish.level)
        experts = experts.filter(pk__in=proven.values("expert"))
    own_people = Membership.objects.filter(organisation=job.organisation_id)
    return experts.exclude(user__in=own_people.values("user"))


def _skills(job: Job) -> list[int]:
    return [wish.skill_id for wish in job.skills.all()]


def _supply_of(expert: Expert, badges: Sequence[Badge], together: int) -> Supply:
    return Supply(
        badges={badge.skill.slug: Proof(badge.level, badge.issued_on) for badge in badges},
        rate_minor=expert.rate_minor,
        hours_per_week=expert.hours_per_week,
        available_on=expert.available_on,
        shared_hours=together,
        is_open=expert.is_open,
    )


def _keep(job: Job, found: Found, at: datetime) -> None:
    Match.objects.bulk_create(
        [
            Match(
                job=job,
                expert=expert,
                score=its_fit.score,
                reasons=list(its_fit.reasons),
                algorithm=ALGORITHM,
                created_at=at,
            )
            for expert, its_fit in found
        ],
        ignore_conflicts=True,
    )
