"""While a bank takes the payment back the clock stands still; then it goes on, or all is over."""

import pytest

from accounts.models import Notification
from contracts.models import Dispute, Refund, Release
from contracts.services import contracts, decisions, disputes
from tests.conftest import NOON
from tests.contracts.disputed import ANSWER_DUE, DAY, SETTLE_DUE, decided, named, told, usd


def test_the_time_that_was_left_is_left_again(dispute):
    disputes.suspend(dispute.milestone, at=NOON + DAY)
    assert disputes.due(at=NOON + 30 * DAY) == []
    assert disputes.grant_unanswered(dispute, at=NOON + 30 * DAY) is None

    resumed = disputes.resume(dispute.milestone, at=NOON + 30 * DAY)

    assert (resumed.status, resumed.due_at) == ("open", ANSWER_DUE + 29 * DAY)
    assert resumed.suspended_at is None


def test_doing_either_twice_is_nothing(dispute):
    milestone = dispute.milestone
    disputes.suspend(milestone, at=NOON + DAY)
    assert disputes.suspend(milestone, at=NOON + 2 * DAY) is None
    disputes.resume(milestone, at=NOON + 3 * DAY)
    assert disputes.resume(milestone, at=NOON + 9 * DAY) is None

    assert Dispute.objects.get().due_at == ANSWER_DUE + 2 * DAY


def test_without_a_dispute_there_is_nothing_to_suspend(submission):
    for verb in (disputes.suspend, disputes.resume, disputes.void):
        assert verb(submission.milestone, at=NOON) is None


def test_both_hear_of_it_without_a_deadline_that_has_moved(dispute, acme, ada):
    disputes.suspend(dispute.milestone, at=NOON)
    disputes.resume(dispute.milestone, at=NOON + DAY)

    for subject in (
        "The dispute on milestone 1 stands still, $3,000.00 frozen",
        "The dispute on milestone 1 goes on, $3,000.00 frozen",
    ):
        told = Notification.objects.filter(subject=subject)
        assert {row.user for row in told} == {acme, ada}


def test_nothing_happens_in_it_meanwhile(answered, acme, ada):
    disputes.suspend(answered.milestone, at=NOON)

    for act in (
        lambda: named(answered, 1, by=acme),
        lambda: disputes.add(answered, told=told(), by=ada, at=NOON),
        lambda: disputes.concede(answered, by=ada, at=NOON),
        lambda: disputes.withdraw(answered, by=acme, at=NOON),
    ):
        with pytest.raises(disputes.DisputeIsSuspended):
            act()

    assert disputes.send_to_staff(answered, at=SETTLE_DUE) is None
    assert nothing_moved()


def test_no_answer_and_no_decision_either(dispute, with_staff, dan, acme):
    disputes.suspend(with_staff.milestone, at=NOON)
    with pytest.raises(disputes.DisputeIsSuspended):
        decided(with_staff, 1, by=dan)

    disputes.resume(with_staff.milestone, at=NOON)
    decision = decided(with_staff, 1, by=dan)
    disputes.suspend(with_staff.milestone, at=NOON)
    with pytest.raises(disputes.DisputeIsSuspended):
        decisions.appeal(decision.dispute, told=told(), by=acme, at=NOON)
    assert decisions.finish(decision.dispute, at=NOON + 99 * DAY) is None
    assert nothing_moved()


@pytest.mark.parametrize("is_suspended", [True, False])
def test_what_the_bank_took_is_disputed_no_more(answered, acme, ada, is_suspended, monkeypatch):
    # Who books the loss is another verb; here only the milestone moves.
    monkeypatch.setattr("contracts.invariants.violations", list)
    milestone = answered.milestone
    if is_suspended:
        disputes.suspend(milestone, at=NOON)

    milestone.move("take_back", by=None, at=NOON + DAY)

    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.award, dispute.due_at) == ("void", None, None)
    assert (dispute.suspended_at, dispute.ended_at) == (None, NOON + DAY)
    told = Notification.objects.filter(key__endswith=":void")
    assert {row.user for row in told} == {acme, ada}


def test_a_won_chargeback_leaves_an_award_that_adds_up(answered, acme, ada):
    milestone, contract = answered.milestone, answered.milestone.contract
    contracts.freeze(contract, reason="chargeback", source="cbk_1", by=None, at=NOON)
    disputes.suspend(milestone, at=NOON)
    contracts.unfreeze(contract, source="cbk_1", by=None, at=NOON + 40 * DAY)
    disputes.resume(milestone, at=NOON + 40 * DAY)

    named(answered, 2_000_00, by=acme, at=NOON + 40 * DAY)
    dispute = named(answered, 1_000_00, by=ada, at=NOON + 40 * DAY)

    assert dispute.award == usd(1_500_00)


def nothing_moved() -> bool:
    return not Release.objects.exists() and not Refund.objects.exists()
