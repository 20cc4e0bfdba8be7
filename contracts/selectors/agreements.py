"""Reads of one version of the terms as a paper says it: drawn from its document alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from contracts.models import ContractCheck, TermsVersion
from jobs import clauses
from jobs.clauses import Clause
from marketplace.kit.money import Money
from marketplace.kit.words import hours_text, money_text, percent_text


@dataclass(frozen=True, slots=True)
class Accepted:
    """That one person agreed for one side, and when."""

    role: str
    side: str
    person: str
    at: datetime

    @property
    def who(self) -> str:
        """The person and the side they spoke for; an expert speaks for themselves."""
        names = [self.person, self.side] if self.person != self.side else [self.side]
        return ", ".join(name for name in names if name)

    @property
    def at_utc(self) -> str:
        """The moment as the fingerprint was taken of it: 2030-01-01 12:00:00 UTC."""
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True, slots=True)
class Work:
    """One milestone as it was agreed on."""

    title: str
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Measure:
    """One check as it was agreed on."""

    metric: str
    goal: str
    how: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What of a milestone's held money each side gets where both agreed to end."""

    title: str
    to_expert: Money
    to_client: Money


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that a version says."""

    version: TermsVersion
    title: str
    facts: Sequence[tuple[str, str]]
    accepted: Sequence[Accepted]
    milestones: Sequence[Work]
    checks: Sequence[Measure]
    clauses: Sequence[tuple[Clause, str]]
    shares: Sequence[Shared]
    total: Money
    offer: Mapping[str, Any] | None
    previous: str


def read(version: TermsVersion) -> Agreement:
    """Return what a version says, with the names of those who agreed: one query."""
    document, terms = version.document, version.document["terms"]
    currency = terms["currency"]
    work = [
        Work(row["title"], date.fromisoformat(row["due_on"]), Money(row["amount_minor"], currency))
        for row in terms["milestones"]
    ]
    return Agreement(
        version=version,
        title=terms["title"],
        facts=list(_facts(terms)),
        accepted=accepted(version, people_of([version])),
        milestones=work,
        checks=[_measure(row) for row in terms["checks"]],
        clauses=[(clauses.library()[row["ref"]], row["text"]) for row in terms.get("clauses", ())],
        shares=list(_shares(document)),
        total=Money(sum(row.amount.minor for row in work), currency),
        offer=document.get("offer"),
        previous=document["previous"],
    )


def people_of(versions: Sequence[TermsVersion]) -> Mapping[str, str]:
    """Return the names of those who agreed to these versions, by their public ids: one query."""
    keys = {row.document[side]["by"] for row in versions for side in ("client", "expert")}
    return {row.public_id: row.shown_name for row in User.objects.filter(public_id__in=keys)}


def accepted(version: TermsVersion, people: Mapping[str, str]) -> list[Accepted]:
    """Return the record of who agreed to a version and when: who named it, then who accepted."""
    roles = {"client": _("Client"), "expert": _("Expert")}
    # Who proposed the change said it first, though both may have spoken in one moment.
    first = version.amendment.side if version.amendment else "client"
    said = [
        Accepted(
            role=roles[side],
            side=version.document[side]["name"],
            person=people.get(version.document[side]["by"], ""),
            at=datetime.fromisoformat(version.document[side]["at"]),
        )
        for side in sorted(roles, key=lambda side: side != first)
    ]
    return sorted(said, key=lambda row: row.at)


def _facts(terms: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    currency = terms["currency"]
    if "rate_minor" in terms:
        yield _("An hour"), money_text(Money(terms["rate_minor"], currency))
        yield _("Most hours a week"), hours_text(terms["weekly_minutes"])
    yield _("Days to review"), str(terms["review_window_days"])
    yield _("Client fee"), percent_text(terms["client_fee_bps"])
    yield _("Expert fee"), percent_text(terms["expert_fee_bps"])


def _measure(values: Mapping[str, str]) -> Measure:
    return Measure(values["metric"], ContractCheck(**values).goal, values["how"])


def _shares(document: Mapping[str, Any]) -> Iterator[Shared]:
    titles = {row["id"]: row["title"] for row in document["terms"]["milestones"]}
    for row in document.get("ends", ()):
        currency = document["terms"]["currency"]
        title = titles.get(row["milestone"], row["milestone"])
        yield Shared(
            title, Money(row["expert_minor"], currency), Money(row["client_minor"], currency)
        )
