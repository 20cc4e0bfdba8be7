"""Feedback: each side rates the other once, unseen until both have or the window has ended."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import membership
from accounts.services import organisations
from contracts import policies
from contracts.models import Contract, Feedback
from contracts.models.contract import FEEDBACK_WINDOW
from contracts.services import contracts, notices
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


@transaction.atomic
def give(contract: Contract, *, rating: int, text: str, by: User, at: datetime) -> Feedback:
    """Rate the other side, 1 to 5; both are published once the second one is in.

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
    row = Feedback.objects.create(
        contract=contract, side=side, by=by, rating=rating, text=text, created_at=at
    )
    if contract.feedback.count() == len(Side):
        _publish(contract, at)
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
            _put_on_profile(row)
        else:
            organisations.record_rating(
                contract.organisation, source=contract.public_id, rating=row.rating, at=at
            )
    if unseen:
        notices.feedback_was_published(contract, at)


def _put_on_profile(row: Feedback) -> None:
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
        amount=contract.total,
    )
