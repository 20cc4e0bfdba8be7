"""What people are told when released money comes back."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Clawback
from contracts.services.finance_notices import tell_finance
from contracts.services.telling import about, brief, tell
from marketplace.kit.words import money_text


@in_readers_languages
def has_begun(clawback: Clawback, at: datetime) -> None:
    """Tell the expert what is being taken back, and that it goes to the client next."""
    _tell_of(
        clawback,
        at,
        "begun",
        [clawback.milestone.contract.expert.user],
        subject=_("%(expert_part)s is being taken back for milestone %(number)d"),
        body=_(
            "It is taken from your payout account first. Once it is there, %(client_part)s go back"
            " to %(client)s, our fees on it included."
        ),
    )


@in_readers_languages
def is_through(clawback: Clawback, at: datetime) -> None:
    """Tell the expert that the client's part is on its way; the client hears it of the refund."""
    contract = clawback.milestone.contract
    _tell_of(
        clawback,
        at,
        "returned",
        [contract.expert.user],
        subject=_("Returned: %(client_part)s for milestone %(number)d of %(title)s"),
        body=_("It is on its way to the card that paid, the client fee on it included."),
    )
    if clawback.covered_by == Clawback.Cover.DEBT:
        _tell_of(
            clawback,
            at,
            "owed",
            [contract.expert.user],
            subject=_("You owe a part of what was returned for milestone %(number)d"),
            body=_("Your payout account did not have it. It is kept of your later releases."),
        )


@in_readers_languages
def is_short(clawback: Clawback, at: datetime) -> None:
    """Tell the expert, and have our staff decide."""
    _tell_of(
        clawback,
        at,
        "short",
        [clawback.milestone.contract.expert.user],
        subject=_("Your payout account is too low to return %(client_part)s"),
        body=_("Nothing went back to %(client)s yet. We decide how to go on and tell you."),
    )
    values = _of(clawback)
    tell_finance(
        key=f"clawback:{clawback.public_id}:short",
        subject=_("Decide: %(client_part)s to return, and the expert's balance is too low")
        % values,
        body=_("Milestone %(number)d of %(title)s. Nothing goes back before you decide.") % values,
        url=reverse("admin:clawbacks:clawback", args=[clawback.public_id]),
        at=at,
    )


@in_readers_languages
def was_refused(clawback: Clawback, at: datetime) -> None:
    """Tell the expert that they keep the money."""
    _tell_of(
        clawback,
        at,
        "refused",
        [clawback.milestone.contract.expert.user],
        subject=_("Not returned: %(client_part)s for milestone %(number)d"),
        body=_("What had been taken from your payout account is sent to you again."),
    )


def _tell_of(
    clawback: Clawback,
    at: datetime,
    step: str,
    users: Iterable[User],
    *,
    subject: str,
    body: str,
) -> None:
    values = _of(clawback)

    def write(user: User) -> Message:
        return about(
            clawback.milestone.contract,
            user,
            kind=Kind.MONEY,
            key=f"clawback:{clawback.public_id}:{step}",
            subject=subject % values,
            body=body % values,
            action=_("Open the contract"),
        )

    tell(users, write, at)


def _of(clawback: Clawback) -> dict[str, object]:
    contract = clawback.milestone.contract
    return {
        "number": clawback.milestone.position,
        "title": brief(contract.title),
        "client": brief(contract.organisation.name),
        "expert_part": money_text(clawback.from_expert),
        "client_part": money_text(clawback.to_client),
    }
