"""Stolen cards: who is refused often pauses, a wave stops first payments, others go on."""

from datetime import timedelta

import pytest

from accounts.models import Notification
from contracts import tasks
from contracts.models import Milestone, Payment, PaymentEvent
from contracts.services import card_testing, funding, inbox
from contracts.services.card_testing import CardsAreTested, TooManyRefusals
from marketplace.kit.errors import DomainError
from marketplace.local.fakestripe.remote import NotDone, Remote
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed

AN_HOUR = timedelta(hours=1)
A_MINUTE = timedelta(minutes=1)
REFUSED = "insufficient_funds"


@pytest.fixture
def close_now(monkeypatch):
    """Pages that are to close do so at once, as the workers would within a second."""
    closing = []
    monkeypatch.setattr(
        tasks.close_pages,
        "delay_on_commit",
        lambda *, milestone_pk: closing.append(milestone_pk),
    )

    def close_now():
        while closing:
            funding.close_pages([Milestone.objects.get(pk=closing.pop())], at=NOON)

    return close_now


def refuse(stripe: Remote, payment: Payment, at=NOON) -> bool:
    """Try a card that is refused; say whether the page still took it."""
    try:
        stripe.pay(payment.session_id, REFUSED)
    except NotDone:
        return False
    funding.sync(payment, at=at)
    return True


def refused_before(payment: Payment, count: int, at=NOON) -> None:
    """So many cards were refused for somebody else's milestone."""
    for number in range(count):
        PaymentEvent.objects.create(
            row=payment,
            verb="refuse",
            came_from="open",
            went_to="open",
            at=at,
            reason=f"ch_{number}",
        )


def test_each_refused_card_is_counted_once_however_often_we_hear_of_it(stripe, sdk, open_payment):
    refuse(stripe, open_payment)
    funding.sync(open_payment, at=NOON)
    charge = PaymentEvent.objects.get(verb="refuse").reason
    for _ in range(2):
        inbox.handle(agreed.told("charge.failed", charge).pk, at=NOON)

    assert PaymentEvent.objects.filter(verb="refuse").count() == 1


def test_those_in_between_are_counted_too(stripe, sdk, open_payment):
    for _ in range(2):
        stripe.pay(open_payment.session_id, REFUSED)
    session = sdk.v1.checkout.sessions.retrieve(open_payment.session_id)
    failed = sdk.v1.charges.list({"payment_intent": session.payment_intent}).data
    for charge in failed:
        inbox.handle(agreed.told("charge.failed", charge.id).pk, at=NOON)

    noted = PaymentEvent.objects.filter(verb="refuse").values_list("reason", flat=True)
    assert set(noted) == {charge.id for charge in failed}


def test_after_three_refusals_the_page_closes_for_an_hour(stripe, open_payment, acme, close_now):
    for _ in range(3):
        refuse(stripe, open_payment)
    close_now()

    assert not refuse(stripe, open_payment)
    milestone = Milestone.objects.get(pk=open_payment.milestone_id)
    assert milestone.status == "planned"
    with pytest.raises(TooManyRefusals) as refused:
        funding.checkout_url(milestone, by=acme, at=NOON + AN_HOUR - A_MINUTE)
    assert refused.value.headers == {"Retry-After": "3600"}
    assert Payment.objects.count() == 1
    assert funding.checkout_url(milestone, by=acme, at=NOON + AN_HOUR)


def test_another_who_pays_for_the_client_is_not_held_up(stripe, open_payment, member, close_now):
    for _ in range(3):
        refuse(stripe, open_payment)
    close_now()

    other = member("finance")
    milestone = Milestone.objects.get(pk=open_payment.milestone_id)
    assert funding.checkout_url(milestone, by=other, at=NOON)


def test_during_a_wave_only_clients_we_know_pay(stripe, open_payment, mallory, ada):
    refused_before(open_payment, card_testing.FROM_ALL)
    newcomer = factories.organisation(mallory, name="Initech")
    milestone = factories.contract(newcomer, ada.expert).milestones.first()

    with pytest.raises(CardsAreTested):
        funding.checkout_url(milestone, by=mallory, at=NOON)
    assert Payment.objects.count() == 1

    newcomer.paid_at = NOON
    newcomer.save(update_fields=["paid_at"])
    assert funding.checkout_url(milestone, by=mallory, at=NOON)


def test_many_refusals_among_more_payments_are_no_wave(open_payment):
    refused_before(open_payment, card_testing.FROM_ALL)
    assert card_testing.is_wave(at=NOON)
    assert not card_testing.is_wave(at=NOON + AN_HOUR)

    for number in range(card_testing.FROM_ALL):
        milestone = factories.milestone(open_payment.milestone.contract, position=10 + number)
        Payment.objects.create(
            milestone=milestone, by=open_payment.by, amount_minor=100_00, fee_minor=0,
            currency="usd", created_at=NOON, expires_at=NOON, held_at=NOON,
        )  # fmt: skip
    assert not card_testing.is_wave(at=NOON)


def test_of_500_cards_of_50_accounts_few_reach_a_bank(stripe, ada, close_now):
    fiona = factories.finance("Fiona")
    pages = []
    for number in range(50):
        thief = factories.user(f"Thief {number}")
        milestone = factories.contract(factories.organisation(thief), ada.expert).milestones.first()
        pages.append((thief, milestone))

    reached = 0
    for _card in range(10):
        for thief, milestone in pages:
            try:
                funding.checkout_url(milestone, by=thief, at=NOON)
            except DomainError:
                continue
            reached += refuse(stripe, milestone.payments.latest("pk"))
            close_now()

    print(f"{reached} of 500 cards reached a bank")
    assert card_testing.FROM_ALL <= reached <= 60  # the bound of the design
    told = Notification.objects.filter(user=fiona, key__startswith="card-testing:")
    assert told.count() == 1
