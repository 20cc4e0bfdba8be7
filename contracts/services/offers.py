"""Offers: a client sends binding terms to one expert; accepting them makes the contract.

Every verb first takes the job's row. Sending, accepting and taking back offers for one job
therefore wait for each other, and whoever comes second meets the state the first one left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import membership
from contracts import policies
from contracts.models import Contract, Offer, OfferCheck, OfferMilestone
from contracts.models.hourly import QUARTER
from contracts.services import contracts
from jobs.models import Job, Proposal
from jobs.models.proposal import MOST_MILESTONES
from jobs.services import jobs, proposals
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.words import money_text

# Further ahead than this a due date is a slip of the keyboard.
FURTHEST_DUE = timedelta(days=730)
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


@transaction.atomic
def make(
    proposal: Proposal,
    *,
    title: str,
    milestones: Sequence[Part],
    targets: Sequence[str],
    review_window_days: int,
    message: str,
    by: User,
    at: datetime,
) -> Offer:
    """Send an offer on a proposal; `targets` has one entry per check of the job, in its order.

    :raises PermissionDenied: unless `by` hires for the client.
    :raises IllegalMove: when the proposal has an offer, or is no longer open to one.
    :raises TermsAreOutOfBounds: on an amount, a date or a count that no contract may have.
    """
    _hold_job_of(proposal)
    _refuse_others(proposal, by)
    _refuse_out_of_bounds(milestones, at)
    offer = _write(
        proposal,
        title=title,
        message=message,
        review_window_days=review_window_days,
        by=by,
        at=at,
    )
    _write_milestones(offer, milestones)
    _write_checks(offer, targets)
    offer.move("send", by=by, at=at)
    return offer


@transaction.atomic
def make_hourly(
    proposal: Proposal,
    *,
    title: str,
    rate: Money,
    weekly_minutes: int,
    message: str,
    by: User,
    at: datetime,
) -> Offer:
    """Offer to pay by the hour, week by week and ahead: no milestones, and no checks.

    :raises PermissionDenied: unless `by` hires for the client.
    :raises IllegalMove: when the proposal has an offer, or is no longer open to one.
    :raises TermsAreOutOfBounds: on a rate or a number of hours that no contract may have.
    """
    _hold_job_of(proposal)
    _refuse_others(proposal, by)
    _refuse_hours_out_of_bounds(rate, weekly_minutes)
    offer = _write(
        proposal,
        title=title,
        message=message,
        review_window_days=settings.HOURS_REVIEW_DAYS,
        rate_minor=rate.minor,
        weekly_minutes=weekly_minutes,
        by=by,
        at=at,
    )
    offer.move("send", by=by, at=at)
    return offer


def _refuse_others(proposal: Proposal, by: User) -> None:
    if not policies.may_make_offer(membership(by, proposal.job.organisation)):
        raise PermissionDenied


def _write(proposal: Proposal, *, by: User, at: datetime, **terms: Any) -> Offer:
    proposals.offer(proposal, by=by, at=at)
    return Offer.objects.create(
        proposal=proposal,
        made_by=by,
        currency=proposal.currency,
        client_fee_bps=settings.CLIENT_FEE_BPS,
        expert_fee_bps=settings.EXPERT_FEE_BPS,
        created_at=at,
        sent_at=at,
        expires_at=at + timedelta(days=settings.OFFER_EXPIRES_AFTER_DAYS),
        **terms,
    )


def _refuse_hours_out_of_bounds(rate: Money, weekly_minutes: int) -> None:
    least, most = Money(RATE_LEAST_MINOR, rate.currency), Money(RATE_MOST_MINOR, rate.currency)
    if not least <= rate <= most or rate.minor % RATE_STEP_MINOR:
        raise TermsAreOutOfBounds(
            _("Enter a rate from %(least)s to %(most)s an hour, in whole dollars.")
            % {"least": money_text(least), "most": money_text(most)}
        )
    if not AN_HOUR <= weekly_minutes <= MOST_WEEKLY or weekly_minutes % QUARTER:
        raise TermsAreOutOfBounds(_("Enter 1 to 60 hours a week, in steps of a quarter."))


class OfferHasExpired(DomainError):
    """Its time ran out before it was answered."""

    code = "offer_has_expired"
    sentence = _("This offer has expired. Ask the client to send it again.")


@transaction.atomic
def accept(offer: Offer, *, by: User, at: datetime) -> Contract:
    """Agree to the terms: the contract starts, the job is filled, other proposals are closed.

    :raises PermissionDenied: unless `by` is the expert it was sent to.
    :raises OfferHasExpired: once `expires_at` has passed.
    :raises IllegalMove: unless the offer waits for an answer.
    """
    _hold_job_of(offer.proposal)
    if not policies.may_answer_offer(by, offer):
        raise PermissionDenied
    _refuse_expired(offer, at)
    offer.move("accept", by=by, at=at)
    proposals.hire(offer.proposal, by=by, at=at)
    jobs.fill(offer.proposal.job, by=by, at=at)
    return contracts.start(offer, by=by, at=at)


@transaction.atomic
def decline(offer: Offer, *, note: str, by: User, at: datetime) -> Offer:
    """Say no; the proposal is back where the client can make another offer.

    :raises PermissionDenied: unless `by` is the expert it was sent to.
    :raises IllegalMove: unless the offer waits for an answer.
    """
    _hold_job_of(offer.proposal)
    if not policies.may_answer_offer(by, offer):
        raise PermissionDenied
    offer.decline_note = note
    offer.save(update_fields=["decline_note"])
    offer.move("decline", by=by, at=at, reason=note)
    proposals.retract_offer(offer.proposal, by=by, at=at)
    return offer


@transaction.atomic
def withdraw(offer: Offer, *, by: User, at: datetime) -> Offer:
    """Take an unanswered offer back.

    :raises PermissionDenied: unless `by` hires for the client.
    :raises IllegalMove: once the offer has been answered.
    """
    _hold_job_of(offer.proposal)
    if not policies.may_make_offer(membership(by, offer.proposal.job.organisation)):
        raise PermissionDenied
    offer.move("withdraw", by=by, at=at)
    proposals.retract_offer(offer.proposal, by=by, at=at)
    return offer


@transaction.atomic
def withdraw_from_closed(proposal: Proposal, *, at: datetime) -> None:
    """Take back the offer on a proposal that its job's end has closed."""
    for offer in proposal.offers.filter(status=Offer.Status.SENT):
        offer.move("withdraw", by=None, at=at, reason="The job was filled or closed.")


