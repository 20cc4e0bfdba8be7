"""Asking an expert to propose: invite, read, decline; whoever proposes has accepted."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import Organisation, User
from accounts.services.sanctions import refuse_restricted
from experts.models import Expert
from jobs import policies
from jobs.models import Invitation, Job, Proposal
from jobs.models.invitation import STANDS_FOR
from jobs.selectors.invitations import invitable
from jobs.services import notices, silence
from jobs.services.proposals import JobNotOpen
from marketplace.kit.errors import DomainError
from marketplace.kit.states import move_together

# More is advertising, and nobody compares so many.
MOST_INVITED = 30
# Of one organisation within a day, whatever the number of its jobs: three full rounds.
MOST_A_DAY = 90
A_DAY = timedelta(days=1)


class CannotBeInvited(DomainError):
    """Only vetted experts who take invitations from this client."""

    code = "cannot_be_invited"


class AlreadyInvited(DomainError):
    """One invitation a job and expert, whatever became of it."""

    code = "already_invited"


class TooManyInvitations(DomainError):
    """The job has invited as many as it may."""

    code = "too_many_invitations"
    sentence = _("You have invited 30 experts to this job. Wait for their answers.")


class TooManyToday(DomainError):
    """The organisation has invited as many within a day as it may."""

    code = "too_many_invitations_today"
    sentence = _("Your organisation has invited 90 experts within a day. Go on tomorrow.")


@transaction.atomic
def invite(job: Job, expert: Expert, *, note: str, by: User, at: datetime) -> Invitation:
    """Ask an expert to propose; they are told, and have a week to answer.

    :raises PermissionDenied: unless `by` hires for the organisation.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    :raises JobNotOpen: unless it takes proposals.
    :raises CannotBeInvited: without a valid badge, a member, or who takes no new work or messages.
    :raises AlreadyInvited: when they were invited, or have proposed.
    :raises TooManyInvitations: after thirty.
    :raises TooManyToday: after ninety of the organisation within a day.
    """
    job = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    # Under the lock: a role that was taken away while this waited is gone.
    if not policies.may_post(people.membership(by, job.organisation)):
        raise PermissionDenied
    refuse_restricted(by)
    if job.status != Job.Status.OPEN:
        raise JobNotOpen
    _refuse_who_cannot(job, expert)
    if job.invitations.count() >= MOST_INVITED:
        raise TooManyInvitations
    _refuse_too_many_today(job, at)
    silence.heard(job, at=at)
    row = Invitation.objects.create(
        job=job, expert=expert, by=by, note=note, created_at=at, expires_at=at + STANDS_FOR
    )
    notices.expert_was_invited(row, at)
    return row


@transaction.atomic
def invite_all(
    job: Job, experts: Iterable[Expert], *, note: str, by: User, at: datetime
) -> list[Invitation]:
    """Ask several experts with the same words, or none of them; it raises what `invite` does."""
    return [invite(job, expert, note=note, by=by, at=at) for expert in experts]


@transaction.atomic
def mark_viewed(job: Job, *, by: User, at: datetime) -> None:
    """Remember that the expert has opened the job they were invited to; the client sees that."""
    waiting = job.invitations.filter(expert__user=by, status=Invitation.Status.SENT)
    if row := waiting.select_for_update(no_key=True).first():
        row.move("view", by=by, at=at)


@transaction.atomic
def decline(invitation: Invitation, *, reason: str, by: User, at: datetime) -> Invitation:
    """Say no to an invitation; the client is told in the app.

    :raises PermissionDenied: unless `by` was invited.
    :raises IllegalMove: when it is answered, or over.
    """
    if invitation.expert.user_id != by.pk:
        raise PermissionDenied
    # On the row before the move, because what follows from the move reads it.
    invitation.decline_reason = reason
    invitation.move("decline", by=by, at=at, reason=reason)
    invitation.save(update_fields=["decline_reason"])
    notices.invitation_was_declined(invitation, at)
    return invitation


def accept(proposal: Proposal, *, at: datetime) -> None:
    """Count a proposal as the answer to the invitation, if there was one."""
    waiting = Invitation.objects.waiting().filter(job=proposal.job_id, expert=proposal.expert_id)
    move_together(list(waiting), "accept", by=proposal.expert.user, at=at)


def expire_due(*, at: datetime, limit: int = 500) -> int:
    """End invitations nobody answered within the week; return how many."""
    return _expire(Invitation.objects.waiting().filter(expires_at__lte=at)[:limit], at)


def expire_of(job: Job, *, at: datetime) -> None:
    """End the invitations to a job that is over."""
    _expire(job.invitations.waiting(), at)


def _expire(rows: models.QuerySet[Invitation], at: datetime) -> int:
    return len(move_together(list(rows), "expire", by=None, at=at))


def _refuse_too_many_today(job: Job, at: datetime) -> None:
    """Count those of all its jobs; the lock makes those sent in the same moment count."""
    Organisation.objects.select_for_update(no_key=True).get(pk=job.organisation_id)
    today = Invitation.objects.filter(
        job__organisation=job.organisation_id, created_at__gt=at - A_DAY
    )
    if today.count() >= MOST_A_DAY:
        raise TooManyToday


def _refuse_who_cannot(job: Job, expert: Expert) -> None:
    """Name them, because several may be asked at once."""
    named = {"name": expert.name}
    if not invitable(job).filter(pk=expert.pk).exists():
        raise CannotBeInvited(_("%(name)s takes no invitations to this job.") % named)
    asked = job.invitations.filter(expert=expert)
    answered = job.proposals.received().filter(expert=expert)
    if asked.exists() or answered.exists():
        sentence = _("%(name)s has been invited to this job, or has proposed to it.")
        raise AlreadyInvited(sentence % named)
