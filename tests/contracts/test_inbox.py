"""Events are hints: twice, late, in any order or lost, they end in what Stripe says now."""

import itertools
from datetime import timedelta

import pytest

from contracts import gateway
from contracts.models import LedgerTransaction, Operation, Payment, StripeEvent
from contracts.services import inbox, onboarding, operations
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.test_release import approved

NUMBERS = itertools.count(1)
Status = StripeEvent.Status


@pytest.fixture
def tell(stripe):
    """Store an event as the webhook does, and handle it."""

    def tell(kind, object_id, *, endpoint="platform", account="") -> StripeEvent:
        notice = gateway.Notice(
            id=f"evt_{next(NUMBERS)}",
            kind=kind,
            object_id=object_id,
            account=account,
            livemode=False,
            payload={},
        )
        event, _ = inbox.receive(notice, endpoint=endpoint, at=NOON)
        inbox.handle(event.pk, at=NOON)
        event.refresh_from_db()
        return event

    return tell


def intent_of(sdk, payment):
    return sdk.v1.checkout.sessions.retrieve(payment.session_id).payment_intent


def keys():
    return sorted(LedgerTransaction.objects.values_list("idem_key", flat=True))


# --- Payments


def test_a_completed_page_holds_the_payment(stripe, open_payment, tell):
    stripe.pay(open_payment.session_id)

    event = tell("checkout.session.completed", open_payment.session_id)

    assert (event.status, event.attempts) == (Status.DONE, 1)
    assert Payment.objects.get().status == Payment.Status.HELD


def test_an_event_that_lies_changes_nothing(open_payment, tell):
    event = tell("checkout.session.completed", open_payment.session_id)

    assert event.status == Status.DONE
    assert Payment.objects.get().status == Payment.Status.OPEN
    assert keys() == []


def test_three_events_of_one_fact_are_one_posting_in_any_order(stripe, sdk, open_payment, tell):
    stripe.pay(open_payment.session_id)
    intent = sdk.v1.payment_intents.retrieve(intent_of(sdk, open_payment))

    tell("charge.updated", intent.latest_charge)
    tell("payment_intent.succeeded", intent.id)
    tell("charge.succeeded", intent.latest_charge)
    tell("checkout.session.completed", open_payment.session_id)

    payment = Payment.objects.get()
    assert keys() == [f"bt:{payment.balance_transaction_id}", f"fund:{payment.public_id}"]


def test_an_event_that_beats_our_own_answer_finds_its_payment(stripe, open_payment, tell):
    session_id = open_payment.session_id
    Payment.objects.update(session_id=None, session_url="")
    stripe.pay(session_id)

    tell("checkout.session.completed", session_id)

    payment = Payment.objects.get()
    assert (payment.status, payment.session_id) == (Payment.Status.HELD, session_id)


def test_an_expiry_that_comes_after_the_payment_changes_nothing(held, tell):
    tell("checkout.session.expired", held.session_id)

    assert Payment.objects.get().status == Payment.Status.HELD


def test_an_expired_page_frees_the_milestone(stripe, open_payment, milestone, tell):
    stripe.pay(open_payment.session_id, "expired")

    tell("checkout.session.expired", open_payment.session_id)

    milestone.refresh_from_db()
    assert milestone.status == milestone.Status.PLANNED


def test_a_declined_card_is_no_end(stripe, sdk, open_payment, tell):
    stripe.pay(open_payment.session_id, "card_declined")

    tell("payment_intent.payment_failed", intent_of(sdk, open_payment))

    assert Payment.objects.get().status == Payment.Status.OPEN


# --- Transfers and accounts


def test_a_transfer_whose_answer_was_lost_is_settled_by_its_event(stripe, sdk, account, held, tell):
    agreed.let_go(approved(held.milestone), by=held.by, at=NOON)
    stripe.plant("POST /v1/transfers", "after", times=3)
    operation = Operation.objects.get()
    operations.send(operation.pk, at=NOON)
    assert Operation.objects.get().status == Operation.Status.PENDING

    [transfer] = sdk.v1.transfers.list().data
    tell("transfer.created", transfer.id)

    operation.refresh_from_db()
    assert (operation.status, operation.stripe_id) == (Operation.Status.SUCCEEDED, transfer.id)
    assert f"op:{operation.public_id}:settled" in keys()


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ("thin", "v2.core.account[configuration.recipient].capability_status_updated"),
        ("thin", "v2.core.account[requirements].updated"),
        ("connect", "account.updated"),
    ],
)
def test_an_account_that_became_ready_is_seen(stripe, ada, tell, endpoint, kind):
    onboarding.start(ada.expert, by=ada, at=NOON)
    account = ada.expert.payout_account
    stripe.onboard(account.stripe_id)

    tell(kind, account.stripe_id, endpoint=endpoint)

    account.refresh_from_db()
    assert account.can_receive


