"""Who finds which job, and by what they search."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from experts.directory import Choice
from jobs import selectors
from jobs.job_board import Board, Wider
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


def ask(user=None, expert=None, **asked) -> Board:
    return Board(user or AnonymousUser(), asked, expert, at=timezone.now())


def found(**asked) -> int:
    board = ask(**asked)
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

    board = ask(use_case=job.use_case, q="manuals")

    assert board.total == 1
    assert board.counts["use_case"] == {job.use_case.slug: 1, "another-kind": 1}
    assert board.counts["skills"] == {"rag": 1}
    facets = client.get("/jobs/", {"skills": "evals"}).context["facets"]
    assert facets["skills"] == [
        Choice("evals", "Evals", 1, is_on=True),
        Choice("rag", "Rag", 1, is_on=False),
    ]
    assert Choice(job.use_case.slug, job.use_case.name, 0, is_on=False) in facets["use_case"]


def test_age_shared_hours_language_and_budget_are_counted_too(job):
    Job.objects.update(
        time_zone="Asia/Tokyo", published_at=timezone.now() - timedelta(days=3), languages=["de"]
    )
    factories.job(job.organisation, languages=["de", "en"], time_zone="Europe/London")
    Job.objects.exclude(pk=job.pk).update(published_at=timezone.now(), budget_max_minor=900_00)

    counts = ask(days=1, hours=6, language="en", budget=Money(500_00, "usd")).counts

    assert counts["days"] == {"1": 1, "7": 1, "30": 1}
    assert ask().counts["days"] == {"1": 1, "7": 2, "30": 2}
    assert ask(days=7).counts["hours"] == {"2": 1, "4": 1, "6": 1}, "Tokyo sleeps by then"
    assert ask().counts["language"] == {"de": 2, "en": 1}
    assert ask().budgets == [0, 1, 0, 0, 0, 0, 1, 0, 0], "of $900 and of $22,000"
    assert ask(budget=Money(10_000_00, "usd")).budgets == ask().budgets
    assert ask(budget=Money(10_000_00, "usd")).first_budget == 5


def test_the_budgets_that_fit_stand_out_in_the_histogram(client, job):
    for asked, bars in (({}, 9), ({"budget": "10,000"}, 4)):
        assert client.get("/jobs/", asked).text.count('<svg class="on"') == bars


def test_an_expert_reads_how_many_jobs_fit(client, job, expert):
    hard = factories.job(job.organisation)
    hard.skills.create(skill=factories.skill("evals"), is_must=True, level=1)

    assert ask(expert.user, expert).counts["fits"] == {"on": 1}
    assert ask(expert.user, expert, fits=True).total == 1
    assert ask(fits=True).total == 2, "nobody in particular"
    assert "Fits me" not in client.get("/jobs/", {"fits": "on", "q": "manuals"}).text
    client.force_login(expert.user)
    assert 'id="fits" name="fits" value="on">' in client.get("/jobs/").text
    assert "Fits me" in client.get("/jobs/", {"fits": "on"}).text


@pytest.mark.parametrize("sort", ["", "newest", "budget", "fit"])
def test_pages_follow_each_other_without_a_gap(job, expert, sort):
    for number in range(5):
        row = factories.job(job.organisation)
        Job.objects.filter(pk=row.pk).update(budget_max_minor=10_000_00 * (number % 2 + 3))
        if number % 2:
            Match.objects.create(
                job=row, expert=expert, score=50 + number, algorithm="x", created_at=NOON
            )
    board = ask(expert.user, expert, sort=sort)
    whole, seen, after = board.page(50).jobs, [], ""
    while True:
        page = board.page(2, after)
        seen += [each.pk for each in page.jobs]
        if not (after := page.after):
            break

    assert seen == [each.pk for each in whole]
    assert len(set(seen)) == 6
    ranks = [each.rank for each in whole]
    assert ranks == sorted(ranks, reverse=True)


def test_the_order_is_chosen_and_kept(client, job):
    dear = factories.job(job.organisation, title="Dear")
    Job.objects.filter(pk=dear.pk).update(
        budget_max_minor=90_000_00, published_at=timezone.now() - timedelta(days=9)
    )

    page = client.get("/jobs/", {"sort": "budget", "skills": "rag", "days": 30}).text

    assert '"?days=30&amp;sort=budget"' in page, "the skill's tag removes only itself"
    page = client.get("/jobs/", {"sort": "budget"}).text
    assert page.index("Dear") < page.index(job.title)
    assert "Best match for you" not in page, "which has a meaning to experts alone"


@pytest.mark.parametrize(("is_expert", "most"), [(False, 12), (True, 13)])
def test_a_page_takes_a_bounded_number_of_queries(
    client, job, expert, django_assert_max_num_queries, is_expert, most
):
    if is_expert:
        client.force_login(expert.user)
        client.get("/fees/")  # which notes where they are signed in
    asked = {"q": "manuals rag", "skills": "rag", "language": "en", "days": 30, "hours": 2}
    asked |= {"sort": "fit", "fits": "on"}
    with django_assert_max_num_queries(most):
        client.get("/jobs/", asked)
    with django_assert_max_num_queries(most):
        client.get("/jobs/", asked | {"budget": "90,000"})


def test_the_title_says_what_is_asked(client, job):
    asked = {"skills": "rag", "use_case": job.use_case.slug, "q": "manuals"}

    page = client.get("/jobs/", asked).text

    kind = f"<mark>{job.use_case.name}</mark>"
    assert f"1 open job for {kind} and <mark>Rag</mark> and <mark>manuals</mark></h1>" in page
    assert "1 open job, each with its budget and checks</h1>" in client.get("/jobs/").text


def test_the_words_are_marked_where_they_stand(client, job):
    Job.objects.update(title="Manuals <b>", scope=f"{'Far away. ' * 40}Our manual is <i>long</i>.")

    page = client.get("/jobs/", {"q": "manuals"}).text

    assert "<mark>Manuals</mark> &lt;b&gt;</a>" in page
    assert "…away. Far" in page
    assert "Our <mark>manual</mark> is &lt;i&gt;long&lt;/i&gt;." in page


def test_nothing_found_names_the_filter_that_costs_most(client, job):
    factories.job(job.organisation, languages=["de"], scope="Other.")
    asked = {"q": "manuals", "language": "fr", "budget": "20,000"}

    page = client.get("/jobs/", asked).text

    assert ask(q="manuals", language="fr").wider == Wider("language", 1)
    assert '<a href="?q=manuals&amp;budget=20%2C000">1 without “French”</a>' in page
    assert "/jobs/searches/?q=manuals" in page
    assert ask().wider is None
    assert ask(language="fr", sensitivity="health").wider is None, "no single one helps"


def test_beyond_the_last_page_there_are_no_more(client, job):
    page = client.get("/jobs/", {"after": "1999-01-01T00:00:00+00:00_job_000000000000"}).text

    assert "There are no more." in page
    assert "1 open job" in page


def test_words_alone_can_be_saved_and_told_of(client, job, expert):
    client.force_login(expert.user)

    page = client.get("/jobs/", {"q": "manuals"}).text

    assert '"/jobs/searches/?q=manuals&amp;"' in page
    assert f'"{reverse("jobs:new-alert")}?q=manuals&amp;"' in page
    assert "searches/?sort" not in client.get("/jobs/", {"sort": "budget"}).text


def test_the_api_answers_as_the_board_does(client, job):
    factories.skill("evals")
    Job.objects.update(scope="Build evals.")
    factories.job(job.organisation, title="Other")

    found = client.get("/api/v1/jobs/search/?q=evlas&sort=budget&budget=500").json()

    assert [row["title"] for row in found["results"]] == [job.title]
    assert (found["total"], found["meant"], found["after"]) == (1, "evals", "")
    assert {"value": "rag", "name": "Rag", "count": 1} in found["facets"]["skills"]
    assert found["facets"]["days"][-1]["count"] == 1
    assert found["budgets"] == [0, 0, 0, 0, 0, 0, 1, 0, 0]
    assert client.get("/api/v1/jobs/search/?budget=lots").status_code == 400


@pytest.mark.parametrize("sort", ["newest", "budget"])
def test_the_api_pages_by_keys(client, job, monkeypatch, sort):
    """As a program does that puts the key behind the address as it got it."""
    monkeypatch.setattr("jobs.api.jobs.PER_PAGE", 1)
    factories.job(job.organisation, title="Other")
    address = f"/api/v1/jobs/search/?sort={sort}"

    first = client.get(address).json()
    rest = client.get(f"{address}&after={first['after']}").json()

    assert {row["title"] for row in (*first["results"], *rest["results"])} == {job.title, "Other"}
    assert rest["after"] == ""


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

    assert "No job fits all of this" in page.text


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
        {"sort": "paid", "after": "9" * 40 + "_job"},
        {"sort": "budget", "after": "9" * 40 + "_job_000000000000"},
        {"sort": "budget", "after": "-_job_000000000000"},
    ],
)
def test_what_cannot_be_read_is_left_out(client, job, query):
    answer = client.get("/jobs/", query)

    assert answer.status_code == 200
    assert job.title in answer.text


@pytest.mark.parametrize(
    ("after", "is_listed"), [("9" * 15 + "_x", True), ("1_x", True), ("-1_x", False)]
)
def test_a_page_begins_after_a_score_whatever_the_number(client, job, expert, after, is_listed):
    """A job that no match found for the expert stands at -1, behind all scores."""
    client.force_login(expert.user)

    answer = client.get("/jobs/", {"sort": "fit", "after": after})

    assert answer.status_code == 200
    assert (job.title in answer.text) == is_listed


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
