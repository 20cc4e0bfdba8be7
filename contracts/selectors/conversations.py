"""A conversation as both sides read it: what they wrote, and between it what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import (
    AmendmentEvent,
    Contract,
    ContractEvent,
    Milestone,
    MilestoneEvent,
    OfferEvent,
    Submission,
)
from contracts.selectors import addresses
from jobs import talk
from jobs.models import (
    Conversation,
    InterviewEvent,
    Message,
    Proposal,
    ProposalEvent,
    Reading,
    Side,
)
from marketplace.kit.money import Money
from marketplace.kit.words import clock_text, in_reader_zone, money_text

LINES_PER_PAGE = 50

# What is told of each thing that happens, by whose row moved and the verb; of others, nothing:
# that a proposal was archived is the client's own business, and an offer speaks for its proposal.
# An amount is named only where the whole price moved: what was released before is the ledger's.
TOLD: Mapping[str, Mapping[str, str | Promise]] = {
    "proposal": {
        "submit": _("Proposal sent"),
        "shortlist": _("Put on the shortlist"),
        "decline": _("Proposal declined"),
        "withdraw": _("Proposal withdrawn"),
        "close": _("The job was closed"),
    },
    "interview": {
        "propose": _("Times for a talk proposed"),
        "agree": _("A time for a talk was agreed"),
        "decline": _("None of the proposed times fits"),
        "withdraw": _("The proposed times were taken back"),
        "cancel": _("The talk was called off"),
    },
    "offer": {
        "send": _("Offer sent: %(title)s"),
        "accept": _("Offer accepted: %(title)s"),
        "decline": _("Offer declined"),
        "counter": _("Answered with other terms"),
        "withdraw": _("Offer taken back"),
        "expire": _("The offer has expired"),
    },
    "milestone": {
        "fund": _("%(amount)s is held for %(title)s"),
        "submit": _("Handed in for review: %(title)s"),
        "ask_for_changes": _("Changes asked for: %(title)s"),
        "release": _("Released: %(title)s"),
        "release_unanswered": _("Released without an answer: %(title)s"),
        "pay_out_rest": _("The rest was released: %(title)s"),
        "pass_on": _("%(amount)s paid: %(title)s"),
        "refund": _("What was held went back to the client: %(title)s"),
        "split": _("The money was shared: %(title)s"),
        "dispute": _("Dispute opened: %(title)s"),
        "award_expert": _("Dispute over, the money went to the expert: %(title)s"),
        "award_client": _("Dispute over, the money went back: %(title)s"),
        "award_both": _("Dispute over, the money was shared: %(title)s"),
        "take_back": _("The client's bank took the money back: %(title)s"),
    },
    "amendment": {
        "propose": _("A change of the contract was proposed"),
        "accept": _("The change was agreed"),
        "decline": _("The change was declined"),
        "withdraw": _("The proposed change was taken back"),
        "expire": _("Nobody answered the proposed change"),
    },
    "contract": {
        "pause": _("The contract is paused"),
        "resume": _("The contract goes on"),
        "end": _("Nothing new begins: the contract is ending"),
        "complete": _("The contract is complete"),
        "cancel": _("The contract was cancelled"),
    },
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation: a message, or something that happened with where it is shown."""

    at: datetime
    message: Message | None = None
    text: str = ""
    url: str = ""
    is_own: bool = False
    # Whether a message leads away and nothing protects its reader yet: it is behind a warning.
    is_held: bool = False
    # Of the reader's last message that the other side has read: when they did.
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines in the order of time, and whether there are earlier ones."""

    lines: Sequence[Line]
    has_earlier: bool

    @property
    def first(self) -> str:
        """Where the page before it ends."""
        return self.lines[0].at.isoformat() if self.lines else ""

    @property
    def last(self) -> str:
        """Where what comes next begins."""
        return self.lines[-1].at.isoformat() if self.lines else ""


def latest(conversation: Conversation, user: User, *, before: datetime | None = None) -> Page:
    """Return the last lines, or the last ones before a moment; five queries, six with a lure."""
    rows, events = _messages(conversation), _events(conversation)
    if before is not None:
        rows, events = rows.filter(created_at__lt=before), _until(events, before)
    side = conversation.side_of(user)
    written = _written(conversation, rows.order_by("-created_at")[: LINES_PER_PAGE + 1], side)
    happened = _happened(events, newest_first=True)
    lines = sorted([*written, *happened], key=lambda line: line.at)
    read = talk.read_by_others(conversation, side)
    page = _with_receipt(lines[-LINES_PER_PAGE:], read)
    return Page(page, has_earlier=len(lines) > LINES_PER_PAGE)


def since(conversation: Conversation, user: User, after: datetime) -> Page:
    """Return what came after a moment, the oldest of it first."""
    rows = _messages(conversation).filter(created_at__gt=after).order_by("created_at")
    side = conversation.side_of(user)
    written = _written(conversation, rows[:LINES_PER_PAGE], side)
    happened = _happened([row.filter(at__gt=after) for row in _events(conversation)])
    lines = sorted([*written, *happened], key=lambda line: line.at)
    return Page(lines[:LINES_PER_PAGE], has_earlier=False)


def _messages(conversation: Conversation) -> QuerySet[Message]:
    return conversation.messages.select_related("by").prefetch_related("attachments__upload")


def _written(conversation: Conversation, rows: Iterable[Message], side: str) -> list[Line]:
    rows = list(rows)
    away = {row.pk for row in rows if row.lures}
    if away and talk.is_protected(talk.last_proposal(conversation)):
        away = set()
    return [
        Line(row.created_at, message=row, is_own=row.side == side, is_held=row.pk in away)
        for row in rows
    ]


def _with_receipt(lines: list[Line], read: Reading | None) -> list[Line]:
    """Say beside the last of the reader's messages that the other side has read when they did."""
    own = [line for line in lines if read and line.is_own and line.at <= read.up_to.created_at]
    if not own or read is None:
        return lines
    return [replace(line, read_at=read.at) if line is own[-1] else line for line in lines]