# --- What is not ours


@pytest.mark.parametrize(
    ("kind", "object_id"),
    [
        ("customer.created", "cus_1"),
        ("a.type.of.tomorrow", "x_1"),
        ("checkout.session.completed", "cs_unknown"),
        ("charge.succeeded", "ch_unknown"),
        ("payment_intent.succeeded", "pi_unknown"),
        ("transfer.created", "tr_unknown"),
    ],
)
def test_what_is_not_ours_is_put_aside(tell, kind, object_id):
    assert tell(kind, object_id).status == Status.IGNORED


def test_a_payment_inside_an_experts_own_account_is_not_ours(tell, held):
    event = tell("charge.succeeded", held.charge_id, endpoint="connect", account="acct_1")

    assert event.status == Status.IGNORED


def test_an_account_we_do_not_know_is_not_ours(tell):
    assert tell("account.updated", "acct_x", endpoint="connect").status == Status.IGNORED


# --- When it does not work


def test_a_stripe_that_is_down_postpones_the_event(stripe, open_payment, tell):
    stripe.pay(open_payment.session_id)
    stripe.plant("GET /v1/checkout/sessions/*", "html502", times=3)

    event = tell("checkout.session.completed", open_payment.session_id)

    assert (event.status, event.attempts) == (Status.NEW, 1)
    assert event.due_at == NOON + timedelta(seconds=20)
    assert "502 Bad Gateway" in event.error
    inbox.handle(event.pk, at=NOON + timedelta(seconds=19))
    assert Payment.objects.get().status == Payment.Status.OPEN
    inbox.handle(event.pk, at=NOON + timedelta(seconds=20))
    assert Payment.objects.get().status == Payment.Status.HELD


def test_waits_double_up_to_an_hour_and_end_with_the_twelfth_attempt(stripe, open_payment, tell):
    event = tell("a.type.of.tomorrow", "x_1")
    event.move("replay", by=None, at=NOON)
    StripeEvent.objects.update(attempts=11, due_at=NOON)
    assert inbox._claim(event.pk, NOON).due_at == NOON + timedelta(hours=1)

    later = NOON + timedelta(hours=1)
    assert inbox._claim(event.pk, later) is None

    event.refresh_from_db()
    assert event.status == Status.DEAD
    assert inbox.due(at=later) == []


def test_a_bug_is_written_on_the_event_and_changes_nothing_else(account, held, work, tell):
    agreed.let_go(approved(held.milestone), by=held.by, at=NOON)
    work()
    moved = Operation.objects.get().stripe_id
    Operation.objects.update(stripe_id="tr_other")
    before = keys()

    with pytest.raises(operations.NotWhatWasDecided):
        tell("transfer.created", moved)

    event = StripeEvent.objects.get()
    assert (event.status, event.due_at) == (Status.NEW, NOON + timedelta(seconds=20))
    assert event.error.startswith("NotWhatWasDecided")
    assert keys() == before


def test_a_handled_event_is_not_handled_again(stripe, open_payment, tell):
    event = tell("checkout.session.completed", open_payment.session_id)
    stripe.pay(open_payment.session_id)

    inbox.handle(event.pk, at=NOON + timedelta(days=1))

    assert Payment.objects.get().status == Payment.Status.OPEN


def test_a_replayed_event_is_handled_again(stripe, open_payment, tell):
    event = tell("checkout.session.completed", open_payment.session_id)
    stripe.pay(open_payment.session_id)
    event.move("replay", by=None, at=NOON)

    inbox.handle(event.pk, at=NOON + timedelta(days=1))

    assert Payment.objects.get().status == Payment.Status.HELD


def test_an_event_nobody_was_told_of_is_found_by_the_sweep(stripe, open_payment, work):
    stripe.pay(open_payment.session_id)
    notice = gateway.Notice(
        "evt_swept", "checkout.session.completed", open_payment.session_id, "", False, {}
    )
    inbox.receive(notice, endpoint="platform", at=NOON)

    work()

    assert Payment.objects.get().status == Payment.Status.HELD
