"""What people are told when terms are to change, or a contract is to end."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Amendment, Contract, Milestone
from contracts.services.telling import (
    HIRING,
    PAYING,
    REVIEWING,
    about,
    about_milestone,
    both_sides,
    brief,
    members,
    of_milestone,
    tell,
)
from marketplace.kit.words import day_text


@in_readers_languages
def change_was_proposed(amendment: Amendment, at: datetime) -> None:
    """Ask the other side for an answer, and say until when and what happens without one."""

    def write(user: User) -> Message:
        values = _of(amendment) | {"day": day_text(amendment.expires_at)}
        is_end = amendment.kind == Amendment.Kind.END
        subject = (
            _("%(who)s proposes to end %(title)s: answer by %(day)s")
            if is_end
            else _("%(who)s proposes to change %(title)s: answer by %(day)s")
        )
        return _about(
            amendment,
            user,
            step="proposed",
            subject=subject % values,
            body=_(
                "You see every difference, line by line. If you do not answer, the proposal expires"
                " on %(day)s and everything stays as agreed."
            )
            % values,
            action=_("Read the proposal"),
        )

    tell(_answerers(amendment), write, at)


@in_readers_languages
def change_ends(amendment: Amendment, at: datetime) -> None:
    """Remind the other side that the time to answer ends."""

    def write(user: User) -> Message:
        values = _of(amendment) | {"day": day_text(amendment.expires_at)}
        return _about(
            amendment,
            user,
            step="reminder",
            subject=_("Still to answer by %(day)s: the proposal on %(title)s") % values,
            body=_(
                "%(who)s waits for your answer. Without one the proposal expires on %(day)s and"
                " everything stays as agreed."
            )
            % values,
            action=_("Read the proposal"),
        )

    tell(_answerers(amendment), write, at)


@in_readers_languages
def change_was_accepted(amendment: Amendment, at: datetime) -> None:
    """Tell both sides what holds from now on."""
    values = _of(amendment)

    def write(user: User) -> Message:
        is_end = amendment.kind == Amendment.Kind.END
        subject = _("Agreed: %(title)s ends") if is_end else _("Agreed: %(title)s has new terms")
        return _about(
            amendment,
            user,
            step="accepted",
            subject=subject % values,
            body=_("Both sides agreed. The new version of the terms is on record."),
            action=_("Open the contract"),
            url=reverse("contracts:detail", args=[amendment.contract.public_id]),
        )

    tell(both_sides(amendment.contract), write, at)


@in_readers_languages
def change_was_declined(amendment: Amendment, at: datetime) -> None:
    """Tell the side that proposed it, with the other's words."""
    values = _of(amendment) | {"note": amendment.answer_note}
    why = _("They wrote: %(note)s") % values if amendment.answer_note else ""

    def write(user: User) -> Message:
        return _about(
            amendment,
            user,
            step="declined",
            subject=_("%(other)s declined your proposal on %(title)s") % values,
            body=why or _("They gave no reason. Everything stays as agreed."),
            action=_("Open the proposal"),
        )

    tell(_proposers(amendment), write, at)


@in_readers_languages
def change_was_withdrawn(amendment: Amendment, at: datetime) -> None:
    """Tell the other side that there is nothing left to answer."""
    values = _of(amendment)

    def write(user: User) -> Message:
        return _about(
            amendment,
            user,
            step="withdrawn",
            subject=_("%(who)s took back the proposal on %(title)s") % values,
            body=_("You need not do anything. Everything stays as agreed."),
            action=_("Open the proposal"),
        )

    tell(_answerers(amendment), write, at)


@in_readers_languages
def change_has_expired(amendment: Amendment, at: datetime) -> None:
    """Tell both sides that nothing came of it."""
    values = _of(amendment)

    def write(user: User) -> Message:
        return _about(
            amendment,
            user,
            step="expired",
            subject=_("Expired: the proposal on %(title)s") % values,
            body=_("It was not answered in time. Everything stays as agreed."),
            action=_("Open the proposal"),
        )

    tell({*_proposers(amendment), *_answerers(amendment)}, write, at)


@in_readers_languages
def milestone_was_cancelled(milestone: Milestone, at: datetime) -> None:
    """Tell both sides that a milestone will not be done; no money was held for it."""
    if milestone.is_made_to_be_paid or milestone.contract.is_consultation:
        return
    values = of_milestone(milestone)

    def write(user: User) -> Message:
        return about_milestone(
            milestone,
            user,
            step="cancelled",
            subject=_("Cancelled: milestone %(number)d of %(title)s") % values,
            body=_("It was not funded, so nothing is owed for it and no money moves."),
            action=_("Open the contract"),
        )

    tell(both_sides(milestone.contract), write, at)


@in_readers_languages
def contract_is_ending(contract: Contract, at: datetime) -> None:
    """Tell both sides that nothing new begins, and why."""
    values = {"title": brief(contract.title), "why": contract.get_end_reason_display()}

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.DEADLINE,
            key=f"contract:{contract.public_id}:ending",
            subject=_("%(title)s is ending: no new milestones") % values,
            body=_("Reason: %(why)s. What is held stays held until it is released or returned.")
            % values,
            action=_("Open the contract"),
        )

    tell(both_sides(contract), write, at)


@in_readers_languages
def contract_was_cancelled(contract: Contract, at: datetime) -> None:
    """Tell both sides that the contract is over and nothing was paid on it."""
    if contract.is_consultation:
        return
    values = {"title": brief(contract.title)}

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.PROPOSAL,
            key=f"contract:{contract.public_id}:cancelled",
            subject=_("%(title)s is over: nothing was paid") % values,
            body=_("Every milestone was cancelled or returned. Nobody owes anybody anything."),
            action=_("Open the contract"),
        )

    tell(both_sides(contract), write, at)


def _about(
    amendment: Amendment,
    user: User,
    *,
    step: str,
    subject: str,
    body: str,
    action: str,
    url: str = "",
) -> Message:
    contract = amendment.contract
    return about(
        contract,
        user,
        kind=Kind.DEADLINE,
        key=f"amendment:{amendment.public_id}:{step}",
        subject=subject,
        body=body,
        action=action,
        url=url or reverse("contracts:amendment", args=[contract.public_id, amendment.public_id]),
    )


def _answerers(amendment: Amendment) -> Iterable[User]:
    contract = amendment.contract
    if not amendment.is_from_expert:
        return [contract.expert.user]
    roles = PAYING if amendment.kind == Amendment.Kind.END else HIRING
    return members(contract.organisation_id, roles)


def _proposers(amendment: Amendment) -> Iterable[User]:
    contract = amendment.contract
    if amendment.is_from_expert:
        return [contract.expert.user]
    return members(contract.organisation_id, REVIEWING)


def _of(amendment: Amendment) -> dict[str, str]:
    contract = amendment.contract
    client, expert = brief(contract.organisation.name), brief(contract.expert.name)
    who, other = (expert, client) if amendment.is_from_expert else (client, expert)
    return {"title": brief(contract.title), "who": who, "other": other}
