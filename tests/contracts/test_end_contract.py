"""A contract ends: one side begins nothing more, or both agree how the held money is shared."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from contracts.models import Amendment, Contract, Milestone, Operation, Payment, Refund, Release
from contracts.selectors import terms as reads
from contracts.services import amendments, contracts, differences, endings, funding, ledger
from contracts.services import milestones as verbs
from contracts.services.releases import MoreThanIsHeld
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import disputed

S = Milestone.Status
DONE = Contract.EndReason.DONE
AN_HOUR = timedelta(hours=1)


def usd(minor: int) -> Money:
    return Money(minor, "usd")


@pytest.fixture
def second(contract) -> Milestone:
    return contract.milestones.get(position=2)


def end(contract, *, by, reason=DONE, note="") -> Contract:
    return endings.end(contract, reason=reason, note=note, by=by, at=NOON)


# --- One side


@pytest.mark.parametrize("who", ["acme", "ada"])
def test_where_nothing_is_held_either_side_ends_it_at_once(contract, who, request):
    ended = end(contract, by=request.getfixturevalue(who), reason="budget", note="Cut in half.")

    assert set(contract.milestones.values_list("status", flat=True)) == {S.CANCELLED}
    assert (ended.status, ended.completed_at) == ("cancelled", NOON)
    assert (ended.end_reason, ended.end_note) == ("budget", "Cut in half.")
    assert list(ended.history.values_list("verb", flat=True)) == ["end", "cancel"]


def test_what_is_held_runs_its_course_and_nothing_new_begins(submission, contract, acme, second):
    ended = end(contract, by=acme)
    second.refresh_from_db()
    assert (ended.status, second.status) == ("ending", S.CANCELLED)
    with pytest.raises(IllegalMove):
        funding.checkout_url(second, by=acme, at=NOON)

    verbs.approve(submission, by=acme, at=NOON)

    contract.refresh_from_db()
    assert contract.status == "completed"


def test_a_contract_ends_once(contract, acme, funded):
    end(contract, by=acme)

    with pytest.raises(IllegalMove):
        end(contract, by=acme, reason="fit")

    contract.refresh_from_db()
    assert contract.end_reason == DONE


def test_an_outsider_ends_nothing(contract, mallory):
    with pytest.raises(PermissionDenied):
        end(contract, by=mallory)

    assert Contract.objects.get().status == "active"


def test_what_was_proposed_on_it_is_over_with_it(contract, acme, ada):
    amendment = amendments.propose_change(
        contract, planned=[], checks=[], review_window_days=14, message="", by=ada, at=NOON
    )
    end(contract, by=acme)

    amendment.refresh_from_db()
    assert amendment.status == "expired"


# --- One milestone


def test_a_milestone_without_money_is_given_up_by_either_side(contract, ada, acme, second):
    endings.cancel_milestone(second, by=ada, at=NOON)

    second.refresh_from_db()
    assert (second.status, Contract.objects.get().status) == (S.CANCELLED, "active")
    told = Notification.objects.filter(key=f"milestone:{second.public_id}:cancelled")
    assert {row.user for row in told} == {ada, acme}


def test_the_last_one_given_up_ends_the_contract(contract, pay, acme, milestone, second):
    pay(milestone)
    verbs.release_part(milestone, milestone.amount, number=1, by=acme, at=NOON)

    endings.cancel_milestone(second, by=acme, at=NOON)

    assert Contract.objects.get().status == "completed"


def test_a_funded_milestone_is_not_given_up_by_one_side(contract, funded, ada):
    with pytest.raises(IllegalMove):
        endings.cancel_milestone(funded, by=ada, at=NOON)

    funded.refresh_from_db()
    assert funded.status == S.FUNDED


def test_its_payment_page_is_closed_first(stripe, sdk, milestone, open_payment, ada):
    endings.cancel_milestone(milestone, by=ada, at=NOON)

    milestone.refresh_from_db()
    assert milestone.status == S.CANCELLED
    assert sdk.v1.checkout.sessions.retrieve(open_payment.session_id).status == "expired"
    assert Payment.objects.get().status == "expired"


def test_one_that_was_paid_just_before_is_funded_and_stays(stripe, milestone, open_payment, ada):
    stripe.pay(open_payment.session_id)

    with pytest.raises(IllegalMove):
        endings.cancel_milestone(milestone, by=ada, at=NOON)

    milestone.refresh_from_db()
    assert milestone.status == S.FUNDED


def test_stripe_that_does_not_answer_leaves_everything_as_it_is(
    stripe, milestone, open_payment, ada
):
    stripe.plant("POST /v1/checkout/sessions/*/expire", "500", times=3)

    with pytest.raises(funding.PaymentPageStaysOpen):
        endings.cancel_milestone(milestone, by=ada, at=NOON)

    milestone.refresh_from_db()
    assert milestone.status == S.FUNDING


# --- Both sides


def share(contract, *, by, to_expert: int, at=NOON) -> Amendment:
    shares = {row.pk: usd(to_expert) for row in reads.held(contract)}
    return amendments.propose_end(contract, shares=shares, message="Enough.", by=by, at=at)


def test_money_is_shared_in_one_go_and_the_contract_is_over(
    account, stripe, sdk, held, contract, acme, ada, second, work
):
    amendment = share(contract, by=ada, to_expert=1_000_00)
    settlement = reads.settlement(amendment)
    assert (settlement.expert_net, settlement.client_total) == (usd(940_00), usd(2_100_00))

    amendments.accept(amendment, by=acme, at=NOON)
    work()

    milestone = contract.milestones.get(position=1)
    second.refresh_from_db()
    contract.refresh_from_db()
    assert (milestone.status, second.status, contract.status) == (
        S.SETTLED,
        S.CANCELLED,
        "completed",
    )
    assert (milestone.released, milestone.returned) == (usd(1_000_00), usd(2_000_00))
    [release], [refund] = Release.objects.all(), Refund.objects.all()
    assert (release.kind, release.net) == ("agreed", usd(940_00))
    assert (refund.kind, refund.total) == ("agreed", usd(2_100_00))
    assert set(Operation.objects.values_list("status", flat=True)) == {"succeeded"}
    assert sdk.v1.refunds.list().data[0].amount == 2_100_00
    assert ledger.balance(ledger.escrow(milestone)) == usd(0)
    assert contract.terms.get().document["ends"] == [
        {
            "milestone": milestone.public_id,
            "expert_minor": 1_000_00,
            "client_minor": 2_000_00,
        }
    ]


@pytest.mark.parametrize(
    ("to_expert", "status", "ends"),
    [(0, S.REFUNDED, "cancelled"), (3_000_00, S.RELEASED, "completed")],
)
def test_all_of_it_may_go_one_way(funded, contract, acme, ada, to_expert, status, ends):
    amendments.accept(share(contract, by=acme, to_expert=to_expert), by=ada, at=NOON)

    funded.refresh_from_db()
    assert (funded.status, Contract.objects.get().status) == (status, ends)


def test_after_a_part_was_released_the_rest_is_shared(funded, contract, acme, ada):
    verbs.release_part(funded, usd(500_00), number=1, by=acme, at=NOON)

    amendments.accept(share(contract, by=ada, to_expert=0), by=acme, at=NOON)

    funded.refresh_from_db()
    assert (funded.status, funded.returned) == (S.SETTLED, usd(2_500_00))


@pytest.mark.parametrize("minor", [3_000_01, 10**12])
def test_no_more_is_shared_than_is_held(funded, contract, ada, minor):
    with pytest.raises(MoreThanIsHeld):
        share(contract, by=ada, to_expert=minor)

    assert not Amendment.objects.exists()


def test_those_who_hire_alone_do_not_share_money(funded, contract, member, ada):
    hiring, finance = member("hiring"), member("finance")
    with pytest.raises(PermissionDenied):
        share(contract, by=hiring, to_expert=0)
    amendment = share(contract, by=ada, to_expert=0)
    with pytest.raises(PermissionDenied):
        amendments.accept(amendment, by=hiring, at=NOON)
    assert not Refund.objects.exists()

    amendments.accept(amendment, by=finance, at=NOON)

    assert Refund.objects.count() == 1


def test_money_that_was_released_meanwhile_makes_it_stale(funded, contract, acme, ada):
    amendment = share(contract, by=ada, to_expert=1_000_00)
    verbs.release_part(funded, usd(500_00), number=1, by=acme, at=NOON)

    with pytest.raises(differences.TermsHaveChanged):
        amendments.accept(amendment, by=acme, at=NOON)

    assert Release.objects.count() == 1
    amendment.refresh_from_db()
    assert amendment.status == "proposed"


def test_money_that_was_funded_meanwhile_makes_it_stale(funded, contract, acme, ada, pay, second):
    amendment = share(contract, by=ada, to_expert=1_000_00)
    pay(second)

    with pytest.raises(differences.TermsHaveChanged):
        amendments.accept(amendment, by=acme, at=NOON)

    assert not Release.objects.exists()


def test_a_disputed_milestone_is_shared_by_its_dispute(submission, contract, acme, ada):
    amendment = share(contract, by=ada, to_expert=1_000_00)
    disputed.opened(submission.milestone, by=acme)

    with pytest.raises(differences.MilestoneIsDisputed):
        amendments.accept(amendment, by=acme, at=NOON)
    with pytest.raises(differences.MilestoneIsDisputed):
        share(contract, by=ada, to_expert=1_000_00)


def test_a_frozen_contract_shares_nothing(funded, contract, acme, ada):
    amendment = share(contract, by=ada, to_expert=1_000_00)
    contracts.freeze(contract, reason="chargeback", source="cbk", by=None, at=NOON)

    with pytest.raises(contracts.ContractIsFrozen):
        amendments.accept(amendment, by=acme, at=NOON)

    assert not Release.objects.exists()


def test_nothing_held_is_nothing_to_share(contract, ada):
    with pytest.raises(differences.TermsHaveChanged):
        share(contract, by=ada, to_expert=0)
