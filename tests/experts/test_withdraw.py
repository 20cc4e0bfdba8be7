"""Withdrawing: the applicant takes it back while nobody reads it."""

import pytest
from django.core.exceptions import PermissionDenied

from experts.services import vetting
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON


def test_it_leaves_the_queue_and_nothing_is_held_against_them(submitted):
    me = submitted.expert.user

    vetting.withdraw(submitted, by=me, at=NOON)

    assert submitted.status == "withdrawn"
    again = vetting.apply(submitted.expert, skill=factories.skill("evals"), level=2, by=me, at=NOON)
    assert again.status == "draft"


def test_not_while_a_reviewer_reads_it(case):
    with pytest.raises(IllegalMove):
        vetting.withdraw(case, by=case.expert.user, at=NOON)

    case.refresh_from_db()
    assert case.status == "reviewing"


def test_nobody_withdraws_for_another(submitted, mallory, rhea):
    for other in (mallory, rhea):
        with pytest.raises(PermissionDenied):
            vetting.withdraw(submitted, by=other, at=NOON)
