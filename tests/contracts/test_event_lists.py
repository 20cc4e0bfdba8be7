"""Events that no webhook brought are found in Stripe's list within the hour."""

from datetime import timedelta

import pytest

from contracts import gateway
from contracts.models import EventCursor, ExpertPayout, Operation, StripeEvent
from contracts.selectors import payouts
from contracts.services import event_lists, expert_payouts, inbox
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import usd

P = ExpertPayout.Status


def heard() -> set[str]:
    return set(StripeEvent.objects.values_list("kind", flat=True))


def test_what_was_lost_is_stored_and_handled_once(open_payment, stripe, work):
    """Rows 5 and 6: no webhook came, for an hour or for three days."""
    stripe.pay(open_payment.session_id)
    assert StripeEvent.objects.count() == 0

    missed = event_lists.catch_up(at=NOON + timedelta(hours=1))
    work(NOON + timedelta(hours=1))

    open_payment.refresh_from_db()
    assert open_payment.status == "held"
    assert {"checkout.session.completed", "charge.succeeded"} <= heard()
    assert missed == StripeEvent.objects.count() > 0
    assert event_lists.catch_up(at=NOON + timedelta(hours=2)) == 0
    assert banking.books_agree()


def test_the_list_begins_two_hours_before_the_last_one_ended(held, stripe):
    event_lists.catch_up(at=NOON + timedelta(hours=5))
    assert EventCursor.objects.get().listed_until == NOON + timedelta(hours=5)
    StripeEvent.objects.all().delete()

    stripe.advance(3 * 3600 + 60)
    stripe.dispute(held.charge_id)
    event_lists.catch_up(at=NOON + timedelta(hours=6))

    assert heard() == {"charge.dispute.created", "charge.dispute.funds_withdrawn"}


def test_a_list_that_breaks_off_is_read_again(held, stripe):
    stripe.plant("GET /v1/events*", "html502", times=3)

    with pytest.raises(gateway.Unavailable):
        event_lists.catch_up(at=NOON)

    assert not EventCursor.objects.exists()
    assert event_lists.catch_up(at=NOON) > 0


def test_what_happens_on_an_experts_account_is_listed_too(held, account, stripe, acme, work, ada):
    agreed.part_released(held.milestone, usd(3_000_00), by=acme, at=NOON)
    work()
    stripe.advance(3 * 24 * 3600)
    payout = stripe.pay_out(account.stripe_id, 1_000_00)

    assert event_lists.accounts() == [account.stripe_id]
    event_lists.catch_up(account.stripe_id, at=NOON + timedelta(days=3))
    work(NOON + timedelta(days=3))

    row = ExpertPayout.objects.get()
    assert (row.stripe_id, row.status, row.amount) == (payout["id"], P.PENDING, usd(1_000_00))
    assert list(payouts.of_expert(ada.expert)) == [row]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("pending", "in_transit", "paid"), P.PAID),
        (("paid", "in_transit", "pending"), P.PAID),
        (("pending", "paid", "failed"), P.FAILED),
        (("failed", "paid", "in_transit"), P.FAILED),
        (("pending", "canceled", "pending"), P.CANCELED),
        (("pending", "word_of_tomorrow"), P.PENDING),
    ],
)
def test_a_payout_stands_where_the_latest_truth_puts_it(account, words, status):
    for word in words:
        seen = gateway.Payout(
            id="po_1",
            amount=usd(1_00),
            status=word,
            arrives_on=NOON.date(),
            operation_id="",
            account=account.stripe_id,
            failure_code="account_closed" if word == "failed" else "",
        )
        row = expert_payouts.settle(account, seen, at=NOON)

    row.refresh_from_db()
    assert row.status == status


def test_a_payout_of_somebody_elses_account_is_ignored(account, stripe, held, acme, work):
    event = agreed.told("payout.paid", "po_1", endpoint="connect")
    inbox.handle(event.pk, at=NOON)

    assert not ExpertPayout.objects.exists()


def test_an_account_that_shut_us_out_is_closed_and_its_money_waits(
    held, account, acme, stripe, work
):
    """Row 29: nothing of ours is deleted, and what is released is not lost."""
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    stripe.onboard(account.stripe_id, "rejected")
    agreed.told("account.application.deauthorized", account.stripe_id, endpoint="connect")
    work()

    assert Operation.objects.get().status == "blocked"
    account.refresh_from_db()
    assert not account.can_receive
