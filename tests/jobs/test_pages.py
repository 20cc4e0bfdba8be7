"""Every page answers, says what it is about, and asks the database few questions."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jobs.models import Job, Match
from tests import factories
from tests.conftest import NOON


def page(client, name, *args, **query):
    return client.get(reverse(f"jobs:{name}", args=args), query)


def test_a_stranger_reads_the_board_and_a_job(client, job):
    board = page(client, "board")
    detail = page(client, "detail", job.public_id)

    assert job.title in board.text
    assert job.title in detail.text
    assert "Faithfulness" in detail.text
    assert "≥ 95%" in detail.text
    assert "Sign in to propose" in detail.text


@pytest.mark.parametrize("name", ["change-use-case", "edit-scope", "edit-budget", "preview"])
def test_the_client_reads_each_step_of_a_draft(client, acme, draft, name):
    client.force_login(acme)

    assert page(client, name, draft.public_id).status_code == 200


def test_the_second_step_says_which_clauses_each_choice_brings(client, acme, draft):
    Job.objects.update(use_case=factories.use_case("voice-agent"))
    client.force_login(acme)

    said = page(client, "edit-scope", draft.public_id).text

    assert "This use case brings a clause of its own" in said
    for words in ("Test data is made up", "Only for this work", "within the client&#x27;s systems"):
        assert words in said


@pytest.mark.parametrize("name", ["detail", "edit-scope", "edit-budget", "close"])
def test_the_client_reads_the_pages_of_an_open_job(client, acme, job, name):
    client.force_login(acme)

    assert page(client, name, job.public_id).status_code == 200


def test_the_client_reads_proposals_in_every_tab_and_one_of_them(client, acme, proposal):
    client.force_login(acme)

    for tab in ("all", "shortlisted", "archived", "nonsense"):
        assert (
            page(client, "received-proposals", proposal.job.public_id, tab=tab).status_code == 200
        )
    read = page(client, "proposal", proposal.public_id)
    assert "Ada Okonkwo" in read.text
    assert "$14,000.00" in read.text
    assert page(client, "decline", proposal.public_id).status_code == 200
    assert page(client, "client-jobs").status_code == 200


def test_an_expert_reads_which_gates_keep_a_job_from_them(client, ada, job, expert):
    Job.objects.filter(pk=job.pk).update(
        max_rate_minor=expert.rate_minor - 1_00, shared_hours=8, time_zone="Asia/Tokyo"
    )
    job.skills.create(skill=factories.skill("evals"), is_must=True, level=2)
    client.force_login(ada)

    said = page(client, "detail", job.public_id).text

    assert "Why it was not found for you" in said
    for gate in (
        "You have no valid badge for Evals at level 2.",
        "Your rate is above its limit of $",
        "You share 0 working hours with the client; the job asks for 8.",
    ):
        assert gate in said
    assert "for Rag at" not in said
    Match.objects.create(job=job, expert=expert, score=80, algorithm="x", created_at=NOON)
    assert "Why it was not found" not in page(client, "detail", job.public_id).text


@pytest.mark.parametrize("reader", ["a member", "of a paused job"])
def test_who_could_not_propose_is_told_of_no_gates(client, ada, proposal, organisation, reader):
    job = proposal.job
    Job.objects.filter(pk=job.pk).update(max_rate_minor=1_00)
    if reader == "a member":
        organisation.memberships.create(user=ada, role="viewer", created_at=NOON)
    else:
        Job.objects.filter(pk=job.pk).update(status=Job.Status.PAUSED)
    client.force_login(ada)

    answer = page(client, "detail", job.public_id)

    assert answer.context["gates"] == []
    assert "Why it was not found" not in answer.text


def test_the_expert_reads_their_proposals_and_matches(client, ada, proposal):
    Match.objects.create(
        job=proposal.job, expert=ada.expert, score=80, algorithm="x", created_at=NOON
    )
    client.force_login(ada)

    assert proposal.job.title in page(client, "proposals").text
    assert "You receive" in page(client, "proposal", proposal.public_id).text
    assert page(client, "matches").status_code == 200
    assert page(client, "propose", proposal.job.public_id).status_code == 302


def test_matches_are_listed_by_age_or_by_score(client, ada, job):
    better = factories.job(
        job.organisation, title="Better", published_at=NOON - timedelta(days=400)
    )
    for row, score in ((job, 60), (better, 90)):
        Match.objects.create(
            job=row, expert=ada.expert, score=score, algorithm="x", created_at=NOON
        )
    client.force_login(ada)

    newest, best = (page(client, "matches", **asked).text for asked in ({}, {"sort": "best"}))

    assert newest.index(job.title) < newest.index("Better")
    assert best.index("Better") < best.index(job.title)
    assert f'"{reverse("jobs:matches")}?sort=best"' in newest


def test_the_expert_reads_why_a_job_was_found(client, ada, job):
    reason = {"code": "must", "points": 30, "most": 40, "values": {"skill": "RAG", "level": 3}}
    Match.objects.create(
        job=job, expert=ada.expert, score=80, reasons=[reason], algorithm="x", created_at=NOON
    )
    client.force_login(ada)

    assert "RAG level 3" in page(client, "matches").text
    assert "You have 1 of 1" in page(client, "detail", job.public_id).text
    assert "RAG level 3" in page(client, "detail", job.public_id).text


def test_a_proposal_begins_with_the_plan_the_middle_of_the_budget_and_the_weeks(client, ada, job):
    client.force_login(ada)

    read = page(client, "propose", job.public_id).text

    assert 'value="Baseline"' in read
    assert 'value="7,000.00"' in read
    assert "$14,000.00" in read
    assert "$13,160.00" in read, "14,000 less 6%"


def test_pages_without_anything_say_what_to_do(client, acme, ada):
    assert "No open jobs yet" in page(client, "board").text
    client.force_login(acme)
    assert "No jobs yet" in page(client, "client-jobs").text
    client.force_login(ada)
    assert "No match is waiting" in page(client, "matches").text
    assert "No proposals yet" in page(client, "proposals").text


def test_a_removed_job_is_gone(client, job):
    Job.objects.filter(pk=job.pk).update(status=Job.Status.REMOVED)

    assert page(client, "detail", job.public_id).status_code == 404
