"""The workroom of a contract: messages, files, work, money and terms in one line of time.

Every source is brought into the same columns and read in one query, newest first. A page goes on
where the one before it ended: after the moment and the key of its last line, since much of what
happens at once bears the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Left, LPad
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import (
    AmendmentEvent,
    Contract,
    ContractEvent,
    LedgerEntry,
    LedgerTransaction,
    MilestoneEvent,
    OfferEvent,
    TermsVersion,
)
from contracts.models.ledger import Pot
from contracts.selectors import addresses
from contracts.selectors.conversations import TOLD
from jobs.models import Message, Side
from jobs.models.conversation import Attachment
from marketplace.kit.money import Money

LINES_PER_PAGE = 30
# As much of a message as tells what it was about; all of it is in the conversation.
EXCERPT = 280
# Of a milestone's moves, those that are about the work; money is told by the ledger.
WORK = ("submit", "ask_for_changes", "dispute", "cancel")


class Topic(models.TextChoices):
    """What a reader may look at alone."""

    MESSAGES = "messages", gettext_lazy("Messages")
    FILES = "files", gettext_lazy("Files")
    WORK = "work", gettext_lazy("Work")
    MONEY = "money", gettext_lazy("Money")
    TERMS = "terms", gettext_lazy("Terms")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, where it is shown, and the amount by which what is held changed."""

    at: datetime
    key: str
    topic: Topic
    text: str
    url: str
    quote: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, the newest first, and where the next page begins, if there is one."""

    lines: Sequence[Line]
    next: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The line after which a page goes on."""

    at: datetime
    key: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.key}"


def mark_of(text: str) -> Mark | None:
    """Read a mark as an address carries it; nothing where it is none."""
    moment, _space, key = text.partition(" ")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return Mark(at, key) if at and at.tzinfo and key else None


def topic_of(text: str) -> Topic | None:
    """Read a topic as an address carries it; nothing for all of them."""
    return Topic(text) if text in Topic.values else None


def page(contract: Contract, *, topic: Topic | None = None, after: Mark | None = None) -> Page:
    """Return the latest lines, or those that come after a mark; two queries."""
    sources = [rows for of, rows in _sources(contract) if topic in (None, of)]
    first, *others = [_from(rows, after) for rows in sources]
    found = first
    if others:
        whole = first.union(*others, all=True)
        found = whole.order_by("-w_at", "-w_key")[: LINES_PER_PAGE + 1]
    rows = list(found)
    titles = {row.public_id: row.title for row in contract.milestones.all()}
    lines = [_line(contract, row, titles) for row in rows[:LINES_PER_PAGE]]
    has_more = len(rows) > LINES_PER_PAGE
    return Page(lines, next=str(Mark(lines[-1].at, lines[-1].key)) if has_more else "")


Rows = QuerySet[Any, Any]


def _from(rows: Rows, after: Mark | None) -> Rows:
    """Take of one source no more than a page may need, so that long histories stay cheap."""
    if after:
        rows = rows.filter(Q(w_at__lt=after.at) | Q(w_at=after.at, w_key__lt=after.key))
    return rows.order_by("-w_at", "-w_key")[: LINES_PER_PAGE + 1]


def _sources(contract: Contract) -> list[tuple[Topic, Rows]]:
    pair = {"conversation__job": contract.job_id, "conversation__expert": contract.expert_id}
    written = Message.objects.filter(**pair) if contract.job_id else Message.objects.none()
    files = Attachment.objects.filter(message__in=written.order_by().values("pk"))
    moves = MilestoneEvent.objects.filter(row__contract=contract)
    money = LedgerEntry.objects.filter(
        transaction__contract=contract, account__code__startswith=f"{Pot.ESCROW.value}:mil"
    )
    proposal = contract.offer.proposal_id if contract.offer else None
    offers = OfferEvent.objects.filter(row__proposal=proposal, verb__in=TOLD["offer"])
    changes = AmendmentEvent.objects.filter(
        row__contract=contract, verb__in=set(TOLD["amendment"]) - {"accept"}
    )
    ends = ContractEvent.objects.filter(row=contract, verb__in=TOLD["contract"])
    versions = TermsVersion.objects.filter(contract=contract)
    return [
        (
            Topic.MESSAGES,
            _columns(
                "message",
                written,
                at="created_at",
                what="side",
                name=Left("text", EXCERPT),
                of="conversation__public_id",
                own="public_id",
            ),
        ),
        (
            Topic.FILES,
            _columns(
                "file",
                files,
                at="message__created_at",
                what="message__side",
                name=F("upload__name"),
                own="public_id",
            ),
        ),
        (
            Topic.WORK,
            _columns(
                "milestone", moves.filter(verb__in=WORK), name=F("row__title"), of="row__position"
            ),
        ),
        (
            Topic.MONEY,
            _columns(
                "money",
                money,
                at="transaction__happened_at",
                what="transaction__kind",
                of="account__code",
                own="currency",
                minor=F("amount"),
            ),
        ),
        (Topic.TERMS, _columns("offer", offers, name=F("row__title"), own="row__public_id")),
        (Topic.TERMS, _columns("amendment", changes, own="row__public_id")),
        (Topic.TERMS, _columns("contract", ends)),
        (Topic.TERMS, _columns("version", versions, at="agreed_at", what="", of="number")),
    ]


