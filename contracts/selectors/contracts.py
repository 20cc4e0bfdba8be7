"""Reads of contracts, shaped for the list and for the page both sides work from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Exists,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)

from accounts.models import Membership, User
from contracts.models import (
    Amendment,
    Contract,
    Feedback,
    Milestone,
    Pause,
    Payment,
    Refund,
    Release,
    SettlementOffer,
    Timesheet,
    TimesheetLine,
)
from contracts.models.dispute import OPEN_DISPUTES
from contracts.models.milestone import UNDER_WAY, UNPAID
from contracts.selectors import next_steps, steps
from contracts.selectors.steps import Side, Step
from marketplace.kit.money import Money, total_of
from marketplace.kit.sums import sum_of

S = Milestone.Status
HELD = (*UNDER_WAY, S.DISPUTED)


def whole(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Fetch contracts with all that `steps` and the list of contracts read, in three queries."""
    return with_milestones(contracts).prefetch_related(
        Prefetch("timesheets", _with_minutes(Timesheet.objects.all()))
    )


def with_milestones(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Fetch contracts with all but the hours, in two queries; few are paid by the hour.

    Of what there is at most one, and of what only a sum or a side is read, no rows are fetched.
    """
    rated = Feedback.objects.filter(contract=OuterRef("pk"))
    sides = ("organisation", "expert__user", "consultation")
    waits = Q(amendments__status=Amendment.Status.PROPOSED)
    return (
        contracts.annotate(
            rated_by=ArraySubquery(rated.values("side")),
            open_amendment=FilteredRelation("amendments", condition=waits),
        )
        .select_related(*sides, "open_amendment")  # type: ignore[misc]  # no plain field
        .prefetch_related(Prefetch("milestones", _with_state(Milestone.objects.all())))
    )


def fetch_milestones(contract: Contract) -> None:
    """Fetch the milestones of a contract as `whole` does, with the sums of what has moved."""
    prefetch_related_objects(
        [contract], Prefetch("milestones", _with_state(Milestone.objects.all()))
    )


def fetch_hours(contract: Contract) -> None:
    """Fetch the weeks of a contract that is paid by the hour, as `whole` does; else nothing."""
    if contract.is_hourly:
        hours = Prefetch("timesheets", _with_minutes(Timesheet.objects.all()))
        prefetch_related_objects([contract], hours)


def _with_state(milestones: QuerySet[Milestone]) -> QuerySet[Milestone]:
    """Fetch with each what is paid of it, whether a bank is at work, and the dispute on it."""
    going_on = Q(disputes__status__in=OPEN_DISPUTES)
    named = SettlementOffer.objects.filter(
        dispute__milestone=OuterRef("pk"), dispute__status__in=OPEN_DISPUTES
    )
    at_the_bank = Payment.objects.filter(milestone=OuterRef("pk"), status=Payment.Status.PROCESSING)
    return milestones.annotate(
        released_minor=sum_of(Release.objects.all(), "milestone", "gross_minor"),
        returned_minor=sum_of(Refund.objects.all(), "milestone", "amount_minor"),
        is_at_the_bank=Exists(at_the_bank),
        going_on=FilteredRelation("disputes", condition=going_on),
        named_by=ArraySubquery(named.order_by().values("side").distinct()),
    ).select_related("going_on")  # type: ignore[misc]  # no plain field


def _with_minutes(timesheets: QuerySet[Timesheet]) -> QuerySet[Timesheet]:
    return timesheets.annotate(
        written_minutes=sum_of(TimesheetLine.objects.all(), "timesheet", "minutes")
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """What a contract waits for first, as one reader sees it."""

    step: Step
    is_yours: bool


def turn(
    contract: Contract, user: User, membership: Membership | None, *, at: datetime
) -> Turn | None:
    """Return the reader's own next move, else what they wait for, else nothing."""
    side = steps.side_of(user, contract)
    found = next_steps.of(contract, at)
    for step in found:
        if step.side == side and (side == Side.EXPERT or step.is_for(membership)):
            return Turn(step, is_yours=True)
    return Turn(found[0], is_yours=False) if found else None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line in the list of contracts."""

    contract: Contract
    other: str
    figures: Figures
    turn: Turn | None


def listed(contracts: Iterable[Contract], user: User, *, at: datetime) -> list[Listed]:
    """Return contracts fetched by `whole` as lines of the reader's list."""
    roles = {row.organisation_id: row for row in user.memberships.all()}
    return [
        Listed(
            contract=row,
            other=other_of(row, user),
            figures=figures(row),
            turn=turn(row, user, roles.get(row.organisation_id), at=at),
        )
        for row in contracts
    ]


def pause_of(contract: Contract) -> Pause | None:
    """Return the pause a contract is in; no query where it is in none."""
    if contract.status != Contract.Status.PAUSED:
        return None
    row = contract.pauses.filter(ended_at=None).first()
    if row:
        row.contract = contract
    return row


def other_of(contract: Contract, user: User) -> str:
    """Return the name of the other side."""
    is_expert = steps.side_of(user, contract) == Side.EXPERT
    return contract.organisation.name if is_expert else contract.expert.name


@dataclass(frozen=True, slots=True)
class Figures:
    """Where a contract's money is: `total` is what the expert was, is or may still be paid."""

    released: Money
    held: Money
    unfunded: Money
    # Gone back to the client, by whatever way.
    returned: Money
    # Lost to the client's bank while it was held.
    taken: Money

    @property
    def total(self) -> Money:
        """What the whole contract pays the expert, before fees."""
        return self.released + self.held + self.unfunded


def figures(contract: Contract) -> Figures:
    """Add up a contract's milestones by where their money is."""
    milestones = list(contract.milestones.all())

    def total(amounts: Iterable[Money]) -> Money:
        return total_of(amounts, contract.currency)

    return Figures(
        released=total(row.released for row in milestones),
        held=total(row.held for row in milestones),
        unfunded=total(row.amount for row in milestones if _is_unpaid_work(row)),
        returned=total(row.returned for row in milestones),
        taken=total(row.taken for row in milestones),
    )


def unpaid(contract: Contract) -> list[Milestone]:
    """Return the work nobody has paid for yet."""
    return [row for row in contract.milestones.all() if _is_unpaid_work(row)]


def _is_unpaid_work(milestone: Milestone) -> bool:
    return milestone.status in UNPAID and not milestone.is_bonus


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader's side and the other side said; the other's only once it is public."""

    own: Feedback | None
    others: Feedback | None


def feedback(contract: Contract, user: User) -> Said:
    """Return the feedback this reader may see; no query where `whole` found none."""
    if not getattr(contract, "rated_by", True):
        return Said(own=None, others=None)
    side = steps.side_of(user, contract)
    rows = {row.side: row for row in contract.feedback.select_related("by", "replied_by")}
    own = rows.pop(side, None)
    public = [row for row in rows.values() if row.published_at]
    return Said(own=own, others=public[0] if public else None)
