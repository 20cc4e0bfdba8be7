"""What is typed in a draft and cannot be taken yet is kept, shown again, and never published."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from jobs.forms.parts import LONGEST
from jobs.models import Job, JobCheck, Proposal, VisitorDraft
from jobs.services import briefs, jobs, typed
from jobs.services.jobs import TypedIsIncomplete
from tests import factories
from tests.conftest import NOON
from tests.jobs import written
from tests.jobs.test_post_as_visitor import (  # noqa: F401 (two fixtures)
    BUDGET,
    WHO,
    WORK,
    confirm,
    templates,
    visitor,
)


@pytest.fixture
def page(draft):
    """The third step of Acme's draft, whose budget is from $6,000 to $22,000."""
    return reverse("jobs:edit-budget", args=[draft.public_id])


@pytest.fixture
def half(client, acme, page):
    """Acme has raised the lower end and cleared the upper one, and the script has sent that."""
    client.force_login(acme)
    form = written.budget_form(budget_min="7,500", budget_max="", weeks="9", then="autosave")
    return client.post(page, form)


def test_half_a_budget_is_kept_as_it_was_typed(half, client, page, draft):
    assert "Kept as typed" in half.text

    shown = client.get(page).text
    assert 'value="7,500"' in shown
    assert 'value="9"' in shown, "what stands beside it, too"
    assert "22,000" not in shown
    assert "Enter both ends" not in shown, "nobody has asked for it yet"
    draft.refresh_from_db()
    assert [amount.minor for amount in draft.budget] == [6_000_00, 22_000_00], "what counts"


def test_it_is_not_published_without_what_was_typed(half, client, page, draft, acme):
    draft.refresh_from_db()
    with pytest.raises(TypedIsIncomplete):
        jobs.publish(draft, by=acme, at=NOON)

    answer = client.post(reverse("jobs:publish", args=[draft.public_id]))
    assert answer.url == f"{page}?missing=1"
    shown = client.get(answer.url).text
    assert 'value="7,500"' in shown
    assert 'aria-invalid="true"' in shown
    draft.refresh_from_db()
    assert draft.status == Job.Status.DRAFT


def test_once_it_can_be_taken_nothing_else_is_kept(half, client, page, draft):
    client.post(page, written.budget_form(budget_min="7,500", budget_max="9,000"))

    draft.refresh_from_db()
    assert draft.typed == {}
    assert [amount.minor for amount in draft.budget] == [7_500_00, 9_000_00]


def test_a_word_too_long_keeps_nothing_else_from_being_shown_again(client, acme, draft):
    client.force_login(acme)
    page = reverse("jobs:edit-scope", args=[draft.public_id])

    client.post(page, written.scope_form(title="x" * written.MANY, today="Two", then="autosave"))

    draft.refresh_from_db()
    assert (draft.typed["scope"]["today"], draft.today) == ("Two", "")
    assert len(draft.typed["scope"]["title"]) == LONGEST
    assert "Two" in client.get(page).text


def test_another_template_begins_anew(half, draft, acme):
    draft.refresh_from_db()
    briefs.change_use_case(draft, use_case=factories.use_case("another"), by=acme)

    draft.refresh_from_db()
    assert draft.typed == {}


def test_only_those_who_hire_keep_something_and_only_in_a_draft(draft, acme, viewer, mallory):
    for who in (viewer, mallory):
        with pytest.raises(PermissionDenied):
            typed.keep(draft, "budget", {"budget_min": "1"}, by=who)
    Job.objects.update(status=Job.Status.OPEN, published_at=NOON)
    typed.keep(draft, "budget", {"budget_min": "1"}, by=acme)

    draft.refresh_from_db()
    assert draft.typed == {}


def test_what_a_visitor_typed_goes_on_into_their_job(visitor):  # noqa: F811
    visitor.post(BUDGET, written.budget_form(**WHO))
    answer = visitor.post(BUDGET, written.budget_form(budget_max="", then="autosave"))
    assert "Kept as typed" in answer.text
    assert VisitorDraft.objects.get().budget["budget_max"] == ""

    answer = confirm(visitor)

    job = Job.objects.get()
    assert job.status == Job.Status.DRAFT, "it is not published with half a budget"
    assert answer.url.endswith("?missing=1")
    assert job.typed["budget"]["budget_min"] == "6,000"


def test_a_visitor_finds_what_they_typed(visitor):  # noqa: F811
    visitor.post(WORK, written.scope_form(title="x" * 200, today="Two", then="autosave"))

    assert "x" * 200 in visitor.get(WORK).text


def test_half_a_milestone_is_there_when_its_expert_comes_back(client, ada, job):
    client.force_login(ada)
    page = reverse("jobs:propose", args=[job.public_id])
    half = {"part-0-title": "Listen for a week", "part-0-amount": "", "cover_note": "Half"}

    answer = client.post(page, written.proposal_form(job, **half, then="autosave"))

    assert "Kept as typed" in answer.text
    kept = Proposal.objects.get()
    assert (kept.cover_note, kept.milestones.count()) == ("Half", 0)
    shown = client.get(page).text
    assert "Listen for a week" in shown
    assert JobCheck.objects.filter(job=job).exists()
    client.post(page, written.proposal_form(job, then="autosave"))
    kept.refresh_from_db()
    assert (kept.typed, kept.milestones.count()) == ({}, 1)