# --- What happened


Events = Sequence[QuerySet[Any, Any]]
NOTHING = Value("", output_field=CharField())


def _events(conversation: Conversation) -> Events:
    """Return what happened to everything the two have to do with each other."""
    pair = {"job": conversation.job_id, "expert": conversation.expert_id}

    def of(path: str) -> dict[str, int]:
        return {f"{path}__{name}": key for name, key in pair.items()}

    return (
        _source(
            "proposal", ProposalEvent.objects.filter(row__submitted_at__isnull=False, **of("row"))
        ),
        _source(
            "interview",
            InterviewEvent.objects.filter(row__conversation=conversation),
            parent=F("row__conversation__public_id"),
        ),
        _source("offer", OfferEvent.objects.filter(**of("row__proposal")), title=F("row__title")),
        _source(
            "milestone",
            MilestoneEvent.objects.filter(**of("row__contract")),
            title=F("row__title"),
            parent=F("row__contract__public_id"),
            place=F("row__position"),
            minor=F("row__amount_minor"),
            currency=F("row__contract__currency"),
        ),
        _source(
            "amendment",
            AmendmentEvent.objects.filter(**of("row__contract")),
            parent=F("row__contract__public_id"),
        ),
        _source("contract", ContractEvent.objects.filter(**of("row"))),
    )


def _source(kind: str, events: QuerySet[Any], **columns: F) -> QuerySet[Any, Any]:
    """Bring one kind of history into the columns all share."""
    rows: QuerySet[Any, Any] = events.filter(verb__in=TOLD[kind]).order_by()
    shared: QuerySet[Any, Any] = rows.values("verb", "at", "row__public_id").annotate(
        kind=Value(kind, output_field=CharField()),
        title=Cast(columns.get("title", NOTHING), CharField()),
        parent=Cast(columns.get("parent", NOTHING), CharField()),
        place=columns.get("place", Value(0)),
        minor=columns.get("minor", Value(0)),
        currency=Cast(columns.get("currency", NOTHING), CharField()),
    )
    return shared


def _until(events: Events, before: datetime) -> Events:
    return [rows.filter(at__lt=before) for rows in events]


def _happened(events: Events, *, newest_first: bool = False) -> list[Line]:
    """Read all kinds in one query."""
    first, *others = events
    rows = first.union(*others, all=True).order_by("-at" if newest_first else "at")
    return [_line(row) for row in rows[: LINES_PER_PAGE + 1]]


