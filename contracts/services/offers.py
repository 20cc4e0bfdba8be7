"""Offers: a client sends binding terms to one expert; accepting them makes the contract.

Who has to answer may name other terms instead. They are the next version of the offer, and now it
is the other side that accepts, declines or names others.

Every verb first takes the job's row. Sending, accepting and taking back offers for one job
therefore wait for each other, and whoever comes second meets the state the first one left.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies as people
from accounts.models import User
from accounts.selectors import membership
from accounts.services.sanctions import refuse_restricted
from contracts import policies, written
from contracts.models import Contract, Offer
from contracts.models.terms import fingerprint
from contracts.services import contracts, links, offered
from contracts.services.offered import Part
from jobs.models import Job, Proposal, Side
from jobs.services import jobs, received
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money


@transaction.atomic
def make(
    proposal: Proposal,
    *,
    title: str,
    milestones: Sequence[Part],
    targets: Sequence[str],
    review_window_days: int,
    clauses: Sequence[str],
    message: str,
    by: User,
    at: datetime,
) -> Offer:
    """Send an offer on a proposal; `targets` has one entry per check of the job, in its order.

    `clauses` are references into the library, one for each topic.

    :raises PermissionDenied: unless `by` hires for the client.
    :raises AccountIsRestricted, ExpertTakesNoWork: while one of the two has a sanction in force.
    :raises SidesAreOne: when client and expert are one person or business.
    :raises IllegalMove: when the proposal has an offer, or is no longer open to one.
    :raises TermsAreOutOfBounds: on an amount, a date or a count that no contract may have.
    :raises ChecksHaveChanged: when the job has other checks by now.
    """
    _hold_job_of(proposal)
    _refuse_others(proposal, by)
    offered.refuse_out_of_bounds(milestones, at)
    offered.refuse_other_clauses(clauses)
    offer = _first(
        proposal,
        title=title,
        message=message,
        review_window_days=review_window_days,
        clauses=list(clauses),
        by=by,
        at=at,
    )
    offered.write_milestones(offer, milestones)
    offered.write_checks(offer, list(proposal.job.checks.all()), targets)
    _send(offer, by=by, at=at)
    return offer


@transaction.atomic
def make_hourly(
    proposal: Proposal,
    *,
    title: str,
    rate: Money,
    weekly_minutes: int,
    clauses: Sequence[str],
    message: str,
    by: User,
    at: datetime,
) -> Offer:
    """Offer to pay by the hour, week by week and ahead: no milestones, and no checks.

    :raises PermissionDenied: unless `by` hires for the client.
    :raises AccountIsRestricted, ExpertTakesNoWork: while one of the two has a sanction in force.
    :raises SidesAreOne: when client and expert are one person or business.
    :raises IllegalMove: when the proposal has an offer, or is no longer open to one.
    :raises TermsAreOutOfBounds: on a rate or a number of hours that no contract may have.
    """
    _hold_job_of(proposal)
    _refuse_others(proposal, by)
    offered.refuse_hours_out_of_bounds(rate, weekly_minutes)
    offered.refuse_other_clauses(clauses)
    offer = _first(
        proposal,
        title=title,
        message=message,
        review_window_days=settings.HOURS_REVIEW_DAYS,
        rate_minor=rate.minor,
        weekly_minutes=weekly_minutes,
        clauses=list(clauses),
        by=by,
        at=at,
    )
    _send(offer, by=by, at=at)
    return offer


def _refuse_others(proposal: Proposal, by: User) -> None:
    refuse_restricted(by)
    if not policies.may_make_offer(membership(by, proposal.job.organisation)):
        raise PermissionDenied


def _first(proposal: Proposal, *, by: User, at: datetime, **named: Any) -> Offer:
    """Write the first version down, with the fees of today."""
    links.refuse_one(proposal.job.organisation, proposal.expert, at=at)
    received.offer(proposal, by=by, at=at)
    return _write(
        proposal,
        side=Side.CLIENT,
        currency=proposal.currency,
        client_fee_bps=settings.CLIENT_FEE_BPS,
        expert_fee_bps=settings.EXPERT_FEE_BPS,
        by=by,
        at=at,
        **named,
    )


def _write(proposal: Proposal, *, by: User, at: datetime, **named: Any) -> Offer:
    return Offer.objects.create(
        proposal=proposal,
        made_by=by,
        created_at=at,
        sent_at=at,
        expires_at=at + timedelta(days=settings.OFFER_EXPIRES_AFTER_DAYS),
        **named,
    )


class OfferHasExpired(DomainError):
    """Its time ran out before it was answered."""

    code = "offer_has_expired"
    sentence = _("This offer has expired. Ask the other side to send it again.")


class OtherSideIsRestricted(DomainError):
    """Whoever made the offer may agree to nothing new now; of that no more than this is said."""

    code = "other_side_is_restricted"
    sentence = _("The other side can make no new agreement at present. You can decline.")


class NothingDiffers(DomainError):
    """What was named instead is what was offered."""

    code = "nothing_differs"
    status = 422
    sentence = _("These are the terms you were offered. Change one of them, or accept.")


@transaction.atomic
def counter(
    offer: Offer,
    *,
    title: str,
    milestones: Sequence[Part],
    targets: Sequence[str],
    review_window_days: int,
    clauses: Sequence[str],
    message: str,
    by: User,
    at: datetime,
) -> Offer:
    """Answer with other terms: the next version, which the other side has to answer.

    `targets` has one entry per check of the offer, in its order. The fees stay those of the offer.

    :raises PermissionDenied: unless `by` may answer the offer.
    :raises AccountIsRestricted, OtherSideIsRestricted: while one of the two has a sanction.
    :raises OfferHasExpired: once `expires_at` has passed.
    :raises NothingDiffers: when these are the terms of the offer.
    :raises TermsAreOutOfBounds: on an amount, a date or a count that no contract may have.
    :raises IllegalMove: unless the offer waits for an answer.
    """
    _hold_to_answer(offer, by, at)
    offered.refuse_out_of_bounds(milestones, at)
    offered.refuse_other_clauses(clauses)
    named = (title, review_window_days, tuple(milestones), tuple(targets), tuple(clauses))
    if offered.terms_of(offer) == named:
        raise NothingDiffers
    offer.move("counter", by=by, at=at)
    version = _next(
        offer,
        title=title,
        message=message,
        review_window_days=review_window_days,
        clauses=list(clauses),
        by=by,
        at=at,
    )
    offered.write_milestones(version, milestones)
    offered.write_checks(version, list(offer.checks.all()), targets)
    _send(version, by=by, at=at)
    return version


@transaction.atomic
def counter_hourly(
    offer: Offer,
    *,
    title: str,
    rate: Money,
    weekly_minutes: int,
    clauses: Sequence[str],
    message: str,
    by: User,
    at: datetime,
) -> Offer:
    """Answer an offer by the hour with another rate or another number of hours.

    :raises PermissionDenied: unless `by` may answer the offer.
    :raises AccountIsRestricted, OtherSideIsRestricted: while one of the two has a sanction.
    :raises OfferHasExpired: once `expires_at` has passed.
    :raises NothingDiffers: when these are the terms of the offer.
    :raises TermsAreOutOfBounds: on a rate or a number of hours that no contract may have.
    :raises IllegalMove: unless the offer waits for an answer.
    """
    _hold_to_answer(offer, by, at)
    offered.refuse_hours_out_of_bounds(rate, weekly_minutes)
    offered.refuse_other_clauses(clauses)
    was = (offer.title, offer.rate, offer.weekly_minutes, offer.clauses)
    if was == (title, rate, weekly_minutes, list(clauses)):
        raise NothingDiffers
    offer.move("counter", by=by, at=at)
    version = _next(
        offer,
        title=title,
        message=message,
        review_window_days=offer.review_window_days,
        rate_minor=rate.minor,
        weekly_minutes=weekly_minutes,
        clauses=list(clauses),
        by=by,
        at=at,
    )
    _send(version, by=by, at=at)
    return version


def _send(offer: Offer, *, by: User, at: datetime) -> None:
    """Take the fingerprint of what is written down by now, and send it."""
    offer.sha256 = fingerprint(written.of_offer(offer))
    offer.save(update_fields=["sha256"])
    offer.move("send", by=by, at=at)


def _next(offer: Offer, **named: Any) -> Offer:
    """Write the version after this one down, from the side that answers it."""
    return _write(
        offer.proposal,
        side=Side.CLIENT if offer.is_from_expert else Side.EXPERT,
        answers=offer,
        number=offer.number + 1,
        currency=offer.currency,
        client_fee_bps=offer.client_fee_bps,
        expert_fee_bps=offer.expert_fee_bps,
        **named,
    )


def _hold_to_answer(offer: Offer, by: User, at: datetime) -> None:
    """Take the job's row for an answer that agrees, or names other terms.

    A sanction of either of the two keeps them from a new agreement; declining is always possible.
    """
    _hold_job_of(offer.proposal)
    refuse_restricted(by)
    member = membership(by, offer.proposal.job.organisation)
    if not policies.may_answer_offer(by, member, offer):
        raise PermissionDenied
    if not people.may_begin_anew(offer.made_by):
        raise OtherSideIsRestricted
    _refuse_expired(offer, at)


@transaction.atomic
def accept(offer: Offer, *, by: User, at: datetime) -> Contract:
    """Agree to the terms: the contract starts, the job is filled, other proposals are closed.

    :raises PermissionDenied: unless `by` may answer the offer.
    :raises AccountIsRestricted, OtherSideIsRestricted: while one of the two has a sanction.
    :raises SidesAreOne: when client and expert have turned out to be one person or business.
    :raises OfferHasExpired: once `expires_at` has passed.
    :raises IllegalMove: unless the offer waits for an answer.
    """
    _hold_to_answer(offer, by, at)
    links.refuse_one(offer.proposal.job.organisation, offer.proposal.expert, at=at)
    offer.move("accept", by=by, at=at)
    received.hire(offer.proposal, by=by, at=at)
    jobs.fill(offer.proposal.job, by=by, at=at)
    return contracts.start(offer, by=by, at=at)


@transaction.atomic
def decline(offer: Offer, *, note: str, by: User, at: datetime) -> Offer:
    """Say no; the proposal is back where the client can make another offer.

    :raises PermissionDenied: unless `by` may answer the offer.
    :raises IllegalMove: unless the offer waits for an answer.
    """
    _hold_job_of(offer.proposal)
    member = membership(by, offer.proposal.job.organisation)
    if not policies.may_answer_offer(by, member, offer):
        raise PermissionDenied
    offer.decline_note = note
    offer.save(update_fields=["decline_note"])
    offer.move("decline", by=by, at=at, reason=note)
    received.retract_offer(offer.proposal, by=by, at=at)
    return offer


@transaction.atomic
def withdraw(offer: Offer, *, by: User, at: datetime) -> Offer:
    """Take an unanswered offer back.

    :raises PermissionDenied: unless `by` speaks for the side that made it.
    :raises IllegalMove: once the offer has been answered.
    """
    _hold_job_of(offer.proposal)
    member = membership(by, offer.proposal.job.organisation)
    if not policies.may_withdraw_offer(by, member, offer):
        raise PermissionDenied
    offer.move("withdraw", by=by, at=at)
    received.retract_offer(offer.proposal, by=by, at=at)
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
    received.retract_offer(offer.proposal, by=None, at=at)
    return True


def _hold_job_of(proposal: Proposal) -> None:
    Job.objects.select_for_update(no_key=True).get(pk=proposal.job_id)


def _refuse_expired(offer: Offer, at: datetime) -> None:
    if offer.may("accept") and offer.expires_at and offer.expires_at <= at:
        raise OfferHasExpired
