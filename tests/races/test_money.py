"""Whatever happens at the same time, money moves once."""

import json
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from stripe import WebhookSignature

from contracts import gateway
from contracts.models import LedgerTransaction, Operation, Payment, Release, StripeEvent
from contracts.services import (
    contracts,
    externals,
    funding,
    inbox,
    milestones,
    mismatches,
    onboarding,
    operations,
    payments,
)
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.banking import pots
from tests.contracts.test_fund import paid
from tests.contracts.test_release import approved

pytestmark = pytest.mark.django_db(transaction=True)

Kind = LedgerTransaction.Kind
FIVE = range(5)


def postings(kind) -> int:
    return LedgerTransaction.objects.filter(kind=kind).count()


def errors(outcomes) -> list[str]:
    return [type(one).__name__ for one in outcomes if isinstance(one, Exception)]


# --- Funding


def test_two_tabs_open_one_page(stripe, sdk, milestone, acme, at_once):
    click = lambda: funding.checkout_url(milestone, by=acme, at=NOON)  # noqa: E731

    outcomes = at_once(*[click] * 5)

    assert len(set(outcomes)) == 1
    assert Payment.objects.count() == len(sdk.v1.checkout.sessions.list().data) == 1


def test_webhook_sweep_and_click_find_one_payment(stripe, open_payment, acme, at_once):
    stripe.pay(open_payment.session_id)
    session = gateway.provider().checkout(open_payment.session_id)

    outcomes = at_once(
        *(lambda: funding.sync(open_payment, at=NOON) for _ in range(3)),
        *(lambda: payments.settle(open_payment, session, at=NOON) for _ in range(3)),
    )

    assert errors(outcomes) == []
    assert Payment.objects.get().status == Payment.Status.HELD
    assert (postings(Kind.FUND), postings(Kind.STRIPE_FEE)) == (1, 1)
    assert open_payment.history.filter(verb="hold").count() == 1


def test_a_page_that_is_paid_while_it_expires_is_paid(stripe, open_payment, milestone, at_once):
    closed = gateway.Session(
        open_payment.session_id, "", "expired", False, open_payment.public_id, False, None
    )
    stripe.pay(open_payment.session_id)

    outcomes = at_once(
        *(lambda: payments.settle(open_payment, closed, at=NOON) for _ in range(3)),
        *(lambda: funding.sync(open_payment, at=NOON) for _ in range(3)),
    )

    milestone.refresh_from_db()
    assert errors(outcomes) == []
    assert Payment.objects.get().status == Payment.Status.HELD
    assert milestone.status == milestone.Status.FUNDED
    assert postings(Kind.FUND) == 1


# --- Events


def test_one_event_delivered_five_times_at_once_has_one_effect(
    stripe, open_payment, settings, at_once
):
    settings.STRIPE_WEBHOOK_SECRETS = {"platform": ["whsec"]}
    stripe.pay(open_payment.session_id)
    body = json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "type": "checkout.session.completed",
            "livemode": False,
            "data": {"object": {"id": open_payment.session_id}},
        }
    )
    signature = WebhookSignature.generate_signature_header(body, "whsec")

    def deliver():
        return Client().post(
            "/hooks/stripe/platform/",
            body,
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        )

    answers = at_once(*[deliver] * 5)
    assert [answer.status_code for answer in answers] == [200] * 5
    event = StripeEvent.objects.get()
    outcomes = at_once(*(lambda: inbox.handle(event.pk, at=NOON_LATER) for _ in FIVE))

    event.refresh_from_db()
    assert errors(outcomes) == []
    assert (event.status, event.attempts) == (StripeEvent.Status.DONE, 1)
    assert postings(Kind.FUND) == 1


# The webhook stores an event by the real clock; by then it is due.
NOON_LATER = NOON + timedelta(days=365)


