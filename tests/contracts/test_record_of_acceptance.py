"""The record of acceptance: who, when, and by its fingerprint which version of an offer."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.urls import reverse

from contracts import invariants
from contracts.models import Contract, OfferMilestone
from contracts.services import offers
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

LATER = NOON + timedelta(hours=3)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is three hours later for the pages too."""
    monkeypatch.setattr("contracts.views.offers.now", lambda: LATER)


@laid
def hired(offer, ada) -> Contract:
    """Acme's offer of noon, accepted by Ada three hours later."""
    return offers.accept(offer, by=ada, at=LATER)


# --- The fingerprint of an offer


def test_an_offer_carries_the_fingerprint_of_all_it_says(client, offer, ada):
    client.force_login(ada)
    response = client.get(reverse("contracts:offer-file", args=[offer.public_id]))

    assert hashlib.sha256(response.content).hexdigest() == offer.sha256
    said = json.loads(response.content)
    assert [row["amount_minor"] for row in said["terms"]["milestones"]] == [3_000_00, 4_200_00]
    assert (said["by"], said["at"]) == (offer.made_by.public_id, "2030-01-01T12:00:00.000000+00:00")


def test_each_version_names_the_one_it_answers(client, offer, ada):
    other = agreed.terms(offer.proposal, review_window_days=7)
    version = offers.counter(offer, **other, by=ada, at=LATER)

    client.force_login(ada)
    said = client.get(reverse("contracts:offer-file", args=[version.public_id])).json()
    assert said["previous"] == offer.sha256
    assert version.sha256 not in {"", offer.sha256}


def test_an_offer_that_is_altered_afterwards_is_found(offer):
    assert list(invariants.offers_that_changed()) == []

    row = OfferMilestone.objects.filter(offer=offer)
    row.filter(position=1).update(amount_minor=1_00)

    assert [offer.public_id in said for said in invariants.offers_that_changed()] == [True]
    row.filter(position=1).update(amount_minor=3_000_00)


# --- What the contract keeps of it


def test_the_contract_names_the_version_that_was_accepted(offer, hired, acme, ada):
    document = hired.terms.get().document

    assert document["offer"] == {"id": offer.public_id, "number": 1, "sha256": offer.sha256}
    assert (document["client"]["by"], document["expert"]["by"]) == (acme.public_id, ada.public_id)
    assert document["expert"]["at"] == "2030-01-01T15:00:00.000000+00:00"


def test_it_is_on_the_contract_and_among_its_terms(client, hired, ada):
    client.force_login(ada)
    version = hired.terms.get()
    for name in ("contracts:detail", "contracts:terms"):
        page = client.get(reverse(name, args=[hired.public_id])).content.decode()
        assert version.sha256 in page
        assert "1 Jan 2030, 15:00" in page
        assert reverse("contracts:agreement", args=[hired.public_id, 1]) in page


def test_the_paper_says_who_accepted_what_and_when(client, offer, hired, acme):
    acme.time_zone = "Asia/Tokyo"
    acme.save()
    client.force_login(acme)

    page = client.get(reverse("contracts:agreement", args=[hired.public_id, 1])).content.decode()

    assert "2030-01-01 15:00:00 UTC" in page
    assert "2 Jan 2030, 00:00 JST" in page
    assert "Ada Okonkwo" in page
    assert "Acme" in page
    assert offer.sha256 in page
    assert hired.terms.get().sha256 in page
    assert "assigns to the client all rights" in page
    assert "$7,200.00" in page


def test_the_paper_is_handed_out_as_a_file(client, hired, acme):
    client.force_login(acme)

    response = client.get(reverse("contracts:agreement-file", args=[hired.public_id, 1]))

    assert response.status_code == 200
    if response["Content-Type"] == "application/pdf":
        assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["contracts:agreement", "contracts:agreement-file"])
def test_there_is_no_paper_of_a_version_nobody_agreed_to(client, hired, acme, mallory, name):
    client.force_login(acme)
    assert client.get(reverse(name, args=[hired.public_id, 2])).status_code == 404
    client.force_login(mallory)
    assert client.get(reverse(name, args=[hired.public_id, 1])).status_code == 404
