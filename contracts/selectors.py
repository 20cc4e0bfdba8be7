"""Reads of offers, contracts and earnings, shaped for a page; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.selectors import Todo
from contracts import steps
from contracts.models import (
    Contract,
    Feedback,
    Measure,
    Milestone,
    Offer,
    OfferCheck,
    OfferMilestone,
    Operation,
    Payment,
    PayoutAccount,
    Release,
    Submission,
)
from contracts.models.contract import FEEDBACK_WINDOW
from contracts.models.payment import LIVE_PAYMENTS
from contracts.steps import Step
from experts.models import Expert
from jobs.models import CheckAnswer, ProposedMilestone
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import in_reader_zone, money_text, month_text

Side = Feedback.Side
S = Milestone.Status
HELD = (S.FUNDED, S.SUBMITTED, S.CHANGES_ASKED)


def whole(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Fetch contracts with all that `steps` and the list of contracts read, in four queries."""
    return contracts.select_related("organisation", "expert__user").prefetch_related(
        "milestones", _live_payments("milestones__payments"), "feedback"
    )


def _live_payments(path: str) -> Prefetch[str]:
    return Prefetch(path, Payment.objects.filter(status__in=LIVE_PAYMENTS), "live_payments")


# --- To-do lists


def needs_you(user: User, at: datetime) -> list[Todo]:
    """Return what waits for this person on contracts and offers."""
    return [
        *(_offer_to_answer(offer) for offer in _open_offers().filter(_made_to(user))),
        *(_todo(contract, step) for contract, step in _steps_of(user, at, theirs=True)),
        *_payouts_to_set_up(user),
    ]


def waiting_on_others(user: User, at: datetime) -> list[Todo]:
    """Return what this person waits for, and from whom."""
    sent = _open_offers().filter(proposal__job__organisation__memberships__user=user)
    return [
        *(_offer_to_wait_for(offer) for offer in sent),
        *(
            Todo(
                text=_("Waiting for %(whom)s") % {"whom": step.waiting},
                url=reverse("contracts:detail", args=[contract.public_id]),
                deadline=step.deadline,
                consequence=contract.title,
            )
            for contract, step in _steps_of(user, at, theirs=False)
        ),
    ]


def _steps_of(user: User, at: datetime, *, theirs: bool) -> Iterable[tuple[Contract, Step]]:
    """Each thing a reader's contracts wait for: their own moves, or those of the other side."""
    roles = {row.organisation_id: row for row in user.memberships.all()}
    for contract in whole(Contract.objects.visible_to(user).filter(_is_alive(at))):
        membership = roles.get(contract.organisation_id)
        for step in steps.steps(contract, at):
            is_own_side = step.side == steps.side_of(user, contract)
            may = step.side == Side.EXPERT or step.is_for(membership)
            if (is_own_side and may) if theirs else not is_own_side:
                yield contract, step


def _is_alive(at: datetime) -> Q:
    rating = Q(status=Contract.Status.COMPLETED, completed_at__gt=at - FEEDBACK_WINDOW)
    return Q(status=Contract.Status.ACTIVE) | rating


def _todo(contract: Contract, step: Step) -> Todo:
    text = _("%(step)s: %(title)s") % {
        "step": step.text[:1].upper() + step.text[1:],
        "title": contract.title,
    }
    return Todo(text=text, url=step.url, deadline=step.deadline, consequence=step.consequence)


def _open_offers() -> QuerySet[Offer]:
    open_ = Offer.objects.filter(status=Offer.Status.SENT)
    related = open_.select_related("proposal__job__organisation", "proposal__expert__user")
    return related.prefetch_related("milestones").distinct()


def _made_to(user: User) -> Q:
    return Q(proposal__expert__user=user)


def _offer_to_answer(offer: Offer) -> Todo:
    words = {"total": money_text(offer.total), "client": offer.proposal.job.organisation.name}
    return Todo(
        text=_("Answer the offer of %(total)s from %(client)s") % words,
        url=reverse("contracts:offer", args=[offer.public_id]),
        deadline=offer.expires_at,
        consequence=_("Without an answer the offer expires."),
    )


