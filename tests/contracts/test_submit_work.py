"""Handing work in: a value for every agreed check, or a sentence; then the review clock runs."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification
from contracts.models import ContractCheck, Submission
from contracts.services import milestones
from contracts.services.milestones import CheckNeedsASentence, Reading
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the pages too."""
    monkeypatch.setattr("contracts.views.milestones.now", lambda: NOON)


@pytest.fixture
def url(funded, contract):
    return reverse("contracts:submit", args=[contract.public_id, funded.public_id])


def nothing_happened(milestone, *, status="funded"):
    milestone.refresh_from_db()
    return milestone.status == status and not Submission.objects.exists()


# --- The verb


def test_the_milestone_is_in_review_until_the_window_ends(submission, funded):
    funded.refresh_from_db()
    assert funded.status == "submitted"
    assert funded.submitted_at == NOON
    assert funded.review_due_at == NOON + timedelta(days=14)


def test_figures_are_held_against_their_targets_and_words_left_to_readers(submission):
    found = [(row.agreed_check.metric, row.is_met) for row in submission.measures.all()]

    assert found == [
        ("Faithfulness", True),
        ("p95 latency", True),
        ("Behaviour when unsure", None),
    ]


def test_the_client_is_told_by_when_to_review_and_what_is_held(submission, acme):
    notice = Notification.objects.get(user=acme, key=f"submission:{submission.public_id}")

    assert notice.subject == "Review milestone 1 by 15 Jan 2030, $3,000.00 held"


@pytest.mark.parametrize(
    ("comparator", "target", "unit", "value", "is_met"),
    [
        (">=", "0.95", "", "0.95", True),
        (">=", "0.95", "", "0.9499", False),
        (">=", "95", "%", "95%", True),
        (">=", "95", "%", "95.5 %", True),
        (">=", "-0.2", "points", "\N{MINUS SIGN}0.1", True),
        ("<=", "2.5", "s", "2.5", True),
        ("<=", "2.5", "s", "2.9 s", False),
        ("<=", "2.5", "s", "2900 ms", None),
        ("<=", "1,200", "USD", "1,199.99", True),
        ("<=", "60", "% of today", "55%", True),
        ("=", "0", "findings", "0", True),
        ("=", "0", "findings", "1 findings", False),
        ("=", "0", "findings", "none", None),
        ("is", "Refuses", "", "Refuses", None),
        (">=", "soon", "", "3", None),
        (">=", "0.95", "", "", None),
    ],
)
def test_a_measured_value_meets_its_target(comparator, target, unit, value, is_met):
    check = ContractCheck(comparator=comparator, target=target, unit=unit)

    assert check.is_met_by(value) is is_met


@pytest.mark.parametrize("value", ["", "0.91"])
def test_a_missed_or_missing_value_needs_a_sentence(funded, contract, ada, value):
    readings = agreed.work(contract)["readings"] | {1: Reading(value, "")}

    with pytest.raises(CheckNeedsASentence, match="Faithfulness"):
        milestones.submit(funded, note="Done", link="", readings=readings, by=ada, at=NOON)

    assert nothing_happened(funded)


def test_a_check_nobody_answered_counts_as_missing(funded, ada):
    with pytest.raises(CheckNeedsASentence):
        milestones.submit(funded, note="Done", link="", readings={}, by=ada, at=NOON)

    assert nothing_happened(funded)


def test_work_on_a_milestone_that_is_not_funded_is_refused(checks, milestone, contract, ada):
    with pytest.raises(IllegalMove):
        milestones.submit(milestone, **agreed.work(contract), by=ada, at=NOON)

    assert nothing_happened(milestone, status="planned")


def test_only_the_expert_hands_in(funded, contract, acme, mallory):
    for who in (acme, mallory):
        with pytest.raises(PermissionDenied):
            milestones.submit(funded, **agreed.work(contract), by=who, at=NOON)

    assert nothing_happened(funded)


# --- The page


def test_sending_the_form_hands_in(client, ada, url, funded, contract):
    client.force_login(ada)

    response = client.post(url, agreed.work_form())

    page = reverse("contracts:detail", args=[contract.public_id])
    assert response.url == f"{page}?milestone=1#milestone-1"
    assert [row.value for row in Submission.objects.get().measures.all()] == [
        "0.968",
        "2.1 s",
        "Refuses",
    ]


def test_sending_it_twice_hands_in_once(client, ada, url, funded):
    client.force_login(ada)
    client.post(url, agreed.work_form())

    response = client.post(url, agreed.work_form(note="Typed for nothing?"))

    assert response.status_code == 422
    assert "Typed for nothing?" in response.content.decode()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("note", ""),
        ("note", "x" * 4001),
        ("note", "a\x00b"),
        ("link", "javascript:alert(1)"),
        ("link", "not a link"),
        ("link", "https://a.example/" + "x" * 500),
        ("value_1", "x" * 61),
        ("value_1", "\x00"),
        ("explanation_1", "x" * 401),
        ("value_2", "9.9"),
        ("value_3", ""),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_lost(client, ada, url, funded, field, typed):
    client.force_login(ada)

    response = client.post(url, agreed.work_form(**{"explanation_1": "Kept", field: typed}))

    assert response.status_code == 422
    assert "<title>Error:" in response.content.decode()
    assert nothing_happened(funded)


def test_the_page_is_the_experts(client, acme, mallory, url, funded):
    for who, status in ((acme, 403), (mallory, 404)):
        client.force_login(who)
        assert client.get(url).status_code == status
        assert client.post(url, agreed.work_form()).status_code == status
    assert nothing_happened(funded)


def test_a_milestone_of_another_contract_is_not_found(client, ada, funded, contract):
    client.force_login(ada)
    path = reverse("contracts:submit", args=["con_000000000000", funded.public_id])

    assert client.get(path).status_code == 404
