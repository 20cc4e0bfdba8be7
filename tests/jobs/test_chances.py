"""An expert sees what came of the jobs that fitted, and their place beside the others by factor."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jobs.models import Match
from jobs.selectors import chances as reads
from tests import factories
from tests.conftest import NOON

DAY = timedelta(days=1)
VALUES = {"skill": "RAG", "level": 2}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the page too."""
    monkeypatch.setattr("jobs.views.chances.now", lambda: NOON)


def match(job, expert, at=NOON, **points) -> Match:
    reasons = [
        {"code": code, "points": given, "most": 10, "values": VALUES}
        for code, given in points.items()
    ]
    return Match.objects.create(
        job=job, expert=expert, score=50, reasons=reasons, algorithm="a", created_at=at
    )


@pytest.fixture
def others():
    """Eleven other experts."""
    return [factories.expert(factories.user(f"Other {number}")) for number in range(11)]


def places(expert):
    return {str(row.factor): row.percent for row in reads.chances(expert, at=NOON).places}


def test_the_steps_of_ninety_days(organisation, expert):
    jobs = [factories.job(organisation) for _ in range(5)]
    for job in jobs[:4]:
        match(job, expert)
    match(jobs[4], expert, at=NOON - 91 * DAY)
    factories.proposal(jobs[0], expert, submitted_at=NOON, viewed_at=NOON, status="hired")
    factories.proposal(jobs[1], expert, submitted_at=NOON, viewed_at=NOON)
    factories.proposal(jobs[2], expert, submitted_at=NOON, viewed_at=None)
    factories.proposal(jobs[3], expert, submitted_at=NOON - 91 * DAY, viewed_at=NOON)

    steps = reads.chances(expert, at=NOON).steps

    assert [(step.count, step.percent) for step in steps] == [
        (4, None),
        (3, None),
        (2, 67),
        (1, 50),
    ]


def test_a_place_is_among_those_whom_the_same_jobs_fitted(job, expert, others):
    match(job, expert, must=8, rate=5)
    for number, other in enumerate(others):
        match(job, other, must=number, rate=5)
    elsewhere = factories.job(job.organisation)
    match(elsewhere, others[0], must=10)

    # Eight have fewer, one as many; of the rate all have the same.
    assert places(expert) == {"Must-have skills": 77, "Rate within the limit": 50}


def test_two_codes_of_one_factor_are_compared_and_who_has_no_reason_has_no_points(
    job, expert, others
):
    match(job, expert, any_rate=10)
    for other in others:
        match(job, other, rate=4, recent=7)

    assert places(expert) == {"Recent evidence": 0, "Rate within the limit": 100}


def test_too_few_comparisons_say_nothing(job, expert, others):
    for row in (expert, *others[:9]):
        match(job, row, must=5)

    assert places(expert) == {}


def test_the_page_shows_both_and_is_the_experts_alone(client, job, expert, others, acme):
    for row in (expert, *others):
        match(job, row, must=5)
    client.force_login(expert.user)
    assert reverse("jobs:chances") in client.get(reverse("jobs:matches")).text

    page = client.get(reverse("jobs:chances")).text

    assert "Must-have skills" in page
    assert "50%" in page
    client.force_login(acme)
    assert client.get(reverse("jobs:chances")).status_code == 302


def test_an_empty_page_says_what_comes_next(client, ada):
    client.force_login(ada)

    assert "Nothing to count yet" in client.get(reverse("jobs:chances")).text


def test_it_asks_no_more_for_more(client, organisation, expert, others, django_assert_num_queries):
    for _ in range(20):
        job = factories.job(organisation)
        for row in (expert, *others):
            match(job, row, must=5)

    with django_assert_num_queries(3):
        reads.chances(expert, at=NOON)
