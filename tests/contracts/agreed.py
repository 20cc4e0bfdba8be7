"""What people agree and hand in: keywords of the services, and the same as a browser sends it."""

from datetime import date
from typing import Any

from accounts.models import User
from contracts import gateway
from contracts.models import (
    Contract,
    Milestone,
    Operation,
    Refund,
    Release,
    StripeEvent,
    Submission,
)
from contracts.services import inbox, milestones, refunds, releases
from contracts.services.milestones import Reading
from contracts.services.offered import Part
from jobs import clauses
from jobs.models import Proposal
from marketplace.kit.money import Money
from tests.conftest import NOON

# The usual clauses, as a browser sends them.
CLAUSES = {f"clause_{topic.value}": clauses.current(topic)[0].ref for topic in clauses.Topic}


def terms(proposal: Proposal, **changes: Any) -> dict[str, Any]:
    """The keywords of `offers.make` that say what the proposal says."""
    return {
        "title": "Citation-first assistant",
        "milestones": [
            Part(row.title, row.amount, row.due_on) for row in proposal.milestones.all()
        ],
        "targets": [check.target for check in proposal.job.checks.all()],
        "review_window_days": 14,
        "clauses": clauses.usual(proposal.job),
        "message": "Looking forward to it.",
    } | changes


def hours(proposal: Proposal, **changes: Any) -> dict[str, Any]:
    """The keywords of `offers.make_hourly`: ten hours a week at $90."""
    return {
        "title": "Advice",
        "rate": Money(90_00, "usd"),
        "weekly_minutes": 10 * 60,
        "clauses": clauses.usual(proposal.job),
        "message": "",
    } | changes


def part(amount: int = 3_000_00, due_on: date = date(2030, 1, 20)) -> Part:
    """One milestone of an offer, in minor units."""
    return Part("Baseline", Money(amount, "usd"), due_on)


def offer_form(**changes: Any) -> dict[str, Any]:
    """An offer of one milestone as a browser sends it."""
    return (
        {
            "title": "Citation-first assistant",
            "milestones-count": "1",
            "milestones-0-title": "Everything",
            "milestones-0-amount": "12,000",
            "milestones-0-due_on": "2030-02-10",
            "target_1": "0.95",
            "target_2": "2.5",
            "review_window_days": "14",
            "message": "",
        }
        | CLAUSES
        | changes
    )


def work(contract: Contract, **changes: Any) -> dict[str, Any]:
    """The keywords of `milestones.submit`: every check met."""
    values = {"Faithfulness": "0.968", "p95 latency": "2.1", "Behaviour when unsure": "Refuses"}
    return {
        "note": "Retrieval is on staging.",
        "link": "https://staging.attest.example/",
        "readings": {
            check.position: Reading(values[check.metric], "Held-out set")
            for check in contract.checks.all()
        },
    } | changes


def work_form(**changes: Any) -> dict[str, Any]:
    """Work as a browser sends it."""
    return {
        "note": "Retrieval is on staging.",
        "link": "https://staging.attest.example/",
        "value_1": "0.968",
        "explanation_1": "400 held-out cases",
        "value_2": "2.1 s",
        "explanation_2": "",
        "value_3": "Refuses",
        "explanation_3": "",
    } | changes


def handed_in(milestone: Milestone, **changes: Any) -> Submission:
    """Hand in a funded milestone."""
    by = milestone.contract.expert.user
    return milestones.submit(milestone, **work(milestone.contract, **changes), by=by, at=NOON)


def let_go(milestone: Milestone, amount: Money | None = None, *, by: User, at=NOON) -> Release:
    """Release a part of a milestone's held money; all of its price if no amount is named."""
    return releases.release(
        milestone, amount or milestone.amount, kind=Release.Kind.APPROVED, by=by, at=at
    )


def part_released(milestone: Milestone, amount: Money, *, by: User, at=NOON) -> Release:
    """Let the client release a part of what is held, or all of it."""
    number = milestone.releases.count() + 1
    return milestones.release_part(milestone, amount, number=number, by=by, at=at)


def returned(milestone: Milestone, amount: Money, *, by: User, at=NOON) -> Operation:
    """Return a part of a milestone's held money; the client's fee on it goes with it."""
    row = refunds.refund(milestone, amount, kind=Refund.Kind.AGREED, by=by, at=at)
    return row.operations.get()


def told(
    kind: str, object_id: str, *, endpoint: str = "platform", account: str = "", at=NOON
) -> StripeEvent:
    """Store an event as the webhook does, for tests that are not about how it came."""
    notice = gateway.Notice(
        id=f"evt_{StripeEvent.objects.count() + 1}",
        kind=kind,
        object_id=object_id,
        account=account,
        livemode=False,
        payload={},
    )
    return inbox.receive(notice, endpoint=endpoint, at=at)[0]
