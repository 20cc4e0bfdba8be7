"""An unanswered offer is taken back by those who hire, or ends by itself when its time is over."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Membership, Notification
from contracts import tasks
from contracts.models import Contract, Offer
from contracts.services import offers
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON

A_WEEK = timedelta(days=7)


def test_the_proposal_is_free_again_and_the_expert_is_told(offer, proposal, acme, ada):
    offers.withdraw(offer, by=acme, at=NOON)

    proposal.refresh_from_db()
    assert (offer.status, proposal.status) == ("withdrawn", "shortlisted")
    notice = Notification.objects.get(user=ada, key=f"offer:{offer.public_id}:withdrawn")
    assert notice.subject == "Acme took back the offer of $7,200.00"


def test_only_those_who_hire_withdraw(offer, ada, mallory, member):
    for who in (ada, mallory, member(Membership.Role.VIEWER)):
        with pytest.raises(PermissionDenied):
            offers.withdraw(offer, by=who, at=NOON)

    assert Offer.objects.get().status == "sent"


def test_an_accepted_offer_stays(offer, acme, ada):
    stale = Offer.objects.get()
    offers.accept(offer, by=ada, at=NOON)

    with pytest.raises(IllegalMove):
        offers.withdraw(stale, by=acme, at=NOON)

    assert Contract.objects.get().status == "active"


def test_an_offer_expires_at_its_time_and_not_before(offer, proposal, acme, ada):
    assert offers.expire_due(at=NOON + A_WEEK - timedelta(seconds=1)) == 0
    assert Offer.objects.get().status == "sent"

    assert offers.expire_due(at=NOON + A_WEEK) == 1

    proposal.refresh_from_db()
    assert (Offer.objects.get().status, proposal.status) == ("expired", "shortlisted")
    expired = Notification.objects.filter(key=f"offer:{offer.public_id}:expired")
    assert {notice.user for notice in expired} == {acme, ada}


def test_the_sweep_may_run_twice(offer):
    offers.expire_due(at=NOON + A_WEEK)
    told = Notification.objects.count()

    assert offers.expire_due(at=NOON + A_WEEK) == 0
    assert Notification.objects.count() == told


def test_an_answered_offer_does_not_expire(offer, ada):
    offers.accept(offer, by=ada, at=NOON)

    assert offers.expire_due(at=NOON + A_WEEK) == 0


def test_the_beat_runs_the_sweep(offer, monkeypatch):
    monkeypatch.setattr("contracts.tasks.now", lambda: NOON + A_WEEK)

    tasks.expire_offers()

    assert Offer.objects.get().status == "expired"


def test_the_page_takes_it_back(client, offer, acme, ada, mallory):
    url = reverse("contracts:withdraw-offer", args=[offer.public_id])
    for who, status in ((ada, 403), (mallory, 404), (acme, 302)):
        client.force_login(who)
        assert client.post(url).status_code == status
    assert client.post(url).status_code == 409
