"""A visitor writes a job first and says who they are last; the code from the mail makes it live."""

import re
from datetime import timedelta
from time import monotonic

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import attempts
from accounts.models import Mail, Membership, User
from experts.services import catalogue
from jobs.models import Job, UseCase, VisitorDraft
from jobs.services import use_cases, visitor_drafts
from marketplace.kit import personal
from tests.conftest import NOON
from tests.jobs import written

RAG = "rag-knowledge-assistant"
WORK, BUDGET, FINISH = "/post/scope/", "/post/budget/", "/post/finish/"
CODE = "/accounts/login/code/confirm/"
WHO = {"organisation_name": "Globex", "email": "gail@globex.example"}


@pytest.fixture
def templates(db):
    catalogue.load(at=NOON, report=lambda _difference: None)
    use_cases.load()
    return UseCase.objects


@pytest.fixture
def visitor(client, templates):
    """Somebody who has come to the last step."""
    client.post("/post/", {"use_case": RAG})
    client.post(WORK, written.scope_form())
    return client


def confirm(visitor):
    code = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", Mail.objects.get().text, re.MULTILINE)
    assert code
    sent = visitor.post(CODE, {"code": code[1]})
    assert sent.status_code == 302, sent.text
    return visitor.get(sent.url)


def test_the_code_from_the_mail_makes_the_job_live(visitor):
    asked = visitor.post(BUDGET, written.budget_form(**WHO))
    assert asked.url == CODE
    assert not Job.objects.exists(), "nobody has read the mail yet"

    answer = confirm(visitor)

    job = Job.objects.get()
    assert answer.url == reverse("jobs:detail", args=[job.public_id])
    assert job.status == Job.Status.OPEN
    assert (job.title, job.today) == ("Support assistant that cites", "Four hundred pages.")
    assert [row.metric for row in job.checks.all()] == ["Faithfulness"]
    assert [row.skill.slug for row in job.musts] == ["rag"]
    assert [amount.minor for amount in job.budget] == [6_000_00, 22_000_00]
    assert (job.organisation.name, job.organisation.country) == ("Globex", "GB")
    assert job.posted_by.email == WHO["email"]
    assert job.plan.count() > 1, "the template's milestones"
    assert not VisitorDraft.objects.exists()


def test_who_wants_to_look_first_publishes_from_the_preview(visitor):
    visitor.post(BUDGET, written.budget_form(**WHO, then="preview"))

    answer = confirm(visitor)

    job = Job.objects.get()
    assert answer.url == reverse("jobs:preview", args=[job.public_id])
    assert job.status == Job.Status.DRAFT


def test_time_does_not_tell_whether_they_had_an_account(visitor, settings):
    """What is saved while they write comes to the same address, and does not wait (ADR 36)."""
    settings.DOOR_STEP_MS = 100
    saved = visitor.post(BUDGET, written.budget_form(**WHO, then="autosave"))
    began = monotonic()
    visitor.post(BUDGET, written.budget_form(**WHO))

    assert not hasattr(saved.wsgi_request, "leaves_every")
    assert monotonic() - began >= 0.1


def test_nothing_says_who_the_visitor_is_before_they_sign_up(visitor):
    visitor.post(BUDGET, written.budget_form(**WHO, weeks="0"))
    visitor.post(BUDGET, written.budget_form(**WHO, then="back"))

    draft = VisitorDraft.objects.get()
    assert not User.objects.exists()
    assert WHO["email"] not in str([draft.scope, draft.budget, dict(visitor.session)])


def test_what_was_typed_is_there_on_the_way_back(visitor):
    form = written.budget_form(**WHO, then="back") | {"email": ""}
    back = visitor.post(BUDGET, form | {"budget_max": ""})

    assert back.status_code == 422, "half a range is no answer"
    back = visitor.post(BUDGET, form)
    assert back.url == WORK
    work = visitor.get(WORK)
    assert "Four hundred pages." in work.text
    assert work.context["form"].errors == {}
    again = visitor.post(WORK, written.scope_form(title="", then="back"))
    assert again.url == "/post/"
    assert f'value="{RAG}" ' in visitor.get("/post/").text
    assert visitor.get(WORK).context["form"]["title"].value() == ""
    budget = visitor.get(BUDGET).text
    assert 'value="22 000"' in budget
    assert 'value="Globex"' in budget


def test_a_row_comes_by_a_button_and_nothing_is_lost(visitor):
    answer = visitor.post(WORK, written.scope_form(today="Kept", **{"check-add": "1"}))

    assert answer.status_code == 200
    assert len(answer.context["form"].checks) == 2
    assert "Kept" in answer.text


