"""A published job finds the experts it fits and tells each of them once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Mail, Membership, Notification, User
from experts.models import Badge, Expert
from jobs import tasks
from jobs.models import Job, Match
from jobs.services import alerts, briefs, matching
from tests import factories
from tests.conftest import NOON
from tests.jobs import written


def told(user):
    return Notification.objects.filter(user=user, key__startswith="match:")


def match(job, at=NOON):
    """Find the experts and tell those who are to hear at once."""
    found = matching.match(job.pk, at=at)
    alerts.tell_due(at=at)
    return found


def test_an_expert_it_fits_is_told_with_the_reasons(job, ada):
    assert match(job) == 1

    row = Match.objects.get()
    assert (row.expert, row.algorithm) == (ada.expert, "2026-11-c")
    assert row.score == sum(reason["points"] for reason in row.reasons)
    notice = told(ada).get()
    assert "Rag level 3" in notice.body
    assert "shared hours" in notice.body
    assert notice.url == f"/jobs/{job.public_id}/"
    mail = Mail.objects.get(to=ada.email)
    assert "Rag level 3" in mail.text
    assert Job.objects.get().matched_at == NOON


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Badge, {"status": Badge.Status.LAPSED}),
        (Badge, {"level": 1}),
        (Expert, {"is_open": False}),
        (Expert, {"rate_minor": 160_01}),
        (Job, {"time_zone": "Asia/Tokyo", "shared_hours": 1}),
        (Job, {"languages": ["de", "fr"]}),
        (User, {"is_active": False}),
        (User, {"time_zone": "Mars/Olympus"}),
        (User, {"standing": "limited"}),
    ],
    ids=[
        "lapsed",
        "level",
        "not open",
        "rate",
        "hours",
        "language",
        "inactive",
        "no such zone",
        "limited",
    ],
)
def test_whom_it_does_not_fit_hears_nothing(job, ada, model, change):
    Job.objects.update(max_rate_minor=160_00)
    model.objects.update(**change)

    assert match(job) == 0
    assert not Match.objects.exists()
    assert not Notification.objects.exists()
    assert Job.objects.get().matched_at == NOON, "it was looked for, and nobody was found"


def test_who_names_no_language_is_not_shut_out_for_it(job, ada):
    Job.objects.update(languages=["de", "fr"])
    Expert.objects.update(languages=[])

    assert match(job) == 1


def test_the_clients_own_people_hear_nothing(job, ada, organisation):
    Membership.objects.create(
        organisation=organisation, user=ada, role=Membership.Role.VIEWER, created_at=NOON
    )

    assert match(job) == 0


@pytest.mark.parametrize("status", ["draft", "paused", "filled", "closed", "removed"])
def test_a_job_that_is_not_open_is_told_to_nobody(job, ada, status):
    Job.objects.update(status=status)

    assert match(job) == 0
    assert not Notification.objects.exists()
    assert Job.objects.get().matched_at is None


def test_the_best_comes_first_and_ties_in_the_order_they_joined(job, ada):
    rag = factories.skill("rag")
    for name, level in (("Bo", 2), ("Cy", 3), ("Di", 3)):
        factories.badge(factories.expert(factories.user(name)), rag, level=level)

    match(job)

    found = Match.objects.order_by("-score", "pk")
    assert [row.expert.name for row in found] == ["Ada Okonkwo", "Cy", "Di", "Bo"]


def test_matching_again_tells_nobody_again(job, ada):
    match(job)

    assert match(job) == 0
    assert told(ada).count() == 1


def test_a_changed_job_is_told_to_those_who_fit_only_now(job, ada, acme):
    match(job)
    bo = factories.user("Bo")
    factories.badge(factories.expert(bo), factories.skill("rag"), level=2)

    briefs.set_terms(job, **written.terms(max_rate=None, shared_hours=0), by=acme, at=NOON)
    match(job, at=NOON + timedelta(hours=1))

    assert told(ada).count() == 1
    assert told(bo).count() == 1
    assert Mail.objects.filter(to=ada.email).count() == 1


def test_it_asks_the_same_few_questions_for_many_experts(job, django_assert_max_num_queries):
    rag = factories.skill("rag")
    for number in range(30):
        factories.badge(factories.expert(factories.user(f"Expert {number}")), rag, level=2)

    with django_assert_max_num_queries(24):
        assert match(job) == 30


def test_the_sweep_finds_what_a_lost_message_left(
    job, ada, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(tasks.match_job, "apply_async", lambda **m: sent.append(m["kwargs"]))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.match_waiting_jobs.run()
    assert sent == [{"job_pk": job.pk}]

    Job.objects.update(matched_at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.match_waiting_jobs.run()
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_expert_once(job, ada):
    bo = factories.user("Bo")
    factories.badge(factories.expert(bo), factories.skill("rag"), level=2)
    together, counts = threading.Barrier(2), []

    def work():
        together.wait()
        counts.append(match(job))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(counts) == [0, 2]
    assert Match.objects.count() == 2
    for user in (ada, bo):
        assert told(user).count() == 1
        assert Mail.objects.filter(to=user.email).count() == 1
