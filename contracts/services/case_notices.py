"""What is said of payouts that wait for a look: to our staff what was seen, to nobody else.

Whoever launders money must not learn what gave them away, and whoever does not is not accused: the
words are the same for everybody (Directive (EU) 2015/849, article 39, forbids tipping off).
"""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Operation, PayoutCase
from contracts.services.finance_notices import tell_finance
from contracts.services.telling import PAYING, brief, members, tell
from marketplace.kit.words import day_text, money_text


@in_readers_languages
def it_takes_some_days(case: PayoutCase, operation: Operation, at: datetime) -> None:
    """Tell those whose money it is until when somebody will have looked."""

    def write(user: User) -> Message:
        values = {"amount": money_text(operation.amount), "day": day_text(case.look_until)}
        return Message(
            user=user,
            kind=Kind.MONEY,
            key=f"payout-case:{case.public_id}",
            subject=_("%(amount)s is looked at before it leaves") % values,
            body=_(
                "A person looks at some payments before they leave, and this is one. It takes"
                " until %(day)s at most. The money is kept and contracts go on; you need not do"
                " anything."
            )
            % values,
            url=reverse("contracts:earnings" if case.expert_id else "contracts:spend"),
            action=_("See where it is"),
        )

    tell(_owners(case), write, at)


@in_readers_languages
def somebody_has_to_look(case: PayoutCase, at: datetime) -> None:
    """Tell our staff of a new case."""
    _to_staff(
        case,
        "open",
        _("Look before it leaves: money for %(name)s"),
        _("Something about it looks like laundering. They were told: by %(day)s."),
        at,
    )


@in_readers_languages
def somebody_is_late(case: PayoutCase, at: datetime) -> None:
    """Tell our staff of a case that has waited longer than its owner was told."""
    _to_staff(
        case,
        "late",
        _("Overdue: money for %(name)s waits for a look"),
        _("They were told that it takes until %(day)s. Judge it, or write to them."),
        at,
    )


def _to_staff(case: PayoutCase, step: str, subject: str, body: str, at: datetime) -> None:
    values = {"name": brief(case.name), "day": day_text(case.look_until)}
    tell_finance(
        key=f"payout-case:{case.public_id}:{step}",
        subject=subject % values,
        body=body % values,
        url=reverse("admin:payouts:case", args=[case.public_id]),
        at=at,
    )


def _owners(case: PayoutCase) -> Iterable[User]:
    if case.expert:
        return [case.expert.user]
    return members(case.organisation_id, PAYING) if case.organisation_id else []
