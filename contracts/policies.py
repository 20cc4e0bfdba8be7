"""Who may do what with an offer and a contract: pure predicates over the rows they are given."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts import policies as people
from accounts.models import Membership, User
from accounts.models.user import DISPUTES, FINANCE
from contracts.models import (
    Amendment,
    Contract,
    Decision,
    Feedback,
    Offer,
    Pause,
    PayoutCase,
    Release,
    Submission,
)
from contracts.models.contract import ALIVE, GOING

Accepted = Release.Kind
# A person, and not only the calendar, said that the work is good enough to be paid.
ACCEPTED_BY_SOMEBODY = (Accepted.APPROVED, Accepted.PART, Accepted.AGREED, Accepted.DECIDED)


def may_make_offer(membership: Membership | None) -> bool:
    """Those who hire send offers, unless a sanction keeps them from beginning anything."""
    return (
        membership is not None
        and people.may_hire(membership)
        and people.may_begin_anew(membership.user)
    )


def is_offered_to(user: User, offer: Offer) -> bool:
    """Whether this is the expert whom the two sides speak of hiring."""
    return offer.proposal.expert.user_id == user.pk


def may_answer_offer(user: User, membership: Membership | None, offer: Offer) -> bool:
    """The side that did not make it: the expert; or those who hire, and never themselves."""
    is_expert = is_offered_to(user, offer)
    if offer.is_from_expert:
        return people.may_hire(membership) and not is_expert
    return is_expert


def may_withdraw_offer(user: User, membership: Membership | None, offer: Offer) -> bool:
    """The side that made it takes it back."""
    return is_offered_to(user, offer) if offer.is_from_expert else people.may_hire(membership)


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


def may_propose_change(user: User, membership: Membership | None, contract: Contract) -> bool:
    """The expert, and on the client's side those who hire."""
    return is_expert_of(user, contract) or people.may_hire(membership)


def may_propose_end(user: User, membership: Membership | None, contract: Contract) -> bool:
    """The expert, and on the client's side those who move money: held money is shared."""
    return is_expert_of(user, contract) or people.may_pay(membership)


def may_answer_change(user: User, membership: Membership | None, amendment: Amendment) -> bool:
    """The side that did not propose it; where money moves, those of it who move money."""
    is_expert = is_expert_of(user, amendment.contract)
    if not amendment.is_from_expert:
        return is_expert
    moves_money = amendment.kind == Amendment.Kind.END
    speaks = people.may_pay(membership) if moves_money else people.may_hire(membership)
    return speaks and not is_expert


def may_withdraw(user: User, membership: Membership | None, amendment: Amendment) -> bool:
    """The side that proposed it takes it back."""
    if amendment.is_from_expert:
        return is_expert_of(user, amendment.contract)
    return people.may_hire(membership) or people.may_pay(membership)


def may_end(user: User, membership: Membership | None, contract: Contract) -> bool:
    """Either side begins nothing more: no money moves by it."""
    return is_expert_of(user, contract) or may_ask_for_changes(user, membership, contract)


def may_pause(user: User, membership: Membership | None, contract: Contract) -> bool:
    """Either side lets nothing new begin for a while: no money moves by it."""
    return may_end(user, membership, contract)


def may_resume(user: User, membership: Membership | None, pause: Pause) -> bool:
    """The side that paused goes on; the other may end the contract."""
    if pause.is_from_expert:
        return is_expert_of(user, pause.contract)
    return may_ask_for_changes(user, membership, pause.contract)


def may_watch_money(user: User) -> bool:
    """Our staff who answer banks, take money back and explain differences."""
    return user.has_duty(FINANCE)


def may_watch_money_of(user: User, membership: Membership | None, contract: Contract) -> bool:
    """Such a person, unless they are part of the contract themselves."""
    return may_watch_money(user) and membership is None and not is_expert_of(user, contract)


def may_judge_payouts(user: User, case: PayoutCase) -> bool:
    """Such a person, unless the money is theirs."""
    is_owner = case.expert is not None and case.expert.user_id == user.pk
    is_member = user.memberships.filter(organisation=case.organisation_id).exists()
    return may_watch_money(user) and not is_owner and not is_member


