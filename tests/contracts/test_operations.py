"""An operation is sent at least once with one key and settled exactly once, whatever happens."""

from datetime import timedelta

import pytest

from contracts import gateway
from contracts.models import LedgerTransaction, Operation
from contracts.services import ledger, onboarding, operations
from contracts.services.senders import Sent, State
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.conftest import hurry
from tests.contracts.test_release import approved
from tests.laid import laid

TRANSFERS = "POST /v1/transfers"
Status = Operation.Status


@laid
def operation(account, held, milestone, acme) -> Operation:
    """A decided transfer of $2,820.00 to ada."""
    agreed.let_go(approved(milestone), by=acme, at=NOON)
    return Operation.objects.get()


@pytest.fixture
def send(operation):
    def send(at=NOON) -> Operation:
        hurry(operation, at)
        operations.send(operation.pk, at=at)
        return Operation.objects.get(pk=operation.pk)

    return send


def sent_keys(stripe) -> list[str]:
    """The keys under which transfers were asked for, in order."""
    entries = stripe.journal(path="/v1/transfers", method="POST")
    return [entry["idempotency_key"] for entry in entries]


def exactly_once(sdk) -> None:
    """There is one transfer at Stripe and one posting of it."""
    operation = Operation.objects.get()
    transfers = sdk.v1.transfers.list().data
    assert operation.status == Status.SUCCEEDED
    assert [transfer.id for transfer in transfers] == [operation.stripe_id]
    kind = LedgerTransaction.Kind.TRANSFER
    assert LedgerTransaction.objects.filter(kind=kind).count() == 1


def test_a_sent_operation_is_done(send, sdk):
    assert send().status == Status.SUCCEEDED

    exactly_once(sdk)


def test_sending_what_is_done_does_nothing(send, operation, stripe, sdk):
    send()
    operations.send(operation.pk, at=NOON)

    assert len(sent_keys(stripe)) == 1
    exactly_once(sdk)


def test_what_is_not_due_yet_waits(operation, stripe):
    Operation.objects.update(due_at=NOON + timedelta(seconds=1))

    operations.send(operation.pk, at=NOON)

    assert Operation.objects.get().status == Status.PENDING
    assert sent_keys(stripe) == []


@pytest.mark.parametrize("mode", ["before", "after", "429", "409", "html502", "garbage"])
def test_an_unknown_outcome_is_sent_again_with_the_same_key(send, stripe, sdk, mode):
    stripe.plant(TRANSFERS, mode, times=3)  # the SDK itself tries three times

    waiting = send()
    assert waiting.status == Status.PENDING
    assert waiting.due_at > NOON
    stripe.clear_faults()
    send(NOON + timedelta(hours=1))

    exactly_once(sdk)
    assert set(sent_keys(stripe)) == {f"op:{waiting.public_id}:1"}


def test_an_error_stripe_keeps_under_the_key_stays_unknown(send, stripe, sdk):
    stripe.plant(TRANSFERS, "500")

    send()

    assert send(NOON + timedelta(hours=19)).attempt == 1
    assert sdk.v1.transfers.list().data == []


def test_a_worker_that_died_leaves_its_operation_to_the_next_after_the_lease(
    operation, stripe, sdk
):
    claimed = operations._claim(operation.pk, NOON)
    operations._carried_out(claimed, NOON)  # the transfer is made, and then the worker is gone

    operations.send(operation.pk, at=NOON + timedelta(seconds=119))
    assert Operation.objects.get().status == Status.SENDING
    operations.send(operation.pk, at=NOON + timedelta(seconds=120))

    exactly_once(sdk)


def test_the_webhook_may_settle_before_the_answer_comes(operation, sdk, stripe):
    claimed = operations._claim(operation.pk, NOON)
    transfer = operations._carried_out(claimed, NOON)

    operations.settle(operation, transfer, at=NOON)
    operations.settle(claimed, transfer, at=NOON)

    exactly_once(sdk)


def test_a_late_error_does_not_undo_what_a_webhook_has_settled(operation, sdk):
    claimed = operations._claim(operation.pk, NOON)
    operations.settle(operation, operations._carried_out(claimed, NOON), at=NOON)

    lost = gateway.Unavailable("timeout")
    operations._record(claimed, operations._after(lost, claimed), NOON)

    exactly_once(sdk)


# --- Once the key may be forgotten


def test_after_twenty_hours_it_is_looked_up_and_not_sent_again(send, stripe, sdk):
    stripe.plant(TRANSFERS, "after", times=3)
    send()
    stripe.advance(25 * 3_600)  # Stripe has forgotten the key by now
    before = len(sent_keys(stripe))

    assert send(NOON + timedelta(hours=25)).status == Status.SUCCEEDED

    assert len(sent_keys(stripe)) == before
    exactly_once(sdk)


