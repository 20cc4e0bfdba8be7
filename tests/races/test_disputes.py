"""Whatever the sides do in the same moment, a milestone's money goes one way, once."""

from collections import Counter

import pytest

from contracts.models import Dispute, Milestone, Refund, Release
from contracts.services import decisions, disputes, milestones, settlements
from tests.conftest import NOON
from tests.contracts.disputed import (
    ANSWER_DUE,
    APPEAL_DUE,
    SETTLE_DUE,
    answered,
    decided,
    opened,
    staff,
    told,
    unsettled,
    usd,
)
from tests.races.test_money import errors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dispute(submission, acme) -> Dispute:
    return opened(submission.milestone, by=acme)


@pytest.fixture
def settling(dispute, ada) -> Dispute:
    return answered(dispute, by=ada)


def test_a_dispute_and_an_approval_do_not_both_have_their_way(submission, acme, ada, at_once):
    outcomes = at_once(
        lambda: opened(submission.milestone, by=ada, wants=3_000_00),
        lambda: milestones.approve(submission, by=acme, at=NOON),
    )

    milestone = Milestone.objects.get(pk=submission.milestone_id)
    assert errors(outcomes) == ["IllegalMove"]
    assert (milestone.status, Dispute.objects.count(), Release.objects.count()) in {
        ("disputed", 1, 0),
        ("released", 0, 1),
    }


def test_a_dispute_and_the_end_of_the_review_window(submission, acme, at_once):
    milestone = submission.milestone
    end = milestone.review_due_at

    outcomes = at_once(
        lambda: opened(milestone, by=acme, at=end),
        lambda: milestones.release_unanswered(milestone, at=end),
    )

    milestone.refresh_from_db()
    is_released = milestone.status == "released"
    assert errors(outcomes) == (["IllegalMove"] if is_released else [])
    assert Release.objects.count() == is_released
    assert Dispute.objects.count() == (not is_released)


def test_both_sides_open_one_dispute(submission, acme, ada, at_once):
    outcomes = at_once(
        *(lambda who=who: opened(submission.milestone, by=who) for who in (acme, ada, acme, ada))
    )

    assert Counter(errors(outcomes)) == {"IllegalMove": 3}
    assert Dispute.objects.count() == 1


def test_two_offers_that_meet_settle_once(settling, acme, ada, at_once):
    outcomes = at_once(
        lambda: settlements.offer(settling, usd(2_000_00), by=acme, at=NOON),
        lambda: settlements.offer(settling, usd(1_000_00), by=ada, at=NOON),
        lambda: settlements.offer(settling, usd(2_000_00), by=acme, at=NOON),
        lambda: settlements.offer(settling, usd(1_000_00), by=ada, at=NOON),
    )

    assert set(errors(outcomes)) <= {"NotBeingSettled"}
    assert Dispute.objects.get().award == usd(1_500_00)
    assert (Release.objects.count(), Refund.objects.count()) == (1, 1)


def test_an_offer_that_meets_and_the_end_of_the_time(settling, acme, ada, at_once):
    settlements.offer(settling, usd(2_000_00), by=acme, at=NOON)

    outcomes = at_once(
        lambda: settlements.offer(settling, usd(1_000_00), by=ada, at=SETTLE_DUE),
        lambda: disputes.send_to_staff(settling, at=SETTLE_DUE),
    )

    status = Dispute.objects.get().status
    assert (status, errors(outcomes)) in (("settled", []), ("deciding", ["NotBeingSettled"]))
    assert Release.objects.count() == (status == "settled")


def test_withdrawing_and_answering(dispute, acme, ada, at_once):
    outcomes = at_once(
        lambda: disputes.withdraw(dispute, by=acme, at=NOON),
        lambda: answered(dispute, by=ada),
    )

    # An answered dispute can still be withdrawn; a withdrawn one is not answered.
    assert Dispute.objects.get().status == "withdrawn"
    assert errors(outcomes) in ([], ["IllegalMove"])
    assert Milestone.objects.get(pk=dispute.milestone_id).status == "submitted"


def test_an_answer_and_the_end_of_the_time(dispute, ada, at_once):
    outcomes = at_once(
        lambda: answered(dispute, by=ada, at=ANSWER_DUE),
        lambda: disputes.grant_unanswered(dispute, at=ANSWER_DUE),
    )

    status = Dispute.objects.get().status
    assert (status, errors(outcomes)) in (("answered", []), ("final", ["IllegalMove"]))
    assert Refund.objects.count() == (status == "final")


def test_both_sides_agree_to_each_other_and_one_of_them_counts(settling, acme, ada, at_once):
    outcomes = at_once(
        lambda: disputes.concede(settling, by=acme, at=NOON),
        lambda: disputes.concede(settling, by=ada, at=NOON),
    )

    assert errors(outcomes) == ["IllegalMove"]
    assert Release.objects.count() + Refund.objects.count() == 1


def test_two_people_take_a_dispute(settling, at_once):
    dispute = unsettled(settling)
    dan, eve = staff("Dan"), staff("Eve")

    outcomes = at_once(
        *(lambda who=who: decisions.take(dispute, by=who, at=NOON) for who in (dan, eve))
    )

    assert errors(outcomes) == ["IsTaken"]


def test_an_appeal_and_the_end_of_the_time_to_appeal(settling, ada, at_once):
    dispute = decided(unsettled(settling), 0, by=staff("Dan")).dispute

    outcomes = at_once(
        lambda: decisions.appeal(dispute, told=told(), by=ada, at=APPEAL_DUE),
        *(lambda: decisions.finish(dispute, at=APPEAL_DUE) for _ in range(3)),
    )

    status = Dispute.objects.get().status
    assert (status, errors(outcomes)) in (("appealed", []), ("final", ["IllegalMove"]))
    assert Refund.objects.count() == (status == "final")
