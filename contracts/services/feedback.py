"""Feedback: each side rates the other once, unseen until both have; each may reply once."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import membership
from accounts.services import organisations
from contracts import policies
from contracts.models import Contract, Dispute, Feedback
from contracts.models.contract import FEEDBACK_WINDOW
from contracts.models.dispute import IMPOSED
from contracts.models.feedback import SCORE_KEYS
from contracts.selectors import links
from contracts.services import contracts, notices
from experts.models import Outcome
from experts.services import profiles
from marketplace.kit.errors import DomainError

Side = Feedback.Side


class FeedbackIsNotOpen(DomainError):
    """The work goes on, or the window has ended."""

    code = "feedback_not_open"
    sentence = _("Feedback is open for 14 days after the last milestone is released.")


class FeedbackWasGiven(DomainError):
    """This side has spoken; what was said is not changed afterwards."""

    code = "feedback_was_given"
    sentence = _("Your side has already left feedback on this contract.")


class ScoreMissing(DomainError):
    """The sub-scores are comparable because everybody gives all of them."""

    code = "score_missing"
    sentence = _("Give a score of 1 to 5 for each question.")


class ReplyIsNotOpen(DomainError):
    """One reply, within its time, to what is public."""

    code = "reply_not_open"
    sentence = _("You can reply once, within 28 days after the feedback was published.")


@transaction.atomic
def give(
    contract: Contract,
    *,
    rating: int,
    scores: Mapping[str, int],
    text: str,
    by: User,
    at: datetime,
) -> Feedback:
    """Rate the other side, 1 to 5; both are published once the second one is in.

    :param scores: one for each of the six keys of this side.
    :raises ScoreMissing: when one is missing, or is not 1 to 5.
    :raises PermissionDenied: unless `by` is the expert or reviews for the client.
    :raises FeedbackIsNotOpen: before the contract is complete and after its window.
    :raises FeedbackWasGiven: when this side has left feedback.
    """
    contract = contracts.hold(contract)
    if not policies.may_rate(by, membership(by, contract.organisation), contract):
        raise PermissionDenied
    if not contract.may_be_rated(at):
        raise FeedbackIsNotOpen
    side = Side.EXPERT if policies.is_expert_of(by, contract) else Side.CLIENT
    if contract.feedback.filter(side=side).exists():
        raise FeedbackWasGiven
    _refuse_unless_complete(scores, side)
    row = Feedback.objects.create(
        contract=contract,
        side=side,
        by=by,
        rating=rating,
        scores=dict(scores),
        text=text,
        follows_lost_dispute=_has_lost_a_dispute(contract, side),
        created_at=at,
    )
    if contract.feedback.count() == len(Side):
        _publish(contract, at)
    return row


@transaction.atomic
def reply(row: Feedback, *, text: str, by: User, at: datetime) -> Feedback:
    """Answer what was said of one's own side, in public and once.

    :raises PermissionDenied: unless `by` is of the side that was spoken of.
    :raises ReplyIsNotOpen: before it is public, a second time, or after 28 days.
    """
    row = Feedback.objects.select_for_update(of=("self",)).select_related("contract").get(pk=row.pk)
    if not policies.may_reply(by, membership(by, row.contract.organisation), row):
        raise PermissionDenied
    if not row.may_be_replied_to(at):
        raise ReplyIsNotOpen
    row.reply, row.replied_at, row.replied_by = text, at, by
    row.save(update_fields=["reply", "replied_at", "replied_by"])
    if row.side == Side.CLIENT:
        profiles.record_reply(row.contract.public_id, text=text, on=at.date())
    return row


def publish_due(*, at: datetime) -> int:
    """Publish what one side alone has said once the window has ended; return how many contracts."""
    unseen = Feedback.objects.filter(
        published_at=None, contract__completed_at__lte=at - FEEDBACK_WINDOW
    )
    due = Contract.objects.filter(feedback__in=unseen).distinct()
    for contract in due:
        publish(contract, at=at)
    return len(due)


@transaction.atomic
def publish(contract: Contract, *, at: datetime) -> None:
    """Publish what is not yet public; doing it again changes nothing."""
    _publish(contracts.hold(contract), at)


def _publish(contract: Contract, at: datetime) -> None:
    unseen = list(contract.feedback.filter(published_at=None))
    contract.feedback.filter(published_at=None).update(published_at=at)
    for row in unseen:
        if row.side == Side.CLIENT:
            _put_on_profile(row, at)
        else:
            organisations.record_rating(
                contract.organisation, source=contract.public_id, rating=row.rating, at=at
            )
    if unseen:
        notices.feedback_was_published(contract, at)


def _put_on_profile(row: Feedback, at: datetime) -> None:
    """The client's word goes on the expert's public profile, with the size of the work."""
    contract = row.contract
    assert contract.completed_at  # noqa: S101 (open for feedback only once complete)
    profiles.record_work(
        contract.expert,
        source=contract.public_id,
        title=contract.title,
        client_name=contract.organisation.name,
        completed_on=contract.completed_at.date(),
        rating=row.rating,
        quote=row.text,
        amount=contract.paid,
        scores=row.scores,
        outcome=_outcome(contract),
        is_linked=links.counts_nothing(contract.organisation, contract.expert, at=at),
        follows_lost_dispute=row.follows_lost_dispute,
    )


def _has_lost_a_dispute(contract: Contract, side: str) -> bool:
    disputes = Dispute.objects.filter(milestone__contract=contract, outcome__in=IMPOSED)
    return any(dispute.loser == side for dispute in disputes)


def _outcome(contract: Contract) -> Outcome:
    """Whether every milestone was handed in, for the last time, by the day it was due (UTC)."""
    late = any(
        row.submitted_at and row.submitted_at.date() > row.due_on
        for row in contract.milestones.all()
    )
    return Outcome.LATE if late else Outcome.ON_TIME


def _refuse_unless_complete(scores: Mapping[str, int], side: str) -> None:
    keys = {key.value for key in SCORE_KEYS[Side(side)]}
    if set(scores) != keys or not all(1 <= points <= 5 for points in scores.values()):  # noqa: PLR2004 (the scale)
        raise ScoreMissing