def _line(row: Mapping[str, Any]) -> Line:
    amount = money_text(Money(row["minor"], row["currency"])) if row["currency"] else ""
    text = str(TOLD[row["kind"]][row["verb"]]) % {"title": row["title"], "amount": amount}
    return Line(row["at"], text=text, url=ADDRESSES[row["kind"]](row))


def _of_milestone(row: Mapping[str, Any]) -> str:
    return addresses.of_milestone(row["parent"], row["place"])


def _of_interview(row: Mapping[str, Any]) -> str:
    # Another address than that of the page one reads it on, so that a browser loads it anew.
    page = reverse("contracts:conversation", args=[row["parent"]])
    return f"{page}?talk={row['row__public_id']}#talks"


ADDRESSES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "proposal": lambda row: reverse("jobs:proposal", args=[row["row__public_id"]]),
    "interview": _of_interview,
    "offer": lambda row: reverse("contracts:offer", args=[row["row__public_id"]]),
    "milestone": _of_milestone,
    "amendment": lambda row: reverse(
        "contracts:amendment", args=[row["parent"], row["row__public_id"]]
    ),
    "contract": lambda row: reverse("contracts:detail", args=[row["row__public_id"]]),
}


# --- What stands beside it


def contract_of(conversation: Conversation) -> Contract | None:
    """Return the contract the two came to, if they did."""
    rows = Contract.objects.filter(job=conversation.job_id, expert=conversation.expert_id)
    return rows.select_related("offer__proposal").order_by("-started_at").first()


def proposal_of(conversation: Conversation, contract: Contract | None) -> Proposal | None:
    """Return what the two speak about: what their contract came from, else what came last."""
    if contract and contract.offer:
        return contract.offer.proposal
    return talk.last_proposal(conversation)


def of_contract(contract: Contract, user: User) -> talk.Listed | None:
    """Return what the two of a contract wrote, as a list tells it; nothing where they have not."""
    return talk.conversations(user).filter(job=contract.job_id, expert=contract.expert_id).first()


@dataclass(frozen=True, slots=True)
class Clocks:
    """What time it is for the reader, and where the other side is."""

    yours: str
    theirs: str
    place: str


def clocks(conversation: Conversation, user: User, at: datetime) -> Clocks:
    """Write a moment on both sides' clocks; the client's is the one the job names."""
    zone = zone_of_other(conversation, user)
    is_expert = conversation.side_of(user) == Side.EXPERT
    place = "" if is_expert else conversation.expert.place
    theirs = clock_text(at.astimezone(ZoneInfo(zone)))
    return Clocks(clock_text(in_reader_zone(at)), theirs, place or city_of(zone))


def zone_of_other(conversation: Conversation, user: User) -> str:
    """Return the zone in which the other side's clock stands."""
    is_expert = conversation.side_of(user) == Side.EXPERT
    return conversation.job.time_zone if is_expert else conversation.expert.time_zone


def city_of(zone: str) -> str:
    """Return the city a zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


# What a client writes who wants more work before they pay, in English and German, for Postgres.
WANTS_CHANGES = (
    r"\y(please|can you|could you|would you|you need to|has to be|needs? to be)\y[^.?!\n]{0,80}"
    r"\y(change|fix|redo|rework|correct|adjust|revise|improve)"
    r"|\ybitte\y[^.?!\n]{0,80}(änder|korrigier|überarbeit|nachbesser|anpass)"
)


def work_still_in_review(
    conversation: Conversation, contract: Contract | None, user: User
) -> Submission | None:
    """Return the work whose clock runs on although the client has asked for changes by message."""
    if contract is None or conversation.side_of(user) != Side.CLIENT:
        return None
    asked = Message.objects.filter(
        conversation=conversation,
        side=Side.CLIENT,
        created_at__gt=OuterRef("created_at"),
        text__iregex=WANTS_CHANGES,
    )
    waiting = Submission.objects.filter(
        Exists(asked),
        milestone__contract=contract,
        milestone__status=Milestone.Status.SUBMITTED,
        milestone__review_due_at__isnull=False,
    )
    return waiting.select_related("milestone").first()
