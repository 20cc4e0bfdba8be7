"""What contracts put on a person's to-do list, and what they wait for from others."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.selectors import Todo
from contracts.models import Contract, Offer
from contracts.models.contract import ALIVE, FEEDBACK_WINDOW
from contracts.selectors import contracts, earnings, steps
from contracts.selectors.steps import Side, Step


def needs_you(user: User, at: datetime) -> list[Todo]:
    """Return what waits for this person on contracts and offers."""
    return [
        *(_offer_to_answer(offer) for offer in _open_offers().filter(_made_to(user))),
        *(_todo(contract, step) for contract, step in _steps_of(user, at, theirs=True)),
        *_payouts_to_set_up(user),
    ]


def waiting_on_others(user: User, at: datetime) -> list[Todo]:
    """Return what this person waits for, and from whom."""
    return [
        *(_offer_to_wait_for(offer) for offer in _open_offers().filter(_made_by(user))),
        *(
            Todo(
                text=_("Waiting for %(whom)s") % {"whom": step.waiting},
                url=reverse("contracts:detail", args=[contract.public_id]),
                deadline=step.deadline,
                consequence=contract.title,
            )
            for contract, step in _steps_of(user, at, theirs=False)
        ),
    ]


def _steps_of(user: User, at: datetime, *, theirs: bool) -> Iterable[tuple[Contract, Step]]:
    """Each thing a reader's contracts wait for: their own moves, or those of the other side."""
    roles = {row.organisation_id: row for row in user.memberships.all()}
    for contract in contracts.whole(Contract.objects.visible_to(user).filter(_is_alive(at))):
        membership = roles.get(contract.organisation_id)
        for step in steps.steps(contract, at):
            is_own_side = step.side == steps.side_of(user, contract)
            may = step.side == Side.EXPERT or step.is_for(membership)
            if (is_own_side and may) if theirs else not is_own_side:
                yield contract, step


def _is_alive(at: datetime) -> Q:
    rating = Q(status=Contract.Status.COMPLETED, completed_at__gt=at - FEEDBACK_WINDOW)
    return Q(status__in=ALIVE) | rating


def _todo(contract: Contract, step: Step) -> Todo:
    text = _("%(step)s: %(title)s") % {
        "step": step.text[:1].upper() + step.text[1:],
        "title": contract.title,
    }
    return Todo(text=text, url=step.url, deadline=step.deadline, consequence=step.consequence)


def _open_offers() -> QuerySet[Offer]:
    open_ = Offer.objects.filter(status=Offer.Status.SENT)
    related = open_.select_related("proposal__job__organisation", "proposal__expert__user")
    return related.prefetch_related("milestones").distinct()


def _made_to(user: User) -> Q:
    answers = Q(side=Side.EXPERT) & _hires_for_its_client(user)
    return Q(side=Side.CLIENT, proposal__expert__user=user) | answers


def _made_by(user: User) -> Q:
    client = Q(side=Side.CLIENT, proposal__job__organisation__memberships__user=user)
    return client | Q(side=Side.EXPERT, proposal__expert__user=user)


def _hires_for_its_client(user: User) -> Q:
    hiring = user.memberships.filter(role__in=(Membership.Role.OWNER, Membership.Role.HIRING))
    return Q(proposal__job__organisation__in=hiring.values("organisation"))


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
    if not hired.exists() or earnings.can_be_paid(user):
        return []
    return [
        Todo(
            text=_("Set up payouts"),
            url=reverse("contracts:earnings"),
            deadline=None,
            consequence=_("Released money waits until our payment provider can pay you."),
        )
    ]
