"""Two who judge blind: agreement is carried out, difference goes to a lead, nobody sits twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Notification
from experts import casework
from experts.models import Badge, Review
from experts.services import reviews, seats, vetting
from experts.services.badges import NeedsSecondGrant
from experts.services.seats import AlreadySat, NoSeatIsFree
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.laid import laid


@laid
def both(led, rhea, ines):
    """Grace's level 3 application, with Rhea and Ines at its two blind seats."""
    seats.claim(led, by=rhea, at=NOON)
    seats.claim(led, by=ines, at=NOON)
    return led


def test_the_first_judgement_alone_decides_nothing(both, rhea, judged):
    assert reviews.grant(both, level=3, judgement=judged(both), by=rhea, at=NOON) is None

    both.refresh_from_db()
    assert (both.status, both.message, both.decided_at) == ("reviewing", "", None)
    assert not Notification.objects.exclude(key__contains="submitted").exists()


def test_two_who_agree_grant(both, rhea, ines, judged):
    reviews.grant(both, level=3, judgement=judged(both), by=rhea, at=NOON)
    badge = reviews.grant(both, level=3, judgement=judged(both), by=ines, at=NOON)

    assert badge is not None
    assert (badge.level, badge.status) == (3, "active")
    both.refresh_from_db()
    assert both.status == "granted"


def test_both_notes_reach_the_applicant_and_neither_has_a_name(both, rhea, ines, judged):
    one, other = judged(both, message="Add the method."), judged(both, message="Add the share.")

    reviews.ask_for_changes(both, judgement=replace(one, parts=["method"]), by=rhea, at=NOON)
    reviews.ask_for_changes(both, judgement=replace(other, parts=["claim"]), by=ines, at=NOON)

    both.refresh_from_db()
    assert both.message == "Add the method.\n\nAdd the share."
    assert both.asked_part_names == ["The claim", "How it was measured"]
    mail = Notification.objects.get(key__contains="changes")
    assert "To change: The claim, How it was measured." in mail.body
    assert "Rhea" not in mail.body


@laid
def differing(both, rhea, ines, judged):
    """The same, after Rhea granted level 3 and Ines level 2."""
    reviews.grant(both, level=3, judgement=judged(both), by=rhea, at=NOON)
    reviews.grant(both, level=2, judgement=judged(both), by=ines, at=NOON)
    return both


def test_two_who_differ_in_the_level_leave_it_to_a_lead(differing):
    differing.refresh_from_db()
    assert differing.status == "calibrating"
    assert differing.reviews.get(seat="lead").status == "open"
    assert not Badge.objects.exists()


def test_the_lead_decides(differing, tove, judged):
    seats.claim(differing, by=tove, at=NOON)

    badge = reviews.grant(differing, level=3, judgement=judged(differing), by=tove, at=NOON)

    assert badge is not None
    assert (badge.level, badge.granted_by) == (3, tove)


def test_a_lead_who_would_be_the_only_one_to_grant_level_3_is_refused(
    both, rhea, ines, tove, judged
):
    reviews.grant(both, level=2, judgement=judged(both), by=rhea, at=NOON)
    reviews.reject(both, judgement=judged(both, 1), by=ines, at=NOON)
    seat = seats.claim(both, by=tove, at=NOON)
    assert "grant-3" not in [each.value for each in casework.decisions(both, seat)]

    with pytest.raises(NeedsSecondGrant):
        reviews.grant(both, level=3, judgement=judged(both), by=tove, at=NOON)

    both.refresh_from_db()
    assert both.status == "calibrating"
    assert not both.reviews.get(seat="lead").scores.exists()
    assert not Badge.objects.exists()


def test_those_who_sat_and_those_who_are_no_leads_do_not_calibrate(differing, rhea, ines, tove):
    with pytest.raises(AlreadySat):
        seats.claim(differing, by=rhea, at=NOON)
    rhea.groups.add(*tove.groups.all())
    with pytest.raises(AlreadySat):
        seats.claim(differing, by=rhea, at=NOON)


def test_a_reviewer_who_is_no_lead_finds_no_seat(differing, mallory, rhea):
    mallory.is_staff = True
    mallory.save()
    mallory.groups.set(rhea.groups.all())

    with pytest.raises(NoSeatIsFree):
        seats.claim(differing, by=mallory, at=NOON)


def test_nobody_has_both_blind_seats(led, rhea):
    seats.claim(led, by=rhea, at=NOON)

    with pytest.raises(AlreadySat):
        seats.claim(led, by=rhea, at=NOON + timedelta(hours=2))


def test_the_database_keeps_one_person_from_sitting_twice(led, rhea):
    first, second = led.reviews.order_by("pk")
    fields = {"reviewer": rhea, "claimed_at": NOON, "lease_until": NOON, "status": "claimed"}
    Review.objects.filter(pk=first.pk).update(**fields)

    with pytest.raises(IntegrityError, match="review_person_once"), transaction.atomic():
        Review.objects.filter(pk=second.pk).update(**fields)


def test_without_a_seat_nobody_judges(led, rhea, judged):
    with pytest.raises(PermissionDenied):
        reviews.grant(led, level=3, judgement=judged(led), by=rhea, at=NOON)


def test_what_is_given_is_given(both, rhea, judged):
    reviews.grant(both, level=3, judgement=judged(both), by=rhea, at=NOON)

    with pytest.raises(IllegalMove):
        reviews.reject(both, judgement=judged(both), by=rhea, at=NOON)
    with pytest.raises(PermissionDenied):
        seats.hand_back(both, by=rhea, at=NOON)


def test_the_same_two_may_judge_the_next_submission(both, rhea, ines, judged):
    for by in (rhea, ines):
        reviews.ask_for_changes(both, judgement=judged(both), by=by, at=NOON)
    vetting.submit(both, by=both.expert.user, at=NOON)

    assert seats.claim(both, by=rhea, at=NOON).round == 2


def test_withdrawing_closes_the_seats(led):
    vetting.withdraw(led, by=led.expert.user, at=NOON)

    assert {seat.status for seat in led.reviews.all()} == {"dropped"}


@pytest.mark.django_db(transaction=True)
def test_two_who_judge_at_once_issue_one_badge(at_once, both, rhea, ines, judged):
    def grant(by):
        row = type(both).objects.get(pk=both.pk)
        return reviews.grant(row, level=3, judgement=judged(row), by=by, at=NOON)

    outcomes = at_once(lambda: grant(rhea), lambda: grant(ines))

    assert [outcome is None for outcome in outcomes].count(True) == 1
    assert Badge.objects.get().level == 3
