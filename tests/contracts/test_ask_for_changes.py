"""Asking for changes names what fails, stops the clock and keeps the money held."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Membership, Notification
from contracts.models import ChangeRequest
from contracts.services import ledger, milestones
from contracts.services.milestones import AnotherSubmissionCame
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the pages too."""
    monkeypatch.setattr("contracts.views.milestones.now", lambda: NOON)


@pytest.fixture
def url(submission, contract):
    return reverse("contracts:ask-for-changes", args=[contract.public_id, submission.public_id])


def ask(submission, by, **changes):
    words = {"note": "Two answers had no source.", "failing": []} | changes
    return milestones.ask_for_changes(submission, **words, by=by, at=NOON)


def nothing_happened(submission):
    submission.milestone.refresh_from_db()
    return submission.milestone.status == "submitted" and not ChangeRequest.objects.exists()


def test_the_clock_stops_and_the_money_stays(submission, checks, acme):
    request = ask(submission, acme, failing=checks[:1])

    milestone = submission.milestone
    milestone.refresh_from_db()
    assert (milestone.status, milestone.review_due_at) == ("changes_asked", None)
    assert list(request.failing.all()) == checks[:1]
    assert ledger.balance(ledger.escrow(milestone)) == Money(3_000_00, "usd")


def test_the_expert_is_told(submission, acme, ada):
    ask(submission, acme)

    notice = Notification.objects.get(user=ada, key=f"changes:{submission.public_id}")
    assert notice.subject == "Changes asked on milestone 1, $3,000.00 still held"


def test_every_round_is_told(submission, acme, ada):
    ask(submission, acme)
    submission.milestone.refresh_from_db()
    again = agreed.handed_in(submission.milestone)
    ask(again, acme)

    assert Notification.objects.filter(user=ada, key__startswith="changes:").count() == 2
    assert Notification.objects.filter(user=acme, key__startswith="submission:").count() == 2


@pytest.mark.parametrize("role", [Membership.Role.HIRING, Membership.Role.FINANCE])
def test_members_who_hire_or_pay_review(submission, member, role):
    ask(submission, member(role))

    assert ChangeRequest.objects.count() == 1


def test_others_do_not(submission, ada, mallory, member):
    for who in (ada, mallory, member(Membership.Role.VIEWER)):
        with pytest.raises(PermissionDenied):
            ask(submission, who)

    assert nothing_happened(submission)


def test_work_that_was_answered_is_not_sent_back_again(submission, acme):
    ask(submission, acme)

    with pytest.raises(IllegalMove):
        ask(type(submission).objects.get(pk=submission.pk), acme)

    assert ChangeRequest.objects.count() == 1


def test_an_answer_to_older_work_is_refused(submission, acme):
    ask(submission, acme)
    submission.milestone.refresh_from_db()
    agreed.handed_in(submission.milestone)

    with pytest.raises(AnotherSubmissionCame):
        ask(submission, acme)

    assert ChangeRequest.objects.count() == 1


def test_sending_the_form_asks(client, acme, url, submission):
    client.force_login(acme)

    response = client.post(url, {"failing": ["1", "3"], "note": "See the list."})

    assert response.status_code == 302
    failing = ChangeRequest.objects.get().failing.values_list("metric", flat=True)
    assert list(failing) == ["Faithfulness", "Behaviour when unsure"]


@pytest.mark.parametrize(
    "typed",
    [
        {"note": ""},
        {"note": "x" * 2001},
        {"note": "a\x00b"},
        {"note": "Fine", "failing": ["99"]},
        {"note": "Fine", "failing": ["x"]},
    ],
)
def test_what_cannot_be_taken_is_said(client, acme, url, submission, typed):
    client.force_login(acme)

    assert client.post(url, typed).status_code == 422
    assert nothing_happened(submission)


def test_the_page_is_the_clients(client, ada, mallory, member, url, submission):
    for who, status in ((ada, 403), (mallory, 404), (member(Membership.Role.VIEWER), 403)):
        client.force_login(who)
        assert client.get(url).status_code == status
        assert client.post(url, {"note": "No"}).status_code == status
    assert nothing_happened(submission)
