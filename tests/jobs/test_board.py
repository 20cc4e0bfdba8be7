"""Who finds which job, and by what they search."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from jobs import selectors
from jobs.job_board import Board
from jobs.models import Job, Match
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON


def hide(job, visibility):
    Job.objects.filter(pk=job.pk).update(visibility=visibility)


def sees(user, job):
    return Job.objects.visible_to(user).filter(pk=job.pk).exists()


def test_a_public_job_is_seen_by_all(job, mallory):
    assert sees(AnonymousUser(), job)
    assert sees(mallory, job)


def test_a_members_job_is_seen_by_the_signed_in(job, mallory):
    hide(job, Job.Visibility.MEMBERS)

    assert not sees(AnonymousUser(), job)
    assert sees(mallory, job)


def test_an_invitation_is_seen_by_the_client_and_those_it_was_sent_to(job, mallory, ada, acme):
    hide(job, Job.Visibility.INVITED)
    assert sees(acme, job)
    assert not sees(ada, job)

    Match.objects.create(job=job, expert=ada.expert, score=1, algorithm="x", created_at=NOON)

    assert sees(ada, job)
    assert not sees(mallory, job)


def test_whoever_proposed_still_sees_the_job(proposal, ada, mallory):
    hide(proposal.job, Job.Visibility.INVITED)

    assert sees(ada, proposal.job)
    assert not sees(mallory, proposal.job)


@pytest.mark.parametrize("status", ["draft", "removed"])
def test_what_is_not_published_is_seen_by_its_client_only(job, acme, ada, status):
    Match.objects.create(job=job, expert=ada.expert, score=1, algorithm="x", created_at=NOON)
    Job.objects.filter(pk=job.pk).update(status=status)

    assert sees(acme, job)
    assert not sees(ada, job)
    assert not sees(AnonymousUser(), job)


def test_a_job_is_found_once_however_many_ways_lead_to_it(proposal, ada, acme):
    Match.objects.create(
        job=proposal.job, expert=ada.expert, score=1, algorithm="x", created_at=NOON
    )

    assert Job.objects.visible_to(ada).count() == 1
    assert Job.objects.visible_to(acme).count() == 1


# --- Searching


def found(**asked) -> int:
    board = Board(AnonymousUser(), asked, None)
    assert board.total == len(board.page(50).jobs)
    return board.total


def test_every_word_has_to_occur_or_to_name_a_skill_it_asks_for(job):
    assert found(q="MANUALS silent") == 1
    assert found(q="manuals cooking") == 0
    assert found(q="answering manual") == 1, "as the dictionary bends them"
    assert found(q="rag") == 1, "a must-have, though no word of the text"
    assert found(q="100%_ & | !") == 0
    assert found(q="the") == 0


def test_a_mistyped_word_is_corrected_and_said(client, job):
    factories.skill("evals")
    Job.objects.update(scope="Build evals.")

    page = client.get("/jobs/", {"q": "evlas"}).text

    assert "No job fits “evlas”. These fit “evals”." in page
    assert job.title in page


def test_each_choice_says_how_many_it_would_show(client, job, acme):
    other = factories.job(job.organisation, use_case=factories.use_case("another-kind"))
    other.skills.create(skill=factories.skill("evals"), is_must=True, level=1)

    board = Board(AnonymousUser(), {"use_case": job.use_case, "q": "manuals"}, None)

    assert board.total == 1
    assert board.counts["use_case"] == {job.use_case.slug: 1, "another-kind": 1}
    assert board.counts["skills"] == {"rag": 1}
    page = client.get("/jobs/", {"skills": "evals"}).text
    assert "Rag (1)" in page
    assert f"{job.use_case.name} (0)" in page


def test_pages_follow_each_other_without_a_gap(client, job, django_assert_max_num_queries):
    for _ in range(4):
        factories.job(job.organisation)
    board = Board(AnonymousUser(), {}, None)
    seen, after = [], ""
    while True:
        page = board.page(2, after)
        seen += [each.pk for each in page.jobs]
        if not (after := page.after):
            break

    assert seen == sorted(Job.objects.values_list("pk", flat=True), reverse=True)
    with django_assert_max_num_queries(12):
        client.get("/jobs/", {"q": "manuals rag", "skills": "rag"})


def test_skills_budget_and_data_narrow_it(job):
    anyone, evals = AnonymousUser(), factories.skill("evals")
    rag = factories.skill("rag")

    assert selectors.narrowed(anyone, skills=[rag, evals]).exists()
    assert not selectors.narrowed(anyone, skills=[evals]).exists()
    assert selectors.narrowed(anyone, budget=Money(22_000_00, "usd")).exists()
    assert not selectors.narrowed(anyone, budget=Money(22_000_01, "usd")).exists()
    assert not selectors.narrowed(anyone, sensitivity=Job.Sensitivity.HEALTH).exists()


def test_kind_of_work_shared_hours_and_age_narrow_it(client, job):
    Job.objects.update(time_zone="Asia/Tokyo", published_at=timezone.now() - timedelta(days=3))
    kind = job.use_case.slug
    other = factories.use_case("another-kind").slug

    def finds(**query):
        page = client.get("/jobs/", query).text
        assert ("1 open job" in page) == (job.title in page)
        return job.title in page

    assert (finds(use_case=kind), finds(use_case=other)) == (True, False)
    assert (finds(days=7), finds(days=1)) == (True, False)
    assert (finds(hours=2, q=""), finds()) == (False, True), "Tokyo's day is over at 08:00 UTC"
    Job.objects.update(time_zone="Europe/London")
    assert finds(hours=6)
    assert "?use_case=" in client.get("/jobs/", {"use_case": kind, "days": 7}).text


def test_fits_me_asks_for_every_must_have_at_its_level_and_for_the_rate(job, expert):
    anyone = AnonymousUser()
    assert selectors.narrowed(anyone, fits=expert).exists()

    Job.objects.update(max_rate_minor=expert.rate_minor - 1)
    assert not selectors.narrowed(anyone, fits=expert).exists()
    Job.objects.update(max_rate_minor=expert.rate_minor)
    assert selectors.narrowed(anyone, fits=expert).exists()

    job.skills.create(skill=factories.skill("evals"), is_must=True, level=1)
    assert not selectors.narrowed(anyone, fits=expert).exists()


def test_the_page_filters_and_says_by_what(client, job):
    page = client.get("/jobs/", {"skills": "rag", "budget": "20,000", "q": "manuals"})

    assert "1 open job" in page.text
    assert "$20,000 or more" in page.text
    assert "?skills=rag&amp;q=manuals" in page.text, "the budget's tag removes only itself"


def test_htmx_gets_the_results_alone(client, job):
    part = client.get("/jobs/", headers={"HX-Request": "true"})

    assert "<html" not in part.text
    assert job.title in part.text
    assert "HX-Request" in part["Vary"]


def test_nothing_found_keeps_the_way_back(client, job):
    page = client.get("/jobs/", {"q": "cooking"})

    assert "No job fits this search" in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * 10_000},
        {"q": "nul \x00"},
        {"budget": "1e3"},
        {"budget": "-1"},
        {"budget": "9" * 40},
        {"skills": ["nobody", "\x00"]},
        {"sensitivity": "secret"},
        {"page": "9999999999"},
        {"after": "x"},
        {"after": "2030-01-01T00:00:00Z_\x00"},
        {"after": "2030-13-01T00:00:00Z_job"},
        {"use_case": "no\x00thing"},
        {"hours": "99"},
        {"days": "-1"},
        {"fits": "on"},
    ],
)
def test_what_cannot_be_read_is_left_out(client, job, query):
    answer = client.get("/jobs/", query)

    assert answer.status_code == 200
    assert job.title in answer.text


@pytest.mark.parametrize(
    ("answers", "band"),
    [
        (0, "No proposals yet"),
        (1, "1 to 4"),
        (4, "1 to 4"),
        (5, "5 to 10"),
        (11, "11 to 20"),
        (21, "More than 20"),
    ],
)
def test_activity_is_told_in_bands(answers, band):
    assert str(selectors.activity(answers)).startswith(band)