def _offer_to_wait_for(offer: Offer) -> Todo:
    words = {"total": money_text(offer.total), "expert": offer.proposal.expert.name}
    return Todo(
        text=_("Waiting for %(expert)s to answer your offer of %(total)s") % words,
        url=reverse("contracts:offer", args=[offer.public_id]),
        deadline=offer.expires_at,
        consequence=offer.title,
    )


def _payouts_to_set_up(user: User) -> list[Todo]:
    contracts = Contract.objects.filter(expert__user=user)
    if not contracts.exists() or can_be_paid(user):
        return []
    return [
        Todo(
            text=_("Set up payouts"),
            url=reverse("contracts:earnings"),
            deadline=None,
            consequence=_("Released money waits until our payment provider can pay you."),
        )
    ]


def can_be_paid(user: User) -> bool:
    """Whether transfers to this expert arrive, as we last saw it."""
    return PayoutAccount.objects.filter(expert__user=user, can_receive=True).exists()


# --- The contract page


@dataclass(frozen=True, slots=True)
class Figures:
    """Where a contract's money is; the parts add up to `total`, the expert's price."""

    released: Money
    held: Money
    unfunded: Money

    @property
    def total(self) -> Money:
        """What the whole contract pays the expert, before fees."""
        return self.released + self.held + self.unfunded


