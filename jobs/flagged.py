"""What of jobs can be reported to our staff: jobs, their clients, proposals and messages."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.flagging import Flagged, Line, flaggable
from accounts.models import Organisation, User
from jobs.models import Conversation, Job, Message, Proposal
from jobs.services import talk_notices

JOB, CLIENT, PROPOSAL, MESSAGE = "job", "organisation", "proposal", "message"
# Staff read a message with so many before it: alone it says too little.
MESSAGES_BEFORE = 5


def show_job(public_id: str) -> Sequence[Line]:
    """Show what a job says, also one that only the invited may read."""
    job = Job.objects.filter(public_id=public_id).select_related("organisation").first()
    if job is None:
        return ()
    return (
        (_("Client"), job.organisation.name),
        (_("Title"), job.title),
        (_("Scope"), job.scope),
        (_("What they have today"), job.today),
        (_("Question to experts"), job.screening_question),
        (_("Where it stands"), job.get_status_display()),
    )


@flaggable(JOB, _("Report a job"), show=show_job)
def a_job(reader: User, public_id: str) -> Flagged | None:
    """Find a published job; it is of those who hire for its client."""
    jobs = Job.objects.visible_to(reader).exclude(status=Job.Status.DRAFT)
    job = jobs.filter(public_id=public_id).select_related("organisation").first()
    if job is None:
        return None
    return Flagged(
        kind=JOB,
        about=job.public_id,
        title=job.title,
        url=reverse("jobs:detail", args=[job.public_id]),
        owners=_members(job.organisation),
    )


def show_client(public_id: str) -> Sequence[Line]:
    """Show what an organisation says of itself, and the titles of its latest jobs."""
    client = Organisation.objects.filter(public_id=public_id).first()
    if client is None:
        return ()
    jobs = client.jobs.exclude(status=Job.Status.DRAFT).order_by("-published_at")[:10]
    return (
        (_("Name"), client.name),
        (_("Website"), client.website),
        (_("What they do"), client.about),
        (_("Jobs"), "\n".join(job.title for job in jobs)),
    )


@flaggable(CLIENT, _("Report a client"), show=show_client)
def a_client(reader: User, public_id: str) -> Flagged | None:
    """Find a client by a job of theirs that the reader may see; there they read about them."""
    jobs = Job.objects.visible_to(reader).exclude(status=Job.Status.DRAFT)
    jobs = jobs.filter(organisation__public_id=public_id).select_related("organisation")
    job = jobs.order_by("-published_at", "-pk").first()
    if job is None:
        return None
    return Flagged(
        kind=CLIENT,
        about=job.organisation.public_id,
        title=job.organisation.name,
        url=reverse("jobs:detail", args=[job.public_id]),
        owners=_members(job.organisation),
    )


def show_proposal(public_id: str) -> Sequence[Line]:
    """Show what an expert wrote to a client, without its prices."""
    rows = Proposal.objects.filter(public_id=public_id)
    row = rows.select_related("job", "expert__user").first()
    if row is None:
        return ()
    return (
        (_("Expert"), row.expert.name),
        (_("Job"), row.job.title),
        (_("Cover note"), row.cover_note),
        (_("Answer to the client's question"), row.answer),
    )


@flaggable(PROPOSAL, _("Report a proposal"), show=show_proposal)
def a_proposal(reader: User, public_id: str) -> Flagged | None:
    """Find a proposal that came to the reader's organisation."""
    rows = Proposal.objects.visible_to(reader).received()
    row = rows.filter(public_id=public_id).select_related("job", "expert__user").first()
    if row is None:
        return None
    return Flagged(
        kind=PROPOSAL,
        about=row.public_id,
        title=f"{row.expert.name}: {row.job.title}",
        url=reverse("jobs:proposal", args=[row.public_id]),
        owners=[row.expert.user],
    )


def show_message(public_id: str) -> Sequence[Line]:
    """Show a message with a few before it, and the names of its files."""
    message = Message.objects.filter(public_id=public_id).first()
    if message is None:
        return ()
    rows = Message.objects.filter(
        conversation=message.conversation_id, created_at__lte=message.created_at
    )
    rows = rows.select_related("by").prefetch_related("attachments__upload")
    shown = list(rows.order_by("-created_at", "-pk")[: MESSAGES_BEFORE + 1])
    return [(row.by.shown_name, _words(row)) for row in reversed(shown)]


@flaggable(MESSAGE, _("Report a message"), show=show_message)
def a_message(reader: User, public_id: str) -> Flagged | None:
    """Find a message that the other side wrote to the reader."""
    mine = Conversation.objects.visible_to(reader)
    rows = Message.objects.filter(conversation__in=mine, public_id=public_id)
    message = rows.select_related("by", "conversation__expert").first()
    if message is None or message.conversation.side_of(reader) == message.side:
        return None
    return message_as_flagged(message)


def message_as_flagged(message: Message) -> Flagged:
    """Return a message as our staff find it in their queue."""
    return Flagged(
        kind=MESSAGE,
        about=message.public_id,
        title=f"{message.by.shown_name}: {message.text or gettext('A file')}",
        url=talk_notices.conversation_url(message.conversation),
        owners=[message.by],
    )


def _words(message: Message) -> str:
    files = [row.upload.name for row in message.attachments.all()]
    return "\n".join(part for part in (message.text, *files) if part)


def _members(client: Organisation) -> list[User]:
    return [row.user for row in client.memberships.select_related("user")]