def test_different_events_of_one_fact_at_once_have_one_effect(stripe, sdk, open_payment, at_once):
    stripe.pay(open_payment.session_id)
    session = sdk.v1.checkout.sessions.retrieve(open_payment.session_id)
    intent = sdk.v1.payment_intents.retrieve(session.payment_intent)
    told = {
        "checkout.session.completed": session.id,
        "payment_intent.succeeded": intent.id,
        "charge.succeeded": intent.latest_charge,
        "charge.updated": intent.latest_charge,
    }
    events = [
        inbox.receive(
            gateway.Notice(f"evt_{kind}", kind, object_id, "", False, {}),
            endpoint="platform",
            at=NOON,
        )[0]
        for kind, object_id in told.items()
    ]

    outcomes = at_once(*(lambda e=e: inbox.handle(e.pk, at=NOON) for e in events))

    assert errors(outcomes) == []
    assert set(StripeEvent.objects.values_list("status", flat=True)) == {"done"}
    assert (postings(Kind.FUND), postings(Kind.STRIPE_FEE)) == (1, 1)


def test_a_worker_and_the_one_who_took_over_from_it_finish_an_event_once(
    stripe, open_payment, at_once
):
    stripe.pay(open_payment.session_id)
    stripe.plant("GET /v1/checkout/sessions/*", "slow", seconds=0.5)
    notice = gateway.Notice(
        "evt_1", "checkout.session.completed", open_payment.session_id, "", False, {}
    )
    event, _ = inbox.receive(notice, endpoint="platform", at=NOON)

    def take_over() -> None:
        while not StripeEvent.objects.filter(pk=event.pk, attempts=1).exists():
            time.sleep(0.01)
        inbox.handle(event.pk, at=NOON + timedelta(hours=1))

    outcomes = at_once(lambda: inbox.handle(event.pk, at=NOON), take_over)

    assert errors(outcomes) == []
    event.refresh_from_db()
    assert (event.attempts, event.history.count()) == (2, 1)
    assert postings(Kind.FUND) == 1


# --- Release and transfer


def test_five_approvals_at_once_release_once(held, milestone, acme, at_once):
    milestone.refresh_from_db()
    submission = milestone.submissions.create(note="Done.", created_at=NOON)
    milestone.review_due_at = NOON
    milestone.save(update_fields=["review_due_at"])
    milestone.move("submit", by=None, at=NOON)

    def approve():
        fresh = type(submission).objects.get(pk=submission.pk)
        return milestones.approve(fresh, by=acme, at=NOON)

    outcomes = at_once(*[approve] * 5)

    assert Counter(errors(outcomes)) == {"IllegalMove": 4}
    assert Release.objects.count() == Operation.objects.count() == 1
    assert postings(Kind.RELEASE) == 1


def test_five_releases_past_the_milestones_own_guard_release_once(held, acme, at_once):
    milestone = approved(held.milestone)

    outcomes = at_once(*(lambda: agreed.let_go(milestone, by=acme, at=NOON) for _ in FIVE))

    assert Counter(errors(outcomes)) == {"MoreThanIsHeld": 4}
    assert postings(Kind.RELEASE) == 1


@pytest.fixture
def operation(account, held, acme) -> Operation:
    agreed.let_go(approved(held.milestone), by=acme, at=NOON)
    return Operation.objects.get()


def test_five_workers_send_one_operation_once(stripe, sdk, operation, at_once):
    stripe.plant("POST /v1/transfers", "slow", seconds=0.5)

    outcomes = at_once(*(lambda: operations.send(operation.pk, at=NOON) for _ in FIVE))

    operation.refresh_from_db()
    assert errors(outcomes) == []
    assert (operation.status, operation.sends) == (Operation.Status.SUCCEEDED, 1)
    assert len(sdk.v1.transfers.list().data) == postings(Kind.TRANSFER) == 1


def test_workers_whose_leases_ran_out_still_move_the_money_once(stripe, sdk, operation, at_once):
    """Each comes two minutes after the other, by a clock that stands still for the first."""
    stripe.plant("POST /v1/transfers", "slow", seconds=0.5, times=5)
    moments = [NOON + timedelta(minutes=2 * number) for number in FIVE]

    outcomes = at_once(*(lambda at=at: operations.send(operation.pk, at=at) for at in moments))

    assert errors(outcomes) == []
    assert Operation.objects.get().status == Operation.Status.SUCCEEDED
    assert len(sdk.v1.transfers.list().data) == postings(Kind.TRANSFER) == 1