def test_another_use_case_begins_anew_and_the_same_one_does_not(visitor):
    visitor.post("/post/", {"use_case": RAG})
    assert VisitorDraft.objects.get().scope

    visitor.post("/post/", {"use_case": "voice-agent"})

    draft = VisitorDraft.objects.get()
    assert (draft.use_case.slug, draft.scope) == ("voice-agent", {})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"email": ""}, "Enter an answer"),
        ({"email": "gail"}, "Enter a valid email address"),
        ({"organisation_name": "x" * written.MANY}, "at most 120 characters"),
        ({"budget_min": ""}, "Enter an amount"),
    ],
)
def test_what_cannot_be_read_is_said_beside_it(visitor, changes, says):
    answer = visitor.post(BUDGET, written.budget_form(**WHO | {"budget_max": "23456"} | changes))

    assert answer.status_code == 422
    assert says in answer.text
    assert "23456" in answer.text
    assert not User.objects.exists()
    assert not Mail.objects.exists()


def test_a_taken_address_looks_the_same_and_brings_the_job_along(visitor, acme):
    acme.emailaddress_set.create(email=acme.email, verified=True, primary=True)

    asked = visitor.post(BUDGET, written.budget_form(**WHO | {"email": acme.email}))
    assert asked.url == CODE
    assert User.objects.count() == 1

    confirm(visitor)

    job = Job.objects.get()
    assert (job.organisation, job.status) == (acme.memberships.get().organisation, "open")


def test_an_address_that_was_mailed_enough_gets_no_account(visitor):
    where = {"email": WHO["email"], "shown": "", "address": "127.0.0.1", "at": timezone.now()}
    for _ in range(attempts.MAILED_CODES.from_a_network.most):
        attempts.begin(attempts.MAILED_CODES, **where)

    answer = visitor.post(BUDGET, written.budget_form(**WHO))

    assert "too often" in answer.text
    assert WHO["email"] in answer.text, "nothing typed is lost"
    assert not User.objects.exists()
    assert not Mail.objects.exists()


def test_a_password_somebody_else_chose_for_the_address_opens_nothing(visitor):
    User.objects.create_user(WHO["email"], "correct-horse-battery")

    visitor.post(BUDGET, written.budget_form(**WHO))

    assert not User.objects.get().has_usable_password()


def test_to_sign_in_first_keeps_the_job(visitor, acme):
    answer = visitor.post(BUDGET, written.budget_form(budget_min="", budget_max="", then="sign-in"))
    visitor.force_login(acme)

    sent_to = visitor.get(FINISH).url

    assert answer.url == f"{reverse('account_login')}?next={FINISH}"
    job = Job.objects.get()
    assert job.status == Job.Status.DRAFT
    assert sent_to == reverse("jobs:edit-budget", args=[job.public_id]) + "?missing=1"


def test_a_member_who_does_not_hire_posts_nothing_and_the_draft_stays(visitor, acme):
    Membership.objects.update(role=Membership.Role.VIEWER)
    visitor.force_login(acme)

    assert visitor.get(FINISH).status_code == 403

    assert not Job.objects.exists()
    assert VisitorDraft.objects.exists()


def test_to_finish_twice_posts_once(visitor, acme):
    draft = VisitorDraft.objects.get()
    visitor.force_login(acme)
    visitor.get(FINISH)

    assert visitor.get(FINISH).url == reverse("jobs:client-jobs")

    assert Job.objects.count() == 1
    assert visitor_drafts.take(draft, scope={}, terms={}, by=acme, at=NOON) is None


def test_nobody_else_comes_to_what_a_visitor_wrote(visitor):
    other = type(visitor)()

    assert other.get(WORK).url == "/post/"
    assert other.post(BUDGET, written.budget_form(**WHO)).url == "/post/"
    assert not User.objects.exists()


def test_a_catalogue_that_changed_meanwhile_opens_the_step_that_misses_it(visitor, acme):
    draft = VisitorDraft.objects.get()
    visitor_drafts.write(draft, scope=draft.scope | {"must-0-skill": "gone"}, at=NOON)
    visitor.force_login(acme)

    sent_to = visitor.get(FINISH).url

    assert "/edit/scope/?missing=1" in sent_to
    assert Job.objects.get().title == "Support assistant that cites"


def test_what_nobody_came_back_to_is_swept(templates):
    for days in (31, 29):
        visitor_drafts.begin(use_case=templates.get(slug=RAG), at=NOON - timedelta(days=days))

    personal.purge(at=NOON)

    assert VisitorDraft.objects.count() == 1


def test_what_is_typed_is_kept_while_one_types_but_for_the_address(visitor):
    typed = written.budget_form(budget_min="7,000", organisation_name="Glo", then="autosave")

    answer = visitor.post(BUDGET, typed)

    assert "Saved" in answer.text
    draft = VisitorDraft.objects.get()
    assert (draft.budget["budget_min"], draft.organisation_name) == ("7,000", "Glo")
    assert 'hx-params="not email"' in visitor.get(BUDGET).text
    assert not Mail.objects.exists()
    visitor.post(WORK, written.scope_form(today="By itself", then="autosave"))
    assert VisitorDraft.objects.get().scope["today"] == "By itself"
