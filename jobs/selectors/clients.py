"""What experts may know of a client before they write, and how alive a job is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Least

from accounts.models import Organisation
from jobs.models import Conversation, Job, Message, Proposal, ProposalEvent, Side
from marketplace.kit.places import country_name

# With fewer than so many a share says more about chance than about the client.
ENOUGH_JOBS, ENOUGH_PROPOSALS = 3, 5
# What of a client's choices is an answer: to put aside is none.
ANSWERS = ("shortlist", "decline", "offer")


class Median(Aggregate):
    """The value in the middle, in the database."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True)
class Trust:
    """A client as experts see it; a figure is empty while there is too little to count.

    `hire_percent` is the share of ended jobs with a hire, `read_percent` the share of received
    proposals that somebody opened, `first_reply` the median wait for a word or a choice.
    """

    country: str
    since: datetime
    has_paid: bool
    posted: int
    hires: int
    hire_percent: int | None
    read_percent: int | None
    first_reply: timedelta | None
    # The mean of what experts gave, 1 to 5, and how many did.
    rating: float | None
    ratings: int


def trust(organisation: Organisation) -> Trust:
    """Count what an organisation has posted, how it treats proposals and what experts said."""
    said = organisation.ratings.aggregate(mean=Avg("rating"), count=Count("pk"))
    jobs = _jobs_of(organisation)
    answers = _answers_of(organisation)
    is_known = answers["received"] >= ENOUGH_PROPOSALS
    return Trust(
        country=country_name(organisation.country),
        since=organisation.created_at,
        has_paid=organisation.paid_at is not None,
        posted=jobs["posted"],
        hires=answers["hires"],
        hire_percent=_percent(jobs["hired"], jobs["ended"], ENOUGH_JOBS),
        read_percent=_percent(answers["read"], answers["received"], ENOUGH_PROPOSALS),
        first_reply=answers["first_reply"] if is_known else None,
        rating=said["mean"],
        ratings=said["count"],
    )


@dataclass(frozen=True, slots=True)
class Activity:
    """How alive a job is, for those who have proposed to it."""

    received: int
    read: int
    messaged: int
    acted_at: datetime | None


def activity(job: Job) -> Activity:
    """Count how many of a job's proposals were opened and how many experts were written to."""
    counts = job.proposals.received().aggregate(
        received=Count("pk"), read=Count("pk", filter=Q(viewed_at__isnull=False))
    )
    written_to = Message.objects.filter(conversation__job=job, side=Side.CLIENT)
    messaged = written_to.values("conversation").distinct().count()
    return Activity(counts["received"], counts["read"], messaged, job.acted_at)


def _jobs_of(organisation: Organisation) -> dict[str, int]:
    hired = Proposal.objects.filter(job=OuterRef("pk"), status=Proposal.Status.HIRED)
    is_over = Q(status__in=(Job.Status.FILLED, Job.Status.CLOSED))
    return organisation.jobs.exclude(published_at=None).aggregate(
        posted=Count("pk"),
        ended=Count("pk", filter=is_over),
        hired=Count("pk", filter=is_over & Q(Exists(hired))),
    )


def _answers_of(organisation: Organisation) -> dict[str, Any]:
    chosen = ProposalEvent.objects.filter(row=OuterRef("pk"), verb__in=ANSWERS)
    talk = Conversation.objects.filter(job=OuterRef("job"), expert=OuterRef("expert"))
    written = talk.filter(messages__side=Side.CLIENT).values("pk")
    received = Proposal.objects.received().filter(job__organisation=organisation)
    waited = Least(
        Subquery(chosen.order_by().values("row").annotate(at=Min("at")).values("at")),
        Subquery(written.annotate(at=Min("messages__created_at")).values("at")),
    ) - F("submitted_at")
    return received.aggregate(
        received=Count("pk"),
        read=Count("pk", filter=Q(viewed_at__isnull=False)),
        hires=Count("pk", filter=Q(status=Proposal.Status.HIRED)),
        first_reply=Median(
            ExpressionWrapper(waited, DurationField()), output_field=DurationField()
        ),
    )


def _percent(part: int, whole: int, enough: int) -> int | None:
    """Return a share in whole per cent, or nothing where there is too little to count."""
    return round(100 * part / whole) if whole >= enough else None