def _columns(
    kind: str,
    rows: Rows,
    *,
    at: str = "at",
    what: str = "verb",
    name: Any = None,
    of: str = "",
    own: str = "",
    minor: Any = None,
) -> Rows:
    """Bring one source into the columns all share; an empty name stands for an empty column."""
    pk = LPad(Cast("pk", CharField()), 12, Value("0"))
    shared: Rows = (
        rows.order_by()
        .annotate(
            w_at=F(at),
            w_key=Concat(Value(f"{kind}:"), pk, output_field=CharField()),
            w_kind=Value(kind, output_field=CharField()),
            w_what=_text(what),
            w_name=Cast(name if name is not None else Value(""), CharField()),
            w_of=_text(of),
            w_own=_text(own),
            w_minor=Cast(minor if minor is not None else Value(0), models.BigIntegerField()),
        )
        .values("w_at", "w_key", "w_kind", "w_what", "w_name", "w_of", "w_own", "w_minor")
    )
    return shared


def _text(column: str) -> Cast:
    return Cast(F(column) if column else Value(""), CharField())


# --- In words


def _line(contract: Contract, row: Mapping[str, Any], titles: Mapping[str, str]) -> Line:
    topic, write = WRITERS[row["w_kind"]]
    return write(contract, row, titles, topic)


def _message(
    contract: Contract, row: Mapping[str, Any], _titles: Mapping[str, str], topic: Topic
) -> Line:
    page = reverse("contracts:conversation", args=[row["w_of"]])
    words = {"who": _name(contract, row["w_what"])}
    quote = row["w_name"] + ("…" if len(row["w_name"]) == EXCERPT else "")
    return Line(row["w_at"], row["w_key"], topic, _("%(who)s wrote") % words, page, quote=quote)


def _file(
    contract: Contract, row: Mapping[str, Any], _titles: Mapping[str, str], topic: Topic
) -> Line:
    words = {"who": _name(contract, row["w_what"]), "name": row["w_name"]}
    url = reverse("contracts:message-file", args=[row["w_own"]])
    return Line(row["w_at"], row["w_key"], topic, _("%(who)s sent %(name)s") % words, url)


def _work(
    contract: Contract, row: Mapping[str, Any], _titles: Mapping[str, str], topic: Topic
) -> Line:
    said = TOLD["milestone"].get(row["w_what"]) or _("Cancelled: %(title)s")
    url = addresses.of_milestone(contract.public_id, row["w_of"])
    return Line(row["w_at"], row["w_key"], topic, str(said) % {"title": row["w_name"]}, url)


def _money(
    contract: Contract, row: Mapping[str, Any], titles: Mapping[str, str], topic: Topic
) -> Line:
    _pot, milestone, *_rest = row["w_of"].split(":")
    label = LedgerTransaction.Kind(row["w_what"]).label
    title = titles.get(milestone, "")
    # Held money is a liability, a credit; people read it as what is there.
    amount = Money(-row["w_minor"], row["w_own"])
    url = reverse("contracts:detail", args=[contract.public_id])
    return Line(row["w_at"], row["w_key"], topic, f"{label}: {title}", url, amount=amount)


def _terms(
    contract: Contract, row: Mapping[str, Any], _titles: Mapping[str, str], topic: Topic
) -> Line:
    said = str(TOLD[row["w_kind"]][row["w_what"]]) % {"title": row["w_name"]}
    urls = {
        "offer": ("contracts:offer", [row["w_own"]]),
        "amendment": ("contracts:amendment", [contract.public_id, row["w_own"]]),
        "contract": ("contracts:detail", [contract.public_id]),
    }
    name, arguments = urls[row["w_kind"]]
    return Line(row["w_at"], row["w_key"], topic, said, reverse(name, args=arguments))


def _version(
    contract: Contract, row: Mapping[str, Any], _titles: Mapping[str, str], topic: Topic
) -> Line:
    words = {"number": row["w_of"]}
    url = reverse("contracts:agreement", args=[contract.public_id, int(row["w_of"])])
    return Line(
        row["w_at"], row["w_key"], topic, _("Terms agreed, version %(number)s") % words, url
    )


Writer = Callable[[Contract, Mapping[str, Any], Mapping[str, str], Topic], Line]
WRITERS: Mapping[str, tuple[Topic, Writer]] = {
    "message": (Topic.MESSAGES, _message),
    "file": (Topic.FILES, _file),
    "milestone": (Topic.WORK, _work),
    "money": (Topic.MONEY, _money),
    "offer": (Topic.TERMS, _terms),
    "amendment": (Topic.TERMS, _terms),
    "contract": (Topic.TERMS, _terms),
    "version": (Topic.TERMS, _version),
}


def _name(contract: Contract, side: str) -> str:
    return contract.expert.name if side == Side.EXPERT else contract.organisation.name
