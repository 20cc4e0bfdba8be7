"""Who may do what with an offer and a contract: pure predicates over the rows they are given."""

from accounts import policies as people
from accounts.models import Membership, User
from contracts.models import Contract, Feedback, Offer


def may_make_offer(membership: Membership | None) -> bool:
    """Those who hire send offers and take them back."""
    return people.may_hire(membership)


def may_answer_offer(user: User, offer: Offer) -> bool:
    """Only the expert it was sent to accepts or declines."""
    return offer.proposal.expert.user_id == user.pk


def may_fund(membership: Membership | None) -> bool:
    """Those who move money pay for a milestone."""
    return people.may_pay(membership)


def may_submit(user: User, contract: Contract) -> bool:
    """Only the expert hands work in."""
    return is_expert_of(user, contract)


def may_ask_for_changes(user: User, membership: Membership | None, contract: Contract) -> bool:
    """Those who hire or pay say what is missing; nobody reviews their own work."""
    reviews = people.may_hire(membership) or people.may_pay(membership)
    return reviews and not is_expert_of(user, contract)


def may_release(user: User, membership: Membership | None, contract: Contract) -> bool:
    """Those who move money let held money go, and never to themselves."""
    return people.may_pay(membership) and not is_expert_of(user, contract)


def may_give_back(user: User, contract: Contract) -> bool:
    """The expert returns held money of their own will."""
    return is_expert_of(user, contract)


def may_rate(user: User, membership: Membership | None, contract: Contract) -> bool:
    """The expert, and on the client's side those who hire or pay."""
    return is_expert_of(user, contract) or may_ask_for_changes(user, membership, contract)


def may_reply(user: User, membership: Membership | None, row: Feedback) -> bool:
    """The side that was spoken of answers: the expert, or those who rate for the client."""
    is_expert = is_expert_of(user, row.contract)
    if row.side == Feedback.Side.CLIENT:
        return is_expert
    return not is_expert and may_rate(user, membership, row.contract)


def is_expert_of(user: User, contract: Contract) -> bool:
    """Whether this person is the one who was hired."""
    return contract.expert.user_id == user.pk
