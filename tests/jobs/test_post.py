"""A client posts a job: a draft from a template, filled in step by step."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from experts.services import catalogue
from jobs.models import Job, UseCase
from jobs.services import briefs, reviews, use_cases
from jobs.services.briefs import ChecksAreSettled, JobHasClosed, JobIsPublished
from jobs.services.jobs import BudgetIsMissing, ScopeIsMissing
from tests import factories
from tests.conftest import NOON
from tests.jobs import written

RAG = "rag-knowledge-assistant"


@pytest.fixture
def templates(db):
    catalogue.load(at=NOON, report=lambda _difference: None)
    use_cases.load()
    return UseCase.objects


def test_a_template_fills_in_the_draft(organisation, acme, templates):
    template = templates.get(slug=RAG)

    job = briefs.start(organisation, use_case=template, by=acme, at=NOON)

    assert job.status == Job.Status.DRAFT
    assert (job.title, job.scope) == (template.title_template, template.scope_template)
    assert job.checks.count() == len(template.checks)
    assert [row.skill.slug for row in job.musts] == ["rag", "evals"]
    assert sum(part.share_percent for part in job.plan.all()) == 100
    assert job.budget is None, "only the client knows it"


def test_a_template_fills_in_the_language_it_is_chosen_in(organisation, acme, templates):
    for template in templates.all():
        with translation.override("de"):
            job = briefs.start(organisation, use_case=template, by=acme, at=NOON)
        job.full_clean(exclude=["sketch"])
        for row in (*job.checks.all(), *job.plan.all()):
            row.full_clean()
        assert template.scope_template not in job.scope
        assert reviews.sketch(job) == [], "nobody's own words yet, whoever reads them"

    assert Job.objects.filter(title="Sprachassistent für eingehende Anrufe").exists()


def test_a_viewer_posts_nothing(organisation, viewer, templates):
    with pytest.raises(PermissionDenied):
        briefs.start(organisation, use_case=templates.get(slug=RAG), by=viewer, at=NOON)

    assert not Job.objects.exists()


def test_another_use_case_replaces_what_the_first_filled_in(organisation, acme, templates):
    job = briefs.start(organisation, use_case=templates.get(slug=RAG), by=acme, at=NOON)

    briefs.change_use_case(job, use_case=templates.get(slug="voice-agent"), by=acme)

    job.refresh_from_db()
    assert "realtime-voice" in [row.skill.slug for row in job.musts]
    assert job.title == templates.get(slug="voice-agent").title_template


def test_the_same_use_case_keeps_what_was_typed(organisation, acme, templates):
    job = briefs.start(organisation, use_case=templates.get(slug=RAG), by=acme, at=NOON)
    briefs.describe(job, **written.scope(job, title="My own words"), by=acme, at=NOON)

    briefs.change_use_case(job, use_case=templates.get(slug=RAG), by=acme)

    job.refresh_from_db()
    assert job.title == "My own words"


def test_a_published_job_keeps_its_use_case(job, acme):
    with pytest.raises(JobIsPublished):
        briefs.change_use_case(job, use_case=factories.use_case("other"), by=acme)


def test_a_description_is_kept(draft, acme):
    check = written.another_check()

    briefs.describe(draft, **written.scope(draft, title="New", checks=[check]), by=acme, at=NOON)

    draft.refresh_from_db()
    assert draft.title == "New"
    assert briefs.checks_of(draft) == [check]


def test_terms_are_kept(draft, acme):
    briefs.set_terms(draft, **written.terms(), by=acme, at=NOON)

    draft.refresh_from_db()
    assert [amount.minor for amount in draft.budget] == [6_000_00, 22_000_00]
    assert draft.max_rate.minor == 160_00
    assert (draft.weeks, draft.shared_hours, draft.time_zone) == (5, 2, "Europe/London")


def test_a_skill_asked_for_twice_is_a_must_have(draft, acme):
    wish = briefs.Wish(factories.skill("rag"), 1)

    briefs.describe(
        draft, **written.scope(draft, must_have=[wish], nice_to_have=[wish]), by=acme, at=NOON
    )

    assert draft.skills.get().is_must


def test_answered_checks_stay_as_they_are(proposal, acme):
    job = proposal.job

    with pytest.raises(ChecksAreSettled):
        briefs.describe(
            job, **written.scope(job, checks=[written.another_check()]), by=acme, at=NOON
        )

    assert job.checks.count() == 2


def test_the_rest_of_an_answered_job_may_change(proposal, acme):
    briefs.describe(proposal.job, **written.scope(proposal.job, title="Clearer"), by=acme, at=NOON)

    assert Job.objects.get(pk=proposal.job_id).title == "Clearer"
    assert proposal.answers.count() == 2


def test_changed_checks_take_the_answers_of_drafts_with_them(job, acme, expert):
    draft = factories.proposal(job, expert, status="draft", submitted_at=None)
    draft.answers.create(job_check=job.checks.first(), commits=True)

    briefs.describe(job, **written.scope(job, checks=[written.another_check()]), by=acme, at=NOON)

    assert not draft.answers.exists()


def test_a_published_job_stays_complete(job, acme):
    with pytest.raises(ScopeIsMissing):
        briefs.describe(job, **written.scope(job, title=""), by=acme, at=NOON)
    with pytest.raises(BudgetIsMissing):
        briefs.set_terms(job, **written.terms(budget_min=None, budget_max=None), by=acme, at=NOON)

    job.refresh_from_db()
    assert job.title
    assert job.budget


def test_a_change_to_an_open_job_asks_for_another_match(job, acme):
    Job.objects.filter(pk=job.pk).update(matched_at=NOON)

    briefs.set_terms(job, **written.terms(), by=acme, at=NOON)

    assert Job.objects.unmatched().filter(pk=job.pk).exists()


@pytest.mark.parametrize("status", ["filled", "closed", "removed"])
def test_a_job_that_is_over_does_not_change(job, acme, status):
    Job.objects.filter(pk=job.pk).update(status=status)

    with pytest.raises(JobHasClosed):
        briefs.describe(job, **written.scope(job, title="Too late"), by=acme, at=NOON)

    assert Job.objects.get(pk=job.pk).title != "Too late"


def test_a_viewer_changes_nothing(draft, viewer):
    with pytest.raises(PermissionDenied):
        briefs.describe(draft, **written.scope(draft, title="Mine"), by=viewer, at=NOON)
    with pytest.raises(PermissionDenied):
        briefs.set_terms(draft, **written.terms(weeks=50), by=viewer, at=NOON)

    draft.refresh_from_db()
    assert draft.title != "Mine"
    assert draft.weeks != 50


# --- The same in a browser


def address(name, job):
    return reverse(f"jobs:{name}", args=[job.public_id])


def test_the_three_steps_lead_to_a_published_job(client, acme, organisation, templates):
    client.force_login(acme)

    client.post("/post/", {"use_case": RAG})
    job = Job.objects.get()
    scope = client.post(address("edit-scope", job), written.scope_form())
    budget = client.post(address("edit-budget", job), written.budget_form())
    preview = client.get(address("preview", job))
    client.post(address("publish", job))

    assert scope.url == address("edit-budget", job)
    assert budget.url == address("preview", job)
    assert "This is what experts will see" in preview.text
    job.refresh_from_db()
    assert job.status == Job.Status.OPEN
    assert [row.skill.slug for row in job.musts] == ["rag"]


def test_posting_begins_with_opening_an_organisation(client, mallory):
    client.force_login(mallory)

    assert client.get("/post/").url == reverse("accounts:start")


def test_publishing_too_early_opens_the_step_with_what_is_missing(client, acme, draft):
    Job.objects.filter(pk=draft.pk).update(budget_min_minor=None, budget_max_minor=None)
    client.force_login(acme)

    sent_to = client.post(address("publish", draft)).url
    page = client.get(sent_to)

    assert sent_to == address("edit-budget", draft) + "?missing=1"
    assert "Enter an amount" in page.text
    draft.refresh_from_db()
    assert draft.status == Job.Status.DRAFT


def test_publishing_without_a_check_opens_the_second_step(client, acme, draft):
    draft.checks.all().delete()
    client.force_login(acme)

    page = client.post(address("publish", draft), follow=True)

    assert page.redirect_chain[-1][0] == address("edit-scope", draft) + "?missing=1"
    assert "Metric: Enter an answer" in page.text
    assert draft.title in page.text, "what was typed is there"


def test_a_draft_can_be_put_aside_incomplete(client, acme, draft):
    client.force_login(acme)

    answer = client.post(address("edit-scope", draft), written.scope_form(scope="", then="later"))

    assert answer.url == reverse("jobs:client-jobs")
    draft.refresh_from_db()
    assert (draft.scope, draft.status) == ("", Job.Status.DRAFT)


@pytest.mark.parametrize(
    ("press", "left"),
    [
        ({"check-add": "1"}, ["Faithfulness", "To go", None]),
        ({"check-remove": "1"}, ["Faithfulness"]),
    ],
)
def test_a_check_comes_and_goes_by_a_button_and_nothing_is_saved_yet(
    client, acme, draft, press, left
):
    client.force_login(acme)
    rows = {"check-count": "2", "check-1-metric": "To go", "title": "", "must-1-skill": "rag"}

    answer = client.post(address("edit-scope", draft), written.scope_form(**rows, **press))

    form = answer.context["form"]
    assert answer.status_code == 200
    assert [row["metric"].value() for row in form.checks] == left
    assert [row["skill"].value() for row in form.must_have] == ["rag", "rag", "", ""]
    assert "error" not in answer.text.lower().partition("<main")[2].partition("</main>")[0]
    assert draft.checks.count() == 2


def test_an_empty_check_is_left_out_of_a_draft(client, acme, draft):
    client.force_login(acme)
    rows = {"check-count": "2", "check-1-metric": "", "check-1-comparator": "<="}

    client.post(address("edit-scope", draft), written.scope_form(**rows, then="later"))

    assert [check.metric for check in draft.checks.all()] == ["Faithfulness"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": ""}, "Enter an answer"),
        ({"title": "x" * written.MANY}, "at most 120 characters"),
        ({"title": "nul \x00"}, "Null characters are not allowed"),
        ({"scope": "x" * written.MANY}, "at most 6000 characters"),
        ({"sensitivity": "secret"}, "not one of the available choices"),
        ({"check-0-metric": ""}, "Enter an answer"),
        ({"check-0-target": "x" * written.MANY}, "at most 60 characters"),
        ({"check-0-comparator": "<>"}, "not one of the available choices"),
        ({"check-count": "9999999"}, "things to continue"),
        ({"must-0-skill": ""}, "Choose at least one must-have skill"),
        ({"must-0-skill": "cooking"}, "not one of the available choices"),
        ({"must-0-level": "9"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_read_is_said_beside_it_and_nothing_is_lost(
    client, acme, draft, changes, says
):
    client.force_login(acme)

    answer = client.post(
        address("edit-scope", draft), written.scope_form(today="Kept as typed", **changes)
    )

    assert answer.status_code == 422
    assert says in answer.text
    assert "Kept as typed" in answer.text
    draft.refresh_from_db()
    assert draft.today == ""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"budget_min": ""}, "Enter an amount"),
        ({"budget_min": "0"}, "50.00 or more"),
        ({"budget_min": "-5"}, "Enter an amount in numbers"),
        ({"budget_min": "1e3"}, "Enter an amount in numbers"),
        ({"budget_min": "2OO"}, "Enter an amount in numbers"),
        ({"budget_min": "NaN"}, "Enter an amount in numbers"),
        ({"budget_max": "9" * 30}, "or less"),
        ({"budget_max": "100"}, "not below the first one"),
        ({"budget_max": "22000.001"}, "at most 2 decimals"),
        ({"budget_min": "5\x000"}, "Null characters are not allowed"),
        ({"max_rate": "a lot"}, "Enter an amount in numbers"),
        ({"max_rate": "99999999"}, "or less"),
        ({"weeks": "0"}, "greater than or equal to 1"),
        ({"weeks": "1e3"}, "Enter a whole number"),
        ({"weeks": ""}, "Enter an answer"),
        ({"weeks": "9" * 30}, "less than or equal to 52"),
        ({"shared_hours": "9"}, "not one of the available choices"),
        ({"time_zone": "Mars/Olympus"}, "not one of the available choices"),
        ({"visibility": "nobody"}, "not one of the available choices"),
    ],
)
def test_terms_that_cannot_be_read_are_said_beside_them(client, acme, draft, changes, says):
    client.force_login(acme)

    answer = client.post(address("edit-budget", draft), written.budget_form(**changes))

    assert answer.status_code == 422
    assert says in answer.text
    assert draft.shared_hours == 0
    draft.refresh_from_db()
    assert draft.shared_hours == 0


def test_a_use_case_nobody_has_is_refused(client, acme, templates):
    client.force_login(acme)

    assert client.post("/post/", {"use_case": "x\x00"}).status_code == 422
    assert client.post("/post/", {}).status_code == 422
    assert not Job.objects.exists()


def test_a_settled_job_shows_its_checks_locked(client, acme, proposal):
    client.force_login(acme)

    page = client.get(address("edit-scope", proposal.job))
    answer = client.post(address("edit-scope", proposal.job), written.scope_form(title="Clearer"))

    assert "experts have answered them" in page.text
    assert answer.url == address("detail", proposal.job)
    assert proposal.job.checks.count() == 2


def test_another_organisations_job_is_not_found(client, draft):
    other = factories.organisation(factories.user("Otto Other"))
    client.force_login(other.memberships.get().user)

    for name in ("change-use-case", "edit-scope", "edit-budget", "preview", "close"):
        assert client.get(address(name, draft)).status_code == 404
    for name in ("publish", "pause", "resume"):
        assert client.post(address(name, draft)).status_code == 404


def test_a_viewer_is_refused_in_the_browser(client, viewer, draft):
    client.force_login(viewer)

    assert client.post(address("publish", draft)).status_code == 403
    assert client.post(address("edit-budget", draft), written.budget_form()).status_code == 403


def test_a_draft_is_kept_while_one_types(client, acme, draft):
    client.force_login(acme)

    answer = client.post(
        address("edit-scope", draft), written.scope_form(scope="", title="Typed", then="autosave")
    )

    assert (answer.status_code, "<form" in answer.text) == (200, False)
    draft.refresh_from_db()
    assert (draft.title, draft.scope) == ("Typed", "")


def test_a_published_job_changes_by_its_button_alone(client, acme, job):
    client.force_login(acme)

    assert "autosave" not in client.get(address("edit-scope", job)).text
