"""Clocks that differ by ten minutes: ours, the database's, Stripe's and those of two workers."""

from datetime import datetime, timedelta

import pytest

from contracts import tasks
from contracts.models import LedgerTransaction, Operation, Payment, StripeEvent
from contracts.services import event_lists, inbox, milestones, operations
from marketplace.kit import clock
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.banking import books_agree, usd
from tests.contracts.orders import SECRETS, once_answered
from tests.contracts.test_webhook import EVENT, send

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def machine(monkeypatch):
    """Have the clock of this machine go wrong by that much; the database's goes right."""

    def goes_wrong(by: timedelta) -> None:
        class Wrong(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + by

        monkeypatch.setattr("django.utils.timezone.datetime", Wrong)

    return goes_wrong


@pytest.mark.parametrize(
    ("wrong", "due_in", "is_over"),
    [(TEN_MINUTES, 5, False), (-TEN_MINUTES, -5, True)],
    ids=["ahead", "behind"],
)
def test_a_deadline_comes_by_the_databases_clock_whatever_the_workers_says(
    pay, milestone, machine, monkeypatch, wrong, due_in, is_over
):
    """By the worker's clock it is over, or not yet, when by the database's it is the other way."""
    due = clock.now() + timedelta(minutes=due_in)
    began = due - timedelta(days=milestone.contract.review_window_days)
    pay(milestone, at=began)
    work = agreed.work(milestone.contract) | {"by": milestone.contract.expert.user, "at": began}
    milestones.submit(milestone, **work)
    found = []
    monkeypatch.setattr(
        tasks.release_unanswered, "delay_on_commit", lambda **key: found.append(key)
    )
    machine(wrong)

    tasks.sweep_unanswered()
    for _ in range(2):
        tasks.release_unanswered(milestone_pk=milestone.pk)

    assert found == ([{"milestone_pk": milestone.pk}] if is_over else [])
    assert [release.gross for release in milestone.releases.all()] == (
        [usd(3_000_00)] if is_over else []
    )


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
