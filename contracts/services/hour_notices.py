"""What people are told about work by the hour, and in which words."""

from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Contract, Milestone, Timesheet
from contracts.services.telling import (
    PAYING,
    REVIEWING,
    about,
    about_milestone,
    brief,
    members,
    of_milestone,
    tell,
)
from marketplace.kit.words import day_text, hours_text, money_text


@in_readers_languages
def contract_has_started(contract: Contract, at: datetime) -> None:
    """Tell the client's people that work begins once a week is paid for.

    Who accepted the expert's own terms has that before them.
    """
    offer = contract.offer
    if not contract.is_hourly or offer is None or offer.is_from_expert:
        return
    values = {"expert": brief(contract.expert.name), "title": brief(contract.title)}

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.PROPOSAL,
            key=f"contract:{contract.public_id}:started",
            subject=_("%(expert)s accepted. Pay for the first week to start") % values,
            body=_("Work on %(title)s begins when hours of a week are paid for.") % values,
            action=_("Open the contract"),
        )

    tell(members(contract.organisation_id, REVIEWING), write, at)


@in_readers_languages
def week_is_not_paid(contract: Contract, starts_on: date, at: datetime) -> None:
    """Tell the client's people who pay that work stands still from Monday on, unless they do."""
    most = contract.weekly_minutes or 0
    values = {
        "expert": brief(contract.expert.name),
        "title": brief(contract.title),
        "day": day_text(starts_on),
        "hours": hours_text(most),
        "amount": money_text(contract.price_of(most)),
    }

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.DEADLINE,
            key=f"week:{contract.public_id}:{starts_on:%Y%m%d}:unpaid",
            subject=_("The week of %(day)s is not paid for: %(title)s") % values,
            body=_(
                "%(expert)s can hand in hours for it only as far as something is left of earlier "
                "weeks. You may pay for up to %(hours)s, which cost %(amount)s and our fee, and "
                "for the weeks after it. If you do nothing, nothing is charged."
            )
            % values,
            action=_("Pay for a week"),
        )

    tell(members(contract.organisation_id, PAYING), write, at)


@in_readers_languages
def week_was_paid(milestone: Milestone, at: datetime) -> None:
    """Tell the expert how many hours of which week they may work."""
    if not milestone.is_hours:
        return
    period = milestone.period
    values = of_milestone(milestone) | {
        "hours": hours_text(period.minutes),
        "day": day_text(period.starts_on),
    }

    def to_expert(user: User) -> Message:
        return about_milestone(
            milestone,
            user,
            step="funded",
            subject=_("%(hours)s are paid for, week of %(day)s: %(amount)s held") % values,
            body=_(
                "%(client)s paid ahead. Write your hours down and hand them in: what they cost"
                " is released when they are approved, or when nobody answers."
            )
            % values,
            action=_("Open the contract"),
        )

    def to_client(user: User) -> Message:
        return about_milestone(
            milestone,
            user,
            step="funded",
            subject=_("Paid: %(amount)s held for the week of %(day)s of %(title)s") % values,
            body=_(
                "%(expert)s was told. Only hours you approve are released; the rest rolls on to"
                " the next week or comes back to you."
            )
            % values,
            action=_("Open the contract"),
        )

    tell([milestone.contract.expert.user], to_expert, at)
    tell(members(milestone.contract.organisation_id, PAYING), to_client, at)


@in_readers_languages
def hours_were_handed_in(timesheet: Timesheet, at: datetime) -> None:
    """Ask the client's people to look at the hours, with the deadline and what silence does."""

    def write(user: User) -> Message:
        values = _of(timesheet)
        return _about(
            timesheet,
            user,
            step=f"submitted:{_round(timesheet)}",
            subject=_("Review %(hours)s of the week of %(week)s by %(day)s") % values,
            body=_(
                "%(expert)s handed in hours for %(title)s. If nobody answers by %(day)s,"
                " %(amount)s are released."
            )
            % values,
            action=_("Review the hours"),
        )

    tell(members(timesheet.contract.organisation_id, REVIEWING), write, at)


@in_readers_languages
def review_is_due(timesheet: Timesheet, at: datetime) -> None:
    """Remind the client's people that their time to answer ends within a day."""

    def write(user: User) -> Message:
        values = _of(timesheet)
        return _about(
            timesheet,
            user,
            step=f"reminder:{_round(timesheet)}",
            subject=_("Still to review by %(day)s: %(hours)s, week of %(week)s") % values,
            body=_(
                "Approve the hours or ask about them. If nobody answers by %(day)s, %(amount)s"
                " are released to %(expert)s."
            )
            % values,
            action=_("Review the hours"),
        )

    tell(members(timesheet.contract.organisation_id, REVIEWING), write, at)


@in_readers_languages
def question_was_asked(timesheet: Timesheet, at: datetime) -> None:
    """Tell the expert what the client asks about their hours."""

    def write(user: User) -> Message:
        return _about(
            timesheet,
            user,
            step=f"question:{_round(timesheet)}",
            subject=_("A question about your hours, week of %(week)s") % _of(timesheet),
            body=timesheet.question,
            action=_("Answer with corrected hours"),
        )

    tell([timesheet.contract.expert.user], write, at)


@in_readers_languages
def hours_cannot_be_paid(timesheet: Timesheet, at: datetime) -> None:
    """Tell the expert that the money their hours were to be paid from is gone."""

    def write(user: User) -> Message:
        return _about(
            timesheet,
            user,
            step="void",
            subject=_("Your hours of the week of %(week)s are closed") % _of(timesheet),
            body=_(
                "The money they were to be paid from was returned, awarded or taken back. You can"
                " write this week anew, and hand in as many hours as are still paid for."
            ),
            action=_("Open the hours"),
        )

    tell([timesheet.contract.expert.user], write, at)


def _about(
    timesheet: Timesheet, user: User, *, step: str, subject: str, body: str, action: str
) -> Message:
    contract = timesheet.contract
    return about(
        contract,
        user,
        kind=Kind.DEADLINE,
        key=f"timesheet:{timesheet.public_id}:{step}",
        subject=subject,
        body=body,
        action=action,
        url=reverse("contracts:timesheet", args=[contract.public_id, timesheet.starts_on]),
    )


def _round(timesheet: Timesheet) -> int:
    """How many times it was handed in: each time is told once."""
    return timesheet.history.filter(verb="submit").count()


def _of(timesheet: Timesheet) -> dict[str, object]:
    contract = timesheet.contract
    due = timesheet.review_due_at
    return {
        "hours": hours_text(timesheet.minutes),
        "amount": money_text(timesheet.amount),
        "week": day_text(timesheet.starts_on),
        "day": day_text(due) if due else "",
        "title": brief(contract.title),
        "expert": brief(contract.expert.name),
    }
