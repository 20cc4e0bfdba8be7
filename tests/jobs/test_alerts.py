"""An expert says what they want to hear of and how soon, and hears of each job once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Cadence, Kind, Mail, Notification
from jobs.models import Alert, Job, Match
from jobs.services import alerts, matching
from jobs.services.alerts import MOST_ALERTS, AlertNameTaken, Asked, TooManyAlerts
from tests import factories
from tests.conftest import NOON

PAGE = reverse("jobs:alerts")
DAY = timedelta(days=1)
# Noon is one o'clock in the afternoon in Lagos, on a Tuesday.
TOMORROW_AT_EIGHT = NOON + timedelta(hours=19)
MONDAY_AT_EIGHT = TOMORROW_AT_EIGHT + 5 * DAY


@pytest.fixture(autouse=True)
def in_lagos(ada):
    """Ada's day begins an hour before ours."""
    ada.time_zone = "Africa/Lagos"
    ada.save(update_fields=["time_zone"])


def told(user):
    return Notification.objects.filter(user=user, kind=Kind.MATCH).order_by("pk")


def publish(job, at=NOON):
    """Find whom the job fits and tell those who are to hear at once."""
    matching.match(job.pk, at=at)
    alerts.tell_due(at=at)


def another(job, title="Another", at=NOON):
    row = factories.job(job.organisation, title=title, shared_hours=0, budget_max_minor=1)
    for wish in job.skills.all():
        row.skills.create(skill=wish.skill, is_must=True, level=wish.level)
    publish(row, at)
    return row


def ask(ada, **asked):
    return alerts.edit_default(ada.expert, Asked(**asked), by=ada, at=NOON)


@pytest.mark.parametrize(
    ("cadence", "due_at"),
    [("now", NOON), ("daily", TOMORROW_AT_EIGHT), ("weekly", MONDAY_AT_EIGHT), ("off", None)],
)
def test_the_cadence_says_when(job, ada, cadence, due_at):
    ask(ada, cadence=cadence)

    publish(job)

    assert Match.objects.get().due_at == due_at
    assert told(ada).count() == (cadence == "now")
    if due_at:
        alerts.tell_due(at=due_at)
        alerts.tell_due(at=due_at + DAY)
        assert told(ada).count() == 1
        assert Mail.objects.filter(to=ada.email).count() == 1


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [
        ({"least_score": 100}, False),
        ({"least_score": 20}, True),
        ({"least_budget_minor": 22_000_01}, False),
        ({"least_budget_minor": 22_000_00}, True),
        ({"words": "manual silent"}, True),
        ({"words": "chess"}, False),
    ],
    ids=str,
)
def test_what_an_alert_does_not_let_pass_is_found_and_not_told(job, ada, asked, is_told):
    ask(ada, **asked)

    publish(job)

    assert told(ada).exists() == is_told
    assert Match.objects.get().fits, "its client may still invite"


def test_of_several_alerts_the_soonest_tells_once(job, ada):
    skill = factories.skill("evals")
    ask(ada, cadence=Cadence.WEEKLY)
    alerts.create(ada.expert, "Evals", Asked(wanted=[skill.pk]), by=ada, at=NOON)
    alerts.create(ada.expert, "Silence", Asked(words="silent"), by=ada, at=NOON)

    publish(job)
    alerts.tell_due(at=MONDAY_AT_EIGHT)

    assert told(ada).count() == 1
    assert Match.objects.get().told_at == NOON


def test_the_sixth_of_a_day_waits_for_the_digest_which_tells_all_in_one(job, ada):
    publish(job)
    for number in range(4):
        another(job, at=NOON + timedelta(minutes=number))
    assert told(ada).count() == 5

    for title in ("Sixth", "Seventh"):
        another(job, title, at=NOON + timedelta(hours=1))
    assert told(ada).count() == 5
    alerts.tell_due(at=TOMORROW_AT_EIGHT)

    last = told(ada).last()
    assert last.subject == "2 jobs that fit you, first: Sixth"
    assert "Seventh: Rag level 3" in last.body
    assert last.url == reverse("jobs:matches")
    assert not Match.objects.filter(told_at=None).exists()


