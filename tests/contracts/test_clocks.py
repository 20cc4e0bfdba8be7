"""Clocks that differ by ten minutes: ours, the database's, Stripe's and those of two workers."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from contracts.models import LedgerTransaction, Operation, Payment, StripeEvent
from contracts.services import event_lists, inbox, milestones, operations
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.banking import books_agree, usd
from tests.contracts.orders import SECRETS, once_answered
from tests.contracts.test_webhook import EVENT, send

TEN_MINUTES = timedelta(minutes=10)
A_SECOND = timedelta(seconds=1)


def the_databases_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("skew", [-TEN_MINUTES, TEN_MINUTES], ids=["behind", "ahead"])
def test_a_deadline_is_kept_by_our_clock_whatever_the_databases_says(pay, milestone, skew):
    """By the database's clock it is over, or not yet, when by ours it is about to be."""
    due = the_databases_now() + skew
    began = due - timedelta(days=milestone.contract.review_window_days)
    pay(milestone, at=began)
    work = agreed.work(milestone.contract) | {"by": milestone.contract.expert.user, "at": began}
    milestones.submit(milestone, **work)

    assert milestones.unanswered(at=due - A_SECOND) == []
    assert milestones.release_unanswered(milestone, at=due - A_SECOND) is None
    assert milestones.unanswered(at=due) == [milestone.pk]
    assert milestones.release_unanswered(milestone, at=due).gross == usd(3_000_00)
    assert milestones.release_unanswered(milestone, at=due + TEN_MINUTES) is None
    assert milestone.releases.count() == 1


def test_a_worker_whose_clock_is_ahead_takes_over_and_money_moves_once(
    held, account, acme, stripe, sdk
):
    """It finds the other's lease over while that one's call is under way: the key is the same."""
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    key = Operation.objects.get().pk

    with once_answered("POST /v1/transfers", lambda: operations.send(key, at=NOON + TEN_MINUTES)):
        operations.send(key, at=NOON)

    row = Operation.objects.get()
    assert (row.status, row.sends, row.attempt) == (Operation.Status.SUCCEEDED, 2, 1)
    assert [transfer.amount for transfer in sdk.v1.transfers.list().data] == [940_00]
    settled = LedgerTransaction.objects.filter(kind=LedgerTransaction.Kind.TRANSFER)
    assert settled.count() == 1
    assert books_agree()


def test_a_webhook_that_our_clock_takes_for_old_is_found_in_the_list(
    stripe, open_payment, settings
):
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS
    stripe.pay(open_payment.session_id)
    event = EVENT | {"data": {"object": {"id": open_payment.session_id}}}
    for age in (600, -600):
        assert send(event, signed_with="whsec_platform", age=age).status_code == 400
    assert not StripeEvent.objects.exists()

    assert event_lists.catch_up(at=NOON) > 0
    for key in inbox.due(at=NOON):
        inbox.handle(key, at=NOON)

    assert Payment.objects.get().status == Payment.Status.HELD
