"""Submitting: complete or not at all, with a day by which we decide."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Mail, Notification
from experts import selectors
from experts.models import Application
from experts.services import reviews, vetting
from experts.services.vetting import ApplicationIsIncomplete
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON


def test_it_enters_the_queue_with_a_due_date(draft):
    vetting.submit(draft, by=draft.expert.user, at=NOON)

    draft.refresh_from_db()
    assert draft.status == "submitted"
    # NOON is a Tuesday: five weekdays later is the Tuesday after.
    assert draft.due_at == datetime(2030, 1, 8, 12, tzinfo=UTC)


def test_one_seat_opens(draft):
    vetting.submit(draft, by=draft.expert.user, at=NOON)

    seat = draft.reviews.get()
    assert (seat.seat, seat.round, seat.status) == ("first", 1, "open")


def test_two_seats_open_for_level_3(grace):
    case = factories.application(grace, factories.skill("evals"), level=3)

    vetting.submit(case, by=grace.user, at=NOON)

    assert [seat.seat for seat in case.reviews.order_by("pk")] == ["first", "second"]


def test_two_seats_open_for_the_sample(draft, settings):
    settings.VETTING_SAMPLE_PERCENT = 100

    vetting.submit(draft, by=draft.expert.user, at=NOON)

    assert draft.reviews.count() == 2


def test_the_applicant_is_told_once(draft):
    vetting.submit(draft, by=draft.expert.user, at=NOON)

    assert Notification.objects.get(user=draft.expert.user).subject == (
        "We have your application: Evals, level 2"
    )
    assert Mail.objects.filter(to=draft.expert.user.email).count() == 1


def test_without_enough_evidence_it_says_how_much_is_missing(draft):
    draft.evidence.first().delete()

    with pytest.raises(ApplicationIsIncomplete, match="Add 1 more piece of evidence"):
        vetting.submit(draft, by=draft.expert.user, at=NOON)

    draft.refresh_from_db()
    assert draft.status == "draft"
    assert not draft.history.exists()


def test_without_a_claim_it_asks_for_one(draft):
    Application.objects.filter(pk=draft.pk).update(claim="  ")
    draft.refresh_from_db()

    with pytest.raises(ApplicationIsIncomplete, match="Write your claim"):
        vetting.submit(draft, by=draft.expert.user, at=NOON)


def test_submitting_again_goes_on_with_what_was_left_of_our_clock(case, rhea, judged):
    """Eight of the 40 business hours were used when we asked, so 32 are left: four days."""
    asked_at = NOON + timedelta(days=1)
    reviews.ask_for_changes(case, judgement=judged(case), by=rhea, at=asked_at)
    friday = datetime(2030, 2, 1, 12, tzinfo=UTC)

    vetting.submit(case, by=case.expert.user, at=friday)

    case.refresh_from_db()
    assert (case.round, case.due_at) == (2, datetime(2030, 2, 7, 12, tzinfo=UTC))
    assert case.reviews.get(round=2).status == "open"


def test_twice_is_once(submitted):
    with pytest.raises(IllegalMove):
        vetting.submit(submitted, by=submitted.expert.user, at=NOON)

    assert submitted.history.count() == 1


def test_nobody_submits_for_another(draft, mallory):
    with pytest.raises(PermissionDenied):
        vetting.submit(draft, by=mallory, at=NOON)


def test_the_place_in_line_counts_those_due_before(submitted, draft):
    assert selectors.place_in_line(submitted) == 1

    Application.objects.filter(pk=submitted.pk).update(status="granted")
    submitted.refresh_from_db()
    assert selectors.place_in_line(submitted) == 0