def figures(contract: Contract) -> Figures:
    """Add up a contract's milestones by where their money is."""

    def total(statuses: Iterable[str]) -> Money:
        rows = [row for row in contract.milestones.all() if row.status in statuses]
        return total_of((row.amount for row in rows), contract.currency)

    return Figures(
        released=total([S.RELEASED]), held=total(HELD), unfunded=total([S.PLANNED, S.FUNDING])
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

    @property
    def is_open(self) -> bool:
        """Whether it is shown with all that belongs to it."""
        return self.state == "now"


def timeline(contract: Contract) -> list[Stage]:
    """Return the milestones of a contract in order; the ones under way stand open."""
    with_work = contract.milestones.prefetch_related(
        "submissions__measures__agreed_check",
        "submissions__change_request__failing",
        _live_payments("payments"),
    )
    return [_stage(milestone) for milestone in with_work]


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


def _stage(milestone: Milestone) -> Stage:
    submissions = list(milestone.submissions.all())
    latest = submissions[0] if submissions else None
    state = {S.RELEASED: "done", S.PLANNED: ""}.get(S(milestone.status), "now")
    return Stage(
        milestone=milestone,
        state=state,
        submission=latest,
        checks=check_lines(latest) if latest else [],
        earlier=submissions[1:],
    )


def _with_unit(row: Measure) -> str:
    unit = row.agreed_check.unit
    if not row.value or not unit or row.value.endswith(unit):
        return row.value
    return row.value + (unit if unit.startswith("%") else f" {unit}")


# --- Offers


@dataclass(frozen=True, slots=True)
class MilestoneTerms:
    """A milestone as it is offered beside the one the expert proposed, if there was one."""

    offered: OfferMilestone
    proposed: ProposedMilestone | None


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """A check as it is offered, the job's own target, and what the expert answered to it."""

    offered: OfferCheck
    asked: str
    answer: CheckAnswer | None

    @property
    def has_changed(self) -> bool:
        """Whether the target is no longer the one the job named."""
        return self.offered.goal != self.asked


@dataclass(frozen=True, slots=True)
class Terms:
    """An offer line by line beside the proposal it answers."""

    milestones: Sequence[MilestoneTerms]
    checks: Sequence[CheckTerms]
    dropped: Sequence[ProposedMilestone]


def terms(offer: Offer) -> Terms:
    """Hold an offer against the proposal, by position."""
    proposal = offer.proposal
    proposed = {row.position: row for row in proposal.milestones.all()}
    offered = list(offer.milestones.all())
    asked = {row.position: row for row in proposal.job.checks.all()}
    answers = {row.job_check_id: row for row in proposal.answers.all()}
    return Terms(
        milestones=[MilestoneTerms(row, proposed.pop(row.position, None)) for row in offered],
        checks=[
            CheckTerms(row, check.goal, answers.get(check.pk))
            for row in offer.checks.all()
            if (check := asked.get(row.position))
        ],
        dropped=list(proposed.values()),
    )


# --- Ratings


@dataclass(frozen=True, slots=True)
class Rating:
    """A mean of 1 to 5 and how many it stands on."""

    score: float | None
    count: int


def client_rating(organisation: Organisation) -> Rating:
    """Return what experts publicly said of a client."""
    rows = Feedback.objects.filter(
        contract__organisation=organisation, side=Side.EXPERT, published_at__isnull=False
    )
    found = rows.aggregate(score=Avg("rating"), count=Count("pk"))
    return Rating(score=found["score"], count=found["count"])


# --- Earnings


@dataclass(frozen=True, slots=True)
class Payout:
    """One release and the transfer that takes it to the expert's account."""

    release: Release
    transfer: Operation

    @property
    def net(self) -> Money:
        """What the expert gets of it, after our fee."""
        return self.release.net


@dataclass(frozen=True, slots=True)
class Earnings:
    """What an expert has earned, after our fee, by where it is; `months` are the last twelve."""

    held: Money
    on_its_way: Money
    blocked: Money
    paid: Money
    payouts: Sequence[Payout]
    months: Sequence[tuple[str, Money, Money]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not self.payouts and not self.held


def earnings(expert: Expert, *, currency: str, at: datetime) -> Earnings:
    """Return what this expert has earned, in two queries."""
    payouts = _payouts(expert)
    held = _held_for(expert)

    def total(*statuses: str) -> Money:
        return total_of((row.net for row in payouts if row.transfer.status in statuses), currency)

    paid = total(Operation.Status.SUCCEEDED)
    blocked = total(Operation.Status.BLOCKED)
    released = total_of((row.net for row in payouts), currency)
    return Earnings(
        held=total_of((_net(row) for row in held), currency),
        on_its_way=released - paid - blocked,
        blocked=blocked,
        paid=paid,
        payouts=payouts,
        months=_months(payouts, held, currency, at),
    )


def _payouts(expert: Expert) -> list[Payout]:
    transfers = Operation.objects.filter(contract__expert=expert, release__isnull=False)
    related = transfers.select_related("release__milestone__contract__organisation")
    return [
        Payout(row.release, row) for row in related.order_by("-release__created_at") if row.release
    ]


def _held_for(expert: Expert) -> list[Milestone]:
    held = Milestone.objects.filter(contract__expert=expert, status__in=HELD)
    return list(held.select_related("contract"))


def _net(milestone: Milestone) -> Money:
    _fee, rest = milestone.amount.split(milestone.contract.expert_fee_bps)
    return rest


def _months(
    payouts: Iterable[Payout], held: Iterable[Milestone], currency: str, at: datetime
) -> list[tuple[str, Money, Money]]:
    """Return (month, paid, held) of the last twelve months in the reader's calendar."""
    paid_in = [
        (in_reader_zone(row.release.created_at), row.net)
        for row in payouts
        if row.transfer.status == Operation.Status.SUCCEEDED
    ]
    held_in = [(in_reader_zone(row.funded_at), _net(row)) for row in held if row.funded_at]
    return [
        (month_text(month), _sum_of(month, paid_in, currency), _sum_of(month, held_in, currency))
        for month in _last_twelve(in_reader_zone(at).date())
    ]


def _sum_of(month: date, amounts: Iterable[tuple[datetime, Money]], currency: str) -> Money:
    of_month = (
        net for when, net in amounts if (when.year, when.month) == (month.year, month.month)
    )
    return total_of(of_month, currency)


def _last_twelve(today: date) -> list[date]:
    """Return the first day of this month and of the eleven before it, oldest first."""
    counted = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(counted - 11, counted + 1)]