def test_beyond_the_best_everybody_waits_for_the_digest(job, ada, monkeypatch):
    monkeypatch.setattr(matching, "MOST_TOLD", 1)
    bo = factories.user("Bo")
    factories.badge(factories.expert(bo), factories.skill("rag"), level=2)

    publish(job)

    assert told(ada).count() == 1
    assert not told(bo).exists()
    assert Match.objects.get(expert=bo.expert).due_at > NOON


@pytest.mark.parametrize("change", ["closed", "answered", "fits no more"])
def test_what_is_over_by_then_is_not_told(job, ada, change):
    ask(ada, cadence=Cadence.DAILY)
    publish(job)
    if change == "closed":
        Job.objects.update(status="closed")
    elif change == "answered":
        factories.proposal(job, ada.expert)
    else:
        Match.objects.update(fits=False)

    alerts.tell_due(at=TOMORROW_AT_EIGHT)

    assert not told(ada).exists()


def test_the_client_hears_at_once_how_many_it_could_invite(job, ada, acme):
    publish(job)

    notice = Notification.objects.get(user=acme)
    assert notice.subject.startswith("1 expert fits, invite them")
    assert notice.url == f"/client/jobs/{job.public_id}/invite/"
    assert not Mail.objects.filter(to=acme.email).exists()


def test_nobody_changes_those_of_another(ada, mallory):
    row = alerts.create(ada.expert, "Mine", Asked(), by=ada, at=NOON)

    for attempt in (
        lambda: alerts.create(ada.expert, "Theirs", Asked(), by=mallory, at=NOON),
        lambda: alerts.edit(row, "Theirs", Asked(), by=mallory),
        lambda: alerts.edit_default(ada.expert, Asked(), by=mallory, at=NOON),
        lambda: alerts.delete(row, by=mallory),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert [alert.name for alert in Alert.objects.all()] == ["Mine"]


def test_a_ninth_and_a_name_twice_are_refused(client, ada):
    for number in range(MOST_ALERTS):
        alerts.create(ada.expert, f"Alert {number}", Asked(), by=ada, at=NOON)
    with pytest.raises(TooManyAlerts):
        alerts.create(ada.expert, "One more", Asked(), by=ada, at=NOON)
    with pytest.raises(AlertNameTaken):
        alerts.edit(Alert.objects.get(name="Alert 0"), "Alert 1", Asked(), by=ada)

    client.force_login(ada)
    answer = client.post(PAGE + "new/", {"name": "One more", "cadence": "now"})
    assert answer.status_code == 422
    assert 'value="One more"' in answer.text
    assert "You have eight alerts" in answer.text


def test_the_pages_make_change_list_and_delete(client, ada, job, django_assert_max_num_queries):
    matching.match(job.pk, at=NOON)
    client.force_login(ada)
    begins = client.get(PAGE + "new/?q=manuals&skills=rag&budget=5000").text
    assert 'value="manuals"' in begins
    assert "5,000" in begins or "5000" in begins

    typed = {"name": "RAG", "skills": "rag", "words": "manuals", "budget": "5000", "score": "20"}
    said = client.post(PAGE + "new/", typed | {"cadence": "daily"}, follow=True).text
    assert "1 of the open jobs found for you passes it" in said
    row = Alert.objects.get()
    assert (row.least_budget_minor, row.least_score, row.cadence) == (5_000_00, 20, "daily")
    client.post(f"{PAGE}{row.public_id}/", typed | {"name": "Mine", "cadence": "weekly"})
    client.post(PAGE + "profile/", {"cadence": "off"})

    with django_assert_max_num_queries(12):
        page = client.get(PAGE).text
    for words in ("Mine", "Weekly", "Rag", "“manuals”", "$5,000", "a score of 20", "Never"):
        assert words in page
    client.post(f"{PAGE}{row.public_id}/delete/")
    assert [alert.is_default for alert in Alert.objects.all()] == [True]


@pytest.mark.parametrize(
    "typed",
    [{"name": ""}, {"cadence": "hourly"}, {"score": "101"}, {"words": "a\x00"}, {"skills": "no"}],
    ids=str,
)
def test_what_cannot_be_read_is_said_and_nothing_changes(client, ada, typed):
    client.force_login(ada)

    answer = client.post(PAGE + "new/", {"name": "Mine", "cadence": "now"} | typed)

    assert answer.status_code == 422
    assert not Alert.objects.exists()
