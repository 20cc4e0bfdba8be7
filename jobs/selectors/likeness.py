"""How like a note is to others: the expert's own ones, and those of everybody else.

Never guessed is whether a machine wrote it: that is asked (`Proposal.ai_use`), because whoever
guesses accuses people of it. Compared is wording alone, and what the job itself says is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, Value

from accounts.periods import COMPARED_DAYS
from experts.models import Expert
from jobs.models import HeldNote, Job, Proposal, SentNote
from marketplace.kit import wording

# What was written longer ago is not held against anybody.
LOOKS_BACK = timedelta(days=COMPARED_DAYS)
# The latest notes that have anything in common with this one; more would only say the same.
MOST_NOTES = 1_000
# The share of a note that has to be new beside one's own: a good half may be who one is.
FEWEST_NEW = 1 / 3
# The share of a note that others may have sent to other jobs or tried to: phrases everybody
# uses, and no more.
COPIED = 1 / 3
# The share of a note from which one note to the same job makes it nearly the same.
ALIKE = 1 / 5
# With fewer passages of its own than this a note cannot be compared, and says nothing.
FEWEST_PASSAGES = 7
HASHES = ArrayField(BigIntegerField())


@dataclass(frozen=True, slots=True)
class Likeness:
    """What comparing a note found.

    `passages` are its own, of four words each; `new` is the share of them that the expert's other
    notes do not have, `known` the share that notes of others have which were sent to other jobs or
    held back, both 0 to 1;
    `alike_to` is the first proposal of somebody else to this job with nearly the same note.
    """

    passages: frozenset[int]
    new: float = 1.0
    known: float = 0.0
    alike_to: Proposal | None = None

    @property
    def can_be_compared(self) -> bool:
        """Whether it says enough in its own words."""
        return len(self.passages) >= FEWEST_PASSAGES


class Common(Func):
    """The hashes two arrays have in common."""

    template = "ARRAY(SELECT unnest(%(expressions)s))"
    arg_joiner = ") INTERSECT SELECT unnest("
    output_field = HASHES


def own_passages(job: Job, note: str) -> frozenset[int]:
    """Return a note's passages without those of the job; reads its checks."""
    texts = [job.title, job.scope, job.today, job.screening_question]
    checks = [f"{check.text} {check.how}" for check in job.checks.all()]
    return wording.passages(note).difference(*map(wording.passages, [*texts, *checks]))


def likeness(job: Job, expert: Expert, note: str, at: datetime) -> Likeness:
    """Compare a note with those of the last thirty days, in two queries however many there are.

    What was held back from others is not held against whoever sent those words first: else anybody
    could silence somebody by copying them.
    """
    passages = own_passages(job, note)
    if len(passages) < FEWEST_PASSAGES:
        return Likeness(passages)
    notes = _notes_like(passages, at)
    here = [row for row in notes if row.proposal.job_id == job.pk]
    elsewhere = [row for row in notes if row.proposal.job_id != job.pk]
    own = [row.common for row in elsewhere if row.proposal.expert_id == expert.pk]
    others = [row.common for row in elsewhere if row.proposal.expert_id != expert.pk]
    tried = _union(_held_like(passages, expert, at)) - _union(own)
    return Likeness(
        passages=passages,
        new=1 - _share(own, passages),
        known=_share([*others, tried], passages),
        alike_to=_first_like(
            [row for row in here if row.proposal.expert_id != expert.pk], passages
        ),
    )


def _notes_like(passages: Iterable[int], at: datetime) -> Sequence[Any]:
    """Return the notes that have something in common with these passages, and what."""
    ours = list(passages)
    recent = SentNote.objects.filter(
        passages__overlap=ours,
        proposal__submitted_at__gt=at - LOOKS_BACK,
        proposal__submitted_at__lte=at,
    )
    found = recent.annotate(common=_common(ours))
    rows = found.select_related("proposal__alike_to").defer("passages")
    return list(rows.order_by("-proposal__submitted_at", "-pk")[:MOST_NOTES])


def _held_like(passages: Iterable[int], expert: Expert, at: datetime) -> Iterable[Iterable[int]]:
    """Return what these passages have in common with each note held back from somebody else."""
    ours = list(passages)
    recent = HeldNote.objects.exclude(expert=expert).filter(
        passages__overlap=ours, held_at__gt=at - LOOKS_BACK, held_at__lte=at
    )
    found = recent.annotate(common=_common(ours)).order_by("-held_at", "-pk")
    return found.values_list("common", flat=True)[:MOST_NOTES]


def _common(passages: Sequence[int]) -> Common:
    return Common("passages", Value(passages, output_field=HASHES))


def _union(found: Iterable[Iterable[int]]) -> frozenset[int]:
    return frozenset[int]().union(*found)


def _share(found: Iterable[Iterable[int]], passages: frozenset[int]) -> float:
    return len(_union(found)) / len(passages)


def _first_like(here: Sequence[Any], passages: frozenset[int]) -> Proposal | None:
    """Return the first of those that are nearly the same, or the one it is itself listed under."""
    for row in reversed(here):
        if len(row.common) >= ALIKE * len(passages):
            found: Proposal = row.proposal
            return found.alike_to or found
    return None
