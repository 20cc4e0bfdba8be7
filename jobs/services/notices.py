"""What people are told about jobs and proposals, and in which words."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Kind, Membership, User
from accounts.services import notifications
from accounts.services.notifications import Message as Notice
from accounts.services.notifications import in_readers_languages
from jobs.models import (
    Invitation,
    Job,
    Match,
    Proposal,
)
from jobs.models.match import given_reasons, sentence
from marketplace.kit.words import deadline_text

A_DAY = timedelta(days=1)
# So many jobs a digest of them names; it counts the rest.
MOST_LISTED = 10


def jobs_fit(matches: Sequence[Match]) -> Notice:
    """Return what an expert reads when jobs fit them, the best first: all are theirs."""
    with override(matches[0].expert.user.language):
        return _jobs_fit(matches) if len(matches) > 1 else _job_fits(matches[0])


def _job_fits(match: Match) -> Notice:
    job = match.job
    return Notice(
        user=match.expert.user,
        kind=Kind.MATCH,
        key=f"match:{job.public_id}",
        subject=_("A job that fits you: %(title)s") % {"title": short(job.title)},
        body=_("Why you see this: %(why)s.") % {"why": _why(match)},
        url=reverse("jobs:detail", args=[job.public_id]),
        action=_("Read the job"),
    )


def _jobs_fit(matches: Sequence[Match]) -> Notice:
    names = {"count": len(matches), "title": short(matches[0].job.title)}
    more = len(matches) - MOST_LISTED
    lines = [f"{short(row.job.title)}: {_why(row)}." for row in matches[:MOST_LISTED]]
    if more > 0:
        lines.append(_("And %(count)s more.") % {"count": more})
    return Notice(
        user=matches[0].expert.user,
        kind=Kind.MATCH,
        key=f"matches:{matches[0].pk}",
        subject=_("%(count)s jobs that fit you, first: %(title)s") % names,
        body="\n".join(lines),
        url=reverse("jobs:matches"),
        action=_("See the jobs found for you"),
    )


def _why(match: Match) -> str:
    return ", ".join(sentence(reason) for reason in given_reasons(match.reasons))


@in_readers_languages
def experts_were_found(job: Job, count: int, at: datetime) -> None:
    """Tell the people who hire, in the app and once a job, how many experts they could invite."""
    names = {"count": count, "title": short(job.title)}
    for user in hiring_people(job):
        notice = Notice(
            user=user,
            kind=Kind.PROPOSAL,
            key=f"found:{job.public_id}",
            subject=ngettext(
                "%(count)s expert fits, invite them: %(title)s",
                "%(count)s experts fit, invite them: %(title)s",
                count,
            )
            % names,
            body=_("The best are told of your job. Whoever you invite answers sooner."),
            url=reverse("jobs:invite", args=[job.public_id]),
            action=_("See who fits"),
        )
        notifications.tell_in_app(notice, at=at)


@in_readers_languages
def proposal_came(proposal: Proposal, at: datetime) -> None:
    """Tell the people who hire, once a day: who takes it back and sends it again is no news."""
    if _was_told_of_today(proposal, at):
        return
    names = {"name": short(proposal.expert.name), "title": short(proposal.job.title)}
    messages = [
        Notice(
            user=user,
            kind=Kind.PROPOSAL,
            key=f"proposal:{proposal.public_id}",
            subject=_("Proposal from %(name)s for %(title)s") % names,
            body=proposal.excerpt,
            url=_url(proposal),
            action=_("Read the proposal"),
        )
        for user in hiring_people(proposal.job)
    ]
    for message in messages:
        notifications.tell(message, at=at)


def _was_told_of_today(proposal: Proposal, at: datetime) -> bool:
    earlier = proposal.job.proposals.filter(expert=proposal.expert, submitted_at__gt=at - A_DAY)
    return earlier.exclude(pk=proposal.pk).exists()


@in_readers_languages
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


@in_readers_languages
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


@in_readers_languages
def proposal_was_closed(proposal: Proposal, at: datetime) -> None:
    """Tell the expert how the job ended: nobody who wrote is left without an answer."""
    notifications.tell(
        _to_expert(
            proposal,
            key=f"closed:{proposal.public_id}",
            subject=_("Closed: %(title)s"),
            body=_("The job has closed. Outcome: %(outcome)s.")
            % {"outcome": proposal.job.get_outcome_display()},
        ),
        at=at,
    )


@in_readers_languages
def expert_was_invited(invitation: Invitation, at: datetime) -> None:
    """Ask the expert to propose, with the client's own words and the day on which it ends."""
    job, user = invitation.job, invitation.expert.user
    names = {"client": short(job.organisation.name), "title": short(job.title)}
    with timezone.override(user.time_zone or "UTC"):
        until = _("Answer by %(when)s: propose, or say no.") % {
            "when": deadline_text(invitation.expires_at)
        }
    # What leads away from the site is read on it, where a warning stands beside it.
    note = "" if invitation.leads_away else invitation.note
    notice = Notice(
        user=user,
        kind=Kind.PROPOSAL,
        key=f"invited:{invitation.public_id}",
        subject=_("%(client)s invites you: %(title)s") % names,
        body=f"{note}\n\n{until}".strip(),
        url=reverse("jobs:detail", args=[job.public_id]),
        action=_("Read the job"),
    )
    notifications.tell(notice, at=at)


