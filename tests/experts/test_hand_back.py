"""Handing back: the seat waits again for somebody, undecided."""

import pytest
from django.core.exceptions import PermissionDenied

from experts.services import seats
from tests.conftest import NOON


def test_it_is_nobodys_again_and_keeps_its_deadline(case, rhea):
    due = case.due_at

    seats.hand_back(case, by=rhea, at=NOON)

    case.refresh_from_db()
    seat = case.reviews.get()
    assert (case.status, case.due_at) == ("submitted", due)
    assert (seat.status, seat.reviewer, seat.lease_until) == ("open", None, None)


def test_another_reviewer_cannot(case, ines, rhea):
    with pytest.raises(PermissionDenied):
        seats.hand_back(case, by=ines, at=NOON)

    assert seats.taken_by(rhea, case)


def test_what_was_never_taken_cannot_be_handed_back(submitted, rhea):
    with pytest.raises(PermissionDenied):
        seats.hand_back(submitted, by=rhea, at=NOON)


def test_while_the_other_reviewer_sits_the_case_stays_in_review(led, rhea, ines):
    seats.claim(led, by=rhea, at=NOON)
    seats.claim(led, by=ines, at=NOON)

    seats.hand_back(led, by=rhea, at=NOON)
    assert led.status == "reviewing"

    seats.hand_back(led, by=ines, at=NOON)
    assert led.status == "submitted"
