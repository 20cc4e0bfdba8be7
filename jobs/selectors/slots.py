"""How many proposals of an expert may wait for an answer at a time, and when a place comes back.

A slot is free, cannot be bought, and is never lost (D5): it comes back when the client answers,
when the job ends, and after a week of silence in any case. So nothing is kept of it: a proposal
holds a slot exactly as long as its own rows say so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from experts.models import Badge, Expert
from jobs.models import Invitation, Job, Message, Proposal, Side

# Ten for whoever may propose, one more for each valid badge, twice as many at most.
SLOTS, MOST_SLOTS = 10, 20
COMES_BACK_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Slots:
    """An expert's slots: all, those that are taken, and when the next one surely comes back."""

    total: int
    taken: int
    next_at: datetime | None

    @property
    def left(self) -> int:
        """How many more proposals may be sent now."""
        return max(self.total - self.taken, 0)


def slots_of(expert: Expert, at: datetime) -> Slots:
    """Count an expert's slots in two queries."""
    badges = Badge.objects.valid().filter(expert=expert).count()
    held = holding(expert, at).aggregate(taken=Count("pk"), oldest=Min("submitted_at"))
    oldest = held["oldest"]
    return Slots(
        total=min(SLOTS + badges, MOST_SLOTS),
        taken=held["taken"],
        next_at=oldest + COMES_BACK_AFTER if oldest else None,
    )


def holding(expert: Expert, at: datetime) -> QuerySet[Proposal]:
    """Return the proposals that wait for a first answer; to be put aside is none.

    One that was taken back holds its slot for the rest of its week, or a job could be flooded by
    sending and withdrawing. Whoever was invited proposes without a slot.
    """
    invited = Invitation.objects.filter(job=OuterRef("job"), expert=OuterRef("expert"))
    written = Message.objects.filter(
        conversation__job=OuterRef("job"),
        conversation__expert=OuterRef("expert"),
        side=Side.CLIENT,
        created_at__gte=OuterRef("submitted_at"),
    )
    return Proposal.objects.filter(
        ~Exists(written),
        ~Exists(invited),
        expert=expert,
        status__in=(
            Proposal.Status.SUBMITTED,
            Proposal.Status.ARCHIVED,
            Proposal.Status.WITHDRAWN,
        ),
        job__status__in=(Job.Status.OPEN, Job.Status.PAUSED),
        submitted_at__gt=at - COMES_BACK_AFTER,
    )
