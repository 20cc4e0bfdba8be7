"""Taking a case: one reviewer holds it, and never their own."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from experts.models import Application
from experts.services import vetting
from experts.services.vetting import QueueIsEmpty
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON


def test_the_case_is_theirs(submitted, rhea):
    vetting.claim(submitted, by=rhea, at=NOON)

    submitted.refresh_from_db()
    assert (submitted.status, submitted.reviewer) == ("reviewing", rhea)


def test_a_second_reviewer_is_refused(case, rhea, ines):
    with pytest.raises(IllegalMove):
        vetting.claim(case, by=ines, at=NOON)

    case.refresh_from_db()
    assert case.reviewer == rhea


def test_ones_own_application_is_refused(draft, grace, rhea):
    grace.user.is_staff = True
    grace.user.save()
    grace.user.groups.set(rhea.groups.all())
    submitted = vetting.submit(draft, by=grace.user, at=NOON)

    with pytest.raises(PermissionDenied):
        vetting.claim(submitted, by=grace.user, at=NOON)
    with pytest.raises(QueueIsEmpty):
        vetting.take_next(by=grace.user, at=NOON)

    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_staff_who_are_no_reviewers_are_refused(submitted, mallory):
    mallory.is_staff = True

    with pytest.raises(PermissionDenied):
        vetting.claim(submitted, by=mallory, at=NOON)
    with pytest.raises(PermissionDenied):
        vetting.take_next(by=mallory, at=NOON)


def test_whether_anything_waits_is_the_reviewers_to_know(mallory):
    with pytest.raises(PermissionDenied):
        vetting.take_next(by=mallory, at=NOON)


def another(name: str, at) -> Application:
    expert = factories.expert(factories.user(name))
    application = factories.application(expert, factories.skill("evals"))
    return vetting.submit(application, by=expert.user, at=at)


def test_taking_the_next_takes_what_is_due_first(submitted, rhea):
    urgent = another("Urgent", NOON - timedelta(days=3))

    assert vetting.take_next(by=rhea, at=NOON) == urgent
    assert vetting.take_next(by=rhea, at=NOON) == submitted
    with pytest.raises(QueueIsEmpty):
        vetting.take_next(by=rhea, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_case_one_gets_it(at_once, submitted, rhea, ines):
    def take(by):
        return lambda: vetting.claim(Application.objects.get(pk=submitted.pk), by=by, at=NOON)

    outcomes = at_once(take(rhea), take(ines))

    winners = [each for each in outcomes if isinstance(each, Application)]
    assert len(winners) == 1
    assert [type(each) for each in outcomes].count(IllegalMove) == 1
    submitted.refresh_from_db()
    assert submitted.reviewer == winners[0].reviewer
    assert submitted.history.filter(verb="claim").count() == 1


@pytest.mark.django_db(transaction=True)
def test_those_who_take_the_next_at_once_get_different_cases(at_once, rhea, ines):
    for number in range(6):
        another(f"Applicant {number}", NOON)

    outcomes = at_once(
        *[lambda by=by: vetting.take_next(by=by, at=NOON) for by in (rhea, ines) * 3]
    )

    assert len({each.pk for each in outcomes}) == 6