def expire_due(*, at: datetime) -> int:
    """End the offers whose time has run out; return how many, so that a sweep can say."""
    due = Offer.objects.filter(status=Offer.Status.SENT, expires_at__lte=at)
    return sum(_expire(key, at) for key in due.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int, at: datetime) -> bool:
    """Expire one offer, unless it has been answered while the sweep came to it."""
    offer = Offer.objects.select_related("proposal__job").get(pk=pk)
    _hold_job_of(offer.proposal)
    offer.refresh_from_db(fields=["status"])
    if not offer.may("expire"):
        return False
    offer.move("expire", by=None, at=at)
    proposals.retract_offer(offer.proposal, by=None, at=at)
    return True


def _hold_job_of(proposal: Proposal) -> None:
    Job.objects.select_for_update(no_key=True).get(pk=proposal.job_id)


def _refuse_expired(offer: Offer, at: datetime) -> None:
    if offer.may("accept") and offer.expires_at and offer.expires_at <= at:
        raise OfferHasExpired


def _refuse_out_of_bounds(milestones: Sequence[Part], at: datetime) -> None:
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


def _write_milestones(offer: Offer, milestones: Sequence[Part]) -> None:
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


def _write_checks(offer: Offer, targets: Sequence[str]) -> None:
    checks = list(offer.proposal.job.checks.all())
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
