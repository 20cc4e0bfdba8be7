"""Reminds those who can still answer that their time ends: of offers, changes and feedback.

Reviews, hours and disputes have clocks that move money, and remind in their own modules.
"""

from datetime import datetime, timedelta

from contracts.models import Amendment, Contract, Feedback, Offer
from contracts.models.contract import FEEDBACK_WINDOW
from contracts.services import notices, offer_notices, terms_notices

A_DAY, TWO_DAYS = timedelta(days=1), timedelta(days=2)


def send_due(*, at: datetime) -> None:
    """Remind of everything that ends soon; each reminder is told once."""
    _of_offers(at)
    _of_changes(at)
    _of_feedback(at)


def _of_offers(at: datetime) -> None:
    waiting = Offer.objects.filter(status=Offer.Status.SENT, expires_at__gt=at)
    related = waiting.select_related("proposal__job__organisation", "proposal__expert__user")
    for offer in related.filter(expires_at__lte=at + A_DAY):
        offer_notices.offer_ends(offer, at)


def _of_changes(at: datetime) -> None:
    waiting = Amendment.objects.filter(status=Amendment.Status.PROPOSED, expires_at__gt=at)
    related = waiting.select_related("contract__organisation", "contract__expert__user")
    for amendment in related.filter(expires_at__lte=at + A_DAY):
        terms_notices.change_ends(amendment, at)


def _of_feedback(at: datetime) -> None:
    """Remind the sides that have said nothing, two days before the window closes."""
    closed = at - FEEDBACK_WINDOW
    closing = Contract.objects.filter(
        completed_at__gt=closed, completed_at__lte=closed + TWO_DAYS
    ).select_related("organisation", "expert__user")
    for contract in closing.prefetch_related("feedback"):
        said = {row.side for row in contract.feedback.all()}
        if silent := [side for side in Feedback.Side.values if side not in said]:
            notices.feedback_ends(contract, silent, at)