@in_readers_languages
def invitation_was_declined(invitation: Invitation, at: datetime) -> None:
    """Tell who hires in the app; there is nothing to do about it, so no mail."""
    names = {"name": short(invitation.expert.name), "title": short(invitation.job.title)}
    for user in hiring_people(invitation.job):
        notice = Notice(
            user=user,
            kind=Kind.PROPOSAL,
            key=f"invitation-declined:{invitation.public_id}",
            subject=_("%(name)s declined your invitation to %(title)s") % names,
            body=invitation.get_decline_reason_display(),
            url=reverse("jobs:invite", args=[invitation.job.public_id]),
            action=_("Invite somebody else"),
        )
        notifications.tell_in_app(notice, at=at)


@in_readers_languages
def job_will_pause(job: Job, at: datetime) -> None:
    """Warn the people who hire that their silence pauses the job."""
    _of_silence(
        job,
        at,
        key="pauses",
        subject=_("Your job pauses on %(when)s: %(title)s"),
        body=_(
            "Nobody of you has done anything about it for days. Read, answer or decline a proposal "
            "and the job stays open. If nobody does, it takes no more proposals from then on."
        ),
        until=job.pauses_at,
    )


@in_readers_languages
def job_was_let_through(job: Job, at: datetime) -> None:
    """Tell the people who hire that our staff have looked and experts see it."""
    _of_review(
        job,
        at,
        subject=_("Your job is live: %(title)s"),
        body=_("We have looked at it. The experts it fits are being told."),
    )


@in_readers_languages
def job_was_sent_back(job: Job, at: datetime) -> None:
    """Tell the people who hire what has to change before experts see it."""
    event = job.history.filter(verb="send_back").last()
    _of_review(
        job,
        at,
        subject=_("Please change your job: %(title)s"),
        body=event.reason if event else "",
    )


def _of_review(job: Job, at: datetime, *, subject: str, body: str) -> None:
    is_draft = job.status == Job.Status.DRAFT
    page = "jobs:edit-scope" if is_draft else "jobs:detail"
    for user in hiring_people(job):
        notice = Notice(
            user=user,
            kind=Kind.PROPOSAL,
            key=f"review:{job.public_id}:{at:%Y%m%d%H%M%S}",
            subject=subject % {"title": short(job.title)},
            body=body,
            url=reverse(page, args=[job.public_id]),
            action=_("Change the job") if is_draft else _("Open the job"),
        )
        notifications.tell(notice, at=at)


@in_readers_languages
def job_has_paused(job: Job, at: datetime) -> None:
    """Tell the people who hire that the job takes no more proposals, and how to go on."""
    _of_silence(
        job,
        at,
        key="paused",
        subject=_("Paused after a week of silence: %(title)s"),
        body=_(
            "It takes no proposals until you resume it. If nobody does anything by %(when)s, it "
            "closes, and everyone who proposed is told that you did not come back."
        ),
        until=job.closes_at,
    )


@in_readers_languages
def job_will_close(job: Job, at: datetime) -> None:
    """Warn the people who hire that the job closes, which is everybody's answer."""
    _of_silence(
        job,
        at,
        key="closes",
        subject=_("Your job closes on %(when)s: %(title)s"),
        body=_(
            "Resume it, or close it with an outcome of your own. If nobody does, everyone who "
            "proposed is told that you did not come back, and it cannot be opened again."
        ),
        until=job.closes_at,
    )


@in_readers_languages
def job_has_expired(job: Job, at: datetime) -> None:
    """Tell the people who hire that the job is over."""
    _of_silence(
        job,
        at,
        key="expired",
        subject=_("Closed after a month of silence: %(title)s"),
        body=_("Everyone who proposed was told. You can post the work again as a new job."),
        until=None,
    )


def _of_silence(
    job: Job, at: datetime, *, key: str, subject: str, body: str, until: datetime | None
) -> None:
    """Tell everyone who hires; a silence is told of once, the next one again."""
    since = f"{job.acted_at:%Y%m%d%H%M}" if job.acted_at else ""
    for user in hiring_people(job):
        with timezone.override(user.time_zone or "UTC"):
            words = {"title": short(job.title), "when": deadline_text(until) if until else ""}
        notice = Notice(
            user=user,
            kind=Kind.DEADLINE,
            key=f"silence:{key}:{job.public_id}:{since}",
            subject=subject % words,
            body=body % words,
            url=reverse("jobs:detail", args=[job.public_id]),
            action=_("Open the job"),
        )
        notifications.tell(notice, at=at)


def _to_expert(proposal: Proposal, *, key: str, subject: str, body: str) -> Notice:
    return Notice(
        user=proposal.expert.user,
        kind=Kind.PROPOSAL,
        key=key,
        subject=subject % {"title": short(proposal.job.title)},
        body=body,
        url=_url(proposal),
        action=_("Open your proposal"),
    )


def short(name: str) -> str:
    """Cut a name so that a subject of two stays within one line of a mailbox."""
    return Truncator(name).chars(80)


def _url(proposal: Proposal) -> str:
    return reverse("jobs:proposal", args=[proposal.public_id])


def hiring_people(job: Job) -> Iterable[User]:
    """Return those who hire for the client of a job."""
    hiring = (Membership.Role.OWNER, Membership.Role.HIRING)
    return User.objects.filter(
        memberships__organisation=job.organisation_id, memberships__role__in=hiring, is_active=True
    )
