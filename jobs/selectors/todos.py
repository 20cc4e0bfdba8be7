"""What jobs put on a person's to-do list: unread proposals, silence, drafts, invitations."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.selectors import Todo
from jobs.models import Invitation, Job, Proposal
from jobs.models.job import CLOSES_AFTER, NOTICE_OF_CLOSING, NOTICE_OF_PAUSE, PAUSES_AFTER
from marketplace.kit.sums import count_of

S = Job.Status


def needs_you(user: User, at: datetime) -> list[Todo]:
    """Return what waits for this person here, as a client and as an expert, in two queries."""
    jobs = list(_that_ask(user, at))
    return [
        *(_to_read(job) for job in jobs if job.unread),
        *_invitations_and_drafts(user, at),
        *(_to_keep_open(job) for job in jobs if job.status == S.OPEN and job.is_silent),
        *(_to_resume(job) for job in jobs if job.status == S.PAUSED and job.is_silent),
        *(_to_publish(job) for job in jobs if job.status == S.DRAFT),
    ]


def _that_ask(user: User, at: datetime) -> QuerySet[Any]:
    """Return a client's jobs that ask for something: `unread` proposals, or because `is_silent`."""
    new = Proposal.objects.received().filter(status=Proposal.Status.SUBMITTED, viewed_at=None)
    silent = Q(status=S.OPEN, acted_at__lte=at + NOTICE_OF_PAUSE - PAUSES_AFTER) | Q(
        status=S.PAUSED, acted_at__lte=at + NOTICE_OF_CLOSING - CLOSES_AFTER
    )
    rows = Job.objects.of_client(user).annotate(unread=count_of(new, "job"), is_silent=silent)
    return rows.filter(Q(unread__gt=0) | silent | Q(status=S.DRAFT)).order_by("title", "pk")


def _to_read(job: Any) -> Todo:
    text = ngettext(
        "%(count)s new proposal for %(title)s",
        "%(count)s new proposals for %(title)s",
        job.unread,
    )
    return Todo(
        text % {"count": job.unread, "title": job.title},
        reverse("jobs:received-proposals", args=[job.public_id]),
        None,
        _("The experts see that you have not read them yet."),
    )


def _to_keep_open(job: Job) -> Todo:
    return Todo(
        _("Answer a proposal, or your job pauses: %(title)s") % {"title": job.title},
        reverse("jobs:received-proposals", args=[job.public_id]),
        job.pauses_at,
        _("Then it takes no more proposals until you resume it."),
    )


def _to_resume(job: Job) -> Todo:
    return Todo(
        _("Resume your job, or it closes: %(title)s") % {"title": job.title},
        reverse("jobs:detail", args=[job.public_id]),
        job.closes_at,
        _("Everyone who proposed is then told that you did not come back."),
    )


def _to_publish(job: Job) -> Todo:
    return Todo(
        _("Publish your job: %(title)s") % {"title": job.title},
        reverse("jobs:preview", args=[job.public_id]),
        None,
        _("No expert sees it until you do."),
    )


def _invitations_and_drafts(user: User, at: datetime) -> Iterator[Todo]:
    """Both are about a job that is not the reader's own, and are fetched together.

    A draft has no day by which it ends, so the invitations come first.
    """
    invitations = Invitation.objects.visible_to(user).waiting().filter(expires_at__gt=at)
    drafts = Proposal.objects.filter(
        expert__user=user, status=Proposal.Status.DRAFT, job__status=S.OPEN
    )
    about = ("job__public_id", "job__title")
    asked = invitations.values_list("expires_at", *about, "job__organisation__name")
    begun = drafts.values_list(Value(None, DateTimeField()), *about, Value(""))
    rows = asked.order_by().union(begun.order_by(), all=True)
    for expires_at, public_id, title, client in rows.order_by("expires_at", "job__public_id"):
        if expires_at:
            yield _to_answer(public_id, client, title, expires_at)
        else:
            yield _to_send(public_id, title)


def _to_answer(public_id: str, client: str, title: str, expires_at: datetime) -> Todo:
    return Todo(
        _("%(client)s invites you: %(title)s") % {"client": client, "title": title},
        reverse("jobs:detail", args=[public_id]),
        expires_at,
        _("It ends by itself then. It counts nothing against you."),
    )


def _to_send(public_id: str, title: str) -> Todo:
    return Todo(
        _("Send your proposal: %(title)s") % {"title": title},
        reverse("jobs:propose", args=[public_id]),
        None,
        _("The client does not see it until you do."),
    )
