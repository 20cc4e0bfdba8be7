"""Turns a contract of the demo takes beside the straight way: parts, returns, other terms."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from contracts.models import Contract, Milestone
from contracts.models.milestone import UNPAID
from contracts.services import amendments, milestones
from contracts.services.differences import Check, Planned
from contracts.written import check_values
from marketplace.demo.demand import hiring

A_WEEK = timedelta(days=7)


def propose_a_change(contract: Contract, at: datetime) -> None:
    """Let the expert ask for a week more on what is not paid for, and for a handover."""
    unpaid = list(contract.milestones.filter(status__in=UNPAID).select_related("contract"))
    later = [
        Planned(row.title, row.amount, max(row.due_on, at.date()) + A_WEEK, of=row)
        for row in unpaid
    ]
    handover = Planned(
        "A day with your team", unpaid[0].amount.share(2_500), later[-1].due_on + A_WEEK
    )
    amendments.propose_change(
        contract,
        planned=[*later, handover],
        checks=[Check(**check_values(row), of=row) for row in contract.agreed_checks],
        review_window_days=contract.review_window_days,
        message="Your security review took a week, and your team asked for a day of training.",
        by=contract.expert.user,
        at=at,
    )


def release_a_part(milestone: Milestone, at: datetime) -> None:
    """Let the client pay a third ahead of the rest."""
    milestone.refresh_from_db()
    client = hiring(milestone.contract.organisation)
    part = milestone.amount.share(3_300)
    milestones.release_part(milestone, part, number=1, by=client, at=at)


def give_back(milestone: Milestone, at: datetime) -> None:
    """Let the expert return what is held: they have no time for it after all."""
    milestone.refresh_from_db()
    milestones.give_back(milestone, by=milestone.contract.expert.user, at=at)


def end_by_agreement(milestone: Milestone, at: datetime) -> None:
    """Let both agree that half of it is done, and part as friends."""
    milestone.refresh_from_db()
    contract = milestone.contract
    proposed = amendments.propose_end(
        contract,
        shares={milestone.pk: milestone.amount.share(5_000)},
        message="Half of it is done, and the new team takes it from here.",
        by=hiring(contract.organisation),
        at=at,
    )
    amendments.accept(proposed, by=contract.expert.user, at=at + timedelta(hours=2))


OF_HELD_MONEY: Mapping[str, Callable[[Milestone, datetime], None]] = {
    "part": release_a_part,
    "given_back": give_back,
    "shared": end_by_agreement,
}
