"""Accepting an offer makes the contract, fills the job and answers everyone else, or nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification
from contracts.models import Contract
from contracts.services import offers
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

LATER = NOON + timedelta(days=1)


def nothing_happened(offer):
    offer.refresh_from_db()
    offer.proposal.refresh_from_db()
    offer.proposal.job.refresh_from_db()
    found = (offer.status, offer.proposal.status, offer.proposal.job.status)
    return found == ("sent", "offered", "open") and not Contract.objects.exists()


@laid
def rival(job):
    """Another expert's proposal to the same job."""
    other = factories.expert(factories.user("Noor Haddad"))
    return factories.proposal(job, other)


def test_the_contract_has_the_terms_of_the_offer(offer, ada):
    contract = offers.accept(offer, by=ada, at=LATER)

    assert (contract.status, contract.started_at) == ("active", LATER)
    assert (contract.client_fee_bps, contract.expert_fee_bps) == (500, 600)
    assert [(row.position, row.title, row.amount_minor) for row in contract.milestones.all()] == [
        (1, "Part 1", 3_000_00),
        (2, "Part 2", 4_200_00),
    ]
    assert {row.status for row in contract.milestones.all()} == {"planned"}
    assert [row.goal for row in contract.checks.all()] == ["≥ 0.95", "≤ 2.5 s"]


def test_the_proposal_is_hired_and_the_job_filled(offer, ada):
    offers.accept(offer, by=ada, at=LATER)

    offer.proposal.refresh_from_db()
    offer.proposal.job.refresh_from_db()
    assert offer.proposal.status == "hired"
    assert (offer.proposal.job.status, offer.proposal.job.outcome) == ("filled", "hired_here")


def test_everyone_else_gets_an_answer_and_their_offer_is_taken_back(offer, rival, acme, ada):
    terms = agreed.terms(rival, milestones=[agreed.part()])
    other = offers.make(rival, **terms, by=acme, at=NOON)

    offers.accept(offer, by=ada, at=LATER)

    other.refresh_from_db()
    rival.refresh_from_db()
    assert (other.status, rival.status) == ("withdrawn", "closed")
    with pytest.raises(IllegalMove):
        offers.accept(other, by=rival.expert.user, at=LATER)
    assert Contract.objects.count() == 1


def test_the_client_is_told_what_to_do_next(offer, acme, ada):
    offers.accept(offer, by=ada, at=LATER)

    subjects = set(Notification.objects.filter(user=acme).values_list("subject", flat=True))
    assert "Ada Okonkwo accepted. Fund milestone 1, $3,000.00, to start" in subjects


def test_only_the_expert_it_was_sent_to_accepts(offer, acme, mallory):
    for who in (acme, mallory):
        with pytest.raises(PermissionDenied):
            offers.accept(offer, by=who, at=LATER)

    assert nothing_happened(offer)


def test_an_offer_is_not_accepted_after_its_time(offer, ada):
    with pytest.raises(offers.OfferHasExpired):
        offers.accept(offer, by=ada, at=NOON + timedelta(days=7))

    assert nothing_happened(offer)


def test_an_offer_is_accepted_once(offer, ada):
    stale = type(offer).objects.get(pk=offer.pk)
    offers.accept(offer, by=ada, at=LATER)

    with pytest.raises(IllegalMove):
        offers.accept(stale, by=ada, at=LATER)

    assert Contract.objects.count() == 1


def test_the_page_leads_to_the_contract(client, offer, ada, monkeypatch):
    monkeypatch.setattr("contracts.views.offers.now", lambda: LATER)
    client.force_login(ada)
    url = reverse("contracts:accept-offer", args=[offer.public_id])

    first, second = client.post(url), client.post(url)

    contract = Contract.objects.get()
    assert first.url == reverse("contracts:detail", args=[contract.public_id])
    assert second.status_code == 409
    assert client.get(url).status_code == 405


def test_the_page_is_closed_to_others(client, offer, acme, mallory):
    url = reverse("contracts:accept-offer", args=[offer.public_id])
    for who, status in ((acme, 403), (mallory, 404)):
        client.force_login(who)
        assert client.post(url).status_code == status
    assert nothing_happened(offer)
