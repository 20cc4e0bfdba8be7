"""Offers and changes of a contract through the API: read, refused, taken back, never agreed to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.models import Amendment, Contract, Offer
from contracts.services import offers, terms
from contracts.services.terms import Word
from tests.conftest import NOON
from tests.contracts import agreed

# --- Offers


def test_both_sides_read_an_offer_and_one_is_led_to_where_it_is_accepted(program, offer, acme, ada):
    [listed] = program(acme, "get", "offers").json()["results"]
    asked, sent = (program(who, "get", "offer", offer.public_id).json() for who in (ada, acme))

    assert (listed["id"], listed["status"], listed["side"]) == (offer.public_id, "sent", "client")
    assert listed["total"] == {"amount": 7_200_00, "currency": "usd"}
    assert (listed["rate"], listed["number"]) == (None, 1)
    assert [row["title"] for row in asked["milestones"]] == [
        row.title for row in offer.milestones.all()
    ]
    assert (asked["sha256"], asked["contract"]) == (offer.sha256, None)
    assert [step["verb"] for step in asked["in_browser"]] == ["accept", "counter"]
    assert asked["in_browser"][0]["url"].endswith(f"/offers/{offer.public_id}/")
    assert sent["in_browser"] == []


def test_once_it_is_accepted_it_names_its_contract(program, offer, ada):
    contract = offers.accept(offer, by=ada, at=NOON)

    told = program(ada, "get", "offer", offer.public_id).json()

    assert (told["contract"], told["in_browser"]) == (contract.public_id, [])


def test_hours_are_offered_at_a_price(program, proposal, acme, ada):
    offers.make_hourly(proposal, **agreed.hours(proposal), by=acme, at=NOON)

    [told] = program(ada, "get", "offers").json()["results"]

    assert told["rate"] == {"amount": 90_00, "currency": "usd"}
    assert told["weekly_minutes"] == 600


def test_a_proposal_leads_the_client_to_where_an_offer_is_made(program, proposal, acme):
    told = program(acme, "get", "proposal", proposal.public_id).json()

    assert told["offer_url"].endswith(f"/proposals/{proposal.public_id}/offer/")


def test_the_expert_says_no(program, offer, proposal, ada):
    answer = program(ada, "post", "decline-offer", offer.public_id, body={"note": "Too soon."})

    assert (answer.status_code, answer.json()["status"]) == (200, "declined")
    assert answer.json()["decline_note"] == "Too soon."
    proposal.refresh_from_db()
    assert proposal.status == "shortlisted"


def test_the_client_takes_it_back(program, offer, acme):
    answer = program(acme, "post", "withdraw-offer", offer.public_id, body={})

    assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")


@pytest.mark.parametrize(
    ("name", "who", "status"),
    [
        ("decline-offer", "acme", 403),
        ("decline-offer", "mallory", 404),
        ("withdraw-offer", "ada", 403),
        ("withdraw-offer", "mallory", 404),
    ],
)
def test_each_side_does_its_own(program, offer, name, who, status, request):
    user = request.getfixturevalue(who)

    assert program(user, "post", name, offer.public_id, body={}).status_code == status
    assert Offer.objects.get().status == "sent"


def test_an_answer_that_came_twice_is_given_once(program, offer, ada):
    key = {"Idempotency-Key": "no-1"}
    first, again = (
        program(ada, "post", "decline-offer", offer.public_id, body={}, **key) for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert program(ada, "post", "decline-offer", offer.public_id, body={}).status_code == 409


def test_reading_offers_asks_the_same_whatever_their_number(program, offer, proposal, acme, ada):
    def read() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as asked:
            rows = program(acme, "get", "offers").json()["results"]
        return len(asked), [row["status"] for row in rows]

    first, _ = read()
    offers.decline(offer, note="", by=ada, at=NOON)
    proposal.refresh_from_db()
    offers.make(proposal, **agreed.terms(proposal), by=acme, at=NOON)

    assert read() == (first, ["sent", "declined"])


# --- Changes


@pytest.fixture
def change(contract, acme, ada) -> Amendment:
    """Ada would have the work reviewed sooner."""
    terms.record(contract, client=Word(acme, NOON), expert=Word(ada, NOON))
    row = Amendment.objects.create(
        contract=contract, kind="change", side="expert", made_by=ada, message="Sooner.",
        created_at=NOON, expires_at=NOON, status="proposed",
    )  # fmt: skip
    row.lines.create(position=1, subject="review_window", before={"days": 14}, after={"days": 7})
    return row


def test_a_change_is_read_line_by_line(program, change, contract, acme):
    [told] = program(acme, "get", "changes", contract.public_id).json()["results"]

    assert (told["id"], told["status"], told["side"]) == (change.public_id, "proposed", "expert")
    [line] = told["differences"]
    assert [(part["was"], part["now"]) for part in line["parts"]] == [("14", "7")]
    assert (told["shares"], told["message"]) == ([], "Sooner.")
    assert told["url"].endswith(f"/changes/{change.public_id}/")


@pytest.mark.parametrize(
    ("name", "who", "status"), [("decline-change", "acme", "declined"),
                                ("withdraw-change", "ada", "withdrawn")]
)  # fmt: skip
def test_it_is_refused_or_taken_back(program, change, contract, name, who, status, request):
    user = request.getfixturevalue(who)

    answer = program(user, "post", name, contract.public_id, change.public_id, body={})

    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert Contract.objects.get().review_window_days == 14


def test_only_the_side_that_is_asked_answers(program, change, contract, acme, ada, mallory):
    both = (contract.public_id, change.public_id)

    assert program(ada, "post", "decline-change", *both, body={}).status_code == 403
    assert program(acme, "post", "withdraw-change", *both, body={}).status_code == 403
    assert program(mallory, "post", "decline-change", *both, body={}).status_code == 404
    assert Amendment.objects.get().status == "proposed"
