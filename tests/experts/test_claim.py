"""Taking a case: one reviewer holds it, and never their own."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from experts.models import Application, Review
from experts.models.review import LEASE
from experts.services import seats, vetting
from experts.services.seats import NoSeatIsFree, QueueIsEmpty
from tests import factories
from tests.conftest import NOON


def test_the_case_is_theirs(submitted, rhea):
    seat = seats.claim(submitted, by=rhea, at=NOON)

    submitted.refresh_from_db()
    assert (submitted.status, seat.status, seat.reviewer) == ("reviewing", "claimed", rhea)
    assert seat.lease_until == NOON + timedelta(minutes=45)


def test_a_second_reviewer_is_refused(case, rhea, ines):
    with pytest.raises(NoSeatIsFree):
        seats.claim(case, by=ines, at=NOON + LEASE - timedelta(seconds=1))

    assert seats.taken_by(rhea, case)
    assert not seats.taken_by(ines, case)


def test_once_the_lease_is_over_another_takes_it(case, rhea, ines):
    seat = seats.claim(case, by=ines, at=NOON + LEASE)

    assert (seat.reviewer, seat.status) == (ines, "claimed")
    assert not seats.taken_by(rhea, case)
    assert case.trail.last().act == "took_over"


def test_activity_on_the_case_renews_the_lease(case, rhea, ines):
    seats.renew(case, by=rhea, at=NOON + timedelta(minutes=40))

    with pytest.raises(NoSeatIsFree):
        seats.claim(case, by=ines, at=NOON + LEASE)
    assert seats.claim(case, by=ines, at=NOON + timedelta(minutes=85)).reviewer == ines


def test_nobody_renews_the_lease_of_another(case, ines):
    seats.renew(case, by=ines, at=NOON + timedelta(minutes=40))

    assert case.reviews.get().lease_until == NOON + LEASE


def test_ones_own_application_is_refused(draft, grace, rhea):
    grace.user.is_staff = True
    grace.user.save()
    grace.user.groups.set(rhea.groups.all())
    submitted = vetting.submit(draft, by=grace.user, at=NOON)

    with pytest.raises(PermissionDenied):
        seats.claim(submitted, by=grace.user, at=NOON)
    with pytest.raises(QueueIsEmpty):
        seats.take_next(by=grace.user, at=NOON)

    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_staff_who_are_no_reviewers_are_refused(submitted, mallory):
    mallory.is_staff = True

    with pytest.raises(PermissionDenied):
        seats.claim(submitted, by=mallory, at=NOON)
    with pytest.raises(PermissionDenied):
        seats.take_next(by=mallory, at=NOON)


def test_whether_anything_waits_is_the_reviewers_to_know(mallory):
    with pytest.raises(PermissionDenied):
        seats.take_next(by=mallory, at=NOON)


def another(name: str, at) -> Application:
    expert = factories.expert(factories.user(name))
    application = factories.application(expert, factories.skill("evals"))
    return vetting.submit(application, by=expert.user, at=at)


def test_taking_the_next_takes_what_is_due_first(submitted, rhea):
    urgent = another("Urgent", NOON - timedelta(days=3))

    assert seats.take_next(by=rhea, at=NOON).application == urgent
    assert seats.take_next(by=rhea, at=NOON).application == submitted
    with pytest.raises(QueueIsEmpty):
        seats.take_next(by=rhea, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_case_one_gets_it(at_once, submitted, rhea, ines):
    def take(by):
        return lambda: seats.claim(Application.objects.get(pk=submitted.pk), by=by, at=NOON)

    outcomes = at_once(take(rhea), take(ines))

    winners = [each for each in outcomes if isinstance(each, Review)]
    assert len(winners) == 1
    assert [type(each) for each in outcomes].count(NoSeatIsFree) == 1
    assert submitted.reviews.get().reviewer == winners[0].reviewer
    assert submitted.history.filter(verb="claim").count() == 1


@pytest.mark.django_db(transaction=True)
def test_those_who_take_the_next_at_once_get_different_cases(at_once, rhea, ines):
    for number in range(6):
        another(f"Applicant {number}", NOON)

    outcomes = at_once(*[lambda by=by: seats.take_next(by=by, at=NOON) for by in (rhea, ines) * 3])

    assert len({each.application_id for each in outcomes}) == 6
