"""Reads of conversations: whose there are, what is new in them, and whether they are open."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from jobs.models import Block, Conversation, Message, Proposal, Reading, Side
from jobs.models.proposal import LIVE_PROPOSALS

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Told(TypedDict):
        """What a list says of a conversation."""

        unread: int
        last_text: str | None
        last_leads_away: bool
        last_side: str

    class Asked(TypedDict):
        """What the page of a conversation asks before it shows it."""

        role: str | None
        blocking: list[str]
        has_news: bool

    Listed = WithAnnotations[Conversation, Told]
    Opened = WithAnnotations[Conversation, Asked]
else:  # mypy's word for a row with annotations
    Listed = Opened = Conversation


def conversations(user: User) -> QuerySet[Listed]:
    """Return this person's conversations, the latest first, each with how much of it is new."""
    latest = Message.objects.filter(conversation=OuterRef("pk")).order_by("-created_at")
    rows = with_names(Conversation.objects.visible_to(user))
    return rows.annotate(
        unread=_unread_by(user),
        last_text=Subquery(latest.values("text")[:1]),
        last_leads_away=Subquery(latest.values(leads=~Q(lures=[]))[:1]),
        last_side=Subquery(latest.values("side")[:1]),
    ).order_by("-last_at", "-pk")


def _unread_by(user: User) -> Coalesce:
    """Count what the other side has written since this person last looked."""
    read = Reading.objects.filter(conversation=OuterRef("conversation"), user=user)
    is_expert = Q(conversation__expert__user=user)
    theirs = Q(is_expert, side=Side.CLIENT) | Q(~is_expert, side=Side.EXPERT)
    rows = Message.objects.filter(theirs, conversation=OuterRef("pk"))
    rows = rows.exclude(Exists(read.filter(up_to__created_at__gte=OuterRef("created_at"))))
    counted = rows.order_by().values("conversation").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)


def with_names(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Add what a conversation's page shows of the two."""
    return conversations.select_related("job__organisation", "expert__user")


def opened(user: User) -> QuerySet[Opened]:
    """Return this person's conversations with what their page asks first, all in one query.

    `role` is what the reader is to the client, `blocking` the sides that take no messages,
    `has_news` whether the reader has not read the latest message.
    """
    latest = Message.objects.filter(conversation=OuterRef("conversation")).order_by("-created_at")
    read_all = Reading.objects.filter(
        conversation=OuterRef("pk"), user=user, up_to=Subquery(latest.values("pk")[:1])
    )
    places = Membership.objects.filter(user=user, organisation=OuterRef("job__organisation"))
    blocks = Block.objects.filter(
        organisation=OuterRef("job__organisation"), expert=OuterRef("expert"), lifted_at=None
    )
    return with_names(Conversation.objects.visible_to(user)).annotate(
        role=Subquery(places.values("role")[:1]),
        blocking=ArraySubquery(blocks.values("side")),
        has_news=~Exists(read_all),
    )


def place(conversation: Opened, user: User) -> Membership | None:
    """Return the reader's place at the client as `opened` found it, to be asked and not saved."""
    organisation = conversation.job.organisation
    role = conversation.role
    return Membership(organisation=organisation, user=user, role=role) if role else None


def of_proposal(proposal: Proposal) -> Conversation | None:
    """Return the conversation about a proposal, if there is one."""
    rows = Conversation.objects.filter(job=proposal.job_id, expert=proposal.expert_id)
    return with_names(rows).first()


def has_begun(proposal: Proposal) -> bool:
    """Whether the two have written to each other."""
    rows = Conversation.objects.filter(job=proposal.job_id, expert=proposal.expert_id)
    return rows.exists()


def last_proposal(conversation: Conversation) -> Proposal | None:
    """Return what this expert last sent for this job; what came before it was withdrawn."""
    rows = Proposal.objects.received().filter(
        job=conversation.job_id, expert=conversation.expert_id
    )
    return rows.order_by("-submitted_at", "-pk").first()


def is_open(last: Proposal | None) -> bool:
    """Whether the two have something left to talk about: a live proposal, or a contract."""
    return last is not None and last.status in LIVE_PROPOSALS


def is_protected(last: Proposal | None) -> bool:
    """Whether a contract protects the two, so that an address is no lure any more."""
    return last is not None and last.status == Proposal.Status.HIRED


def blocks(conversation: Conversation) -> QuerySet[Block]:
    """Return what says that one of the two takes no messages now."""
    return Block.objects.filter(
        organisation=conversation.job.organisation_id,
        expert=conversation.expert_id,
        lifted_at=None,
    )


def block_words(blocking: Collection[str], side: str) -> str | Promise:
    """Say to one side why nothing can be sent; nothing when nobody blocks."""
    if side in blocking:
        return _("You have blocked the other side. Unblock it to write.")
    return _("The other side takes no messages from you now.") if blocking else ""


def read_by_others(conversation: Conversation, side: str) -> Reading | None:
    """Return how far somebody of the other side has read, and when."""
    rows = conversation.readings.select_related("up_to").order_by("-up_to__created_at")
    expert = conversation.expert.user_id
    others = rows.exclude(user=expert) if side == Side.EXPERT else rows.filter(user=expert)
    return others.first()
