"""What clients and experts do through the API: the pages' own rules, one move for each address."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from jobs.models import Conversation, Job, Message, Proposal
from jobs.services import messages
from tests import factories
from tests.conftest import NOON


def send(user, name: str, row, body: object | None = None):
    """Send JSON as somebody who is signed in."""
    client = Client()
    client.force_login(user)
    address = reverse(f"api:{name}", args=[row.public_id])
    return client.post(address, {} if body is None else body, content_type="application/json")


@pytest.fixture
def sent(organisation, ada) -> Proposal:
    return factories.proposal(factories.job(organisation), ada.expert)


@pytest.fixture
def talk(sent, acme) -> Conversation:
    return messages.begin(sent, text="Hello", files=(), by=acme, at=NOON).conversation


def status(row) -> str:
    return type(row).objects.get(pk=row.pk).status


def test_a_job_is_paused_resumed_and_closed(job, acme):
    assert send(acme, "pause-job", job).json()["status"] == "paused"
    assert send(acme, "resume-job", job).json()["status"] == "open"
    assert send(acme, "close-job", job, {"outcome": "cancelled"}).json()["status"] == "closed"
    assert Job.objects.get().outcome == "cancelled"


@pytest.mark.parametrize("outcome", ["removed", "no_answer", "", None, "x"])
def test_nobody_chooses_what_time_or_our_staff_conclude(outcome, job, acme):
    assert send(acme, "close-job", job, {"outcome": outcome}).status_code == 400
    assert status(job) == "open"


def test_a_draft_is_published_by_the_rules_of_the_page(draft, acme):
    answer = send(acme, "publish-job", draft)
    assert (answer.status_code, answer.json()["status"]) == (200, "open")


def test_what_is_missing_is_said_and_the_draft_stays_one(draft, acme):
    draft.checks.all().delete()

    answer = send(acme, "publish-job", draft)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/scope_is_missing")
    assert status(draft) == "draft"


def test_a_client_sorts_what_came(sent, acme):
    for name, stands in (
        ("shortlist", "shortlisted"),
        ("archive", "archived"),
        ("restore", "submitted"),
    ):
        assert send(acme, f"{name}-proposal", sent).json()["status"] == stands
    said = {"reason": "price", "note": "Another time."}
    assert send(acme, "decline-proposal", sent, said).json()["status"] == "declined"
    sent.refresh_from_db()
    assert (sent.decline_reason, sent.decline_note) == ("price", "Another time.")


def test_an_expert_withdraws_their_own(sent, ada, acme):
    assert send(acme, "withdraw-proposal", sent).status_code == 403
    assert status(sent) == "submitted"
    assert send(ada, "withdraw-proposal", sent).json()["status"] == "withdrawn"
    again = send(ada, "withdraw-proposal", sent)
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")


@pytest.mark.parametrize("name", ["pause-job", "resume-job", "close-job", "publish-job"])
def test_who_does_not_belong_does_not_see_and_who_does_not_hire_may_not(
    name, job, mallory, organisation
):
    body = {"outcome": "cancelled"} if name == "close-job" else {}
    payer = factories.user("Payer")
    Membership.objects.create(
        organisation=organisation, user=payer, role=Membership.Role.FINANCE, created_at=NOON
    )

    assert send(mallory, name, job, body).status_code == 404
    assert send(payer, name, job, body).status_code == 403
    assert status(job) == "open"


OURS = ("status", "is_staff", "balance", "owner", "by", "at", "id", "organisation", "viewed_at")


@pytest.mark.parametrize("name", OURS)
def test_what_we_set_ourselves_is_refused_and_changes_nothing(name, sent, talk, acme):
    before = Proposal.objects.values().get(pk=sent.pk)
    written = Message.objects.count()

    moved = send(acme, "shortlist-proposal", sent, {name: "hired"})
    wrote = send(acme, "messages", talk, {"text": "Hi", name: "x"})

    for answer in (moved, wrote):
        assert answer.status_code == 400
        assert name in str(answer.json()["errors"])
    assert Proposal.objects.values().get(pk=sent.pk) == before
    assert Message.objects.count() == written


@pytest.mark.parametrize("body", ["[]", '"x"', "null", "7", "{", '{"text": null}', "{}"])
def test_no_other_shape_is_taken(body, talk, acme):
    client = Client()
    client.force_login(acme)

    answer = client.post(
        reverse("api:messages", args=[talk.public_id]), body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert Message.objects.count() == 1


def test_the_two_write_to_each_other_and_nobody_else(talk, acme, ada, mallory):
    answer = send(ada, "messages", talk, {"text": "Good morning"})

    assert answer.status_code == 201
    row = Message.objects.get(text="Good morning")
    assert answer.json() == {
        "id": row.public_id,
        "side": "expert",
        "by": ada.shown_name,
        "text": "Good morning",
        "leads_away": [],
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert send(mallory, "messages", talk, {"text": "Psst"}).status_code == 404
    assert Message.objects.count() == 2
    client = Client()
    client.force_login(acme)
    rows = client.get(reverse("api:conversations")).json()["results"]
    assert [(row["id"], row["unread"]) for row in rows] == [(talk.public_id, 1)]
    assert send(acme, "read-conversation", talk).status_code == 204
    assert client.get(reverse("api:conversations")).json()["results"][0]["unread"] == 0
    listed = client.get(reverse("api:messages", args=[talk.public_id])).json()["results"]
    assert [row["text"] for row in listed] == ["Good morning", "Hello"]


def test_lists_ask_the_database_as_often_however_long(talk, acme):
    client = Client()
    client.force_login(acme)

    def asked() -> list[int]:
        counts = []
        for address in (
            reverse("api:messages", args=[talk.public_id]),
            reverse("api:conversations"),
        ):
            with CaptureQueriesContext(connection) as statements:
                client.get(address)
            counts.append(len(statements))
        return counts

    asked()
    before = asked()
    for number in range(5):
        messages.send(talk, text=f"More {number}", files=(), by=acme, at=NOON)

    assert asked() == before
