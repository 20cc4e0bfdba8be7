"""Whatever Stripe both answers and tells us of: its webhooks come before, after or instead.

The numbers are those of docs/faults.md. Events are Stripe's own, signed and sent to our webhook;
"before" means while our own call still waits for its answer. Then the sweeps do what is due.
"""

from datetime import timedelta

import pytest

from contracts import invariants
from contracts.models import (
    Chargeback,
    Clawback,
    LedgerTransaction,
    Operation,
    Payment,
    PayoutAccount,
)
from contracts.services import (
    chargebacks,
    clawbacks,
    funding,
    ledger,
    milestones,
    onboarding,
    operations,
)
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import books_agree, pots, usd
from tests.contracts.orders import ORDERS, SECRETS, TRIES, Order

pytestmark = [pytest.mark.django_db, pytest.mark.drills]

S, P = Operation.Status, Payment.Status
Kind = LedgerTransaction.Kind
AN_HOUR = timedelta(hours=1)
PAGES, PAGE = "POST /v1/checkout/sessions", "GET /v1/checkout/sessions/*"
TRANSFERS, REFUNDS = "POST /v1/transfers", "POST /v1/refunds"
REVERSALS, DISPUTE = "POST /v1/transfers/*/reversals", "GET /v1/disputes/*"
ACCOUNT = "GET /v2/core/accounts/*"


@pytest.fixture(params=ORDERS)
def order(request, stripe, settings) -> Order:
    """Before, after and instead of our own answer."""
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS
    settings.CLEARING_DAYS = 0
    return Order(request.param, stripe)


@pytest.fixture(autouse=True)
def both_books_are_right(stripe):
    """Whatever was heard in which order, our books answer "none" and agree with Stripe's."""
    yield
    assert invariants.violations() == []
    assert books_agree()


@pytest.fixture
def transfer(held, account, acme) -> Operation:
    """$940.00 that are to be sent to ada."""
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    return Operation.objects.get()


@pytest.fixture
def bank(stripe) -> banking.Bank:
    """The client's bank."""
    return banking.Bank(stripe)


def send(order, operation, request, *, at=NOON) -> None:
    order.happen(lambda: operations.send(operation.pk, at=at), request=request, at=at)


def latest(kind: str) -> Operation:
    return Operation.objects.filter(kind=kind).latest("pk")


def posted(kind: str) -> int:
    return LedgerTransaction.objects.filter(kind=kind).count()


def sent_once(sdk, operation, *, attempt=1) -> bool:
    """One object at Stripe, one posting, and our own row says so."""
    operation.refresh_from_db()
    [there] = sdk.v1.transfers.list().data
    return (operation.status, operation.attempt, operation.stripe_id, posted(Kind.TRANSFER)) == (
        *(S.SUCCEEDED, attempt, there.id, 1),
    )


# --- Payments


def test_1_a_page_that_is_paid_before_we_know_it_is_held_once(order, sdk, milestone, acme, work):
    def the_client_pays():
        [page] = sdk.v1.checkout.sessions.list().data
        order.stripe.pay(page.id)

    order.happen(
        lambda: funding.checkout_url(milestone, by=acme, at=NOON),
        request=PAGES,
        meanwhile=the_client_pays,
    )
    work()

    milestone.refresh_from_db()
    assert (milestone.status, milestone.payments.get().status) == ("funded", P.HELD)
    assert posted(Kind.FUND) == 1


def test_3_the_three_events_of_a_payment_are_one_posting(order, open_payment, work):
    order.stripe.pay(open_payment.session_id)
    order.happen(lambda: funding.sync(open_payment, at=NOON), request=PAGE)
    work()

    open_payment.refresh_from_db()
    assert (open_payment.status, posted(Kind.FUND)) == (P.HELD, 1)


