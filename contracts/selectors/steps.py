"""What a contract waits for: whose move, what they do, until when, and what happens if not."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies as people
from accounts.models import Membership, User
from contracts.models import Amendment, Contract, Dispute, Feedback, Milestone, Timesheet
from contracts.models.dispute import BETWEEN_THE_SIDES
from contracts.models.hourly import A_WEEK, WAITING_SHEETS, monday_of
from contracts.models.milestone import UNDER_WAY
from contracts.selectors import addresses
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import day_text, hours_text, money_text

Side = Feedback.Side
S = Milestone.Status
# A bank's or a worker's turn: neither side can do anything.
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a contract waits for: whose move, what they do, until when, and what happens if not.

    `text` completes "Your move: …", `waiting` completes "Waiting for …".
    """

    side: str
    text: str
    waiting: str
    url: str
    action: str
    consequence: str
    deadline: datetime | None = None
    moves_money: bool = False

    def is_for(self, membership: Membership | None) -> bool:
        """Whether this member's role lets them make the client's move."""
        return people.may_pay(membership) or (not self.moves_money and people.may_hire(membership))


def steps(contract: Contract, at: datetime) -> list[Step]:
    """Return what a contract waits for, most urgent first; no query after `selectors.whole`."""
    if contract.status == Contract.Status.COMPLETED:
        return _feedback_steps(contract, at)
    milestones = [row for row in contract.milestones.all() if not row.is_bonus]
    if contract.status == Contract.Status.PAUSED:
        return _steps_of_paused(contract, milestones)
    asked = _asked(contract)
    shown = [row for row in milestones if not row.is_hours or row.status == S.FUNDING]
    under_way = [_step_of(contract, row) for row in shown if row.status in WRITERS]
    for row in milestones:
        under_way += _steps_in_dispute(contract, row)
    if contract.is_consultation and any(row.status == S.FUNDED for row in milestones):
        return [_meet(contract, milestones[0])]
    if contract.is_hourly:
        under_way += _steps_of_hours(contract, at)
    unfunded = [_fund(contract, row) for row in milestones if row.status == S.PLANNED]
    # Work in review comes first: it has a clock, and the money of it is already there.
    work = sorted(under_way, key=lambda step: step.side != Side.CLIENT) or unfunded[:1]
    return [*(step for step in work if step.deadline), *asked, *(s for s in work if not s.deadline)]


def _steps_of_paused(contract: Contract, milestones: list[Milestone]) -> list[Step]:
    """Nothing new is asked of anybody, but what waits for an answer has its clock all the same."""
    found = _asked(contract)
    for row in milestones:
        found += [_review(contract, row)] if row.status == S.SUBMITTED else []
        found += _steps_in_dispute(contract, row)
    for sheet in contract.timesheets.all():
        if sheet.status == Timesheet.Status.SUBMITTED:
            sheet.contract = contract
            found.append(_of_sheet(contract, sheet))
    return [*found, _wait_for_the_pause(contract)]


def _wait_for_the_pause(contract: Contract) -> Step:
    return Step(
        side=NOBODY,
        text="",
        waiting=_("the pause to end"),
        url=reverse("contracts:detail", args=[contract.public_id]),
        action="",
        consequence="",
    )


def _asked(contract: Contract) -> list[Step]:
    """What is proposed on a contract and waits for an answer, as `selectors.whole` fetched it."""
    proposed: Amendment | None = getattr(contract, "open_amendment", None)
    return [_answer(contract, proposed)] if proposed else []


def side_of(user: User, contract: Contract) -> str:
    """On which side of the contract this reader stands."""
    return Side.EXPERT if contract.expert.user_id == user.pk else Side.CLIENT


def _step_of(contract: Contract, milestone: Milestone) -> Step:
    return WRITERS[S(milestone.status)](contract, milestone)


def _fund(contract: Contract, milestone: Milestone) -> Step:
    words = _words(contract, milestone)
    return Step(
        side=Side.CLIENT,
        text=_("fund milestone %(number)d, %(amount)s") % words,
        waiting=_("%(client)s to fund milestone %(number)d") % words,
        url=_at(contract, milestone),
        action=_("Fund milestone %(number)d") % words,
        consequence=_("Work does not start, and nothing is owed, until it is funded."),
        moves_money=True,
    )


