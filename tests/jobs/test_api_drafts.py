"""Writing jobs and proposals through the API: what the pages take, one field at a time or all."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from jobs.models import Job, Proposal
from tests import factories


def usd(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "usd"}


CHECK = {"metric": "Cost per question", "comparator": "<=", "target": "0.03", "unit": "USD"}


# --- Jobs


def test_a_draft_begins_as_its_use_case_and_says_what_is_sent(program, acme):
    factories.skill("evals"), factories.use_case("support-assistant")
    said = {
        "use_case": "support-assistant",
        "title": "  Assistant   that cites ",
        "checks": [CHECK],
        "skills": [{"slug": "evals", "level": 2, "is_must": True}],
        "budget": {"least": usd(6_000_00), "most": usd(22_000_00)},
        "languages": ["de", "en", "de"],
        "time_zone": "Europe/Berlin",
    }

    answer = program(acme, "post", "jobs", body=said)

    job, told = Job.objects.get(), answer.json()
    assert (answer.status_code, told["id"], told["status"]) == (201, job.public_id, "draft")
    assert (told["title"], told["scope"]) == ("Assistant that cites", job.use_case.scope_template)
    assert told["checks"] == [CHECK | {"position": 1, "how": ""}]
    assert [(row["slug"], row["is_must"]) for row in told["skills"]] == [("evals", True)]
    assert (told["budget"], told["languages"]) == (said["budget"], ["de", "en"])
    assert told["url"].endswith(reverse("jobs:preview", args=[job.public_id]))


def test_what_is_not_sent_stays(change, draft, acme):
    answer = change(acme, "job", draft, weeks=9, max_rate=usd(160_00))

    assert (answer.status_code, answer.json()["weeks"]) == (200, 9)
    draft.refresh_from_db()
    assert (draft.weeks, draft.max_rate_minor, draft.budget_max_minor) == (9, 160_00, 22_000_00)
    assert [check.metric for check in draft.checks.all()] == ["Faithfulness", "Right citation"]


def test_one_change_follows_another_by_the_tag_of_its_answer(program, change, draft, acme):
    first = change(acme, "job", draft, title="First")
    body, key = {"title": "Second"}, draft.public_id

    second = program(acme, "patch", "job", key, body=body, **{"If-Match": first["ETag"]})
    compressed = f"W/{second['ETag']}"
    third = program(acme, "patch", "job", key, body=body, **{"If-Match": compressed})

    assert (second.status_code, third.status_code) == (200, 200)
    assert program(acme, "get", "job", key)["ETag"] == third["ETag"]


def test_what_has_changed_meanwhile_is_not_overwritten(program, change, draft, acme):
    tag = program(acme, "get", "job", draft.public_id)["ETag"]
    change(acme, "job", draft, title="Hers")

    late = program(
        acme, "patch", "job", draft.public_id, body={"title": "His"}, **{"If-Match": tag}
    )
    blind = program(acme, "patch", "job", draft.public_id, body={"title": "His"})

    assert (late.status_code, late.json()["type"]) == (412, "/problems/has_changed")
    assert (blind.status_code, blind.json()["type"]) == (428, "/problems/if_match_is_missing")
    draft.refresh_from_db()
    assert draft.title == "Hers"


WRONG = [
    ({"title": "x" * 121}, "title"),
    ({"weeks": 0}, "weeks"),
    ({"shared_hours": 9}, "shared_hours"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ({"languages": []}, "languages"),
    ({"languages": ["klingon"]}, "languages"),
    ({"budget": {"least": usd(9_000_00), "most": usd(6_000_00)}}, "budget"),
    ({"budget": {"least": usd(1), "most": usd(6_000_00)}}, "budget"),
    ({"max_rate": {"amount": 9_000, "currency": "eur"}}, "max_rate"),
    ({"checks": [CHECK] * 13}, "checks"),
    ({"checks": [CHECK | {"is_met": True}]}, "checks"),
    ({"skills": [{"slug": "rag", "level": 4, "is_must": True}]}, "skills"),
    ({"skills": [{"slug": "rag", "level": 1, "is_must": True}] * 5}, "skills"),
    ({"status": "open"}, "status"),
]


@pytest.mark.parametrize(("body", "field"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_is_refused_beside_its_field(change, body, field, draft, acme):
    answer = change(acme, "job", draft, **{"title": "Another"} | body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Job.objects.get().title == draft.title


def test_a_published_job_keeps_what_experts_need(change, job, acme):
    answer = change(acme, "job", job, title="Another", budget=None)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/budget_is_missing")
    assert Job.objects.get().title == job.title, "neither half of it is kept"


def test_who_does_not_hire_writes_no_job(program, change, draft, viewer, mallory):
    body = {"use_case": draft.use_case.slug}

    assert program(viewer, "post", "jobs", body=body).status_code == 403
    assert program(mallory, "post", "jobs", body=body).status_code == 403
    assert change(viewer, "job", draft, title="x").status_code == 403
    assert change(mallory, "job", draft, title="x").status_code == 404
    assert Job.objects.get().title == draft.title


# --- Proposals


@pytest.fixture
def said(job) -> dict[str, object]:
    """What Ada proposes."""
    due_on = str((now() + timedelta(days=30)).date())
    return {
        "cover_note": "I have built this twice, and measured it both times.",
        "answer": "Those without a source.",
        "ai_use": "helped",
        "milestones": [{"title": "All of it", "amount": usd(9_000_00), "due_on": due_on}],
        "checks": [
            {"position": 1, "metric": "Faithfulness", "commits": True},
            {"position": 2, "metric": "Right citation", "commits": False, "counter": "90, scans."},
        ],
    }


def test_a_proposal_is_begun_changed_and_sent(program, change, job, ada, said):
    begun = program(ada, "post", "new-proposal", job.public_id, body={"cover_note": "Half"})
    draft = Proposal.objects.get()
    badge = ada.expert.badges.get().public_id

    changed = change(ada, "proposal", draft, **said, badges=[badge])
    sent = program(ada, "post", "send-proposal", draft.public_id, body={})

    assert (begun.status_code, begun.json()["status"]) == (201, "draft")
    assert begun.json()["url"].endswith(reverse("jobs:propose", args=[job.public_id]))
    assert (changed.status_code, changed.json()["badges"]) == (200, [badge])
    assert (sent.status_code, sent.json()["status"]) == (200, "submitted")
    assert sent.json()["url"].endswith(reverse("jobs:proposal", args=[draft.public_id]))
    told = sent.json()
    assert (told["total"], told["ai_use"]) == (usd(9_000_00), "helped")
    assert [(row["position"], row["counter"]) for row in told["checks"]] == [
        (1, ""),
        (2, "90, scans."),
    ]


def test_what_is_missing_is_said_as_on_the_page_and_nothing_is_sent(program, job, ada, said):
    program(
        ada, "post", "new-proposal", job.public_id, body=said | {"ai_use": "none", "checks": []}
    )
    draft = Proposal.objects.get()
    Proposal.objects.update(cover_note="")

    answer = program(ada, "post", "send-proposal", draft.public_id, body={})

    assert answer.status_code == 400
    assert sorted(answer.json()["errors"]) == ["check", "cover_note"]
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("checks", [{"position": 1, "metric": "Cost", "commits": True}]),
        ("checks", [{"position": 1, "metric": "Faithfulness", "commits": False}]),
        ("musts", [{"skill": "nothing", "text": "I read a book."}]),
        ("badges", ["bdg_000000000000"]),
        ("milestones", [{"title": "Late", "amount": usd(9_000_00), "due_on": "2020-01-01"}]),
        ("ai_use", "a little"),
        ("viewed_at", None),
    ],
)
def test_what_is_not_there_is_refused_beside_its_field(program, field, value, job, ada, said):
    answer = program(ada, "post", "new-proposal", job.public_id, body=said | {field: value})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Proposal.objects.exists()


def test_nobody_overwrites_what_they_have_not_read(program, job, ada, said):
    program(ada, "post", "new-proposal", job.public_id, body=said)

    again = program(ada, "post", "new-proposal", job.public_id, body={"cover_note": "x"})

    assert (again.status_code, again.json()["type"]) == (409, "/problems/draft_is_there")
    assert Proposal.objects.get().cover_note == said["cover_note"]


def test_only_its_author_writes_a_proposal(program, change, proposal, draft, acme, mallory, ada):
    assert change(acme, "proposal", proposal, cover_note="x").status_code == 404
    assert change(mallory, "proposal", proposal, cover_note="x").status_code == 404
    assert change(ada, "proposal", proposal, cover_note="x").status_code == 409
    body = {"cover_note": "x"}
    mine = program(mallory, "post", "new-proposal", proposal.job.public_id, body=body)
    assert mine.status_code == 404, "the job is a draft again"
    assert Proposal.objects.get().cover_note == proposal.cover_note
