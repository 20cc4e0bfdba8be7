"""Applying for a badge: one skill we vet, one open application, never sooner than allowed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from experts.models import Application
from experts.services import vetting
from experts.services.badges import AlreadyProven
from experts.services.vetting import AlreadyApplied, NotVetted, TooSoonToReapply
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def apply(grace):
    def apply(slug="evals", level=2, at=NOON):
        skill = factories.skill(slug)
        return vetting.apply(grace, skill=skill, level=level, by=grace.user, at=at)

    return apply


def test_it_starts_a_draft_under_the_rubric_of_today(apply):
    application = apply()

    assert application.status == "draft"
    assert application.rubric == application.skill.rubrics.get(version=1)


def test_a_skill_without_badges_is_refused(grace):
    python = factories.skill("python", is_badgeable=False)

    with pytest.raises(NotVetted):
        vetting.apply(grace, skill=python, level=1, by=grace.user, at=NOON)

    assert not Application.objects.exists()


@pytest.mark.parametrize("status", ["draft", "submitted", "reviewing", "changes_asked"])
def test_a_second_open_application_for_a_skill_is_refused(apply, status):
    Application.objects.filter(pk=apply().pk).update(status=status)

    with pytest.raises(AlreadyApplied):
        apply()

    assert Application.objects.count() == 1


def test_another_skill_is_another_application(apply):
    apply("evals")
    apply("rag")

    assert Application.objects.count() == 2


@pytest.mark.parametrize("level", [1, 2])
def test_what_a_valid_badge_says_is_not_proven_again(apply, grace, level):
    factories.badge(grace, factories.skill("evals"), level=2)

    with pytest.raises(AlreadyProven):
        apply(level=level)

    assert Application.objects.count() == 1


def test_a_higher_level_than_the_badge_can_be_applied_for(apply, grace):
    factories.badge(grace, factories.skill("evals"), level=2)

    assert apply(level=3).level == 3


def test_a_lapsed_badge_is_applied_for_again(apply, grace):
    factories.badge(grace, factories.skill("evals"), level=2, status="lapsed")

    assert apply(level=2).status == "draft"


def test_a_rejection_closes_the_skill_until_its_date(apply):
    first = apply()
    day = (NOON + timedelta(days=30)).date()
    Application.objects.filter(pk=first.pk).update(status="rejected", reapply_on=day)

    with pytest.raises(TooSoonToReapply, match="31 January 2030"):
        apply(at=NOON + timedelta(days=29))

    assert apply(at=NOON + timedelta(days=30)).status == "draft"


def test_nobody_applies_for_another(grace, mallory):
    with pytest.raises(PermissionDenied):
        vetting.apply(grace, skill=factories.skill("evals"), level=1, by=mallory, at=NOON)

    assert not Application.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pressing_many_times_starts_one(at_once, apply):
    factories.skill("evals")

    outcomes = at_once(*[apply] * 6)

    assert Application.objects.count() == 1
    assert [type(outcome) for outcome in outcomes].count(AlreadyApplied) == 5
