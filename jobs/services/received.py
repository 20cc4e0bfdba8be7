"""What a client does with the proposals they received, and what becomes of those with an offer."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import User
from accounts.policies import may_begin_anew
from accounts.services.sanctions import refuse_restricted
from jobs import policies
from jobs.models import Job, Proposal
from jobs.services import proposals, silence
from marketplace.kit.errors import DomainError


class ExpertTakesNoWork(DomainError):
    """A sanction keeps the expert from new work; of that the client hears no more than this."""

    code = "expert_takes_no_work"
    sentence = _("This expert takes no new work at present. Their proposal stays as it is.")


def mark_viewed(proposal: Proposal, *, by: User, at: datetime) -> None:
    """Remember when somebody of the organisation first opened it; the author sees that."""
    if proposal.viewed_at is None and people.membership(by, proposal.job.organisation):
        Proposal.objects.filter(pk=proposal.pk, viewed_at=None).update(viewed_at=at)
        silence.heard(proposal.job, at=at)


@transaction.atomic
def shortlist(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Put it among those the client compares; the expert is told.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises IllegalMove: unless it was sent or archived.
    """
    _choose(proposal, by, at)
    proposal.move("shortlist", by=by, at=at)
    return proposal


@transaction.atomic
def archive(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Put it aside; nobody is told, and it can be restored.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises IllegalMove: unless it was sent or shortlisted.
    """
    _choose(proposal, by, at)
    proposal.move("archive", by=by, at=at)
    return proposal


@transaction.atomic
def restore(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Bring it back from the archive.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises IllegalMove: unless it is archived.
    """
    _choose(proposal, by, at)
    proposal.move("restore", by=by, at=at)
    return proposal


@transaction.atomic
def decline(proposal: Proposal, *, reason: str, note: str, by: User, at: datetime) -> Proposal:
    """Say no for good, with a reason the expert reads.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises IllegalMove: when it has an offer or an answer.
    """
    _choose(proposal, by, at)
    # On the row before the move, because what follows from the move reads it.
    proposal.decline_reason, proposal.decline_note = reason, note
    proposal.move("decline", by=by, at=at, reason=reason)
    proposal.save(update_fields=["decline_reason", "decline_note"])
    return proposal


@transaction.atomic
def offer(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Mark that the client made an offer on it.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    :raises ExpertTakesNoWork: while one of the expert's is.
    :raises JobNotOpen: when the job has been filled or closed.
    :raises IllegalMove: when it has an offer or an answer.
    """
    _choose(proposal, by, at)
    refuse_restricted(by)
    if not may_begin_anew(proposal.expert.user):
        raise ExpertTakesNoWork
    if proposals.hold_job(proposal.job).status not in {Job.Status.OPEN, Job.Status.PAUSED}:
        raise proposals.JobNotOpen
    proposal.move("offer", by=by, at=at)
    return proposal


@transaction.atomic
def retract_offer(proposal: Proposal, *, by: User | None, at: datetime) -> Proposal:
    """Put it back on the shortlist: the offer was taken back, refused or (`by=None`) ran out.

    The offer's own service has asked whether `by` may.

    :raises IllegalMove: unless it has an offer.
    """
    proposal.move("retract_offer", by=by, at=at)
    return proposal


@transaction.atomic
def hire(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Mark that the two agreed; the offer's own service has asked whether `by` may say so.

    :raises IllegalMove: unless it has an offer.
    """
    proposal.move("hire", by=by, at=at)
    return proposal


def close_rest(job: Job, *, at: datetime) -> None:
    """Give everyone who is still waiting the job's outcome as their answer."""
    closable = Proposal.MOVES["close"].sources
    waiting = job.proposals.select_for_update(no_key=True, of=("self",)).select_related(
        "expert__user"
    )
    for proposal in waiting.filter(status__in=closable).order_by("pk"):
        proposal.job = job  # whose outcome is not written yet
        proposal.move("close", by=None, at=at, reason=job.outcome)


def _choose(proposal: Proposal, by: User, at: datetime) -> None:
    """Refuse who does not hire; the job's row comes before the proposal's, as where it closes."""
    proposals.hold_job(proposal.job)
    membership = people.membership(by, proposal.job.organisation)
    if not policies.may_choose(membership, proposal):
        raise PermissionDenied
    silence.heard(proposal.job, at=at)
