"""A walkthrough: the applicant offers two times, a reviewer may choose one, both are told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from experts.models import Application, LiveSlot
from experts.services import sessions
from experts.services.sessions import SlotIsTaken, SlotRefused, SlotsAreClosed
from tests.conftest import NOON

FIRST, SECOND = NOON + timedelta(days=2), NOON + timedelta(days=3)


@pytest.fixture
def offered(submitted):
    """Grace's case in the queue, with two times."""
    for start in (FIRST, SECOND):
        LiveSlot.objects.create(application=submitted, starts_at=start)
    return list(submitted.slots.all())


def offer(draft, *starts, by=None):
    return sessions.offer(draft, starts=starts, by=by or draft.expert.user, at=NOON)


def test_two_times_are_offered_instead_of_those_before(draft):
    offer(draft, FIRST)
    offer(draft, SECOND, SECOND + timedelta(hours=1))

    starts = [slot.starts_at for slot in draft.slots.all()]
    assert starts == [SECOND, SECOND + timedelta(hours=1)]


def test_none_takes_the_offer_back(draft):
    offer(draft, FIRST)
    offer(draft)

    assert not draft.slots.exists()


@pytest.mark.parametrize(
    "starts",
    [
        (FIRST, FIRST),
        (NOON,),
        (NOON + timedelta(hours=23),),
        (NOON + timedelta(days=61),),
        (FIRST, SECOND, SECOND + timedelta(days=1)),
    ],
    ids=["twice", "now", "too soon", "too far", "three"],
)
def test_these_are_refused(draft, starts):
    with pytest.raises(SlotRefused):
        offer(draft, *starts)

    assert not draft.slots.exists()


def test_nobody_offers_for_another_and_not_while_it_is_read(draft, mallory, rhea):
    for other in (mallory, rhea):
        with pytest.raises(PermissionDenied):
            offer(draft, FIRST, by=other)
    Application.objects.filter(pk=draft.pk).update(status="submitted")
    with pytest.raises(SlotsAreClosed):
        offer(draft, FIRST)


def test_a_reviewer_chooses_one_and_both_are_told(offered, rhea, grace):
    sessions.choose(offered[1], by=rhea, at=NOON)

    assert LiveSlot.objects.get(chosen_by=rhea).starts_at == SECOND
    for person in (rhea, grace.user):
        notice = Notification.objects.get(user=person, key__startswith="slot:")
        assert notice.url == f"/slots/{offered[1].public_id}/calendar.ics"
        assert "4 January 2030, 12:00 (UTC)" in notice.subject


def test_one_is_chosen_and_never_the_other_too(offered, rhea, ines):
    sessions.choose(offered[0], by=rhea, at=NOON)

    for slot in offered:
        with pytest.raises(SlotIsTaken):
            sessions.choose(slot, by=ines, at=NOON)

    assert LiveSlot.objects.filter(chosen_at__isnull=False).count() == 1


def test_a_time_that_has_passed_is_not_chosen(offered, rhea):
    with pytest.raises(SlotIsTaken):
        sessions.choose(offered[0], by=rhea, at=FIRST)


def test_only_those_who_may_judge_choose(offered, mallory, grace):
    for other in (mallory, grace.user):
        with pytest.raises(PermissionDenied):
            sessions.choose(offered[0], by=other, at=NOON)


def test_the_calendar_file_says_when_in_utc(offered, client, grace, mallory):
    at = f"/slots/{offered[0].public_id}/calendar.ics"
    client.force_login(mallory)
    assert client.get(at).status_code == 404

    client.force_login(grace.user)
    answer = client.get(at)

    assert answer["Content-Type"].startswith("text/calendar")
    for line in ("BEGIN:VEVENT", "DTSTART:20300103T120000Z", "DTEND:20300103T121500Z"):
        assert f"{line}\r\n" in answer.content.decode()