def _pay(contract: Contract, milestone: Milestone) -> Step:
    words = _words(contract, milestone)
    if getattr(milestone, "is_at_the_bank", False):
        return _wait_for_the_bank(contract, milestone)
    return Step(
        side=Side.CLIENT,
        text=_("finish the payment of milestone %(number)d, %(amount)s") % words,
        waiting=_("%(client)s to finish the payment of milestone %(number)d") % words,
        url=_at(contract, milestone),
        action=_("Finish the payment"),
        consequence=_unpaid(contract, milestone),
        moves_money=True,
    )


def _unpaid(contract: Contract, milestone: Milestone) -> str:
    if contract.is_consultation:
        return _("If it is not finished within the hour, nothing is charged and the time is free.")
    if milestone.is_hours:
        return _("If it is not finished within the hour, nothing is charged and no week is paid.")
    return _("If it is not finished, nothing is charged and the milestone stays unfunded.")


def _wait_for_the_bank(contract: Contract, milestone: Milestone) -> Step:
    return Step(
        side=NOBODY,
        text="",
        waiting=_("the bank to confirm the payment of milestone %(number)d")
        % _words(contract, milestone),
        url=_at(contract, milestone),
        action="",
        consequence="",
    )


def _hand_in(contract: Contract, milestone: Milestone) -> Step:
    words = _words(contract, milestone)
    return Step(
        side=Side.EXPERT,
        text=_("hand in milestone %(number)d") % words,
        waiting=_("%(expert)s to hand in milestone %(number)d") % words,
        deadline=_end_of(milestone.due_on, contract.expert.time_zone),
        url=reverse("contracts:submit", args=[contract.public_id, milestone.public_id]),
        action=_("Hand in milestone %(number)d") % words,
        consequence=_("The %(held)s stay held until you do.") % words,
    )


def _review(contract: Contract, milestone: Milestone) -> Step:
    words = _words(contract, milestone)
    return Step(
        side=Side.CLIENT,
        text=_("review milestone %(number)d") % words,
        waiting=_("%(client)s to review milestone %(number)d") % words,
        deadline=milestone.review_due_at,
        url=_at(contract, milestone),
        action=_("Review the work"),
        consequence=_("If you do nothing, %(held)s are released to %(expert)s then.") % words,
    )


def _hand_in_again(contract: Contract, milestone: Milestone) -> Step:
    words = _words(contract, milestone)
    return Step(
        side=Side.EXPERT,
        text=_("make the changes to milestone %(number)d and hand it in again") % words,
        waiting=_("%(expert)s to hand in milestone %(number)d again") % words,
        url=reverse("contracts:submit", args=[contract.public_id, milestone.public_id]),
        action=_("Hand in again"),
        consequence=_("The review clock stands still and %(held)s stay held.") % words,
    )


def _answer(contract: Contract, amendment: Amendment) -> Step:
    is_end = amendment.kind == Amendment.Kind.END
    side = Side.CLIENT if amendment.is_from_expert else Side.EXPERT
    name = contract.organisation.name if amendment.is_from_expert else contract.expert.name
    words = {"name": name}
    return Step(
        side=side,
        text=_("answer the proposal to end the contract")
        if is_end
        else _("answer the proposed change of terms"),
        waiting=_("%(name)s to answer the proposal") % words,
        deadline=amendment.expires_at,
        url=reverse("contracts:amendment", args=[contract.public_id, amendment.public_id]),
        action=_("Read the proposal"),
        consequence=_("If you do nothing, the proposal expires and everything stays as agreed."),
        moves_money=is_end,
    )


WRITERS: Mapping[str, Callable[[Contract, Milestone], Step]] = {
    S.FUNDING: _pay,
    S.FUNDED: _hand_in,
    S.SUBMITTED: _review,
    S.CHANGES_ASKED: _hand_in_again,
}


# --- Hours


def today_of(contract: Contract, at: datetime) -> date:
    """The day it is where the expert works."""
    return at.astimezone(ZoneInfo(contract.expert.time_zone)).date()


