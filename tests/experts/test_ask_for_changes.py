"""Asking for changes: the applicant's move, and our clock stops."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from experts.models import Review
from experts.services import reviews
from experts.services.reviews import ReasonMissing
from tests.conftest import NOON


def test_the_clock_stops_and_the_applicant_is_told(case, rhea, judged):
    judgement = judged(case, message="Add the method.")

    reviews.ask_for_changes(case, judgement=judgement, by=rhea, at=NOON)

    case.refresh_from_db()
    assert (case.status, case.due_at, case.message) == ("changes_asked", None, "Add the method.")
    assert Notification.objects.filter(body__startswith="Add the method.").count() == 1


def test_it_needs_no_scores(case, rhea, judged):
    reviews.ask_for_changes(case, judgement=judged(case, marks=[]), by=rhea, at=NOON)

    assert Review.objects.get().verdict == "changes_asked"


def test_it_needs_a_message(case, rhea, judged):
    with pytest.raises(ReasonMissing):
        reviews.ask_for_changes(case, judgement=judged(case, message=""), by=rhea, at=NOON)

    case.refresh_from_db()
    assert case.status == "reviewing"


def test_only_the_reviewer_who_has_the_case(case, ines, judged):
    with pytest.raises(PermissionDenied):
        reviews.ask_for_changes(case, judgement=judged(case), by=ines, at=NOON)
