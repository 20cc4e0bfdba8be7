"""Granting: the published rule decides, the badge is issued, and the holder is told."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Mail, Notification
from experts.models import Application, Badge, Expert, Review
from experts.services import reviews
from experts.services.badges import AlreadyProven, months_after
from experts.services.reviews import BelowTheRule, CriterionWithoutScore, LevelNotAppliedFor, Mark
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON


def test_the_badge_is_issued_for_as_long_as_the_skill_says(case, rhea, judged):
    badge = reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    assert (badge.status, badge.level, badge.granted_by) == ("active", 2, rhea)
    assert (badge.issued_on, badge.valid_until) == (date(2030, 1, 1), date(2031, 7, 1))
    case.refresh_from_db()
    assert (case.status, case.decided_at) == ("granted", NOON)


def test_the_scores_are_kept(case, rhea, judged):
    reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    review = Review.objects.get()
    assert (review.reviewer, review.verdict, review.note) == (rhea, "granted", "Between us.")
    assert [(score.points, score.finding) for score in review.scores.all()] == [(4, "Seen.")] * 5


def test_the_holder_is_told_once_in_the_app_and_by_mail(case, rhea, judged):
    badge = reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    told = Notification.objects.get(key=f"badge:{badge.public_id}:issued")
    assert told.user == case.expert.user
    assert told.subject == "You hold a badge now: Evals, level 2"
    assert told.url == f"/badges/{badge.public_id}/"
    assert Mail.objects.filter(subject=told.subject).count() == 1


def test_a_lower_level_than_applied_for_may_be_granted(case, rhea, judged):
    assert reviews.grant(case, level=1, judgement=judged(case, 3), by=rhea, at=NOON).level == 1


def test_a_higher_level_may_not(case, rhea, judged):
    with pytest.raises(LevelNotAppliedFor):
        reviews.grant(case, level=3, judgement=judged(case, 5), by=rhea, at=NOON)

    assert_nothing_happened(case)


# The test rubric: means of 2, 3 and 4 for levels 1, 2 and 3, and no score below 2.
@pytest.mark.parametrize(
    ("points", "passes"),
    [
        ([3, 3, 3, 3, 3], True),
        ([2, 3, 3, 3, 4], True),
        ([3, 3, 3, 3, 2], False),
        ([5, 5, 5, 5, 1], False),
        ([0, 0, 0, 0, 0], False),
    ],
)
def test_the_rule_decides_at_its_edge(case, rhea, judged, points, passes):
    criteria = case.rubric.criteria.all()
    marks = [Mark(criterion, each) for criterion, each in zip(criteria, points, strict=True)]
    judgement = replace(judged(case), marks=marks)

    if passes:
        assert reviews.grant(case, level=2, judgement=judgement, by=rhea, at=NOON).level == 2
        return
    with pytest.raises(BelowTheRule):
        reviews.grant(case, level=2, judgement=judgement, by=rhea, at=NOON)
    assert_nothing_happened(case)


def test_every_criterion_needs_a_score(case, rhea, judged):
    judgement = judged(case)

    for marks in (judgement.marks[1:], [*judgement.marks[1:], judgement.marks[1]], []):
        with pytest.raises(CriterionWithoutScore):
            reviews.grant(
                case, level=2, judgement=replace(judgement, marks=marks), by=rhea, at=NOON
            )
    assert_nothing_happened(case)


def test_a_criterion_of_another_rubric_does_not_count(case, rhea, judged):
    other = factories.rubric(factories.skill("other", is_badgeable=False))
    foreign = [Mark(criterion, 5) for criterion in other.criteria.all()]
    judgement = replace(judged(case), marks=foreign)

    with pytest.raises(CriterionWithoutScore):
        reviews.grant(case, level=2, judgement=judgement, by=rhea, at=NOON)


def test_it_replaces_a_lower_badge_in_the_same_skill(case, rhea, judged):
    lower = factories.badge(case.expert, case.skill, level=1)
    other = factories.badge(case.expert, factories.skill("rag"), level=1)

    reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    lower.refresh_from_db()
    other.refresh_from_db()
    assert (lower.status, other.status) == ("superseded", "active")
    assert Badge.objects.valid().filter(skill=case.skill).get().level == 2


def test_what_is_proven_already_is_refused_whole(case, rhea, judged):
    factories.badge(case.expert, case.skill, level=2)

    with pytest.raises(AlreadyProven):
        reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    assert_nothing_happened(case)


@pytest.mark.parametrize("who", ["ines", "mallory", "grace", "superuser"])
def test_only_the_reviewer_who_has_the_case_decides(case, ines, mallory, judged, who):
    ines.is_superuser = who == "superuser"
    others = {"ines": ines, "superuser": ines, "mallory": mallory, "grace": case.expert.user}

    with pytest.raises(PermissionDenied):
        reviews.grant(case, level=2, judgement=judged(case), by=others[who], at=NOON)

    assert_nothing_happened(case)


def test_a_reviewer_who_became_the_applicant_is_refused(case, rhea, judged):
    Expert.objects.filter(pk=case.expert.pk).update(user=rhea)

    mine = Application.objects.get(pk=case.pk)

    with pytest.raises(PermissionDenied):
        reviews.grant(mine, level=2, judgement=judged(case), by=rhea, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_issue_one_badge(at_once, case, rhea, judged):
    def grant():
        row = Application.objects.get(pk=case.pk)
        return reviews.grant(row, level=2, judgement=judged(row), by=rhea, at=NOON)

    outcomes = at_once(grant, grant)

    assert Badge.objects.count() == Review.objects.count() == 1
    assert [type(each) for each in outcomes].count(IllegalMove) == 1
    assert Notification.objects.filter(key__endswith=":issued").count() == 1


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2030, 1, 31), 1, date(2030, 2, 28)),
        (date(2030, 11, 30), 3, date(2031, 2, 28)),
        (date(2030, 12, 1), 12, date(2031, 12, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_are_those_of_the_calendar(day, months, then):
    assert months_after(day, months) == then


def assert_nothing_happened(case: Application) -> None:
    case.refresh_from_db()
    assert (case.status, case.decided_at) == ("reviewing", None)
    assert not case.reviews.given().exists()
    assert not Badge.objects.filter(application=case).exists()
    assert not Notification.objects.filter(key__contains="issued").exists()