@pytest.mark.parametrize(
    ("tampered", "came"),
    [({"amount": 3_149_99}, usd(3_149_99)), ({"currency": "eur"}, banking.Money(3_150_00, "eur"))],
    ids=["30 amount", "31 currency"],
)
def test_30_31_what_was_not_asked_for_is_set_aside(order, open_payment, finn, tampered, came, work):
    order.stripe.pay(open_payment.session_id, **tampered)
    order.happen(lambda: funding.sync(open_payment, at=NOON), request=PAGE)
    work()

    open_payment.refresh_from_db()
    assert (open_payment.status, open_payment.received) == (P.MISMATCH, came)
    assert open_payment.milestone.contract.is_frozen
    assert ledger.balance(ledger.suspense(came.currency)) == -came
    assert pots("escrow") == {"escrow": 0}


# --- Transfers


def test_10_a_task_that_is_delivered_twice_sends_once(order, sdk, transfer, work):
    def twice():
        for _ in range(2):
            operations.send(transfer.pk, at=NOON)

    order.happen(twice, request=TRANSFERS)
    work()

    assert sent_once(sdk, transfer)


def test_12_a_worker_that_dies_after_the_answer_sends_once(order, sdk, transfer, work):
    later = NOON + AN_HOUR
    order.end_the_worker(
        lambda at: operations.send(transfer.pk, at=at), request=TRANSFERS, later=later
    )
    work(later)

    assert sent_once(sdk, transfer)


@pytest.mark.parametrize(
    "mode", ["after", "before", "html502", "garbage"], ids=["13", "14", "20 page", "20 garbage"]
)
def test_13_14_20_what_may_or_may_not_have_happened_is_sent_again(order, sdk, transfer, work, mode):
    order.stripe.plant(TRANSFERS, mode, times=TRIES)
    operations.send(transfer.pk, at=NOON)
    transfer.refresh_from_db()
    assert transfer.status == S.PENDING
    order.stripe.clear_faults()

    send(order, transfer, TRANSFERS, at=NOON + AN_HOUR)
    work(NOON + 2 * AN_HOUR)

    assert sent_once(sdk, transfer)


def test_15_an_error_kept_under_the_key_is_followed_by_another_key(order, sdk, transfer, work):
    order.stripe.plant(TRANSFERS, "500")
    operations.send(transfer.pk, at=NOON)
    for later in (timedelta(hours=21), timedelta(hours=22)):
        operations.send(transfer.pk, at=NOON + later)
    assert sdk.v1.transfers.list().data == []

    send(order, transfer, TRANSFERS, at=NOON + timedelta(hours=22))
    work(NOON + timedelta(hours=24))

    assert sent_once(sdk, transfer, attempt=2)


def test_16_what_nobody_knows_for_a_day_is_looked_up(order, sdk, transfer, work):
    order.stripe.plant(TRANSFERS, "after", times=TRIES)
    operations.send(transfer.pk, at=NOON)
    order.stripe.clear_faults()
    day_after = NOON + timedelta(hours=25)
    order.stripe.advance(25 * 3600)

    send(order, transfer, "GET /v1/transfers", at=day_after)
    work(day_after + AN_HOUR)

    assert sent_once(sdk, transfer)


def test_18_parameters_that_changed_are_never_sent_under_another_key(order, sdk, transfer, work):
    order.stripe.plant(TRANSFERS, "after", times=TRIES)
    operations.send(transfer.pk, at=NOON)
    order.stripe.clear_faults()
    Operation.objects.update(params=transfer.params | {"transfer_group": "x"}, due_at=NOON)

    send(order, transfer, TRANSFERS)
    work(NOON + AN_HOUR)

    assert sent_once(sdk, transfer)


def test_19_being_turned_away_changes_no_key(order, sdk, transfer, work):
    order.stripe.plant(TRANSFERS, "429", times=2)
    for minutes in (0, 5):
        operations.send(transfer.pk, at=NOON + timedelta(minutes=minutes))
    transfer.refresh_from_db()
    assert (transfer.status, transfer.error_code, transfer.attempt) == (
        S.PENDING,
        "RateLimitError",
        1,
    )

    send(order, transfer, TRANSFERS, at=NOON + AN_HOUR)
    work(NOON + 2 * AN_HOUR)

    assert sent_once(sdk, transfer)


