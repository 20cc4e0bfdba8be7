"""A client funds a milestone: Stripe's answer decides, once, whatever comes first."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.services import organisations
from contracts import gateway
from contracts.models import LedgerTransaction, Milestone, Operation, Payment
from contracts.services import funding, ledger, payments
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON

SESSIONS = "POST /v1/checkout/sessions"
AN_HOUR = timedelta(hours=1)


def keys():
    return sorted(LedgerTransaction.objects.values_list("idem_key", flat=True))


# --- Opening the page


def test_the_page_charges_the_price_and_our_fee(stripe, sdk, milestone, acme):
    url = funding.checkout_url(milestone, by=acme, at=NOON)

    payment = milestone.payments.get()
    milestone.refresh_from_db()
    session = sdk.v1.checkout.sessions.retrieve(payment.session_id)
    assert url == session.url == payment.session_url
    assert session.amount_total == payment.total.minor == 3_150_00
    assert session.metadata["payment_id"] == payment.public_id
    assert (payment.status, milestone.status) == ("open", "funding")
    assert keys() == []


def test_two_clicks_are_one_page(stripe, milestone, acme):
    first = funding.checkout_url(milestone, by=acme, at=NOON)

    assert funding.checkout_url(milestone, by=acme, at=NOON) == first
    assert milestone.payments.count() == 1
    assert len(stripe.journal(path="/v1/checkout/sessions", method="POST")) == 1


@pytest.mark.parametrize("role", [Membership.Role.HIRING, Membership.Role.VIEWER])
def test_only_those_who_move_money_pay(stripe, milestone, contract, role):
    member = factories.user("Member")
    Membership.objects.create(
        organisation=contract.organisation, user=member, role=role, created_at=NOON
    )

    with pytest.raises(PermissionDenied):
        funding.checkout_url(milestone, by=member, at=NOON)

    assert not Payment.objects.exists()
    assert stripe.journal(path="/v1/checkout/sessions") == []


def test_neither_the_expert_nor_an_outsider_pays(stripe, milestone, ada, mallory):
    for person in (ada, mallory):
        with pytest.raises(PermissionDenied):
            funding.checkout_url(milestone, by=person, at=NOON)

    assert not Payment.objects.exists()


@pytest.mark.parametrize("minor", [47, 95_238_095, 10**12])
def test_an_amount_no_card_payment_may_be_is_refused_before_stripe_hears(
    stripe, contract, acme, minor
):
    milestone = factories.milestone(contract, minor)

    with pytest.raises(funding.AmountNotChargeable):
        funding.checkout_url(milestone, by=acme, at=NOON)

    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.PLANNED
    assert not Payment.objects.exists()
    assert stripe.journal(path="/v1/checkout/sessions") == []


def test_a_paid_milestone_is_not_paid_again(held, milestone, acme):
    with pytest.raises(IllegalMove):
        funding.checkout_url(milestone, by=acme, at=NOON)

    assert milestone.payments.count() == 1


def test_stripe_that_does_not_answer_is_a_refusal_and_the_next_click_finds_the_same_page(
    stripe, sdk, milestone, acme
):
    stripe.plant(SESSIONS, "after", times=3)

    with pytest.raises(funding.PaymentPageUnavailable):
        funding.checkout_url(milestone, by=acme, at=NOON)
    assert milestone.payments.get().status == Payment.Status.CREATED

    url = funding.checkout_url(milestone, by=acme, at=NOON)
    sessions = sdk.v1.checkout.sessions.list().data
    assert [session.url for session in sessions] == [url]
    assert milestone.payments.get().status == Payment.Status.OPEN


def test_the_sweep_finishes_what_a_crash_left_without_a_page(stripe, milestone, acme):
    stripe.plant(SESSIONS, "before", times=3)
    with pytest.raises(funding.PaymentPageUnavailable):
        funding.checkout_url(milestone, by=acme, at=NOON)
    late = NOON + timedelta(minutes=2)

    [key] = funding.unsettled(at=late)
    funding.sync(Payment.objects.get(pk=key), at=late)

    assert milestone.payments.get().status == Payment.Status.OPEN


def test_a_page_stripe_refuses_to_open_frees_the_milestone(stripe, milestone, acme, settings):
    settings.SITE_URL = "not-an-address"

    with pytest.raises(funding.PaymentPageUnavailable):
        funding.checkout_url(milestone, by=acme, at=NOON)

    milestone.refresh_from_db()
    assert milestone.payments.get().status == Payment.Status.FAILED
    assert milestone.status == Milestone.Status.PLANNED


# --- What Stripe says of it


def test_a_payment_that_arrived_is_held(held, milestone):
    milestone.refresh_from_db()

    assert (held.status, held.held_at) == (Payment.Status.HELD, NOON)
    assert (milestone.status, milestone.funded_at) == (Milestone.Status.FUNDED, NOON)
    assert ledger.balance(ledger.escrow(milestone)) == Money(3_000_00, "usd")
    assert ledger.balance(ledger.fee_deferred(milestone)) == Money(150_00, "usd")
    # 2.9 % of $3,150.00 and 30 cents stay with Stripe.
    assert ledger.balance(ledger.psp_fees("usd")) == Money(91_65, "usd")
    assert ledger.balance(ledger.stripe("usd")) == Money(3_150_00 - 91_65, "usd")
    assert keys() == [f"bt:{held.balance_transaction_id}", f"fund:{held.public_id}"]


def test_asking_again_changes_nothing(held, milestone):
    before = keys()

    funding.sync(held, at=NOON + AN_HOUR)

    assert keys() == before
    assert held.history.count() == 2
    assert Payment.objects.get().held_at == NOON


def test_a_declined_card_leaves_the_page_open(stripe, open_payment, milestone):
    stripe.pay(open_payment.session_id, "card_declined")

    funding.sync(open_payment, at=NOON)

    assert milestone.payments.get().status == Payment.Status.OPEN
    stripe.pay(open_payment.session_id)
    assert funding.sync(open_payment, at=NOON).status == Payment.Status.HELD


def test_an_expired_page_lets_the_client_pay_again(stripe, open_payment, milestone, acme):
    stripe.pay(open_payment.session_id, "expired")
    funding.sync(open_payment, at=NOON)
    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.PLANNED

    funding.checkout_url(milestone, by=acme, at=NOON)

    assert list(milestone.payments.order_by("pk").values_list("status", flat=True)) == [
        Payment.Status.EXPIRED,
        Payment.Status.OPEN,
    ]


def test_a_click_after_the_hour_opens_a_new_page(stripe, open_payment, milestone, acme):
    stripe.advance(3_601)

    url = funding.checkout_url(milestone, by=acme, at=NOON + AN_HOUR)

    assert url != open_payment.session_url
    assert milestone.payments.filter(status=Payment.Status.OPEN).count() == 1


def test_a_click_after_the_hour_finds_that_it_was_paid(stripe, open_payment, milestone, acme):
    stripe.pay(open_payment.session_id)

    with pytest.raises(IllegalMove):
        funding.checkout_url(milestone, by=acme, at=NOON + AN_HOUR)

    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.FUNDED


def test_money_that_arrives_after_we_gave_up_still_counts(stripe, open_payment, milestone):
    Payment.objects.get().move("expire", by=None, at=NOON)
    Milestone.objects.get(pk=milestone.pk).move("stop_funding", by=None, at=NOON)
    stripe.pay(open_payment.session_id)

    assert funding.sync(open_payment, at=NOON).status == Payment.Status.HELD
    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.FUNDED


def test_a_lost_webhook_is_asked_after(stripe, open_payment, milestone):
    stripe.pay(open_payment.session_id)
    assert funding.unsettled(at=NOON + timedelta(seconds=119)) == []

    late = NOON + timedelta(minutes=2)
    for key in funding.unsettled(at=late):
        funding.sync(Payment.objects.get(pk=key), at=late)

    assert milestone.payments.get().status == Payment.Status.HELD
    assert funding.unsettled(at=late + AN_HOUR) == []


# --- Money that is not what we asked for


def paid(payment, **changes) -> gateway.Session:
    """What Stripe would say of a paid page, with something about it changed."""
    money = changes.pop("received", payment.total)
    fee = changes.pop("fee", Money(91_65, money.currency))
    named = changes.pop("intent_payment_id", payment.public_id)
    charge = gateway.Charge("ch_1", "txn_1", fee)
    return gateway.Session(
        **{
            "id": payment.session_id,
            "url": "",
            "status": "complete",
            "is_paid": True,
            "payment_id": payment.public_id,
            "livemode": False,
            "intent": gateway.Intent("pi_1", "succeeded", money, named, charge),
        }
        | changes
    )


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"received": Money(3_149_99, "usd")}, "amount"),
        ({"received": Money(3_150_01, "usd")}, "amount"),
        ({"received": Money(3_150_00, "eur")}, "amount"),
        ({"fee": Money(91_65, "eur")}, "settlement_currency"),
        ({"payment_id": "pay_another"}, "payment"),
        ({"intent_payment_id": "pay_another"}, "payment"),
        ({"id": "cs_another"}, "session"),
        ({"livemode": True}, "livemode"),
    ],
)
def test_money_that_does_not_match_is_set_aside(open_payment, milestone, changes, difference):
    session = paid(open_payment, **changes)

    payment = payments.settle(open_payment, session, at=NOON)

    milestone.refresh_from_db()
    received = session.intent.received
    assert payment.status == Payment.Status.MISMATCH
    assert payment.history.last().reason == difference
    assert milestone.status == Milestone.Status.PLANNED
    assert ledger.balance(ledger.escrow(milestone)) == Money(0, "usd")
    assert ledger.trial_balance()[f"suspense:{received.currency}"] == -received
    assert "mismatch:pi_1" in keys()


def test_a_second_payment_for_a_paid_milestone_is_returned_whole(pay, milestone):
    pay(milestone)
    second = Payment.objects.create(
        milestone=milestone,
        by=milestone.contract.job.posted_by,
        amount_minor=3_000_00,
        fee_minor=150_00,
        currency="usd",
        session_id="cs_second",
        created_at=NOON,
        expires_at=NOON + AN_HOUR,
    )
    charge = gateway.Charge("ch_second", "txn_second", Money(91_65, "usd"))
    intent = gateway.Intent("pi_second", "succeeded", second.total, second.public_id, charge)

    payments.settle(second, paid(second, intent=intent), at=NOON)

    second.refresh_from_db()
    assert second.status == Payment.Status.RETURNED
    assert ledger.balance(ledger.escrow(milestone)) == Money(3_000_00, "usd")
    assert ledger.balance(ledger.refund_payable(second)) == second.total
    assert Operation.objects.get().amount == second.total


def test_a_paid_page_without_the_money_is_under_way(open_payment, milestone, acme):
    under_way = gateway.Intent("pi_1", "processing", Money(0, "usd"), open_payment.public_id, None)
    session = paid(open_payment, is_paid=False, intent=under_way)

    assert payments.settle(open_payment, session, at=NOON).status == Payment.Status.PROCESSING
    assert keys() == []
    with pytest.raises(funding.PaymentIsUnderWay):
        funding.checkout_url(milestone, by=acme, at=NOON)


def test_a_payment_that_failed_at_the_bank_frees_the_milestone(open_payment, milestone):
    failed = gateway.Intent(
        "pi_1", "requires_payment_method", Money(0, "usd"), open_payment.public_id, None
    )

    payments.settle(open_payment, paid(open_payment, is_paid=False, intent=failed), at=NOON)

    milestone.refresh_from_db()
    assert milestone.payments.get().status == Payment.Status.FAILED
    assert milestone.status == Milestone.Status.PLANNED


def test_stripes_fee_is_booked_once_it_is_known(open_payment, milestone):
    unknown = gateway.Intent(
        "pi_1", "succeeded", open_payment.total, open_payment.public_id, gateway.Charge("ch_1")
    )
    payments.settle(open_payment, paid(open_payment, intent=unknown), at=NOON)
    assert keys() == [f"fund:{open_payment.public_id}"]
    assert funding.unsettled(at=NOON) == [open_payment.pk]

    payments.settle(open_payment, paid(open_payment), at=NOON)

    assert keys() == ["bt:txn_1", f"fund:{open_payment.public_id}"]
    assert funding.unsettled(at=NOON) == []


def test_the_first_payment_shows_experts_that_the_client_pays(held, contract):
    contract.organisation.refresh_from_db()
    assert contract.organisation.paid_at == NOON

    organisations.record_payment(contract.organisation, at=NOON + timedelta(days=1))

    contract.organisation.refresh_from_db()
    assert contract.organisation.paid_at == NOON
