"""What an offer may say: the bounds of its terms, and its rows as they are written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts.models import Offer, OfferCheck, OfferMilestone
from contracts.models.hourly import QUARTER
from jobs.clauses import Topic, library
from jobs.models.plan import FURTHEST_DUE, AcceptanceCheck
from jobs.models.proposal import MOST_MILESTONES
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.words import money_text

# What an hour may cost, in whole units of money, and how many there may be in a week.
RATE_LEAST_MINOR, RATE_MOST_MINOR, RATE_STEP_MINOR = 5_00, 1_000_00, 100
AN_HOUR, MOST_WEEKLY = 60, 60 * 60


@dataclass(frozen=True, slots=True)
class Part:
    """One milestone as it is offered: `amount` is what the expert is paid before our fee."""

    title: str
    amount: Money
    due_on: date


class TermsAreOutOfBounds(DomainError):
    """An amount, a date or a count that no contract may have."""

    code = "terms_out_of_bounds"
    status = 422


class ChecksHaveChanged(DomainError):
    """The job's checks are not those the terms were written for."""

    code = "checks_have_changed"
    sentence = _("The job's acceptance checks have changed. Reload the page to see them.")


def refuse_hours_out_of_bounds(rate: Money, weekly_minutes: int) -> None:
    """Refuse a rate or a number of hours a week that no contract may have.

    :raises TermsAreOutOfBounds: then.
    """
    least, most = Money(RATE_LEAST_MINOR, rate.currency), Money(RATE_MOST_MINOR, rate.currency)
    if not least <= rate <= most or rate.minor % RATE_STEP_MINOR:
        raise TermsAreOutOfBounds(
            _("Enter a rate from %(least)s to %(most)s an hour, in whole dollars.")
            % {"least": money_text(least), "most": money_text(most)}
        )
    if not AN_HOUR <= weekly_minutes <= MOST_WEEKLY or weekly_minutes % QUARTER:
        raise TermsAreOutOfBounds(_("Enter 1 to 60 hours a week, in steps of a quarter."))


def refuse_other_clauses(clauses: Sequence[str]) -> None:
    """Refuse anything but one clause of the library for each topic, in the order of the topics.

    An older version of a clause may be named: an offer that is answered keeps what it said.

    :raises TermsAreOutOfBounds: then.
    """
    known = [library().get(ref) for ref in clauses]
    if [row.topic if row else None for row in known] != list(Topic):
        raise TermsAreOutOfBounds(_("Choose one clause for each topic."))


def refuse_out_of_bounds(milestones: Sequence[Part], at: datetime) -> None:
    """Refuse milestones that no contract may have.

    :raises TermsAreOutOfBounds: naming the first of them.
    """
    if not 1 <= len(milestones) <= MOST_MILESTONES:
        raise TermsAreOutOfBounds(_("Plan between 1 and %d milestones.") % MOST_MILESTONES)
    for number, part in enumerate(milestones, start=1):
        refuse_part_out_of_bounds(number, part, at)


def refuse_part_out_of_bounds(number: int, part: Part, at: datetime) -> None:
    """Refuse a milestone that no contract may have; `number` is how the reader finds it.

    :raises TermsAreOutOfBounds: then.
    """
    _refuse_amount(number, part.amount)
    if not at.date() <= part.due_on <= at.date() + FURTHEST_DUE:
        raise TermsAreOutOfBounds(
            _("Milestone %d: choose a due date from today on, within two years.") % number
        )


def _refuse_amount(number: int, amount: Money) -> None:
    least = Money(settings.MILESTONE_MIN_MINOR, amount.currency)
    most = Money(settings.MILESTONE_MAX_MINOR, amount.currency)
    if not least <= amount <= most:
        raise TermsAreOutOfBounds(
            _("Milestone %(number)d: enter an amount from %(least)s to %(most)s.")
            % {"number": number, "least": money_text(least), "most": money_text(most)}
        )


def terms_of(
    offer: Offer,
) -> tuple[str, int, tuple[Part, ...], tuple[str, ...], tuple[str, ...]]:
    """Return what an offer of milestones says: title, days, milestones, targets and clauses."""
    return (
        offer.title,
        offer.review_window_days,
        tuple(Part(row.title, row.amount, row.due_on) for row in offer.milestones.all()),
        tuple(row.target for row in offer.checks.all()),
        tuple(offer.clauses),
    )


def write_milestones(offer: Offer, milestones: Sequence[Part]) -> None:
    """Write the parts of an offer down, in this order."""
    OfferMilestone.objects.bulk_create(
        OfferMilestone(
            offer=offer,
            position=position,
            title=part.title,
            amount_minor=part.amount.minor,
            due_on=part.due_on,
        )
        for position, part in enumerate(milestones, start=1)
    )


def write_checks(offer: Offer, checks: Sequence[AcceptanceCheck], targets: Sequence[str]) -> None:
    """Write these checks down with the targets that are offered, one for each.

    :raises ChecksHaveChanged: when there are more or fewer of them than targets.
    """
    if len(checks) != len(targets):
        raise ChecksHaveChanged
    OfferCheck.objects.bulk_create(
        OfferCheck(
            offer=offer,
            position=check.position,
            metric=check.metric,
            comparator=check.comparator,
            target=target,
            unit=check.unit,
            how=check.how,
        )
        for check, target in zip(checks, targets, strict=True)
    )
