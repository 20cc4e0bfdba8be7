"""The disputes desk in the admin site: a queue by due date, one case, a decision by one or two."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from contracts.models import Decision, Dispute
from contracts.services import disputes
from tests.conftest import NOON
from tests.contracts.disputed import SETTLE_DUE, decided

QUEUE = "/admin/disputes/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The time to settle is over for the pages."""
    monkeypatch.setattr("contracts.views.dispute_desk.now", lambda: SETTLE_DUE)


@pytest.fixture
def desk(client, dan):
    """Dan's browser."""
    client.force_login(dan)
    return client


def at(row, verb=""):
    return f"{QUEUE}{row.public_id}/{verb}"


def of(decision, verb):
    return reverse(f"admin:disputes:{verb}", args=[decision.public_id])


DECISION = {
    "verdict_1": "met", "why_1": "0.968 as measured.",
    "verdict_2": "missed", "why_2": "2.9 s on the client's own load.",
    "verdict_3": "open", "why_3": "Nobody kept the answers.",
    "award": "2,000", "reason": "Most of it was delivered.", "public_text": "Latency was missed.",
}  # fmt: skip


def test_the_queue_shows_what_waits_by_due_date(desk, with_staff):
    page = desk.get(QUEUE).content.decode()

    for said in (with_staff.public_id, "$3,000.00", "Acme, Ada Okonkwo", "Waits for a decision"):
        assert said in page


def test_what_is_between_the_sides_is_not_at_the_desk(desk, answered):
    assert answered.public_id not in desk.get(QUEUE).content.decode()
    assert desk.get(at(answered)).status_code == 404


def test_whoever_has_a_conflict_reads_nothing_of_it(desk, with_staff, dan):
    Membership.objects.create(
        organisation=with_staff.milestone.contract.organisation,
        user=dan,
        role="viewer",
        created_at=NOON,
    )

    page = desk.get(QUEUE).content.decode()
    assert "Conflict of interest" in page
    assert "Ada Okonkwo" not in page
    answer = desk.get(at(with_staff))
    assert answer.status_code == 403
    assert "You belong to the client of this contract." in answer.content.decode()
    assert desk.post(at(with_staff, "take/")).status_code == 403
    assert Dispute.objects.get().decider is None


def test_the_case_holds_the_file_and_both_sides_words(desk, with_staff):
    page = desk.get(at(with_staff)).content.decode()

    for said in (
        "It misses the scanned tables.",
        "They are not in the agreed set.",
        "Retrieval is on staging.",
        "0.968",
        "Funded: Retrieval with sources",
        "Take this dispute",
    ):
        assert said in page


def test_taking_and_deciding(desk, with_staff, dan):
    assert desk.post(at(with_staff, "take/")).headers["Location"] == at(with_staff)
    assert "Decide how $3,000.00 are split" in desk.get(at(with_staff)).content.decode()

    answer = desk.post(at(with_staff), DECISION)

    decision = Decision.objects.get()
    assert answer.headers["Location"] == QUEUE
    assert (decision.by, decision.award_minor) == (dan, 2_000_00)
    assert [row.verdict for row in decision.findings.all()] == ["met", "missed", "open"]
    assert Dispute.objects.get().status == "decided"
    assert with_staff.public_id in desk.get(QUEUE).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"why_2": ""}, "Give the reason"),
        ({"verdict_1": ""}, "Choose a verdict"),
        ({"verdict_1": "maybe"}, "Select a valid choice"),
        ({"award": "3,000.01"}, "Enter an amount of 3,000.00 or less"),
        ({"award": ""}, "Enter an amount"),
        ({"reason": ""}, "Enter an answer"),
        ({"public_text": ""}, "Enter an answer"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(desk, with_staff, change, said):
    desk.post(at(with_staff, "take/"))

    answer = desk.post(at(with_staff), DECISION | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Decision.objects.exists()


def test_handing_back(desk, with_staff):
    desk.post(at(with_staff, "take/"))

    assert desk.post(at(with_staff, "hand-back/")).headers["Location"] == QUEUE
    assert Dispute.objects.get().decider is None


def test_nobody_decides_what_another_has_taken(client, with_staff, dan, eve):
    client.force_login(eve)
    client.post(at(with_staff, "take/"))
    client.force_login(dan)

    assert client.post(at(with_staff), DECISION).status_code == 403
    assert client.post(at(with_staff, "take/")).status_code == 409
    assert not Decision.objects.exists()


@pytest.fixture
def proposed(with_staff, eve, settings) -> Decision:
    """Eve's decision needs a second person."""
    settings.DISPUTE_TWO_PERSONS_MINOR = 0
    return decided(with_staff, 1_234_56, by=eve)


def test_a_second_person_confirms(desk, proposed, with_staff):
    assert "Needs a second person" in desk.get(QUEUE).content.decode()
    page = desk.get(at(with_staff)).content.decode()
    assert "Confirm: $1,234.56 to the expert, $1,765.44 back" in page

    assert desk.post(of(proposed, "confirm")).headers["Location"] == QUEUE
    assert Dispute.objects.get().status == "decided"


def test_or_sends_it_back_with_a_note(desk, proposed, with_staff):
    assert desk.post(of(proposed, "send-back"), {"note": ""}).status_code == 422
    assert desk.post(of(proposed, "send-back"), {"note": "Check 2?"}).status_code == 302

    proposed.refresh_from_db()
    assert proposed.status == "sent_back"
    page = desk.get(at(with_staff)).content.decode()
    assert "Eve Decider" not in page
    assert "Check 2?" in page


def test_the_first_person_finds_no_button_to_confirm(client, proposed, with_staff, eve):
    client.force_login(eve)

    page = client.get(at(with_staff)).content.decode()
    assert "Somebody else has to confirm what you decided." in page
    assert client.post(of(proposed, "confirm")).status_code == 403
    assert Dispute.objects.get().status == "deciding"


@pytest.mark.parametrize("who", ["acme", "ada", "mallory", "rhea"])
def test_the_desk_is_for_dispute_staff(client, with_staff, who, request):
    client.force_login(request.getfixturevalue(who))

    for address in (QUEUE, at(with_staff)):
        assert client.get(address).status_code == 403


def test_a_suspended_dispute_cannot_be_decided(desk, with_staff):
    desk.post(at(with_staff, "take/"))
    disputes.suspend(with_staff.milestone, at=NOON)

    answer = desk.post(at(with_staff), DECISION)

    assert answer.status_code == 422
    assert "bank is looking at this payment" in answer.content.decode()
    assert not Decision.objects.exists()
