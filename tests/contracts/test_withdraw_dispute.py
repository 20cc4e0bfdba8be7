"""Whoever opened a dispute takes it back, and the work goes on where it was."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from contracts.models import Decision, Dispute, Milestone, Release
from contracts.services import disputes, milestones
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts.disputed import DAY, SETTLE_DUE, decided, opened

S = Milestone.Status


def test_work_in_review_has_a_new_review_window(dispute, acme):
    withdrawn = disputes.withdraw(dispute, by=acme, at=NOON + 2 * DAY)

    milestone = Milestone.objects.get(pk=dispute.milestone_id)
    assert (withdrawn.status, withdrawn.due_at, withdrawn.award) == ("withdrawn", None, None)
    assert (milestone.status, milestone.held.minor) == (S.SUBMITTED, 3_000_00)
    assert milestone.review_due_at == NOON + timedelta(days=2 + 14)


def test_work_under_way_goes_on(funded, ada):
    disputes.withdraw(opened(funded, by=ada), by=ada, at=NOON)

    assert Milestone.objects.get(pk=funded.pk).status == S.FUNDED


def test_changes_asked_stay_asked(submission, acme, ada):
    milestones.ask_for_changes(submission, note="More", failing=[], by=acme, at=NOON)

    disputes.withdraw(opened(submission.milestone, by=ada), by=ada, at=NOON)

    milestone = Milestone.objects.get(pk=submission.milestone_id)
    assert (milestone.status, milestone.review_due_at) == (S.CHANGES_ASKED, None)


def test_both_hear_of_it(dispute, acme, ada):
    disputes.withdraw(dispute, by=acme, at=NOON)

    subject = "Withdrawn: the dispute on milestone 1, $3,000.00 still held"
    assert {row.user for row in Notification.objects.filter(subject=subject)} == {acme, ada}


def test_also_while_a_decision_waits_for_its_second_person(with_staff, acme, dan, settings):
    settings.DISPUTE_TWO_PERSONS_MINOR = 0
    decision = decided(with_staff, 1, by=dan)

    disputes.withdraw(with_staff, by=acme, at=SETTLE_DUE)

    decision.refresh_from_db()
    assert decision.status == Decision.Status.DROPPED


@pytest.mark.parametrize("who", ["ada", "mallory", "rhea"])
def test_only_the_side_that_opened_it(dispute, who, request):
    with pytest.raises(PermissionDenied):
        disputes.withdraw(dispute, by=request.getfixturevalue(who), at=NOON)

    assert Dispute.objects.get().status == "open"


def test_what_is_decided_is_not_withdrawn(with_staff, acme, dan):
    decided(with_staff, 3_000_00, by=dan)

    with pytest.raises(IllegalMove):
        disputes.withdraw(with_staff, by=acme, at=NOON)

    assert Dispute.objects.get().status == "decided"
    assert not Release.objects.exists()