def bears_chargeback(release: Release, work: Submission | None, *, is_covered: bool) -> bool:
    """Whether the expert, and not we, bears what a bank takes of a release.

    We do where the expert kept the rules: the work was handed in with a reading for every agreed
    check, and then somebody accepted it, or nobody spoke although every check was met. Staff take
    that cover away from those who broke the rules; CHARGEBACK_COVER=0 takes it from all.

    :param work: what was handed in last before the release, with its readings.
    """
    if not settings.CHARGEBACK_COVER or not is_covered or work is None:
        return True
    if release.kind in ACCEPTED_BY_SOMEBODY:
        return False
    is_silence = release.kind == Accepted.UNANSWERED
    is_complete = all(row.value and row.is_met is not False for row in work.measures.all())
    return not (is_silence and is_complete)


def may_rate(user: User, membership: Membership | None, contract: Contract) -> bool:
    """The expert, and on the client's side those who hire or pay."""
    return is_expert_of(user, contract) or may_ask_for_changes(user, membership, contract)


def may_reply(user: User, membership: Membership | None, row: Feedback) -> bool:
    """The side that was spoken of answers: the expert, or those who rate for the client."""
    is_expert = is_expert_of(user, row.contract)
    if row.side == Feedback.Side.CLIENT:
        return is_expert
    return not is_expert and may_rate(user, membership, row.contract)


def may_dispute(user: User, membership: Membership | None, contract: Contract) -> bool:
    """The expert, and on the client's side those who hire or pay, speak for their side."""
    return is_expert_of(user, contract) or may_ask_for_changes(user, membership, contract)


def may_settle(user: User, membership: Membership | None, contract: Contract) -> bool:
    """The expert, and on the client's side those who move money, agree to an amount."""
    return is_expert_of(user, contract) or may_release(user, membership, contract)


def may_decide(user: User) -> bool:
    """Dispute staff decide every dispute; conflicts of interest come on top."""
    return user.has_duty(DISPUTES)


def may_confirm(user: User, decision: Decision) -> bool:
    """The second person to a decision is not the first one."""
    return user.has_duty(DISPUTES) and decision.by_id != user.pk


def may_show_proof(user: User, membership: Membership | None, contract: Contract) -> bool:
    """Those who rate for a side agree to show the contract in public, or take it back."""
    return may_rate(user, membership, contract)


def is_expert_of(user: User, contract: Contract) -> bool:
    """Whether this person is the one who was hired."""
    return contract.expert.user_id == user.pk


@dataclass(frozen=True, slots=True)
class Rights:
    """What one reader may do on a contract as it stands."""

    is_expert: bool
    fund: bool
    submit: bool
    ask: bool
    release: bool
    give_back: bool
    dispute: bool
    cancel: bool
    change: bool
    pause: bool
    end: bool
    thank: bool
    prepay: bool


def rights(
    user: User, membership: Membership | None, contract: Contract, *, is_frozen: bool, at: datetime
) -> Rights:
    """Gather what a page offers; while a contract is frozen nobody moves its money."""
    is_active, moves = contract.status == Contract.Status.ACTIVE, not is_frozen
    is_going = contract.status in GOING
    ends = may_end(user, membership, contract)
    pays_the_expert = moves and may_release(user, membership, contract)
    return Rights(
        is_expert=is_expert_of(user, contract),
        fund=moves and is_active and may_fund(membership),
        submit=may_submit(user, contract),
        ask=may_ask_for_changes(user, membership, contract),
        release=pays_the_expert,
        give_back=moves and may_give_back(user, contract),
        dispute=moves and is_going and may_dispute(user, membership, contract),
        cancel=contract.status in ALIVE and ends,
        change=is_going
        and contract.kind == Contract.Kind.FIXED
        and may_propose_change(user, membership, contract),
        pause=is_active and not contract.is_consultation and may_pause(user, membership, contract),
        end=is_going and ends,
        thank=pays_the_expert and contract.may_be_thanked(at),
        prepay=pays_the_expert and is_active and contract.is_hourly,
    )
