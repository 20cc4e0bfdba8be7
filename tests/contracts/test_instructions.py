"""What our staff do with money by hand: one of them proposes it, and nothing moves before another
one has said the same."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from contracts.models import Freeze, Instruction, Milestone, Operation, Payment, Refund
from contracts.services import contracts, disputes, instructions, ledger, payments, releases
from contracts.services import milestones as verbs
from contracts.services.clawbacks import SecondPersonNeeded
from contracts.services.differences import MilestoneIsDisputed
from contracts.services.instructions import HoursSpeakForIt, InstructionWaits
from contracts.services.mismatches import NotWhatThePriceIs
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, disputed, hourly
from tests.contracts.banking import pots, usd
from tests.contracts.test_fund import paid
from tests.laid import laid

S, P = Instruction.Status, Payment.Status


@laid
def sam(db):
    """Another of our staff who watch the money."""
    return factories.finance("Sam Second")


@laid
def aside(open_payment) -> Payment:
    """A payment that names another payment than ours, and is right in its amount."""
    return payments.settle(open_payment, paid(open_payment, payment_id="pay_another"), at=NOON)


def returned(milestone, minor, by, reason="The scope fell away.") -> Instruction:
    return instructions.return_held(milestone, usd(minor), reason=reason, by=by, at=NOON)


def done(row, by) -> Instruction:
    return instructions.confirm(row, by=by, at=NOON)


def fresh(milestone) -> Milestone:
    return Milestone.objects.select_related("contract").get(pk=milestone.pk)


def nothing_moved(milestone, held=3_000_00) -> bool:
    return fresh(milestone).held == usd(held) and not Refund.objects.exists()


# --- A payment that was set aside


def test_one_person_moves_nothing(aside, finn, sam):
    row = instructions.adopt(aside, reason="Our tag was lost.", by=finn, at=NOON)
    with pytest.raises(SecondPersonNeeded):
        done(row, finn)

    row.refresh_from_db()
    aside.refresh_from_db()
    assert (row.status, row.second, aside.status) == (S.PROPOSED, None, P.MISMATCH)
    assert ledger.balance(ledger.suspense("usd")) == usd(-3_150_00)
    asked = Notification.objects.get(user=sam, key=f"instruction:{row.public_id}:second")
    assert asked.subject == "Confirm or drop: Let a payment count, $3,150.00"


def test_two_let_it_count(aside, finn, sam):
    row = done(instructions.adopt(aside, reason="Our tag was lost.", by=finn, at=NOON), sam)

    aside.refresh_from_db()
    assert (row.status, row.by, row.second) == (S.CARRIED_OUT, finn, sam)
    assert (aside.status, fresh(aside.milestone).status) == (P.HELD, "funded")
    assert ledger.balance(ledger.escrow(aside.milestone)) == usd(3_000_00)
    assert not aside.milestone.contract.is_frozen
    said = [(line.verb, line.by, line.reason) for line in row.history.all()]
    assert said == [("propose", finn, "Our tag was lost."), ("confirm", sam, "")]


def test_two_send_it_back(aside, finn, sam, acme):
    row = done(instructions.send_back(aside, reason="Nobody knows it.", by=finn, at=NOON), sam)

    aside.refresh_from_db()
    assert aside.status == P.RETURNED
    assert row.refund.total == usd(3_150_00)
    assert ledger.balance(ledger.suspense("usd")) == usd(0)
    told = Notification.objects.get(user=acme, key__endswith=f":refund:{row.refund.public_id}")
    assert "Nobody knows it." in told.body


def test_one_wish_at_a_time(aside, finn, sam):
    row = instructions.adopt(aside, reason="It is ours.", by=finn, at=NOON)
    for wish in (instructions.adopt, instructions.send_back):
        with pytest.raises(InstructionWaits):
            wish(aside, reason="It is not.", by=sam, at=NOON)

    instructions.drop(row, by=sam, at=NOON)
    instructions.send_back(aside, reason="It is not.", by=sam, at=NOON)

    assert list(aside.instructions.values_list("status", flat=True)) == [S.DROPPED, S.PROPOSED]


def test_what_is_dropped_is_not_confirmed(aside, finn, sam):
    row = instructions.adopt(aside, reason="It is ours.", by=finn, at=NOON)
    instructions.drop(row, by=finn, at=NOON)

    for again in (done, lambda row, by: instructions.drop(row, by=by, at=NOON)):
        with pytest.raises(IllegalMove):
            again(row, sam)

    aside.refresh_from_db()
    assert aside.status == P.MISMATCH


def test_another_amount_is_not_even_proposed_to_count(open_payment, finn):
    aside = payments.settle(open_payment, paid(open_payment, received=usd(3_149_99)), at=NOON)

    with pytest.raises(NotWhatThePriceIs):
        instructions.adopt(aside, reason="Nearly.", by=finn, at=NOON)

    assert not Instruction.objects.exists()


def test_what_is_held_was_not_set_aside(held, finn):
    for wish in (instructions.adopt, instructions.send_back):
        with pytest.raises(IllegalMove):
            wish(held, reason="Why not.", by=finn, at=NOON)

    assert not Instruction.objects.exists()


# --- Held money


def test_two_return_a_part_and_the_rest_stays(funded, finn, sam, acme, ada):
    row = returned(funded, 1_000_00, finn)
    assert nothing_moved(funded)

    refund = done(row, sam).refund

    assert (refund.kind, refund.amount, refund.total) == ("staff", usd(1_000_00), usd(1_050_00))
    assert (refund.by, refund.reason) == (sam, "The scope fell away.")
    assert (fresh(funded).status, fresh(funded).held) == ("funded", usd(2_000_00))
    assert pots("escrow", "fee_deferred", "refund_payable") == {
        "escrow": 2_000_00,
        "fee_deferred": 100_00,
        "refund_payable": 1_050_00,
    }
    assert Operation.objects.get().params["amount"] == 1_050_00
    told = Notification.objects.filter(key__endswith=f":refund:{refund.public_id}")
    assert {line.user: (line.subject, "The scope fell away." in line.body) for line in told} == {
        acme: ("Our staff return $1,050.00 to you for milestone 1", True),
        ada: ("Our staff returned $1,000.00 of milestone 1 to Acme", True),
    }


@pytest.mark.parametrize(
    ("released", "status"), [(0, "refunded"), (500_00, "settled")], ids=["all", "all that is left"]
)
def test_all_of_it_ends_the_milestone(funded, finn, sam, acme, released, status):
    if released:
        agreed.part_released(funded, usd(released), by=acme, at=NOON)

    done(returned(funded, 3_000_00 - released, finn), sam)

    assert (fresh(funded).status, fresh(funded).held) == (status, usd(0))
    assert pots("escrow", "fee_deferred") == {"escrow": 0, "fee_deferred": 0}


def test_it_is_looked_at_anew_when_the_second_person_confirms(submission, finn, sam, acme):
    milestone = submission.milestone
    row = returned(milestone, 3_000_00, finn)
    agreed.part_released(milestone, usd(1), by=acme, at=NOON)
    with pytest.raises(releases.MoreThanIsHeld):
        done(row, sam)
    verbs.approve(submission, by=acme, at=NOON)
    with pytest.raises(IllegalMove):
        done(row, sam)

    row.refresh_from_db()
    assert (row.status, row.second) == (S.PROPOSED, None)
    assert not Refund.objects.exists()
    assert instructions.drop(row, by=sam, at=NOON).status == S.DROPPED


@pytest.mark.parametrize("minor", [0, 3_000_01])
def test_it_is_above_zero_and_within_what_is_held(funded, finn, minor):
    with pytest.raises(releases.MoreThanIsHeld):
        returned(funded, minor, finn)

    assert not Instruction.objects.exists()


def test_disputed_money_is_shared_by_the_dispute(submission, finn, sam, acme):
    milestone = submission.milestone
    row = returned(milestone, 100_00, finn)
    dispute = disputed.opened(milestone, by=acme)
    with pytest.raises(MilestoneIsDisputed):
        done(row, sam)
    instructions.drop(row, by=finn, at=NOON)
    with pytest.raises(MilestoneIsDisputed):
        returned(fresh(milestone), 100_00, finn)

    assert nothing_moved(milestone)
    disputes.withdraw(dispute, by=acme, at=NOON)
    assert returned(fresh(milestone), 100_00, finn).status == S.PROPOSED


@pytest.mark.parametrize("minor", [1_000_00, 3_000_00], ids=["a part", "all"])
def test_two_return_it_while_the_contract_is_stopped_and_nobody_else_does(
    funded, finn, sam, ada, minor
):
    contracts.stop_money(funded.contract, reason="A tip.", by=finn, at=NOON)
    with pytest.raises(contracts.ContractIsFrozen):
        verbs.give_back(funded, by=ada, at=NOON)
    row = returned(fresh(funded), minor, finn)
    assert nothing_moved(funded)

    done(row, sam)

    assert fresh(funded).held == usd(3_000_00 - minor)
    assert (Refund.objects.get().kind, Operation.objects.get().kind) == ("staff", "refund")
    assert funded.contract.is_frozen


def test_what_the_clients_bank_may_take_is_not_returned_as_well(funded, finn, sam):
    row = returned(funded, 100_00, finn)
    contracts.freeze(
        funded.contract, reason=Freeze.Reason.CHARGEBACK, source="du_1", by=None, at=NOON
    )
    with pytest.raises(contracts.BankIsTakingItBack):
        done(row, sam)
    instructions.drop(row, by=finn, at=NOON)
    with pytest.raises(contracts.BankIsTakingItBack):
        returned(funded, 100_00, finn)

    assert nothing_moved(funded)
    contracts.unfreeze(funded.contract, source="du_1", by=None, at=NOON)
    assert done(returned(funded, 100_00, finn), sam).status == S.CARRIED_OUT


def test_whoever_has_a_part_in_it_does_not_hear_of_the_bank(funded, member):
    theirs = member("viewer")
    theirs.is_staff = True
    theirs.save(update_fields=["is_staff"])
    theirs.groups.add(*factories.finance().groups.all())
    contracts.freeze(
        funded.contract, reason=Freeze.Reason.CHARGEBACK, source="du_1", by=None, at=NOON
    )

    with pytest.raises(PermissionDenied):
        returned(funded, 100_00, theirs)


def test_what_was_not_paid_is_not_returned(milestone, finn):
    with pytest.raises(IllegalMove):
        returned(milestone, 100_00, finn)

    assert not Instruction.objects.exists()


def test_hours_in_review_are_not_returned_over_their_heads(prepaid, finn, sam):
    row = returned(prepaid, 1_080_01, finn)
    hourly.handed_in(prepaid.contract, 8)
    with pytest.raises(HoursSpeakForIt):
        done(row, sam)
    with pytest.raises(HoursSpeakForIt):
        returned(fresh(prepaid), 1_080_01, finn)
    assert nothing_moved(prepaid, held=1_800_00)

    instructions.drop(row, by=sam, at=NOON)
    done(returned(fresh(prepaid), 1_080_00, finn), sam)

    assert fresh(prepaid).held == usd(720_00)


# --- Who may


@pytest.mark.parametrize("who", ["acme", "ada", "rhea", "mallory"])
def test_only_staff_who_watch_the_money_decide(request, aside, funded_second, finn, who):
    by = request.getfixturevalue(who)
    rows = [
        instructions.adopt(aside, reason="Ours.", by=finn, at=NOON),
        returned(funded_second, 1_00, finn),
    ]
    tries = [
        lambda: instructions.adopt(aside, reason="Mine.", by=by, at=NOON),
        lambda: instructions.send_back(aside, reason="Mine.", by=by, at=NOON),
        lambda: returned(funded_second, 1_00, by),
        *(lambda row=row: done(row, by) for row in rows),
        *(lambda row=row: instructions.drop(row, by=by, at=NOON) for row in rows),
    ]
    for attempt in tries:
        with pytest.raises(PermissionDenied):
            attempt()

    assert set(Instruction.objects.values_list("status", flat=True)) == {S.PROPOSED}
    assert not Refund.objects.exists()


def test_staff_who_are_part_of_the_contract_do_not(funded, finn, member):
    row = returned(funded, 1_00, finn)
    insider = member("finance")
    insider.is_staff = True
    insider.save()
    insider.groups.set(finn.groups.all())

    with pytest.raises(PermissionDenied):
        done(row, insider)

    assert nothing_moved(funded)


@laid
def funded_second(contract, pay) -> Milestone:
    """The second milestone, paid for."""
    milestone = contract.milestones.get(position=2)
    pay(milestone)
    return milestone
