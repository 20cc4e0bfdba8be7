"""What a dispute waits for."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contract, Dispute, Milestone
from contracts.models.dispute import BETWEEN_THE_SIDES
from contracts.selectors.steps import Side, Step, nobodys, words_of
from marketplace.kit.words import money_text

S = Milestone.Status


def of_milestone(contract: Contract, milestone: Milestone) -> list[Step]:
    """What the dispute on a milestone waits for, as `selectors.whole` fetched it; or nothing."""
    dispute: Dispute | None = getattr(milestone, "going_on", None)
    if dispute is None or milestone.status != S.DISPUTED:
        return []
    dispute.milestone = milestone
    return of(contract, dispute, named_by=getattr(milestone, "named_by", ()))


def of(contract: Contract, dispute: Dispute, *, named_by: Collection[str]) -> list[Step]:
    """What a dispute that is going on waits for.

    :param named_by: the sides that have named an amount; the amounts themselves stay unread.
    """
    if dispute.suspended_at is None and dispute.status == Dispute.Status.OPEN:
        return [_answer_dispute(contract, dispute)]
    if dispute.suspended_at is None and dispute.status in BETWEEN_THE_SIDES:
        return _settle(contract, dispute, named_by)
    return [_wait_in_dispute(dispute, _what_it_waits_for(dispute))]


def _what_it_waits_for(dispute: Dispute) -> str:
    if dispute.suspended_at is not None:
        return _("the bank to look at the payment of milestone %d")
    if dispute.status == Dispute.Status.DECIDED:
        return _("the time to appeal on milestone %d to end")
    return _("our staff to decide on milestone %d")


def _answer_dispute(contract: Contract, dispute: Dispute) -> Step:
    words = words_of(contract, dispute.milestone) | {
        "claim": money_text(dispute.claim),
        "rest": money_text(dispute.amount - dispute.claim),
    }
    waiting = _("%(expert)s to answer the dispute on milestone %(number)d")
    if dispute.other_side == Side.CLIENT:
        waiting = _("%(client)s to answer the dispute on milestone %(number)d")
    return Step(
        side=dispute.other_side,
        text=_("answer the dispute on milestone %(number)d") % words,
        waiting=waiting % words,
        deadline=dispute.due_at,
        url=reverse("contracts:answer-dispute", args=[dispute.public_id]),
        action=_("Answer"),
        consequence=_(
            "Without an answer %(claim)s go to %(expert)s and %(rest)s back to %(client)s then."
        )
        % words,
    )


def _settle(contract: Contract, dispute: Dispute, named_by: Collection[str]) -> list[Step]:
    """One step for each side that has not named an amount."""
    words = words_of(contract, dispute.milestone)
    waiting = {
        Side.CLIENT: _("%(client)s to name an amount for milestone %(number)d"),
        Side.EXPERT: _("%(expert)s to name an amount for milestone %(number)d"),
    }
    found = [
        Step(
            side=side,
            text=_("name the amount you would accept for milestone %(number)d") % words,
            waiting=waiting[side] % words,
            deadline=dispute.due_at,
            url=reverse("contracts:settle-dispute", args=[dispute.public_id]),
            action=_("Name your amount"),
            consequence=_("If the two amounts do not meet by then, our staff decide."),
            moves_money=True,
        )
        for side in Side
        if side not in named_by
    ]
    return found or [_wait_in_dispute(dispute, _("the two amounts for milestone %d to meet"))]


def _wait_in_dispute(dispute: Dispute, waiting: str) -> Step:
    return nobodys(
        waiting=waiting % dispute.milestone.position,
        deadline=dispute.due_at if dispute.suspended_at is None else None,
        url=reverse("contracts:dispute", args=[dispute.public_id]),
    )
