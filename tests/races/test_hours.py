"""Hours are handed in, approved and paid for by several people in the same moment."""

from datetime import timedelta

import pytest

from contracts.models import Consultation, Release, Timesheet
from contracts.services import consultations, consulting, milestones, timesheets
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests import factories
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


def test_a_time_booked_by_three_clients_is_one_booking(stripe, acme, ada, mallory, rhea, at_once):
    consulting.set_price(ada.expert, Money(80_00, "usd"), by=ada)
    start = NOON + timedelta(days=3)
    slot = consulting.offer_times(ada.expert, [start], minutes=30, by=ada, at=NOON)[0]
    clients = [acme.memberships.get().organisation]
    clients += [factories.organisation(who) for who in (mallory, rhea)]

    outcomes = at_once(
        *(
            lambda who=who, of=of: consultations.checkout_url(
                slot, organisation=of, question="?", by=who, at=NOON
            )
            for who, of in zip((acme, mallory, rhea), clients, strict=True)
        )
    )

    assert refused(outcomes) == ["TimeIsTaken"] * 2
    assert Consultation.objects.get().status == "paying"
