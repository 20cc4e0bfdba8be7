"""Handing back: the case waits again for somebody, undecided."""

import pytest
from django.core.exceptions import PermissionDenied

from experts.services import vetting
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON


def test_it_is_nobodys_again_and_keeps_its_deadline(case, rhea):
    due = case.due_at

    vetting.hand_back(case, by=rhea, at=NOON)

    case.refresh_from_db()
    assert (case.status, case.reviewer, case.due_at) == ("submitted", None, due)


def test_another_reviewer_cannot(case, ines, rhea):
    with pytest.raises(PermissionDenied):
        vetting.hand_back(case, by=ines, at=NOON)

    case.refresh_from_db()
    assert case.reviewer == rhea


def test_a_superuser_frees_one_that_is_stuck(case, ines):
    ines.is_superuser = True

    vetting.hand_back(case, by=ines, at=NOON)

    assert case.status == "submitted"


def test_what_was_never_taken_cannot_be_handed_back(submitted, ines):
    ines.is_superuser = True

    with pytest.raises(IllegalMove):
        vetting.hand_back(submitted, by=ines, at=NOON)