def test_21_a_release_that_is_clicked_twice_is_sent_once(order, sdk, transfer, acme, work):
    milestone = transfer.release.milestone
    with pytest.raises(milestones.PartWasReleased):
        milestones.release_part(milestone, usd(1_000_00), number=1, by=acme, at=NOON)

    send(order, transfer, TRANSFERS)
    work()

    assert sent_once(sdk, transfer)


def test_25_parts_whose_fees_do_not_divide_arrive_to_the_cent(order, sdk, account, acme, ada, work):
    contract = factories.contract(
        acme.memberships.get().organisation, ada.expert, amounts=(10_01,), expert_fee_bps=1_250
    )
    milestone = contract.milestones.get()
    banking.paid(order.stripe, milestone, by=acme)
    for part in (3_34, 3_34, 3_33):
        agreed.part_released(milestone, usd(part), by=acme, at=NOON)
        send(order, latest("transfer"), TRANSFERS)
    work()

    net = [row.amount for row in sdk.v1.transfers.list().data]
    fees = [row.expert_fee_minor for row in milestone.releases.all()]
    assert (len(net), sum(net) + sum(fees), sum(fees)) == (3, 10_01, 1_25)


# --- The expert's account


def test_26_what_waits_for_an_account_leaves_once_it_is_ready(order, sdk, held, acme, ada, work):
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    work()
    operation = Operation.objects.get()
    assert operation.status == S.BLOCKED
    onboarding.start(ada.expert, by=ada, at=NOON)
    account = PayoutAccount.objects.get()
    order.stripe.onboard(account.stripe_id)

    order.happen(lambda: onboarding.sync(account, at=NOON), request=ACCOUNT)
    work()

    assert sent_once(sdk, operation)


@pytest.mark.parametrize("state", ["restricted", "rejected", "deauthorized"])
def test_27_29_what_cannot_be_received_waits_and_nobody_pays_again(
    order, sdk, account, transfer, work, state
):
    order.stripe.onboard(account.stripe_id, state)

    send(order, transfer, TRANSFERS)
    work(NOON + AN_HOUR)

    transfer.refresh_from_db()
    assert (transfer.status, sdk.v1.transfers.list().data) == (S.BLOCKED, [])
    assert pots("payable") == {"payable": 940_00}


def test_28_money_decided_for_a_closed_account_goes_nowhere_else(
    order, sdk, account, transfer, ada, work
):
    sdk.v2.core.accounts.close(account.stripe_id)
    order.happen(lambda: onboarding.sync(account, at=NOON), request=ACCOUNT)
    work()
    onboarding.start(ada.expert, by=ada, at=NOON)
    fresh = PayoutAccount.objects.get()
    order.stripe.onboard(fresh.stripe_id)
    order.happen(lambda: onboarding.sync(fresh, at=NOON), request=ACCOUNT)
    work(NOON + AN_HOUR)

    transfer.refresh_from_db()
    assert (transfer.status, sdk.v1.transfers.list().data) == (S.BLOCKED, [])
    assert transfer.params["destination"] == account.stripe_id != fresh.stripe_id


# --- Money that goes back


@pytest.fixture
def released(held, account, acme, work):
    """The first milestone, of $3,000.00, released and with the expert; nobody handed it in."""
    agreed.part_released(held.milestone, usd(3_000_00), by=acme, at=NOON)
    work()
    held.milestone.refresh_from_db()
    return held


def test_36_a_refund_of_released_money_follows_its_reversal(order, sdk, released, ada, work):
    row = banking.given_back(released.milestone, usd(1_000_00), by=ada)
    send(order, latest("reversal"), REVERSALS)
    row.refresh_from_db()
    assert (row.status, banking.operations("reversal")) == (
        *(Clawback.Status.RETURNED, [(940_00, "succeeded")]),
    )
    send(order, latest("refund"), REFUNDS)
    work()

    [refund] = sdk.v1.refunds.list().data
    assert (refund.amount, posted(Kind.REFUND_SETTLED), posted(Kind.REVERSAL)) == (1_050_00, 1, 1)


