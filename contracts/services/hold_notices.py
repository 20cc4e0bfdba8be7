"""What people are told when money has been held for long."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Milestone
from contracts.services.telling import (
    about,
    about_milestone,
    both_sides,
    money_watchers,
    of_milestone,
    tell,
)
from marketplace.kit.words import day_text


@in_readers_languages
def limit_is_near(milestone: Milestone, days: int, at: datetime) -> None:
    """Tell both sides on which day time will decide, and how."""

    def write(user: User) -> Message:
        assert milestone.hold_until  # noqa: S101 (funded, so it has a limit)
        values = of_milestone(milestone) | {"day": day_text(milestone.hold_until)}
        body = _(
            "Money may be held until %(day)s. If nothing happens before, it is released to"
            " %(expert)s if work is in review then, and goes back to %(client)s if not."
        )
        return about_milestone(
            milestone,
            user,
            step=f"hold-{days}",
            subject=_("Decide by %(day)s: %(held)s held for milestone %(number)d") % values,
            body=body % values,
            action=_("Open the contract"),
        )

    tell(both_sides(milestone.contract), write, at)


@in_readers_languages
def limit_needs_a_person(milestone: Milestone, at: datetime) -> None:
    """Tell the staff who watch the money of some that is past its limit and may not move."""
    contract, values = milestone.contract, of_milestone(milestone)

    def write(user: User) -> Message:
        return about(
            contract,
            user,
            kind=Kind.MONEY,
            key=f"milestone:{milestone.public_id}:hold-staff",
            subject=_("Past the limit: %(held)s of milestone %(number)d, %(title)s") % values,
            body=_("It is disputed or on hold, so time does not decide. A person has to."),
            action=_("Open its money"),
            url=reverse("admin:payments:contract", args=[contract.public_id]),
        )

    tell(money_watchers(), write, at)
