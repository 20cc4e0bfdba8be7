"""Hearing of jobs and of people through the API: alerts, matches, invitations, interviews."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from jobs.models import Alert, Interview, Invitation, Match, SavedSearch
from jobs.services import messages
from tests.conftest import NOON

# --- Alerts and searches


def test_an_alert_is_made_narrowed_and_forgotten(program, change, ada):
    least = {"amount": 5_000_00, "currency": "usd"}
    body = {"name": "RAG", "skills": ["rag"], "least_budget": least}

    made = program(ada, "post", "alerts", body=body)
    row = Alert.objects.get()
    changed = change(ada, "alert", row, words="manuals", least_budget=None)

    assert (made.status_code, made.json()["skills"]) == (201, ["rag"])
    assert made.json()["least_budget"] == least
    told = changed.json()
    assert (told["words"], told["least_budget"], told["skills"]) == ("manuals", None, ["rag"])
    assert program(ada, "delete", "alert", row.public_id).status_code == 204
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("skills", ["vision"]), ("least_score", 101), ("cadence", "hourly")]
)
def test_an_alert_asks_for_what_one_has_proven(program, field, value, ada):
    answer = program(ada, "post", "alerts", body={"name": "x", field: value})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Alert.objects.exists()


def test_only_an_expert_has_alerts_and_only_their_own(program, change, ada, acme, mallory):
    program(ada, "post", "alerts", body={"name": "Mine"})
    row = Alert.objects.get()

    assert program(acme, "post", "alerts", body={"name": "x"}).status_code == 403
    assert change(mallory, "alert", row, name="Theirs").status_code == 404
    assert program(mallory, "delete", "alert", row.public_id).status_code == 404
    assert Alert.objects.get().name == "Mine"


def test_a_search_of_the_board_is_kept_as_the_board_understands_it(program, ada, mallory):
    body = {"name": "Manuals", "query": "q=manuals&nonsense=1"}
    kept = program(ada, "post", "job-searches", body=body)
    row = SavedSearch.objects.get()

    assert (kept.status_code, kept.json()["query"]) == (201, "q=manuals&")
    assert program(ada, "post", "job-searches", body=body | {"query": "x=1"}).status_code == 400
    assert program(mallory, "delete", "job-search", row.public_id).status_code == 404
    assert program(ada, "delete", "job-search", row.public_id).status_code == 204


# --- Matches and invitations


@pytest.fixture
def match(job, expert) -> Match:
    reason = {"code": "must", "points": 20, "most": 30, "values": {"skill": "RAG", "level": 2}}
    return Match.objects.create(
        job=job, expert=expert, score=87, reasons=[reason], algorithm="a", created_at=NOON
    )


def test_a_match_is_explained_to_both(program, match, job, ada, acme):
    [mine] = program(ada, "get", "matches").json()["results"]
    [candidate] = program(acme, "get", "candidates", job.public_id).json()

    assert (mine["job"], mine["score"]) == (job.public_id, 87)
    [reason] = mine["reasons"]
    assert (reason["points"], reason["most"]) == (20, 30)
    assert "RAG" in reason["text"]
    assert "would raise this" in reason["raised_by"]
    assert (candidate["expert"], candidate["name"]) == (ada.expert.public_id, "Ada Okonkwo")
    assert "RAG" in candidate["reasons"][0]
    [factor] = candidate["factors"]
    assert (factor["points"], factor["most"]) == (20, 30)
    assert factor["lacking"] == "A higher level would have more points."


def test_an_expert_is_invited_and_says_no(program, job, ada, acme):
    body = {"expert": ada.expert.public_id, "note": "You did this before."}

    asked = program(acme, "post", "job-invitations", job.public_id, body=body)
    [received] = program(ada, "get", "invitations").json()["results"]
    said = program(ada, "post", "decline-invitation", received["id"], body={"reason": "busy"})

    assert (asked.status_code, received["note"]) == (201, "You did this before.")
    assert said.json()["status"] == "declined"
    [sent] = program(acme, "get", "job-invitations", job.public_id).json()["results"]
    assert sent["decline_reason"] == "busy"


def test_who_does_not_hire_invites_nobody(program, job, ada, acme, viewer, mallory):
    body = {"expert": ada.expert.public_id}

    assert program(viewer, "post", "job-invitations", job.public_id, body=body).status_code == 403
    assert program(mallory, "post", "job-invitations", job.public_id, body=body).status_code == 404
    nobody = program(
        acme, "post", "job-invitations", job.public_id, body={"expert": "exp_000000000000"}
    )
    assert (nobody.status_code, list(nobody.json()["errors"])) == (400, ["expert"])
    assert not Invitation.objects.exists()


# --- Interviews


@pytest.fixture
def talk(proposal, acme):
    return messages.begin(proposal, text="Hello", files=(), by=acme, at=NOON).conversation


def at(days: int) -> str:
    return (now() + timedelta(days=days)).isoformat()


def test_times_are_proposed_one_is_picked_and_called_off(program, talk, ada, acme):
    body = {"times": [at(2), at(3)], "minutes": 30, "note": "Your manuals"}

    proposed = program(acme, "post", "interviews", talk.public_id, body=body)
    time = proposed.json()["times"][0]
    own = program(acme, "post", "agree-to-time", time["id"], body={})
    agreed = program(ada, "post", "agree-to-time", time["id"], body={})
    off = program(acme, "post", "cancel-interview", proposed.json()["id"], body={})

    assert (proposed.status_code, len(proposed.json()["times"])) == (201, 2)
    assert own.status_code == 403, "the other side answers"
    assert (agreed.json()["status"], agreed.json()["starts_at"]) == ("agreed", time["starts_at"])
    assert off.json()["status"] == "cancelled"
    assert program(ada, "get", "interviews", talk.public_id).json()["results"] == [off.json()]


def test_they_are_declined_or_taken_back(program, talk, ada, acme):
    for who, name, status in (
        (ada, "decline-interview", "declined"),
        (acme, "withdraw-interview", "withdrawn"),
    ):
        body = {"times": [at(2)], "minutes": 15}
        row = program(acme, "post", "interviews", talk.public_id, body=body).json()
        assert program(who, "post", name, row["id"], body={}).json()["status"] == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"times": [], "minutes": 30}, 400),
        ({"times": ["2020-01-01T10:00:00Z"], "minutes": 30}, 422),
        ({"times": ["2999-01-01T10:00:00Z"], "minutes": 30}, 422),
        ({"times": ["tomorrow"], "minutes": 30}, 400),
        ({"times": ["2030-01-05T10:00:00Z"], "minutes": 20}, 400),
    ],
)
def test_nobody_meets_at_times_that_are_none(program, body, status, talk, acme, mallory):
    assert program(acme, "post", "interviews", talk.public_id, body=body).status_code == status
    assert program(mallory, "post", "interviews", talk.public_id, body=body).status_code == 404
    assert not Interview.objects.exists()
