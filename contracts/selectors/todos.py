"""What contracts put on a person's to-do list, and what they wait for from others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies as people
from accounts.models import User
from accounts.selectors import Todo
from contracts.models import Contract, Offer, OfferMilestone
from contracts.models.contract import ALIVE, FEEDBACK_WINDOW
from contracts.selectors import contracts, next_steps, steps
from contracts.selectors.steps import Side, Step
from marketplace.kit.sums import sum_of


@dataclass(frozen=True, slots=True)
class Todos:
    """What of contracts and offers a person has to do, and what they wait for."""

    needs_you: Sequence[Todo]
    waiting_on_others: Sequence[Todo]


def todos(user: User, at: datetime) -> Todos:
    """Return what contracts and offers wait for, as this person sees it, in six queries."""
    roles = {row.organisation_id: row for row in user.memberships.all()}
    needs_you: list[Todo] = []
    others: list[Todo] = []
    for offer in _open_offers(user):
        is_expert = offer.proposal.expert.user_id == user.pk
        place = roles.get(offer.proposal.job.organisation_id)
        if offer.side == Side.CLIENT:
            is_answerer, is_maker = is_expert, place is not None
        else:
            is_answerer, is_maker = people.may_hire(place), is_expert
        needs_you += [_offer_to_answer(offer)] if is_answerer else []
        others += [_offer_to_wait_for(offer)] if is_maker else []
    for contract in contracts.whole(Contract.objects.visible_to(user).filter(_is_alive(at))):
        membership = roles.get(contract.organisation_id)
        for step in next_steps.of(contract, at):
            if step.side != steps.side_of(user, contract):
                others.append(_to_wait_for(contract, step))
            elif step.side == Side.EXPERT or step.is_for(membership):
                needs_you.append(_todo(contract, step))
    return Todos([*needs_you, *_payouts_to_set_up(user)], others)


def _is_alive(at: datetime) -> Q:
    rating = Q(status=Contract.Status.COMPLETED, completed_at__gt=at - FEEDBACK_WINDOW)
    return Q(status__in=ALIVE) | rating


def _todo(contract: Contract, step: Step) -> Todo:
    text = _("%(step)s: %(title)s") % {
        "step": step.text[:1].upper() + step.text[1:],
        "title": contract.title,
    }
    return Todo(text=text, url=step.url, deadline=step.deadline, consequence=step.consequence)


def _to_wait_for(contract: Contract, step: Step) -> Todo:
    return Todo(
        text=_("Waiting for %(whom)s") % {"whom": step.waiting},
        url=reverse("contracts:detail", args=[contract.public_id]),
        deadline=step.deadline,
        consequence=contract.title,
    )


def _open_offers(user: User) -> QuerySet[Offer]:
    """Return the offers that wait for an answer on either side, with what each comes to."""
    own = Q(proposal__job__organisation__in=user.memberships.values("organisation"))
    rows = Offer.objects.filter(own | Q(proposal__expert__user=user), status=Offer.Status.SENT)
    return rows.select_related("proposal__job__organisation", "proposal__expert__user").annotate(
        total_minor=sum_of(OfferMilestone.objects.all(), "offer", "amount_minor")
    )


def _offer_to_answer(offer: Offer) -> Todo:
    words = {"total": offer.price_text, "name": offer.maker_name}
    return Todo(
        text=_("Answer the offer of %(total)s from %(name)s") % words,
        url=reverse("contracts:offer", args=[offer.public_id]),
        deadline=offer.expires_at,
        consequence=_("Without an answer the offer expires."),
    )


def _offer_to_wait_for(offer: Offer) -> Todo:
    words = {"total": offer.price_text, "name": offer.answerer_name}
    return Todo(
        text=_("Waiting for %(name)s to answer your offer of %(total)s") % words,
        url=reverse("contracts:offer", args=[offer.public_id]),
        deadline=offer.expires_at,
        consequence=offer.title,
    )


def _payouts_to_set_up(user: User) -> list[Todo]:
    hired = Contract.objects.filter(expert__user=user)
    if not hired.exclude(expert__payout_account__can_receive=True).exists():
        return []
    return [
        Todo(
            text=_("Set up payouts"),
            url=reverse("contracts:earnings"),
            deadline=None,
            consequence=_("Released money waits until our payment provider can pay you."),
        )
    ]
