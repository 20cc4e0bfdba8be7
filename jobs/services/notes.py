"""The notes of proposals as others are compared with them: those that were sent, and tried."""

from datetime import datetime

from experts.models import Expert
from jobs.models import HeldNote, Job, Proposal, SentNote
from jobs.selectors.likeness import FEWEST_PASSAGES, likeness, own_passages
from jobs.services import guard
from jobs.services.guard import Words


def compare(proposal: Proposal, *, at: datetime) -> Proposal | None:
    """Hold a copy back, or remember the note; return which one to this job is nearly the same.

    The job's row lock makes two that come together see each other.

    :raises HeldBack: with what to change.
    """
    note = proposal.cover_note
    found = likeness(proposal.job, proposal.expert, note, at)
    guard.refuse(guard.points(Words(note, {}, ()), (), found))
    SentNote.objects.create(proposal=proposal, passages=sorted(found.passages))
    return found.alike_to


def learn(job: Job, expert: Expert, note: str, *, at: datetime) -> None:
    """Remember a note that was held back; from one too short to compare there is nothing to learn.

    Called when what was refused has been rolled back.
    """
    passages = own_passages(job, note)
    if len(passages) >= FEWEST_PASSAGES:
        HeldNote.objects.create(job=job, expert=expert, passages=sorted(passages), held_at=at)