def test_37_a_reversal_the_balance_is_too_low_for_returns_nothing(
    order, sdk, released, account, ada, work
):
    order.stripe.advance(3 * 24 * 3600)
    order.stripe.pay_out(account.stripe_id, 2_820_00)
    row = banking.given_back(released.milestone, usd(1_000_00), by=ada)
    send(order, latest("reversal"), REVERSALS)
    work(NOON + AN_HOUR)

    row.refresh_from_db()
    assert (row.status, sdk.v1.refunds.list().data) == (Clawback.Status.SHORT, [])
    clawbacks.refuse(row, reason="It was fine.", by=factories.finance(), at=NOON)


def test_38_a_refund_the_bank_sends_back_is_owed_again(order, sdk, held, ada, work):
    order.stripe.slow_refunds()
    milestones.give_back(held.milestone, by=ada, at=NOON)
    operation = latest("refund")
    send(order, operation, REFUNDS)
    operation.refresh_from_db()
    assert operation.status == S.SUBMITTED

    [refund] = sdk.v1.refunds.list().data
    order.stripe.fail_refund(refund.id)
    order.deliver(NOON)
    work()

    operation.refresh_from_db()
    assert operation.status == S.FAILED
    assert pots("refund_payable") == {"refund_payable": 3_150_00}


# --- What a bank takes


def say(order, bank, payment, stage, **details) -> Chargeback:
    """Let the bank go a step further, and hear of it as the sweep or the webhook would."""
    bank.says(payment, stage, **details)
    row = Chargeback.objects.get()
    order.happen(lambda: chargebacks.sync(row, at=NOON), request=DISPUTE)
    row.refresh_from_db()
    return row


def test_41_a_chargeback_before_the_release_stops_all_of_it(order, held, account, acme, bank, work):
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    bank.brings(held, "warning_needs_response")

    row = say(order, bank, held, "needs_response")
    work(NOON + AN_HOUR)

    assert (row.status, row.taken_minor) == ("needs_response", 3_150_00)
    assert held.milestone.contract.is_frozen
    assert banking.operations("transfer") == [(940_00, "cancelled")]
    assert pots("dispute_recv", "payable") == {"dispute_recv": 3_150_00, "payable": 940_00}


def test_42_a_chargeback_after_the_release_is_borne_to_the_cent(order, released, bank, work):
    bank.brings(released)

    row = say(order, bank, released, "lost")
    send(order, latest("reversal"), REVERSALS)
    work()

    assert (row.status, row.from_expert_minor, row.from_us_minor) == ("lost", 2_820_00, 330_00)
    assert banking.operations("reversal") == [(2_820_00, "succeeded")]
    assert pots("dispute_recv", "receivable") == {"dispute_recv": 0, "receivable": 0}


def test_43_what_is_won_after_all_is_sent_again(order, sdk, released, bank, work):
    bank.brings(released)
    bank.brings(released, "lost")
    work()

    row = say(order, bank, released, "won")
    # Our balance has it in two days; until then Stripe's no is no loss.
    order.stripe.advance(3 * 24 * 3600)
    send(order, latest("transfer"), TRANSFERS, at=NOON + timedelta(days=3))
    work(NOON + timedelta(days=4))

    assert (row.status, banking.operations("transfer")) == (
        *("won", [(2_820_00, "succeeded"), (2_820_00, "succeeded")]),
    )
    assert pots("dispute_recv", "payable") == {"dispute_recv": 0, "payable": 0}


@pytest.mark.parametrize(
    ("stage", "status", "taken"),
    [("lost", "lost", 1_000_01), ("next_escalation", "under_review", 1_000_01)],
    ids=["a part", "a word nobody has heard of"],
)
def test_44_a_part_and_a_strange_word_are_what_they_are(
    order, held, bank, work, stage, status, taken
):
    bank.brings(held, amount=1_000_01)

    row = say(order, bank, held, stage)
    work()

    assert (row.status, row.taken_minor) == (status, taken)
    borne = row.from_held_minor + row.from_fee_minor + row.from_us_minor
    assert borne == (taken if stage == "lost" else 0)
    assert held.milestone.contract.is_frozen == (stage != "lost")
