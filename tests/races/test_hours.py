"""Hours are handed in, approved and paid for by several people in the same moment."""

from datetime import timedelta

import pytest

from contracts.models import Release, Timesheet
from contracts.services import milestones, timesheets
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import hourly as rows

pytestmark = pytest.mark.django_db(transaction=True)

DUE = NOON + timedelta(days=5)


def refused(outcomes):
    return sorted(type(one).__name__ for one in outcomes if isinstance(one, Exception))


def test_a_week_handed_in_four_times_is_one_timesheet(prepaid, hourly, at_once):
    calls = [lambda number=number: rows.handed_in(hourly, number) for number in (1, 2, 3, 4)]

    outcomes = at_once(*calls)

    assert refused(outcomes) == ["IllegalMove"] * 3
    assert Timesheet.objects.get().status == "submitted"


@pytest.mark.parametrize("turn", range(3))
def test_approving_meets_silence_a_question_and_a_return(prepaid, hourly, acme, ada, at_once, turn):
    sheet = rows.handed_in(hourly, 8)
    fresh = [Timesheet.objects.get(pk=sheet.pk) for _ in range(3)]

    outcomes = at_once(
        lambda: timesheets.approve(fresh[0], by=acme, at=DUE),
        lambda: timesheets.approve_unanswered(fresh[1], at=DUE),
        lambda: timesheets.query(fresh[2], question="?", by=acme, at=DUE),
        lambda: milestones.give_back(prepaid, by=ada, at=DUE),
    )

    status = Timesheet.objects.get().status
    assert status in {"released", "void", "queried"}
    assert Release.objects.count() == (status == "released")
    assert all(isinstance(one, IllegalMove) for one in outcomes if isinstance(one, Exception))