def _steps_of_hours(contract: Contract, at: datetime) -> list[Step]:
    """What hours wait for: an answer, to be handed in, or to be paid for."""
    sheets = list(contract.timesheets.all())
    waiting = [row for row in sheets if row.status in WAITING_SHEETS]
    held = [row.held for row in contract.milestones.all() if row.status in UNDER_WAY]
    free = total_of(held, contract.currency)
    for row in waiting:
        row.contract = contract
        free -= row.amount
    found = [_of_sheet(contract, row) for row in waiting]
    is_paying = any(row.status == S.FUNDING for row in contract.milestones.all())
    this_week = monday_of(today_of(contract, at))
    own = [row.status for row in sheets if row.starts_on == this_week]
    if free.minor > 0 and Timesheet.Status.RELEASED in own:
        found.append(_wait_for_the_next_week(contract, this_week))
    elif free.minor > 0 and not any(status in WAITING_SHEETS for status in own):
        found.append(_write_hours(contract, this_week, free))
    elif contract.status == Contract.Status.ACTIVE and free.minor <= 0 and not is_paying:
        found.append(_prepay(contract))
    return found


def _of_sheet(contract: Contract, sheet: Timesheet) -> Step:
    words = {
        "hours": hours_text(sheet.minutes),
        "week": day_text(sheet.starts_on),
        "amount": money_text(sheet.amount),
        "client": contract.organisation.name,
        "expert": contract.expert.name,
    }
    page = reverse("contracts:timesheet", args=[contract.public_id, sheet.starts_on])
    if sheet.status == Timesheet.Status.QUERIED:
        return Step(
            side=Side.EXPERT,
            text=_("answer the question about your hours, week of %(week)s") % words,
            waiting=_("%(expert)s to answer about the hours of the week of %(week)s") % words,
            url=page,
            action=_("Correct the hours"),
            consequence=_("The review clock stands still and %(amount)s stay held.") % words,
        )
    return Step(
        side=Side.CLIENT,
        text=_("review %(hours)s of the week of %(week)s") % words,
        waiting=_("%(client)s to review %(hours)s of the week of %(week)s") % words,
        deadline=sheet.review_due_at,
        url=page,
        action=_("Review the hours"),
        consequence=_("If you do nothing, %(amount)s are released to %(expert)s then.") % words,
    )


def _write_hours(contract: Contract, week: date, free: Money) -> Step:
    words = {"amount": money_text(free), "expert": contract.expert.name}
    return Step(
        side=Side.EXPERT,
        text=_("work, and hand in your hours"),
        waiting=_("%(expert)s to hand in hours") % words,
        url=reverse("contracts:timesheet", args=[contract.public_id, week]),
        action=_("Write hours of this week"),
        consequence=_("%(amount)s are held for them, and stay held until you do.") % words,
    )


def _wait_for_the_next_week(contract: Contract, week: date) -> Step:
    return Step(
        side=NOBODY,
        text="",
        waiting=_("the next week, from %(day)s") % {"day": day_text(week + A_WEEK)},
        url=reverse("contracts:timesheet", args=[contract.public_id, week]),
        action="",
        consequence="",
    )


def _meet(contract: Contract, milestone: Milestone) -> Step:
    words = _words(contract, milestone)
    return Step(
        side=Side.EXPERT,
        text=_("meet, and say that the consultation took place"),
        waiting=_("%(expert)s to say that the consultation took place") % words,
        deadline=contract.consultation.due_at,
        url=reverse("contracts:consultation", args=[contract.consultation.public_id]),
        action=_("Open the consultation"),
        consequence=_("If nobody says so by then, %(held)s go back.") % words,
    )


def _prepay(contract: Contract) -> Step:
    words = {"client": contract.organisation.name}
    return Step(
        side=Side.CLIENT,
        text=_("pay for hours of a week ahead"),
        waiting=_("%(client)s to pay for hours of a week") % words,
        url=reverse("contracts:prepay", args=[contract.public_id]),
        action=_("Pay for a week"),
        consequence=_("Nothing is worked, and nothing is owed, until hours are paid for."),
        moves_money=True,
    )


# --- Disputes


def _steps_in_dispute(contract: Contract, milestone: Milestone) -> list[Step]:
    """What the dispute on a milestone waits for, as `selectors.whole` fetched it; or nothing."""
    dispute: Dispute | None = getattr(milestone, "going_on", None)
    if dispute is None or milestone.status != S.DISPUTED:
        return []
    dispute.milestone = milestone
    return steps_of_dispute(contract, dispute, named_by=getattr(milestone, "named_by", ()))


