"""Approving accepts the work and lets the money go, once and for good."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Membership, Notification
from contracts.models import Operation, Release
from contracts.services import ledger, milestones
from contracts.services.milestones import AnotherSubmissionCame, Reading
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed

LATER = NOON + timedelta(days=2)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is two days later for the pages too."""
    monkeypatch.setattr("contracts.views.milestones.now", lambda: LATER)


@pytest.fixture
def url(submission, contract):
    return reverse("contracts:approve", args=[contract.public_id, submission.public_id])


def nothing_happened(submission):
    milestone = submission.milestone
    milestone.refresh_from_db()
    still_held = ledger.balance(ledger.escrow(milestone)) == Money(3_000_00, "usd")
    return milestone.status == "submitted" and still_held and not Release.objects.exists()


# --- The verb


def test_the_milestone_is_released_and_a_transfer_decided(submission, acme):
    release = milestones.approve(submission, by=acme, at=LATER)

    milestone = submission.milestone
    milestone.refresh_from_db()
    assert (milestone.status, milestone.released_at) == ("released", LATER)
    assert release.net == Money(2_820_00, "usd")
    assert Operation.objects.get().business_key == f"transfer:{release.public_id}"
    assert ledger.balance(ledger.escrow(milestone)) == Money(0, "usd")


def test_both_sides_are_told_what_moved(submission, acme, ada):
    milestones.approve(submission, by=acme, at=LATER)

    key = f"milestone:{submission.milestone.public_id}:released-1"
    told = dict(Notification.objects.filter(key=key).values_list("user__email", "subject"))
    assert told == {
        ada.email: "Milestone 1 is yours: $3,000.00 released to you",
        acme.email: "Released: $3,000.00 to Ada Okonkwo for milestone 1",
    }


def test_a_contract_with_work_left_goes_on(submission, acme, contract):
    milestones.approve(submission, by=acme, at=LATER)

    contract.refresh_from_db()
    assert (contract.status, contract.completed_at) == ("active", None)


def test_the_last_milestone_completes_the_contract(submission, acme, contract, pay):
    milestones.approve(submission, by=acme, at=LATER)
    second = contract.milestones.get(position=2)
    pay(second)

    milestones.approve(agreed.handed_in(second), by=acme, at=LATER)

    contract.refresh_from_db()
    assert (contract.status, contract.completed_at) == ("completed", LATER)
    due = Notification.objects.filter(key=f"contract:{contract.public_id}:feedback")
    assert {notice.subject for notice in due} == {
        f"Leave feedback on {contract.title} by 17 Jan 2030"
    }
    assert due.count() == 2


def test_finance_releases_and_hiring_alone_does_not(submission, member):
    with pytest.raises(PermissionDenied):
        milestones.approve(submission, by=member(Membership.Role.HIRING), at=LATER)
    assert nothing_happened(submission)

    milestones.approve(submission, by=member(Membership.Role.FINANCE), at=LATER)
    assert Release.objects.count() == 1


def test_nobody_outside_and_no_viewer_releases(submission, mallory, member):
    for who in (mallory, member(Membership.Role.VIEWER)):
        with pytest.raises(PermissionDenied):
            milestones.approve(submission, by=who, at=LATER)

    assert nothing_happened(submission)


def test_an_expert_never_approves_their_own_work(submission, ada, contract):
    Membership.objects.create(
        organisation=contract.organisation, user=ada, role=Membership.Role.OWNER, created_at=NOON
    )

    with pytest.raises(PermissionDenied):
        milestones.approve(submission, by=ada, at=LATER)

    assert nothing_happened(submission)


def test_work_is_approved_once(submission, acme):
    stale = type(submission).objects.get(pk=submission.pk)
    milestones.approve(submission, by=acme, at=LATER)

    with pytest.raises(IllegalMove):
        milestones.approve(stale, by=acme, at=LATER)

    assert Release.objects.count() == Operation.objects.count() == 1


def test_work_that_was_handed_in_again_is_not_approved_unread(submission, acme):
    milestones.ask_for_changes(submission, note="More", failing=[], by=acme, at=NOON)
    submission.milestone.refresh_from_db()
    agreed.handed_in(submission.milestone)

    with pytest.raises(AnotherSubmissionCame):
        milestones.approve(type(submission).objects.get(pk=submission.pk), by=acme, at=LATER)

    assert nothing_happened(submission)


# --- The page


def test_the_page_says_what_was_missed_what_leaves_and_that_it_is_final(
    client, acme, funded, contract
):
    readings = agreed.work(contract)["readings"] | {2: Reading("2.9", "Scanned tables")}
    work = agreed.handed_in(funded, readings=readings)
    client.force_login(acme)

    page = client.get(
        reverse("contracts:approve", args=[contract.public_id, work.public_id])
    ).content.decode()

    assert "p95 latency: 2.9 s, target ≤ 2.5 s" in page
    assert "A release is final and cannot be reversed." in page
    assert "Keep it held" in page
    assert page.count("Release $3,000.00") >= 2


def test_the_tick_is_needed(client, acme, url, submission):
    client.force_login(acme)

    response = client.post(url, {})

    assert response.status_code == 422
    assert "Tick this once you have checked the work" in response.content.decode()
    assert nothing_happened(submission)


def test_ticked_and_sent_twice_releases_once(client, acme, url, submission):
    client.force_login(acme)

    first, second = (client.post(url, {"is_checked": "on"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 422)
    assert "This has changed since you opened the page" in second.content.decode()
    assert Release.objects.count() == 1


def test_the_page_is_for_those_who_move_money(client, ada, mallory, member, url, submission):
    for who, status in ((ada, 403), (mallory, 404), (member(Membership.Role.VIEWER), 403)):
        client.force_login(who)
        assert client.get(url).status_code == status
        assert client.post(url, {"is_checked": "on"}).status_code == status
    assert nothing_happened(submission)


def test_the_page_reads_each_row_once(client, url, acme, django_assert_max_num_queries):
    client.force_login(acme)
    client.get(reverse("fees"))  # which notes where they are signed in

    with django_assert_max_num_queries(13):
        assert client.get(url).status_code == 200
