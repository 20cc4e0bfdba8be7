"""Reads of what is agreed and what is proposed, line by line, in the reader's words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from contracts import fees
from contracts.models import (
    Amendment,
    AmendmentLine,
    Contract,
    ContractCheck,
    Milestone,
    TermsVersion,
)
from contracts.models.milestone import UNDER_WAY
from contracts.selectors import agreements
from jobs import clauses
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import day_text, money_text

Subject = AmendmentLine.Subject


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a line as it is agreed and as it would be; empty where there is none."""

    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a proposal: what it is about, and each value that differs."""

    label: str
    name: str
    parts: Sequence[Part]


def differences(amendment: Amendment) -> list[Difference]:
    """Return a proposal as lines to read; money to share is in `shares`."""
    lines = [row for row in amendment.lines.all() if row.subject != Subject.SHARE]
    return [
        Difference(
            label=line.get_subject_display(),
            name=_name_of(line),
            parts=list(_parts(line, amendment.contract.currency)),
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class Share:
    """How a milestone's held money would be shared, and what of it each side has in the end."""

    milestone: Milestone
    held: Money
    to_expert: Money
    to_client: Money
    expert_fee: Money
    client_fee_back: Money

    @property
    def expert_net(self) -> Money:
        """What reaches the expert."""
        return self.to_expert - self.expert_fee

    @property
    def client_total(self) -> Money:
        """What reaches the client, our fee on it included."""
        return self.to_client + self.client_fee_back


@dataclass(frozen=True, slots=True)
class Settlement:
    """All shares of a proposal to end, and their sums."""

    shares: Sequence[Share]
    to_expert: Money
    to_client: Money
    expert_net: Money
    client_total: Money


def settlement(amendment: Amendment) -> Settlement:
    """Add up how a proposal shares the held money."""
    shares = [_share(line) for line in amendment.shares if line.milestone]
    currency = amendment.contract.currency
    return Settlement(
        shares=shares,
        to_expert=total_of((row.to_expert for row in shares), currency),
        to_client=total_of((row.to_client for row in shares), currency),
        expert_net=total_of((row.expert_net for row in shares), currency),
        client_total=total_of((row.client_total for row in shares), currency),
    )


def _share(line: AmendmentLine) -> Share:
    milestone = line.milestone
    assert milestone  # noqa: S101 (filtered by the caller)
    contract, released = milestone.contract, milestone.released
    gone = released + milestone.returned + line.to_expert
    return Share(
        milestone=milestone,
        held=line.to_expert + line.to_client,
        to_expert=line.to_expert,
        to_client=line.to_client,
        expert_fee=fees.earned_by(
            line.to_expert, released_before=released, bps=contract.expert_fee_bps
        ),
        client_fee_back=fees.earned_by(
            line.to_client, released_before=gone, bps=contract.client_fee_bps
        ),
    )


def held(contract: Contract) -> list[Milestone]:
    """Return the milestones whose money could be shared by agreement."""
    return [row for row in contract.milestones.all() if row.status in UNDER_WAY]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the terms, with the record of who agreed, and to which offer."""

    terms: TermsVersion
    accepted: Sequence[agreements.Accepted]
    offer: Mapping[str, Any] | None
    differences: Sequence[Difference]
    settlement: Settlement | None


def versions(contract: Contract) -> list[Version]:
    """Return every version of a contract's terms, the newest first."""
    rows = contract.terms.select_related("amendment").prefetch_related(
        "amendment__lines__milestone__contract", "amendment__lines__agreed_check"
    )
    found = list(rows.order_by("-number"))
    people = agreements.people_of(found)
    return [
        Version(
            terms=row,
            accepted=agreements.accepted(row, people),
            offer=row.document.get("offer"),
            differences=differences(row.amendment) if row.amendment else (),
            settlement=_settled(row.amendment),
        )
        for row in found
    ]


def open_amendment(contract: Contract) -> Amendment | None:
    """Return the proposal that waits for an answer, if there is one."""
    waiting = contract.amendments.filter(status=Amendment.Status.PROPOSED)
    return waiting.select_related("made_by").first()


def _settled(amendment: Amendment | None) -> Settlement | None:
    is_end = amendment is not None and amendment.kind == Amendment.Kind.END
    return settlement(amendment) if amendment and is_end else None


# --- One line in words


def _name_of(line: AmendmentLine) -> str:
    values = line.after or line.before
    if line.subject == Subject.REVIEW_WINDOW:
        return ""
    if line.subject == Subject.CLAUSE:
        return str(clauses.library()[values["ref"]].topic.label)
    if "metric" in values:
        return str(values["metric"])
    number = f"{line.milestone.position}. " if line.milestone else ""
    return f"{number}{line.before.get('title') or values['title']}"


def _parts(line: AmendmentLine, currency: str) -> Iterator[Part]:
    write = WRITERS[_kind_of(line)]
    was = write(line.before, currency) if line.before else {}
    now = write(line.after, currency) if line.after else {}
    for label in was | now:
        if was.get(label, "") != now.get(label, ""):
            yield Part(label, was.get(label, ""), now.get(label, ""))


def _kind_of(line: AmendmentLine) -> str:
    return "window" if line.subject == Subject.REVIEW_WINDOW else line.subject.partition("_")[0]


def _of_milestone(values: Mapping[str, Any], currency: str) -> dict[str, str]:
    return {
        _("Title"): values["title"],
        _("Amount"): money_text(Money(values["amount_minor"], currency)),
        _("Due"): day_text(date.fromisoformat(values["due_on"])),
    }


def _of_check(values: Mapping[str, Any], _currency: str) -> dict[str, str]:
    return {
        _("Metric"): values["metric"],
        _("Target"): ContractCheck(**values).goal,
        _("How it is measured"): values["how"],
    }


def _of_window(values: Mapping[str, Any], _currency: str) -> dict[str, str]:
    return {_("Days to review"): str(values["days"])}


def _of_clause(values: Mapping[str, Any], _currency: str) -> dict[str, str]:
    return {_("Clause"): clauses.library()[values["ref"]].reference}


WRITERS: Mapping[str, Callable[[Mapping[str, Any], str], dict[str, str]]] = {
    "milestone": _of_milestone,
    "check": _of_check,
    "window": _of_window,
    "clause": _of_clause,
}