def steps_of_dispute(
    contract: Contract, dispute: Dispute, *, named_by: Collection[str]
) -> list[Step]:
    """What a dispute that is going on waits for.

    :param named_by: the sides that have named an amount; the amounts themselves stay unread.
    """
    if dispute.suspended_at is None and dispute.status == Dispute.Status.OPEN:
        return [_answer_dispute(contract, dispute)]
    if dispute.suspended_at is None and dispute.status in BETWEEN_THE_SIDES:
        return _settle(contract, dispute, named_by)
    return [_wait_in_dispute(dispute, _what_it_waits_for(dispute))]


def _what_it_waits_for(dispute: Dispute) -> str:
    if dispute.suspended_at is not None:
        return _("the bank to look at the payment of milestone %d")
    if dispute.status == Dispute.Status.DECIDED:
        return _("the time to appeal on milestone %d to end")
    return _("our staff to decide on milestone %d")


def _answer_dispute(contract: Contract, dispute: Dispute) -> Step:
    words = _words(contract, dispute.milestone) | {
        "claim": money_text(dispute.claim),
        "rest": money_text(dispute.amount - dispute.claim),
    }
    waiting = _("%(expert)s to answer the dispute on milestone %(number)d")
    if dispute.other_side == Side.CLIENT:
        waiting = _("%(client)s to answer the dispute on milestone %(number)d")
    return Step(
        side=dispute.other_side,
        text=_("answer the dispute on milestone %(number)d") % words,
        waiting=waiting % words,
        deadline=dispute.due_at,
        url=reverse("contracts:answer-dispute", args=[dispute.public_id]),
        action=_("Answer"),
        consequence=_(
            "Without an answer %(claim)s go to %(expert)s and %(rest)s back to %(client)s then."
        )
        % words,
    )


def _settle(contract: Contract, dispute: Dispute, named_by: Collection[str]) -> list[Step]:
    """One step for each side that has not named an amount."""
    words = _words(contract, dispute.milestone)
    waiting = {
        Side.CLIENT: _("%(client)s to name an amount for milestone %(number)d"),
        Side.EXPERT: _("%(expert)s to name an amount for milestone %(number)d"),
    }
    found = [
        Step(
            side=side,
            text=_("name the amount you would accept for milestone %(number)d") % words,
            waiting=waiting[side] % words,
            deadline=dispute.due_at,
            url=reverse("contracts:settle-dispute", args=[dispute.public_id]),
            action=_("Name your amount"),
            consequence=_("If the two amounts do not meet by then, our staff decide."),
            moves_money=True,
        )
        for side in Side
        if side not in named_by
    ]
    return found or [_wait_in_dispute(dispute, _("the two amounts for milestone %d to meet"))]


def _wait_in_dispute(dispute: Dispute, waiting: str) -> Step:
    return Step(
        side=NOBODY,
        text="",
        waiting=waiting % dispute.milestone.position,
        deadline=dispute.due_at if dispute.suspended_at is None else None,
        url=reverse("contracts:dispute", args=[dispute.public_id]),
        action="",
        consequence="",
    )


def _feedback_steps(contract: Contract, at: datetime) -> list[Step]:
    if not contract.may_be_rated(at):
        return []
    rated_by: Collection[str] = getattr(contract, "rated_by", ())
    return [_rate(contract, side) for side in Side if side not in rated_by]


def _rate(contract: Contract, side: str) -> Step:
    words = {"client": contract.organisation.name, "expert": contract.expert.name}
    other = words["client" if side == Side.EXPERT else "expert"]
    this = words["expert" if side == Side.EXPERT else "client"]
    return Step(
        side=side,
        text=_("leave feedback for %(name)s") % {"name": other},
        waiting=_("%(name)s to leave feedback") % {"name": this},
        deadline=contract.feedback_until,
        url=reverse("contracts:leave-feedback", args=[contract.public_id]),
        action=_("Leave feedback"),
        consequence=_("After that day feedback can no longer be left."),
    )


def _words(contract: Contract, milestone: Milestone) -> dict[str, Any]:
    return {
        "number": milestone.position,
        "amount": money_text(milestone.amount),
        "held": money_text(milestone.held),
        "client": contract.organisation.name,
        "expert": contract.expert.name,
    }


def _at(contract: Contract, milestone: Milestone) -> str:
    return addresses.of_milestone(contract.public_id, milestone.position)


def _end_of(day: date, zone: str) -> datetime:
    """The last minute of a day where the person who has to act lives."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))
