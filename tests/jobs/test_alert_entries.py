"""What a job is held against follows badges, profiles, people and alerts, whoever changes them."""

import threading

import pytest
from django.db import connection

from accounts.models import User
from experts.models import Badge, Expert
from jobs.models import Alert, AlertEntry
from jobs.services.matching import zone_code
from tests import factories
from tests.conftest import NOON

COLUMNS = (
    *(
        "expert_id",
        "skill_id",
        "level",
        "alert_id",
        "rate_minor",
        "zone",
        "proven",
        "signature",
        "wanted",
        "words",
    ),
    *("least_budget_minor", "least_score", "cadence"),
)


def drift():
    """Rows that are not as their sources say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM jobs_alert_entries_of(ARRAY(SELECT id FROM experts_expert))")
        return sorted(map(str, cursor.fetchall())), sorted(
            map(str, AlertEntry.objects.values_list(*COLUMNS))
        )


def alert(expert, **fields):
    return Alert.objects.create(**{"expert": expert, "name": "Mine", "created_at": NOON} | fields)


def test_each_change_is_followed(ada):
    rag, evals = factories.skill("rag"), factories.skill("evals")
    factories.badge(ada.expert, evals, level=1)
    row = AlertEntry.objects.get(skill=evals)
    assert row.proven == sorted([4 * evals.pk + 1, *(4 * rag.pk + level for level in (1, 2, 3))])

    mine = alert(ada.expert, words="manuals of pumps", wanted=[rag.pk], cadence="daily")
    assert set(AlertEntry.objects.values_list("skill", "cadence", "words")) == {
        *((skill.pk, None, None) for skill in (rag, evals)),
        *((skill.pk, "daily", "'manual' & 'pump'") for skill in (rag, evals)),
    }
    for change in (
        lambda: Expert.objects.update(rate_minor=99_00),
        lambda: User.objects.update(time_zone="Asia/Tokyo"),
        lambda: Badge.objects.filter(skill=evals).update(status="lapsed"),
        lambda: Alert.objects.update(is_default=True),
    ):
        change()
        made, kept = drift()
        assert made == kept
    assert AlertEntry.objects.count() == 1, "the own default instead of the unwritten one"
    assert AlertEntry.objects.get().zone == zone_code("Asia/Tokyo")
    mine.delete()
    assert AlertEntry.objects.get().cadence is None


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Expert, {"is_open": False}),
        (User, {"is_active": False}),
        (User, {"standing": "banned"}),
        (Badge, {"status": "revoked"}),
    ],
    ids=["closed", "inactive", "banned", "revoked"],
)
def test_who_takes_no_work_has_none(ada, model, change):
    assert AlertEntry.objects.count() == 1

    model.objects.update(**change)

    assert not AlertEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_parts_of_one_expert_that_change_at_once_are_all_followed(ada):
    together = threading.Barrier(3)

    def change(rows, **fields):
        together.wait()
        rows.update(**fields)
        connection.close()

    workers = [
        threading.Thread(target=change, args=(Badge.objects.all(),), kwargs={"level": 2}),
        threading.Thread(target=change, args=(Expert.objects.all(),), kwargs={"rate_minor": 1_00}),
        threading.Thread(target=change, args=(User.objects.all(),), kwargs={"time_zone": "UTC"}),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    made, kept = drift()
    assert made == kept
