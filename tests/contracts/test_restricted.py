"""A sanction keeps people from new agreements, never from what runs and from their money."""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.services import sanctions
from accounts.services.sanctions import AccountIsRestricted
from contracts.models import Consultation, Contract, Milestone, Offer
from contracts.services import consultations, consulting, milestones, offers
from contracts.services.consultations import TimeIsTaken
from contracts.services.offers import OtherSideIsRestricted
from jobs.models import Proposal
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts import agreed


def suspend(person, by) -> User:
    """Suspend a person; return them as the next request finds them."""
    row = sanctions.propose(
        person, level="suspend", rule_code="M1", facts="f", evidence="e", flag=None, days=30,
        by=by, at=NOON,
    )  # fmt: skip
    sanctions.impose(row, by=by, at=NOON)
    return User.objects.get(pk=person.pk)


def test_a_client_makes_no_offer(proposal, acme, rhea):
    with pytest.raises(AccountIsRestricted):
        offers.make(proposal, **agreed.terms(proposal), by=suspend(acme, rhea), at=NOON)

    assert not Offer.objects.exists()


def test_an_expert_accepts_none_and_may_decline(offer, ada, rhea):
    ada = suspend(ada, rhea)
    with pytest.raises(AccountIsRestricted):
        offers.accept(offer, by=ada, at=NOON)
    assert not Contract.objects.exists()

    offers.decline(offer, note="", by=ada, at=NOON)

    assert Proposal.objects.get().status == Proposal.Status.SHORTLISTED


def test_nobody_agrees_with_who_was_suspended_after_they_offered(offer, acme, ada, rhea):
    suspend(acme, rhea)
    with pytest.raises(OtherSideIsRestricted):
        offers.accept(Offer.objects.get(pk=offer.pk), by=ada, at=NOON)

    assert not Contract.objects.exists()
    offers.withdraw(offer, by=User.objects.get(pk=acme.pk), at=NOON)


def test_no_consultation_is_offered_or_booked(ada, acme, rhea):
    consulting.set_price(ada.expert, Money(80_00, "usd"), by=ada)
    start = NOON + timedelta(days=3)
    [slot] = consulting.offer_times(ada.expert, [start], minutes=60, by=ada, at=NOON)
    client = acme.memberships.get().organisation
    book = {"organisation": client, "question": "Why?", "at": NOON}
    ada = suspend(ada, rhea)
    with pytest.raises(TimeIsTaken):
        consultations.checkout_url(slot, by=acme, **book)
    with pytest.raises(AccountIsRestricted):
        consulting.offer_times(ada.expert, [start], minutes=30, by=ada, at=NOON)
    with pytest.raises(AccountIsRestricted):
        consultations.checkout_url(slot, by=suspend(acme, rhea), **book)

    assert not Consultation.objects.exists()


def test_running_work_is_handed_in_and_paid_by_two_suspended_people(funded, ada, acme, rhea):
    ada, acme = suspend(ada, rhea), suspend(acme, rhea)
    milestone = Milestone.objects.get(pk=funded.pk)

    work = milestones.submit(milestone, **agreed.work(milestone.contract), by=ada, at=NOON)
    milestones.approve(work, by=acme, at=NOON)

    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.RELEASED
