"""Making an offer: terms within bounds, sent once, by those who hire; nothing is charged."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Mail, Membership, Notification
from contracts.models import Offer, Payment
from contracts.services import offers
from contracts.services.offered import ChecksHaveChanged, TermsAreOutOfBounds
from jobs.models import Job, Proposal
from jobs.services import proposals
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the pages too."""
    monkeypatch.setattr("contracts.views.offers.now", lambda: NOON)


@pytest.fixture
def url(proposal):
    return reverse("contracts:make-offer", args=[proposal.public_id])


def nothing_happened(proposal):
    proposal.refresh_from_db()
    return proposal.status == Proposal.Status.SUBMITTED and not Offer.objects.exists()


# --- The verb


def test_an_offer_keeps_the_terms_and_freezes_the_fees(proposal, acme):
    offer = offers.make(proposal, **agreed.terms(proposal), by=acme, at=NOON)

    proposal.refresh_from_db()
    assert (offer.status, proposal.status) == ("sent", "offered")
    assert (offer.client_fee_bps, offer.expert_fee_bps) == (500, 600)
    assert offer.total == Money(7_200_00, "usd")
    assert offer.expires_at == NOON + timedelta(days=7)
    assert [(row.metric, row.target) for row in offer.checks.all()] == [
        ("Faithfulness", "0.95"),
        ("p95 latency", "2.5"),
    ]
    assert not Payment.objects.exists()


def test_the_expert_is_told_once_with_amount_and_deadline(offer, ada):
    notice = Notification.objects.get(user=ada)

    assert notice.subject == "Offer of $7,200.00 for Citation-first assistant, answer by 8 Jan 2030"
    assert notice.url == reverse("contracts:offer", args=[offer.public_id])
    assert Mail.objects.filter(to=ada.email, subject=notice.subject).count() == 1


def test_a_second_offer_on_the_same_proposal_is_refused(offer, proposal, acme):
    with pytest.raises(IllegalMove):
        offers.make(proposal, **agreed.terms(proposal), by=acme, at=NOON)

    assert Offer.objects.count() == 1


@pytest.mark.parametrize("role", [Membership.Role.FINANCE, Membership.Role.VIEWER])
def test_members_who_do_not_hire_make_no_offer(proposal, member, role):
    with pytest.raises(PermissionDenied):
        offers.make(proposal, **agreed.terms(proposal), by=member(role), at=NOON)

    assert nothing_happened(proposal)


def test_those_who_hire_need_not_own_the_organisation(proposal, member):
    offer = offers.make(
        proposal, **agreed.terms(proposal), by=member(Membership.Role.HIRING), at=NOON
    )

    assert offer.status == "sent"


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [agreed.part()] * 11,
        [agreed.part(0)],
        [agreed.part(-3_000_00)],
        [agreed.part(49_99)],
        [agreed.part(900_000_01)],
        [agreed.part(due_on=date(2029, 12, 31))],
        [agreed.part(due_on=date(2032, 1, 2))],
    ],
    ids=["none", "too many", "zero", "negative", "too little", "too much", "past", "far off"],
)
def test_terms_no_contract_may_have_are_refused(proposal, acme, parts):
    with pytest.raises(TermsAreOutOfBounds):
        offers.make(proposal, **agreed.terms(proposal, milestones=parts), by=acme, at=NOON)

    assert nothing_happened(proposal)


def test_targets_written_for_other_checks_are_refused(proposal, acme):
    with pytest.raises(ChecksHaveChanged):
        offers.make(proposal, **agreed.terms(proposal, targets=["0.95"]), by=acme, at=NOON)

    assert nothing_happened(proposal)


def test_no_offer_is_made_for_a_job_that_has_ended(proposal, acme):
    Job.objects.filter(pk=proposal.job_id).update(status=Job.Status.CLOSED)

    with pytest.raises(proposals.JobNotOpen):
        offers.make(proposal, **agreed.terms(proposal), by=acme, at=NOON)

    assert nothing_happened(proposal)


# --- The page


def test_sending_the_form_makes_the_offer(client, acme, proposal, url):
    client.force_login(acme)

    response = client.post(url, agreed.offer_form())

    offer = Offer.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("contracts:offer", args=[offer.public_id])
    assert offer.total == Money(12_000_00, "usd")
    assert [row.target for row in offer.checks.all()] == ["0.95", "2.5"]


def test_sending_the_form_twice_makes_one_offer(client, acme, proposal, url):
    client.force_login(acme)
    client.post(url, agreed.offer_form())

    response = client.post(url, agreed.offer_form())

    assert response.status_code == 422
    assert "This has changed since you opened the page" in response.content.decode()
    assert Offer.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("milestones-0-amount", ""),
        ("milestones-0-amount", "0"),
        ("milestones-0-amount", "-5"),
        ("milestones-0-amount", "49.99"),
        ("milestones-0-amount", "900,000.01"),
        ("milestones-0-amount", "9" * 40),
        ("milestones-0-amount", "2OO"),
        ("milestones-0-amount", "1e5"),
        ("milestones-0-amount", "3000\x00"),
        ("milestones-0-title", ""),
        ("milestones-0-title", "a\x00b"),
        ("milestones-0-title", "x" * 121),
        ("milestones-0-due_on", "soon"),
        ("milestones-0-due_on", "2029-12-31"),
        ("title", ""),
        ("title", "x" * 121),
        ("target_1", ""),
        ("target_1", "x" * 61),
        ("message", "x" * 2001),
        ("message", "a\x00b"),
        ("review_window_days", "400"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    client, acme, proposal, url, field, typed
):
    client.force_login(acme)

    response = client.post(url, agreed.offer_form(**{field: typed, "target_2": "2.25"}))

    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error:" in page
    assert 'value="2.25"' in page
    assert nothing_happened(proposal)


def test_a_milestone_is_added_without_losing_what_was_typed(client, acme, proposal, url):
    client.force_login(acme)
    typed = agreed.offer_form(**{"milestones-0-amount": "about 3k", "milestones-add": "1"})

    response = client.post(url, typed)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="milestones-count" value="2"' in page
    assert 'value="about 3k"' in page
    assert 'name="milestones-1-title"' in page
    assert nothing_happened(proposal)


def test_a_milestone_is_removed(client, acme, proposal, url):
    client.force_login(acme)
    two = {
        "milestones-count": "2",
        "milestones-1-title": "The second",
        "milestones-1-amount": "1,000",
        "milestones-1-due_on": "2030-02-20",
    }

    response = client.post(url, agreed.offer_form(**two, **{"milestones-remove": "0"}))

    page = response.content.decode()
    assert 'name="milestones-count" value="1"' in page
    assert 'value="The second"' in page
    assert "Everything" not in page


@pytest.mark.parametrize("count", ["", "0", "-1", "99999999999", "a"])
def test_a_forged_number_of_rows_is_no_error(client, acme, proposal, url, count):
    client.force_login(acme)

    response = client.post(url, agreed.offer_form(**{"milestones-count": count}))

    assert response.status_code in {302, 422}


def test_the_page_is_for_those_who_hire(client, ada, mallory, member, proposal, url):
    for who, status in ((ada, 403), (mallory, 404), (member(Membership.Role.VIEWER), 403)):
        client.force_login(who)
        assert client.get(url).status_code == status
        assert client.post(url, agreed.offer_form()).status_code == status
    assert nothing_happened(proposal)


def test_the_page_shows_an_offer_that_waits_to_both_sides(client, acme, ada, offer, url):
    for who in (acme, ada):
        client.force_login(who)
        assert client.get(url).url == reverse("contracts:offer", args=[offer.public_id])
