"""What people are told about jobs and proposals, and in which words."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Kind, Membership, User
from accounts.services import notifications
from accounts.services.notifications import Message
from jobs.models import Job, Proposal
from jobs.models.match import Reason, sentence


def job_fits(job: Job, user: User, reasons: Iterable[Reason]) -> Message:
    """Return what an expert reads when a new job fits them."""
    why = ", ".join(sentence(reason) for reason in reasons if reason["points"])
    return Message(
        user=user,
        kind=Kind.MATCH,
        key=f"match:{job.public_id}",
        subject=_("A job that fits you: %(title)s") % {"title": _short(job.title)},
        body=_("Why you see this: %(why)s.") % {"why": why},
        url=reverse("jobs:detail", args=[job.public_id]),
        action=_("Read the job"),
    )


def proposal_came(proposal: Proposal, at: datetime) -> None:
    """Tell the people who hire for the organisation."""
    names = {"name": _short(proposal.expert.name), "title": _short(proposal.job.title)}
    messages = [
        Message(
            user=user,
            kind=Kind.PROPOSAL,
            key=f"proposal:{proposal.public_id}",
            subject=_("Proposal from %(name)s for %(title)s") % names,
            body=proposal.excerpt,
            url=_url(proposal),
            action=_("Read the proposal"),
        )
        for user in _hiring_people(proposal.job)
    ]
    for message in messages:
        notifications.tell(message, at=at)


def proposal_was_shortlisted(proposal: Proposal, at: datetime) -> None:
    """Tell the expert in the app; it is good news, and nothing to do, so no mail."""
    notifications.tell_in_app(
        _to_expert(
            proposal,
            key=f"shortlisted:{proposal.public_id}",
            subject=_("You are on the shortlist for %(title)s"),
            body=_("The client is comparing your proposal with others. You need not do anything."),
        ),
        at=at,
    )


def proposal_was_declined(proposal: Proposal, at: datetime) -> None:
    """Tell the expert, with the client's reason."""
    reason = proposal.get_decline_reason_display()
    notifications.tell(
        _to_expert(
            proposal,
            key=f"declined:{proposal.public_id}",
            subject=_("Not chosen for %(title)s"),
            body=_("The client's reason: %(reason)s.") % {"reason": reason},
        ),
        at=at,
    )


def proposal_was_closed(proposal: Proposal, at: datetime) -> None:
    """Tell the expert how the job ended: nobody who wrote is left without an answer."""
    notifications.tell(
        _to_expert(
            proposal,
            key=f"closed:{proposal.public_id}",
            subject=_("Closed: %(title)s"),
            body=_("The client closed the job. Outcome: %(outcome)s.")
            % {"outcome": proposal.job.get_outcome_display()},
        ),
        at=at,
    )


def _to_expert(proposal: Proposal, *, key: str, subject: str, body: str) -> Message:
    return Message(
        user=proposal.expert.user,
        kind=Kind.PROPOSAL,
        key=key,
        subject=subject % {"title": _short(proposal.job.title)},
        body=body,
        url=_url(proposal),
        action=_("Open your proposal"),
    )


def _short(name: str) -> str:
    """Cut a name so that a subject of two stays within one line of a mailbox."""
    return Truncator(name).chars(80)


def _url(proposal: Proposal) -> str:
    return reverse("jobs:proposal", args=[proposal.public_id])


def _hiring_people(job: Job) -> Iterable[User]:
    hiring = (Membership.Role.OWNER, Membership.Role.HIRING)
    return User.objects.filter(
        memberships__organisation=job.organisation_id, memberships__role__in=hiring, is_active=True
    )
