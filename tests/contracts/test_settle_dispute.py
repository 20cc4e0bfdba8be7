"""Each side names the amount it would accept; if they meet, the middle counts and all is over."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership, Notification
from contracts.models import Contract, Dispute, Operation, Refund, Release, SettlementOffer
from contracts.services import contracts, disputes, ledger, settlements
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts.disputed import named, unsettled, usd

AMOUNT = 3_000_00


@pytest.mark.parametrize(
    ("most", "least", "award"),
    [
        (2_000_00, 1_000_00, 1_500_00),
        (1_500_00, 1_500_00, 1_500_00),
        # The cent that cannot be halved is the expert's.
        (1_000_01, 1_000_00, 1_000_01),
        (AMOUNT, 0, 1_500_00),
        (AMOUNT, AMOUNT, AMOUNT),
        (0, 0, 0),
    ],
)
@pytest.mark.parametrize("first", ["client", "expert"])
def test_where_they_meet_the_middle_counts(answered, acme, ada, most, least, award, first):
    offers = [(most, acme), (least, ada)]
    for minor, person in offers if first == "client" else reversed(offers):
        dispute = named(answered, minor, by=person)

    milestone = dispute.milestone
    milestone.refresh_from_db()
    assert (dispute.status, dispute.outcome, dispute.award) == ("settled", "numbers", usd(award))
    assert milestone.status == {0: "refunded", AMOUNT: "released"}.get(award, "settled")
    assert milestone.released == usd(award)
    assert milestone.returned == usd(AMOUNT - award)
    assert {row.kind for row in [*milestone.releases.all(), *milestone.refunds.all()]} == {"agreed"}
    assert ledger.balance(ledger.escrow(milestone)) == usd(0)


def test_both_parts_are_decided_with_their_fees(answered, acme, ada):
    named(answered, 1_000_03, by=acme)
    named(answered, 1_000_02, by=ada)

    release, refund = Release.objects.get(), Refund.objects.get()
    assert (release.gross_minor, refund.amount_minor) == (1_000_03, 1_999_97)
    assert release.client_fee_minor + refund.fee_minor == 150_00
    assert release.expert_fee_minor == 60_00
    assert sorted(Operation.objects.values_list("kind", flat=True)) == ["refund", "transfer"]


def test_the_last_milestone_ends_the_contract(answered, contract, acme, ada):
    contract.milestones.exclude(pk=answered.milestone_id).delete()

    named(answered, 10, by=acme)
    named(answered, 10, by=ada)

    assert Contract.objects.get().status == "completed"


def test_where_they_do_not_meet_nothing_moves(answered, acme, ada):
    named(answered, 1_000_00, by=acme)
    dispute = named(answered, 1_000_01, by=ada)

    assert (dispute.status, dispute.award) == ("settling", None)
    assert nothing_moved()


def test_each_side_may_change_its_amount_until_they_meet(answered, acme, ada):
    named(answered, 2_500_00, by=ada)
    named(answered, 500_00, by=acme)
    named(answered, 2_000_00, by=ada)

    dispute = named(answered, 2_200_00, by=acme)

    assert dispute.award == usd(2_100_00)


def test_a_side_may_take_back_what_it_would_have_paid(answered, acme, ada):
    named(answered, 2_500_00, by=acme)
    named(answered, 100_00, by=acme)

    assert named(answered, 2_000_00, by=ada).status == "settling"


def test_nobody_feels_their_way_to_the_others_amount(answered, acme, ada):
    named(answered, 2_000_00, by=ada)
    for minor in range(5):
        named(answered, minor, by=acme)

    with pytest.raises(settlements.NoOffersLeft):
        named(answered, 2_000_00, by=acme)

    assert nothing_moved()
    assert SettlementOffer.objects.count() == 6


def test_the_others_hear_once_that_an_amount_came_in_and_not_which(answered, acme, ada):
    named(answered, 1_234_56, by=acme)
    named(answered, 1_234_57, by=acme)

    told = Notification.objects.filter(key__endswith=":amount")
    assert [row.user for row in told] == [ada]
    assert "1,234" not in told.get().subject + told.get().body


def test_both_hear_what_was_settled(answered, acme, ada):
    named(answered, 2_000_00, by=acme)
    named(answered, 1_000_00, by=ada)

    subject = "Settled: $1,500.00 to Ada Okonkwo, $1,500.00 back to Acme"
    told = Notification.objects.filter(subject=subject)
    assert {row.user for row in told} == {acme, ada}


# --- Refusals


@pytest.mark.parametrize("who", ["mallory", "rhea", "hiring", "viewer"])
def test_only_those_who_may_move_the_money_name_amounts(answered, member, who, request):
    is_role = who in Membership.Role.values
    person = member(who) if is_role else request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        named(answered, 1, by=person)

    assert not SettlementOffer.objects.exists()


def test_before_the_answer_there_is_nothing_to_settle(dispute, acme):
    with pytest.raises(settlements.NotBeingSettled):
        named(dispute, 1, by=acme)

    assert not SettlementOffer.objects.exists()


def test_once_staff_decide_the_time_is_over(answered, acme, ada):
    named(answered, 2_000_00, by=acme)
    dispute = unsettled(answered)

    with pytest.raises(settlements.NotBeingSettled):
        named(dispute, 1_000_00, by=ada)
    assert nothing_moved()


def test_what_is_settled_is_not_settled_again(answered, acme, ada):
    named(answered, 1_000_00, by=acme)
    named(answered, 1_000_00, by=ada)

    with pytest.raises(settlements.NotBeingSettled):
        named(answered, 1, by=ada)
    assert Release.objects.count() == 1


@pytest.mark.parametrize("minor", [-1, AMOUNT + 1])
def test_an_amount_is_within_what_is_frozen(answered, acme, minor):
    with pytest.raises(disputes.WishOutOfRange):
        named(answered, minor, by=acme)

    assert not SettlementOffer.objects.exists()


def test_a_frozen_contract_settles_nothing(answered, acme, ada):
    named(answered, 2_000_00, by=acme)
    contracts.freeze(answered.milestone.contract, reason="staff", source="x", by=None, at=NOON)

    with pytest.raises(contracts.ContractIsFrozen):
        named(answered, 1_000_00, by=ada)

    assert SettlementOffer.objects.count() == 1
    assert nothing_moved()


def nothing_moved() -> bool:
    is_open = Dispute.objects.get().is_going_on
    return is_open and not Release.objects.exists() and not Refund.objects.exists()


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_the_middle_lies_between_and_the_halves_differ_by_a_cent_at_most(one, other):
    most, least = max(one, other), min(one, other)

    middle = settlements.middle(usd(most), usd(least)).minor

    assert least <= middle <= most
    assert (middle - least) - (most - middle) in {0, 1}


# --- Agreeing to what the other side asks for


@pytest.mark.parametrize(("who", "award"), [("ada", 0), ("acme", AMOUNT)])
def test_agreeing_moves_the_money_now(answered, who, award, request):
    dispute = disputes.concede(answered, by=request.getfixturevalue(who), at=NOON)

    assert (dispute.status, dispute.outcome, dispute.award) == ("settled", "conceded", usd(award))
    assert dispute.milestone.contract.milestones.get(position=1).released == usd(award)


def test_the_other_side_may_agree_without_an_answer(dispute, ada):
    assert disputes.concede(dispute, by=ada, at=NOON).award == usd(0)


def test_there_is_nothing_to_agree_to_before_the_answer(dispute, acme):
    with pytest.raises(IllegalMove):
        disputes.concede(dispute, by=acme, at=NOON)

    assert nothing_moved()


def test_one_may_still_agree_while_staff_decide(with_staff, acme):
    assert disputes.concede(with_staff, by=acme, at=NOON).award == usd(AMOUNT)


@pytest.mark.parametrize("who", ["mallory", "rhea", "hiring"])
def test_only_those_who_may_move_the_money_agree(answered, member, who, request):
    person = member(who) if who == "hiring" else request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        disputes.concede(answered, by=person, at=NOON)

    assert nothing_moved()