def test_two_misses_ten_minutes_apart_allow_a_new_key(send, stripe, sdk):
    stripe.plant(TRANSFERS, "500")
    send()
    late = NOON + timedelta(hours=21)

    first = send(late)
    assert (first.status, first.attempt, first.error_code) == (Status.PENDING, 1, "not_found")
    assert first.due_at == late + timedelta(minutes=10)
    second = send(late + timedelta(minutes=10))
    assert (second.status, second.attempt) == (Status.PENDING, 2)
    send(late + timedelta(minutes=10))

    exactly_once(sdk)
    assert sent_keys(stripe)[-1] == f"op:{second.public_id}:2"


# --- Definite refusals


def test_a_payee_who_cannot_receive_blocks_it_without_asking(send, stripe, account):
    account.can_receive = False
    account.save()

    assert send().status == Status.BLOCKED
    assert sent_keys(stripe) == []


def test_old_knowledge_of_the_payee_is_refreshed_before_money_depends_on_it(send, stripe, account):
    stripe.onboard(account.stripe_id, "restricted")

    assert send(NOON + timedelta(minutes=11)).status == Status.BLOCKED
    account.refresh_from_db()
    assert not account.can_receive
    assert sent_keys(stripe) == []


def test_a_payee_stripe_refuses_blocks_it_and_waking_takes_a_new_key(send, stripe, sdk, account):
    stripe.onboard(account.stripe_id, "restricted")

    blocked = send()
    assert (blocked.status, blocked.attempt) == (Status.BLOCKED, 2)
    assert blocked.error_code == "insufficient_capabilities_for_transfer"
    stripe.onboard(account.stripe_id, "active")
    onboarding.sync(account, at=NOON)
    assert Operation.objects.get().status == Status.PENDING
    send()

    exactly_once(sdk)
    assert [key.rpartition(":")[2] for key in sent_keys(stripe)] == ["1", "2"]


def test_a_block_leaves_an_unknown_sending_under_its_key(send, stripe, sdk, account):
    stripe.plant(TRANSFERS, "after", times=3)
    send()
    stripe.onboard(account.stripe_id, "restricted")
    blocked = send(NOON + timedelta(minutes=11))
    assert (blocked.status, blocked.attempt) == (Status.BLOCKED, 1)

    stripe.onboard(account.stripe_id, "active")
    onboarding.sync(account, at=NOON + timedelta(minutes=12))
    send(NOON + timedelta(minutes=12))

    exactly_once(sdk)


def test_a_balance_too_low_waits_and_takes_a_new_key(operation):
    outcome = operations._after(gateway.Declined("balance_insufficient"), operation)

    assert (outcome.verb, outcome.attempt) == ("retry", 2)
    assert outcome.wait == timedelta(minutes=15)


def test_parameters_that_changed_under_the_key_freeze_it(send, stripe, sdk, operation):
    stripe.plant(TRANSFERS, "after", times=3)
    send()
    Operation.objects.update(params=operation.params | {"amount": 1})

    frozen = send()

    assert (frozen.status, frozen.error_code) == (Status.FROZEN, "idempotency_error")
    assert [transfer.amount for transfer in sdk.v1.transfers.list().data] == [2_820_00]
    Operation.objects.update(params=operation.params)


@pytest.mark.parametrize(("minor", "payee"), [(2_819_99, ""), (2_820_00, "acct_other")])
def test_a_transfer_we_did_not_decide_on_settles_nothing(operation, account, minor, payee):
    amount, payee = Money(minor, "usd"), payee or account.stripe_id
    other = Sent("tr_x", amount, payee, State.DONE, has_moved=True)

    with pytest.raises(operations.NotWhatWasDecided):
        operations.settle(operation, other, at=NOON)

    assert Operation.objects.get().status == Status.PENDING
    payable = ledger.payable(account.expert, "usd")
    assert ledger.balance(payable) == Money(2_820_00, "usd")


def test_a_second_transfer_for_one_operation_is_an_alarm(send, account):
    done = send()
    other = Sent("tr_x", Money(2_820_00, "usd"), account.stripe_id, State.DONE, has_moved=True)

    with pytest.raises(operations.NotWhatWasDecided):
        operations.settle(done, other, at=NOON)

    kind = LedgerTransaction.Kind.TRANSFER
    assert LedgerTransaction.objects.filter(kind=kind).count() == 1


def test_a_refused_key_of_ours_fails_nothing(send, stripe, settings, sdk):
    settings.STRIPE_SECRET_KEY = "sk_live_wrong"

    waiting = send()
    assert (waiting.status, waiting.attempt, waiting.error_code) == (
        Status.PENDING,
        1,
        "key_refused",
    )
    settings.STRIPE_SECRET_KEY = "sk_test_fake_local"
    send(NOON + timedelta(hours=1))

    exactly_once(sdk)


def test_waits_double_up_to_an_hour(operation):
    waits = []
    for sends in (1, 2, 3, 20):
        operation.sends = sends
        waits.append(operations._backoff(operation).total_seconds() - operation.pk % 15)

    assert waits == [15, 30, 60, 3_600]
