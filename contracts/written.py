"""What is offered, agreed and handed in as plain values, of which its fingerprint is taken."""

from datetime import UTC, date, datetime
from typing import Any

from contracts.models import Contract, Milestone, Offer, Submission
from jobs import clauses
from jobs.models.plan import AcceptanceCheck
from marketplace.kit.money import Money

DECLARED_FIELDS = ("others", "adaptation", "data_used", "limits", "operators")
CHECK_FIELDS = ("metric", "comparator", "target", "unit", "how")


def of_contract(contract: Contract) -> dict[str, Any]:
    """Return all that is agreed on now as plain values: the database, not the caller's copy."""
    milestones = contract.milestones.filter(kind=Milestone.Kind.WORK)
    agreed = milestones.exclude(status=Milestone.Status.CANCELLED).select_related("contract")
    return {
        **_whole(contract),
        "milestones": [
            {"id": row.public_id} | milestone_values(row.title, row.amount, row.due_on)
            for row in agreed
        ],
        "checks": [check_values(row) for row in contract.checks.filter(dropped_at=None)],
    }


def of_offer(offer: Offer) -> dict[str, Any]:
    """Return all that a version of an offer says as plain values, of which its print is taken."""
    before = offer.answers
    return {
        "offer": offer.public_id,
        "number": offer.number,
        "previous": before.sha256 if before else "",
        "proposal": offer.proposal.public_id,
        "side": offer.side,
        "by": offer.made_by.public_id,
        "at": moment_value(offer.sent_at or offer.created_at),
        "terms": {
            **_whole(offer),
            "milestones": [
                milestone_values(row.title, row.amount, row.due_on)
                for row in offer.milestones.all()
            ],
            "checks": [check_values(row) for row in offer.checks.all()],
        },
    }


def of_submission(work: Submission) -> dict[str, Any]:
    """Return all that was handed in as plain values: the work, what was measured, its models."""
    declared = getattr(work, "declaration", None)
    return {
        "submission": work.public_id,
        "milestone": work.milestone.public_id,
        "at": moment_value(work.created_at),
        "note": work.note,
        "link": work.link,
        "checks": [
            check_values(row.agreed_check) | {"value": row.value, "explanation": row.explanation}
            for row in work.measures.all()
        ],
        "models": sorted(release.api_id for release in work.built_on.all()),
        "declared": {name: getattr(declared, name) for name in DECLARED_FIELDS} if declared else {},
    }


def _whole(row: Contract | Offer) -> dict[str, Any]:
    """What is named apart from milestones and checks."""
    return {
        "title": row.title,
        "currency": row.currency,
        "client_fee_bps": row.client_fee_bps,
        "expert_fee_bps": row.expert_fee_bps,
        "review_window_days": row.review_window_days,
        **_hourly(row),
        **_clauses(row),
    }


def _hourly(row: Contract | Offer) -> dict[str, int | None]:
    """What is agreed where hours are paid for."""
    if not row.is_hourly:
        return {}
    return {"rate_minor": row.rate_minor, "weekly_minutes": row.weekly_minutes}


def _clauses(row: Contract | Offer) -> dict[str, Any]:
    """Write the chosen clauses word for word, so that the fingerprint is taken of their text too.

    Contracts older than the library, and consultations, name none.
    """
    if not row.clauses:
        return {}
    return {"clauses": [{"ref": one.ref, "text": one.text} for one in clauses.named(row.clauses)]}


def milestone_values(title: str, amount: Money, due_on: date) -> dict[str, Any]:
    """Write a milestone as plain values."""
    return {"title": title, "amount_minor": amount.minor, "due_on": due_on.isoformat()}


def check_values(check: AcceptanceCheck) -> dict[str, str]:
    """Write a check as plain values."""
    return {name: getattr(check, name) for name in CHECK_FIELDS}


def moment_value(moment: datetime) -> str:
    """Write a moment in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
