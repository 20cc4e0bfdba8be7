"""What a contract waits for: of its milestones, its hours, its disputes, and after its end."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Amendment, Contract, Milestone, Timesheet
from contracts.selectors import addresses, dispute_steps, hour_steps
from contracts.selectors.steps import Side, Step, nobodys, words_of

S = Milestone.Status


def of(contract: Contract, at: datetime) -> list[Step]:
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
        under_way += dispute_steps.of_milestone(contract, row)
    if contract.is_consultation and any(row.status == S.FUNDED for row in milestones):
        return [_meet(contract, milestones[0])]
    if contract.is_hourly:
        under_way += hour_steps.of(contract, at)
    unfunded = [_fund(contract, row) for row in milestones if row.status == S.PLANNED]
    # Work in review comes first: it has a clock, and the money of it is already there.
    work = sorted(under_way, key=lambda step: step.side != Side.CLIENT) or unfunded[:1]
    return [*(step for step in work if step.deadline), *asked, *(s for s in work if not s.deadline)]


def _steps_of_paused(contract: Contract, milestones: list[Milestone]) -> list[Step]:
    """Nothing new is asked of anybody, but what waits for an answer has its clock all the same."""
    found = _asked(contract)
    for row in milestones:
        found += [_review(contract, row)] if row.status == S.SUBMITTED else []
        found += dispute_steps.of_milestone(contract, row)
    for sheet in contract.timesheets.all():
        if sheet.status == Timesheet.Status.SUBMITTED:
            sheet.contract = contract
            found.append(hour_steps.of_sheet(contract, sheet))
    return [*found, _wait_for_the_pause(contract)]


def _wait_for_the_pause(contract: Contract) -> Step:
    return nobodys(
        waiting=_("the pause to end"),
        url=reverse("contracts:detail", args=[contract.public_id]),
    )


def _asked(contract: Contract) -> list[Step]:
    """What is proposed on a contract and waits for an answer, as `selectors.whole` fetched it."""
    proposed: Amendment | None = getattr(contract, "open_amendment", None)
    return [_answer(contract, proposed)] if proposed else []


def _step_of(contract: Contract, milestone: Milestone) -> Step:
    return WRITERS[S(milestone.status)](contract, milestone)


def _fund(contract: Contract, milestone: Milestone) -> Step:
    words = words_of(contract, milestone)
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
    words = words_of(contract, milestone)
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
    return nobodys(
        waiting=_("the bank to confirm the payment of milestone %(number)d")
        % words_of(contract, milestone),
        url=_at(contract, milestone),
    )


def _hand_in(contract: Contract, milestone: Milestone) -> Step:
    words = words_of(contract, milestone)
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
    words = words_of(contract, milestone)
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
    words = words_of(contract, milestone)
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


def _meet(contract: Contract, milestone: Milestone) -> Step:
    words = words_of(contract, milestone)
    return Step(
        side=Side.EXPERT,
        text=_("meet, and say that the consultation took place"),
        waiting=_("%(expert)s to say that the consultation took place") % words,
        deadline=contract.consultation.due_at,
        url=reverse("contracts:consultation", args=[contract.consultation.public_id]),
        action=_("Open the consultation"),
        consequence=_("If nobody says so by then, %(held)s go back.") % words,
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


def _at(contract: Contract, milestone: Milestone) -> str:
    return addresses.of_milestone(contract.public_id, milestone.position)


def _end_of(day: date, zone: str) -> datetime:
    """The last minute of a day where the person who has to act lives."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))
