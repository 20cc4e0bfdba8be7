"""Reads of contracts, shaped for the list and for the page both sides work from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
    ChangeRequest,
    Contract,
    Dispute,
    Feedback,
    Measure,
    Milestone,
    Pause,
    Payment,
    Refund,
    Release,
    SettlementOffer,
    Submission,
    Timesheet,
    TimesheetLine,
)
from contracts.models.dispute import OPEN_DISPUTES
from contracts.models.milestone import FINAL, UNDER_WAY, UNPAID
from contracts.models.payment import LIVE_PAYMENTS
from contracts.selectors import movements, payments, steps
from contracts.selectors.movements import Movement
from contracts.selectors.steps import Side, Step
from experts.models import ModelRelease
from marketplace.kit.money import Money, total_of
from marketplace.kit.sums import sum_of

S = Milestone.Status
HELD = (*UNDER_WAY, S.DISPUTED)


def whole(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Fetch contracts with all that `steps` and the list of contracts read, in three queries.

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
        .prefetch_related(
            Prefetch("milestones", _with_state(Milestone.objects.all())),
            Prefetch("timesheets", _with_minutes(Timesheet.objects.all())),
        )
    )


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
    found = steps.steps(contract, at)
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


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One agreed check beside what was measured: the row that `check_rows.html` shows."""

    text: str
    target: str
    measured: str
    result: str
    note: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One milestone on the timeline, with the latest work handed in for it."""

    milestone: Milestone
    state: str
    submission: Submission | None
    checks: Sequence[CheckLine]
    earlier: Sequence[Submission]
    # That a person of the client accepted the latest work: who did, and when.
    accepted: Release | None
    # The one to pay for next, of those not funded; urgent while nothing else is under way.
    is_next: bool
    is_urgent: bool
    payment: Payment | None
    movements: Sequence[Movement]
    # The one that is going on, or the last one there was.
    dispute: Dispute | None

    @property
    def is_open(self) -> bool:
        """Whether it is shown with all that belongs to it."""
        return self.state in {"now", "bad"}

    @property
    def refusal(self) -> str:
        """What the bank said when it last refused the card of the payment under way."""
        return payments.refusal(self.payment)


def timeline(contract: Contract, side: str) -> list[Stage]:
    """Return the milestones of a contract in order, those under way open; fetches all it shows.

    :param contract: as `whole` fetched it.
    :param side: who reads it: what keeps money from an expert is told to nobody else.
    """
    submissions = Submission.objects.select_related("change_request", "declaration")
    prefetch_related_objects(
        [contract],
        Prefetch("milestones__releases", Release.objects.select_related("by")),
        "milestones__releases__operations",
        Prefetch("milestones__refunds", Refund.objects.select_related("payment")),
        "milestones__refunds__operations",
        Prefetch("milestones__submissions", submissions),
        Prefetch(
            "milestones__submissions__measures", Measure.objects.select_related("agreed_check")
        ),
        "milestones__submissions__change_request__failing",
        Prefetch(
            "milestones__submissions__built_on", ModelRelease.objects.select_related("family")
        ),
        Prefetch(
            "milestones__payments",
            Payment.objects.filter(status__in=LIVE_PAYMENTS),
            "live_payments",
        ),
        "milestones__disputes",
        Prefetch("feedback", Feedback.objects.select_related("by", "replied_by")),
        "checks",
        "freezes",
        *(["timesheets__lines"] if contract.is_hourly else []),
    )
    milestones = [row for row in contract.milestones.all() if not _was_never_paid(row)]
    unfunded = [row for row in milestones if row.status == S.PLANNED]
    is_idle = all(row.status in {S.PLANNED, *FINAL} for row in milestones)
    return [
        _stage(row, side, is_next=row in unfunded[:1], is_urgent=row in unfunded[:1] and is_idle)
        for row in milestones
    ]


def _was_never_paid(milestone: Milestone) -> bool:
    """A bonus or a week that was begun and given up is nothing to read about."""
    return milestone.is_made_to_be_paid and milestone.status in {S.PLANNED, S.CANCELLED}


def unpaid(contract: Contract) -> list[Milestone]:
    """Return the work nobody has paid for yet."""
    return [row for row in contract.milestones.all() if _is_unpaid_work(row)]


def _is_unpaid_work(milestone: Milestone) -> bool:
    return milestone.status in UNPAID and not milestone.is_bonus


def models_of(stages: Iterable[Stage]) -> list[ModelRelease]:
    """Return the models the latest work of these milestones runs on, the first to stop on top."""
    works = [stage.submission for stage in stages if stage.submission]
    found = {release for work in works for release in work.built_on.all()}
    return sorted(found, key=lambda release: (release.shutdown_on or date.max, release.api_id))


def check_lines(submission: Submission) -> list[CheckLine]:
    """Return the agreed checks of a submission with what was measured."""
    return [
        CheckLine(
            text=row.agreed_check.metric,
            target=row.agreed_check.goal,
            measured=_with_unit(row),
            result={True: "met", False: "missed", None: ""}[row.is_met],
            note=row.explanation,
        )
        for row in submission.measures.all()
    ]


def missed(checks: Iterable[CheckLine]) -> list[CheckLine]:
    """Return the checks that were missed, or for which nothing was measured."""
    return [row for row in checks if row.result == "missed" or not row.measured]


def _stage(milestone: Milestone, side: str, *, is_next: bool, is_urgent: bool) -> Stage:
    submissions = list(milestone.submissions.all())
    latest = submissions[0] if submissions else None
    live: list[Payment] = getattr(milestone, "live_payments", [])
    disputes, releases = list(milestone.disputes.all()), milestone.releases.all()
    return Stage(
        milestone=milestone,
        state=_state(milestone),
        submission=latest,
        checks=check_lines(latest) if latest else _agreed(milestone.contract),
        earlier=submissions[1:],
        accepted=next((row for row in releases if row.kind == Release.Kind.APPROVED), None),
        is_next=is_next,
        is_urgent=is_urgent,
        payment=live[0] if live else None,
        movements=movements.movements(milestone, side),
        dispute=disputes[-1] if disputes else None,
    )


def _state(milestone: Milestone) -> str:
    """How the timeline draws it: over, under way, or still to come."""
    if milestone.status == S.CANCELLED:
        return ""
    if milestone.status in FINAL:
        return "done"
    if milestone.status == S.DISPUTED:
        return "bad"
    return "" if milestone.status == S.PLANNED else "now"


def _agreed(contract: Contract) -> list[CheckLine]:
    """The checks before anything was measured."""
    return [CheckLine(row.metric, row.goal, "", "", row.how) for row in contract.agreed_checks]


def _with_unit(row: Measure) -> str:
    unit = row.agreed_check.unit
    if not row.value or not unit or row.value.endswith(unit):
        return row.value
    return row.value + (unit if unit.startswith("%") else f" {unit}")


def latest_changes(milestone: Milestone) -> ChangeRequest | None:
    """Return what the client last wanted changed."""
    asked = ChangeRequest.objects.filter(submission__milestone=milestone)
    return asked.prefetch_related("failing").order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader's side and the other side said; the other's only once it is public."""

    own: Feedback | None
    others: Feedback | None


def feedback(contract: Contract, user: User) -> Said:
    """Return the feedback this reader may see."""
    side = steps.side_of(user, contract)
    rows = {row.side: row for row in contract.feedback.all()}
    own = rows.pop(side, None)
    public = [row for row in rows.values() if row.published_at]
    return Said(own=own, others=public[0] if public else None)
