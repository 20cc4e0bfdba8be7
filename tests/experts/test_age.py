"""Ageing: a badge ends with its term or with its models, and its holder hears of it in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Notification
from experts.models import Badge, Expert
from experts.services import ageing, badges, registry
from experts.services.ageing import GRACE
from experts.services.badges import AlreadyProven
from tests import factories
from tests.laid import laid

FULL_TERM = date(2031, 1, 1)
SHUTDOWN = date(2030, 3, 1)
END = SHUTDOWN + GRACE


def noon_of(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


TODAY = date(2030, 1, 1)


@laid
def whisper(db):
    """A model that is deprecated and will be shut down in March."""
    return factories.release("whisper-1", lifecycle="deprecated", shutdown_on=SHUTDOWN)


@laid
def badge(grace):
    return factories.badge(grace, factories.skill("speech-to-text"), valid_until=FULL_TERM)


@laid
def on_whisper(badge, whisper):
    badge.application.built_on.add(whisper)
    return badge


def age(badge, on=TODAY):
    ageing.age_due(at=noon_of(on))
    badge.refresh_from_db()
    return badge.status, badge.valid_until


def subjects():
    return list(Notification.objects.order_by("pk").values_list("subject", flat=True))


def test_a_badge_that_needs_no_model_keeps_its_term(badge):
    assert age(badge) == ("active", FULL_TERM)


def test_a_model_without_an_end_leaves_the_term(badge):
    badge.application.built_on.add(factories.release("gpt-6-sol"))

    assert age(badge) == ("active", FULL_TERM)


def test_the_shutdown_of_its_only_model_ends_it_after_a_time_of_grace(on_whisper):
    assert age(on_whisper) == ("aging", END)


def test_one_model_that_stays_is_enough(on_whisper):
    on_whisper.application.built_on.add(factories.release("gpt-transcribe"))

    assert age(on_whisper) == ("active", FULL_TERM)


def test_of_several_that_go_the_last_one_counts(on_whisper):
    later = factories.release("tts-1", lifecycle="deprecated", shutdown_on=date(2030, 6, 1))
    on_whisper.application.built_on.add(later)

    assert age(on_whisper) == ("aging", date(2030, 6, 1) + GRACE)


def test_it_never_outlives_its_term(on_whisper):
    Badge.objects.update(full_term_until=date(2030, 5, 1))

    assert age(on_whisper) == ("aging", date(2030, 5, 1))


def test_the_holder_hears_what_takes_the_models_place(on_whisper, whisper):
    whisper.replacement = "gpt-transcribe"
    whisper.save()

    age(on_whisper)

    body = Notification.objects.get(key__contains=":ages:").body
    assert "whisper-1 shuts down on 1 March 2030. Ask for evidence on gpt-transcribe." in body
    assert "It counts until 30 May 2030." in body


def test_a_date_that_has_come_moves_the_model_on(badge):
    release = factories.release("gpt-5", deprecated_on=TODAY)
    badge.application.built_on.add(release)

    registry.advance(at=noon_of(TODAY - timedelta(days=1)))
    assert age(badge) == ("active", FULL_TERM)
    registry.advance(at=noon_of(TODAY))

    assert age(badge) == ("aging", FULL_TERM)
    change = release.changes.get()
    assert (change.columns, change.by) == ({"lifecycle": ["active", "deprecated"]}, None)


def test_a_reprieve_makes_it_valid_again(on_whisper, whisper):
    age(on_whisper)
    whisper.shutdown_on, whisper.lifecycle = None, "active"
    whisper.save()

    assert age(on_whisper) == ("active", FULL_TERM)
    assert subjects()[-1] == "Your badge now counts until 1 January 2031: Speech To Text, level 2"


def test_after_its_models_are_gone_it_leaves_search(on_whisper):
    age(on_whisper, on=END)
    assert Expert.objects.vetted().exists()

    assert age(on_whisper, on=END + timedelta(days=1)) == ("lapsed", END)
    assert not Expert.objects.vetted().exists()


@pytest.mark.parametrize(
    ("days_left", "said"), [(91, 0), (90, 1), (60, 1), (30, 2), (3, 2), (0, 3), (-1, 3)]
)
def test_the_holder_is_nudged_90_days_30_days_and_on_the_last_day(badge, days_left, said):
    for left in (91, 90, 60, 30, 3, 0, -1):
        if left >= days_left:
            for _twice in range(2):
                ageing.nudge_due(at=noon_of(FULL_TERM - timedelta(days=left)))

    assert Notification.objects.filter(key__contains=":ends-").count() == said


def test_a_nudge_that_was_late_is_sent_once_and_says_the_day(badge):
    ageing.nudge_due(at=noon_of(FULL_TERM - timedelta(days=20)))

    assert subjects() == ["Your badge ends on 1 January 2031: Speech To Text, level 2"]


def test_an_ageing_badge_is_renewed_by_a_new_one(on_whisper, rhea):
    age(on_whisper)
    again = factories.application(on_whisper.expert, on_whisper.skill)

    new = badges.issue(again, level=2, by=rhea, at=noon_of(TODAY))

    on_whisper.refresh_from_db()
    assert (on_whisper.status, new.status) == ("superseded", "active")


def test_a_fresh_one_is_not(badge, rhea):
    again = factories.application(badge.expert, badge.skill)

    with pytest.raises(AlreadyProven):
        badges.issue(again, level=2, by=rhea, at=noon_of(TODAY))

    assert Badge.objects.get() == badge


def test_the_plan_touches_no_badge_that_stays_as_it_is(badge, django_assert_num_queries):
    with django_assert_num_queries(1):
        plan = ageing.plan(on=TODAY)

    assert plan == ageing.Plan()


@pytest.mark.django_db(transaction=True)
def test_two_workers_age_it_once(at_once, on_whisper):
    def sweep():
        return ageing.age_due(at=noon_of(TODAY))

    assert sorted(at_once(sweep, sweep)) in ([0, 1], [1, 1])
    assert on_whisper.history.filter(verb="age").count() == 1
    assert len(subjects()) == 2
