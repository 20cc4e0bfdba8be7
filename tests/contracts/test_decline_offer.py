"""Declining an offer says why and leaves the proposal where another can be made."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification
from contracts.models import Offer
from contracts.services import offers
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed


def test_the_client_reads_why_and_can_offer_again(offer, proposal, acme, ada):
    offers.decline(offer, note="The dates are too tight.", by=ada, at=NOON)

    proposal.refresh_from_db()
    notice = Notification.objects.get(user=acme, key=f"offer:{offer.public_id}:declined")
    assert (offer.status, proposal.status) == ("declined", "shortlisted")
    assert notice.subject == "Ada Okonkwo declined your offer of $7,200.00"
    assert "The dates are too tight." in notice.body
    assert offers.make(proposal, **agreed.terms(proposal), by=acme, at=NOON).status == "sent"


def test_only_the_expert_declines(offer, acme, mallory):
    for who in (acme, mallory):
        with pytest.raises(PermissionDenied):
            offers.decline(offer, note="", by=who, at=NOON)

    assert Offer.objects.get().status == "sent"


def test_an_accepted_offer_is_not_declined(offer, ada):
    stale = Offer.objects.get()
    offers.accept(offer, by=ada, at=NOON)

    with pytest.raises(IllegalMove):
        offers.decline(stale, note="No", by=ada, at=NOON)

    assert Offer.objects.get().decline_note == ""


def test_the_page_takes_a_note_or_none(client, offer, ada):
    client.force_login(ada)
    url = reverse("contracts:decline-offer", args=[offer.public_id])

    assert client.post(url, {"note": "x" * 1001}).status_code == 422
    assert Offer.objects.get().status == "sent"
    assert client.post(url, {"note": ""}).status_code == 302
    assert Offer.objects.get().status == "declined"


def test_the_page_is_closed_to_others(client, offer, acme, mallory):
    url = reverse("contracts:decline-offer", args=[offer.public_id])
    for who, status in ((acme, 403), (mallory, 404)):
        client.force_login(who)
        assert client.get(url).status_code == status
        assert client.post(url, {"note": ""}).status_code == status
    assert Offer.objects.get().status == "sent"
