"""Terms, version by version: what is agreed now is written down, fingerprinted and chained."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from contracts import clauses
from contracts.models import Amendment, Contract, Milestone, TermsVersion
from contracts.models.terms import canonical
from jobs.models.plan import AcceptanceCheck
from marketplace.kit.money import Money

CHECK_FIELDS = ("metric", "comparator", "target", "unit", "how")


@dataclass(frozen=True, slots=True)
class Word:
    """That one person agreed for their side, and when."""

    by: User
    at: datetime


def record(
    contract: Contract, *, client: Word, expert: Word, amendment: Amendment | None = None
) -> TermsVersion:
    """Write down what holds from now on; the caller holds the contract's row."""
    last = contract.terms.last()
    document = {
        "contract": contract.public_id,
        "number": last.number + 1 if last else 1,
        "previous": last.sha256 if last else "",
        "client": _side(contract.organisation.public_id, contract.organisation.name, client),
        "expert": _side(contract.expert.public_id, contract.expert.name, expert),
        "terms": snapshot(contract),
    } | _ending(amendment)
    return TermsVersion.objects.create(
        contract=contract,
        number=document["number"],
        document=document,
        sha256=hashlib.sha256(canonical(document)).hexdigest(),
        amendment=amendment,
        agreed_at=max(client.at, expert.at),
    )


def snapshot(contract: Contract) -> dict[str, Any]:
    """Return all that is agreed on now as plain values: the database, not the caller's copy."""
    milestones = contract.milestones.filter(kind=Milestone.Kind.WORK)
    agreed = milestones.exclude(status=Milestone.Status.CANCELLED).select_related("contract")
    return {
        "title": contract.title,
        "currency": contract.currency,
        "client_fee_bps": contract.client_fee_bps,
        "expert_fee_bps": contract.expert_fee_bps,
        "review_window_days": contract.review_window_days,
        **_hourly(contract),
        **_clauses(contract),
        "milestones": [
            {"id": row.public_id} | milestone_values(row.title, row.amount, row.due_on)
            for row in agreed
        ],
        "checks": [check_values(row) for row in contract.checks.filter(dropped_at=None)],
    }


def _hourly(contract: Contract) -> dict[str, int | None]:
    """What is agreed where hours are paid for."""
    if not contract.is_hourly:
        return {}
    return {"rate_minor": contract.rate_minor, "weekly_minutes": contract.weekly_minutes}


def _clauses(contract: Contract) -> dict[str, Any]:
    """Write the chosen clauses word for word, so that the fingerprint is taken of their text too.

    Contracts older than the library, and consultations, name none.
    """
    if not contract.clauses:
        return {}
    return {
        "clauses": [{"ref": row.ref, "text": row.text} for row in clauses.named(contract.clauses)]
    }


def milestone_values(title: str, amount: Money, due_on: date) -> dict[str, Any]:
    """Write a milestone as plain values."""
    return {"title": title, "amount_minor": amount.minor, "due_on": due_on.isoformat()}


def check_values(check: AcceptanceCheck) -> dict[str, str]:
    """Write a check as plain values."""
    return {name: getattr(check, name) for name in CHECK_FIELDS}


def _side(public_id: str, name: str, word: Word) -> Mapping[str, str]:
    return {"id": public_id, "name": name, "by": word.by.public_id, "at": _written(word.at)}


def _ending(amendment: Amendment | None) -> dict[str, Any]:
    """What else is agreed where a contract ends: who gets what of the held money."""
    if amendment is None or amendment.kind != Amendment.Kind.END:
        return {}
    return {
        "ends": [
            {
                "milestone": line.milestone.public_id,
                "expert_minor": line.to_expert.minor,
                "client_minor": line.to_client.minor,
            }
            for line in amendment.shares
            if line.milestone
        ]
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