def test_answer_and_webhook_settle_one_transfer_once(operation, at_once):
    claimed = operations._claim(operation.pk, NOON)
    transfer = operations._carried_out(claimed, NOON)

    outcomes = at_once(
        *(lambda: operations.settle(operation, transfer, at=NOON) for _ in range(3)),
        *(lambda: operations.settle(claimed, transfer, at=NOON) for _ in range(3)),
    )

    assert errors(outcomes) == []
    assert postings(Kind.TRANSFER) == 1
    assert operation.history.filter(verb="succeed").count() == 1


def test_an_account_that_becomes_ready_while_it_blocks_strands_no_money(
    stripe, operation, account, at_once, work
):
    stripe.onboard(account.stripe_id, "restricted")
    onboarding.sync(account, at=NOON)
    stripe.onboard(account.stripe_id, "active")
    ready = gateway.provider().account(account.stripe_id)

    outcomes = at_once(
        lambda: operations.send(operation.pk, at=NOON),
        lambda: onboarding.settle(account, ready, at=NOON),
    )
    later = NOON + onboarding.LOOK_AGAIN
    for _ in onboarding.awaited(at=later):
        onboarding.sync(account, at=later)
    work(later)

    assert errors(outcomes) == []
    assert Operation.objects.get().status == Operation.Status.SUCCEEDED
    assert postings(Kind.TRANSFER) == 1


# --- What somebody moves at Stripe itself


def sent_by_hand(payment: Payment, account: str) -> gateway.Transfer:
    """A transfer of $1,000.00 of a payment, made in the dashboard."""
    amount, nothing = Money(1_000_00, "usd"), Money(0, "usd")
    return gateway.Transfer("tr_hand", amount, account, "", nothing, payment.charge_id)


def returned_by_hand(payment: Payment) -> gateway.Refund:
    """A refund of $1,000.00 and our fee on it, made in the dashboard."""
    amount = Money(1_050_00, "usd")
    return gateway.Refund(
        "re_hand", amount, "succeeded", "", payment.intent_id, payment.charge_id,
        balance_transaction_id="txn_hand",
    )  # fmt: skip


def test_five_events_of_one_transfer_made_by_hand_are_one_release(account, held, at_once):
    sent = sent_by_hand(held, account.stripe_id)

    outcomes = at_once(*(lambda: externals.settle_transfer(sent, at=NOON) for _ in FIVE))

    assert errors(outcomes) == []
    assert Release.objects.count() == postings(Kind.EXTERNAL) == postings(Kind.TRANSFER) == 1


@pytest.mark.parametrize("what", ["refund", "transfer"])
def test_what_is_let_count_meanwhile_is_what_it_comes_out_of(open_payment, account, other, what):
    aside = payments.settle(open_payment, paid(open_payment, payment_id="pay_another"), at=NOON)
    finn, contract = factories.finance(), aside.milestone.contract
    refund, transfer = returned_by_hand(aside), sent_by_hand(aside, account.stripe_id)
    hear = {
        "refund": lambda: externals.settle_refund(refund, at=NOON),
        "transfer": lambda: externals.settle_transfer(transfer, at=NOON),
    }
    with transaction.atomic():
        contracts.hold(contract)
        heard = other.begin(hear[what])
        other.wait_until_it_waits()
        mismatches.adopt(aside, by=finn, at=NOON)
    heard.result()

    assert pots("escrow", "suspense") == {"escrow": 2_000_00, "suspense": 0}


def test_a_reversal_made_by_hand_waits_for_the_contract_before_anything_else(operation, other):
    operations.send(operation.pk, at=NOON)
    operation.refresh_from_db()
    amount = Money(820_00, "usd")
    reversal = gateway.Reversal("trr_hand", operation.stripe_id, amount, "")
    hear = lambda: externals.settle_reversal(reversal, at=NOON)  # noqa: E731
    with transaction.atomic():
        contracts.hold(operation.contract)
        heard = other.begin(hear)
        other.wait_until_it_waits()
        hear()
    heard.result()

    assert postings(Kind.REVERSAL) == 1
