"""Lapsing: a badge counts through its last day, and its holder is told once."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Notification
from experts import tasks
from experts.models import Badge, Evidence, Expert
from experts.services import ageing
from tests import factories
from tests.laid import laid

LAST_DAY = date(2030, 6, 30)


@laid
def badge(grace):
    return factories.badge(grace, factories.skill("evals"), valid_until=LAST_DAY)


def test_it_counts_through_its_last_day(badge):
    ageing.age_due(at=datetime(2030, 6, 30, 23, 59, tzinfo=UTC))

    badge.refresh_from_db()
    assert badge.is_valid


def test_the_day_after_it_is_over(badge):
    assert ageing.age_due(at=datetime(2030, 7, 1, 0, 0, tzinfo=UTC)) == 1

    badge.refresh_from_db()
    assert badge.status == "lapsed"
    assert not Expert.objects.vetted().exists()


def test_the_holder_is_told_once_however_often_it_runs(badge):
    for _ in range(3):
        ageing.age_due(at=datetime(2030, 7, 1, 0, 0, tzinfo=UTC))

    told = Notification.objects.get()
    assert (told.user, told.subject) == (
        badge.expert.user,
        "Your badge has lapsed: Evals, level 2",
    )


def test_its_evidence_is_no_longer_everyones(badge, mallory):
    assert Evidence.objects.visible_to(mallory).count() == 2

    ageing.age_due(at=datetime(2030, 7, 1, 0, 0, tzinfo=UTC))

    assert not Evidence.objects.visible_to(mallory).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_lapse_it_once(at_once, badge):
    def sweep():
        return ageing.age_due(at=datetime(2030, 7, 1, tzinfo=UTC))

    assert sorted(at_once(sweep, sweep)) in ([0, 1], [1, 0])
    assert badge.history.filter(verb="lapse").count() == 1
    assert Notification.objects.count() == 1


def test_the_task_sweeps(badge):
    Badge.objects.update(valid_until=date(2020, 1, 1), full_term_until=date(2020, 1, 1))

    tasks.age_badges()

    assert Badge.objects.get().status == "lapsed"
