"""A client's bank questions a payment, takes it back, decides, and may change its mind."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction

from accounts.models import Notification
from contracts.models import (
    Chargeback,
    Contract,
    LedgerTransaction,
    Milestone,
    Operation,
    Recovery,
)
from contracts.services import (
    chargebacks,
    contracts,
    inbox,
    ledger,
    milestones,
    operations,
)
from contracts.services.chargebacks import Seen
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import books_agree, pots, usd
from tests.contracts.disputed import ANSWER_DUE, DAY, opened
from tests.laid import laid

S = Chargeback.Status
M = Milestone.Status
# The milestone is $3,000.00; the client paid $150.00 on top, the expert pays $180.00 of it.
PRICE, FEE, NET, STRIPES_FEE = 3_000_00, 150_00, 2_820_00, 15_00
OPEN_POTS = ("dispute_recv", "dispute_fees", "dispute_loss", "escrow", "fee_deferred", "payable")


@pytest.fixture
def bank(stripe) -> banking.Bank:
    """The client's bank."""
    return banking.Bank(stripe)


@laid
def released(held, account, acme, work):
    """The payment of a milestone whose work nobody handed in, released and with the expert."""
    agreed.part_released(held.milestone, usd(PRICE), by=acme, at=NOON)
    work()
    held.milestone.refresh_from_db()
    return held


@laid
def accepted(held, account, checks, acme, work):
    """The payment of a milestone whose work was handed in, accepted and paid."""
    milestones.approve(agreed.handed_in(held.milestone), by=acme, at=NOON)
    work()
    return held


def told(user, row: Chargeback) -> list[str]:
    """Return what a person was told of a chargeback."""
    rows = Notification.objects.filter(user=user, key__startswith=f"chargeback:{row.public_id}")
    return [key.rpartition(f"{row.public_id}:")[2] for key in rows.values_list("key", flat=True)]


# --- While it is open


def test_a_bank_that_takes_a_payment_stops_the_money_of_the_contract(held, bank, acme, ada, finn):
    row = bank.brings(held)

    assert (row.status, row.taken_minor, row.fee_minor) == (S.NEEDS_RESPONSE, 3_150_00, STRIPES_FEE)
    assert pots(*OPEN_POTS) == {
        "dispute_recv": 3_150_00,
        "dispute_fees": STRIPES_FEE,
        "dispute_loss": 0,
        "escrow": PRICE,
        "fee_deferred": FEE,
        "payable": 0,
    }
    assert books_agree()
    with pytest.raises(contracts.ContractIsFrozen):
        agreed.part_released(held.milestone, usd(1_00), by=acme, at=NOON)
    with pytest.raises(contracts.ContractIsFrozen):
        milestones.give_back(held.milestone, by=ada, at=NOON)
    assert not Operation.objects.exists()
    assert told(acme, row) == told(ada, row) == ["opened"]
    assert told(finn, row) == ["staff:opened"]


def test_what_was_not_sent_stays_and_goes_out_again_when_it_is_won(
    held, bank, account, acme, settings, work, stripe
):
    settings.CLEARING_DAYS = 3
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    row = bank.brings(held)
    work(NOON + timedelta(days=4))
    assert banking.operations("transfer") == [(940_00, "cancelled")]
    assert pots("payable") == {"payable": 940_00}

    bank.brings(held, "under_review")
    row = bank.brings(held, "won", at=NOON + timedelta(days=30))

    assert (row.status, row.taken_minor) == (S.WON, 0)
    assert banking.operations("transfer") == [(940_00, "cancelled"), (940_00, "pending")]
    work(NOON + timedelta(days=30))
    assert banking.operations("transfer") == [(940_00, "cancelled"), (940_00, "succeeded")]
    assert pots("dispute_recv", "dispute_fees", "dispute_loss", "payable") == {
        "dispute_recv": 0,
        "dispute_fees": STRIPES_FEE,
        "dispute_loss": 0,
        "payable": 0,
    }
    assert not held.milestone.contract.is_frozen
    assert books_agree()


def test_a_refund_that_had_not_left_waits_and_leaves_when_it_is_won(held, bank, ada, work):
    milestones.give_back(held.milestone, by=ada, at=NOON)
    bank.brings(held)
    work()
    assert banking.operations("refund") == [(3_150_00, "cancelled")]

    bank.brings(held, "won")
    work()

    assert banking.operations("refund") == [(3_150_00, "cancelled"), (3_150_00, "succeeded")]
    assert pots("refund_payable", "dispute_recv") == {"refund_payable": 0, "dispute_recv": 0}
    assert books_agree()


def test_an_inquiry_takes_nothing_and_may_become_a_chargeback(held, bank, acme, ada):
    row = bank.brings(held, "warning_needs_response")
    assert (row.status, row.taken_minor) == (S.INQUIRY, 0)
    assert held.milestone.contract.is_frozen

    row = bank.brings(held, "needs_response")

    assert (row.status, row.taken_minor) == (S.NEEDS_RESPONSE, 3_150_00)
    assert told(ada, row) == ["taken", "opened"]
    assert books_agree()


def test_an_inquiry_that_comes_to_nothing_leaves_nothing(held, bank):
    bank.brings(held, "warning_needs_response")
    row = bank.brings(held, "warning_closed")

    assert row.status == S.CLOSED
    assert not held.milestone.contract.is_frozen
    assert pots("dispute_recv", "dispute_fees") == {"dispute_recv": 0, "dispute_fees": 0}


def test_an_older_answer_changes_nothing_about_it(held, bank):
    older = chargebacks.look(bank.says(held, "warning_needs_response")["id"]).chargeback
    row = bank.brings(held, "needs_response")
    due_at = row.due_at

    chargebacks.settle(held, Seen(replace(older, due_by=NOON)), at=NOON)

    row.refresh_from_db()
    assert (row.status, row.due_at, row.movements) == (S.NEEDS_RESPONSE, due_at, 1)


def test_one_that_came_to_nothing_begins_again_only_with_money(held, bank):
    bank.brings(held, "warning_needs_response")
    row = bank.brings(held, "warning_closed")
    closed = chargebacks.look(row.stripe_id).chargeback
    older = replace(closed, status="under_review", is_open=True, is_inquiry=False)

    chargebacks.settle(held, Seen(older), at=NOON)

    row.refresh_from_db()
    assert row.status == S.CLOSED
    assert not held.milestone.contract.is_frozen


def test_a_word_that_stripe_invents_later_is_an_open_chargeback(held, bank):
    dispute = bank.says(held)
    seen = chargebacks.look(dispute["id"]).chargeback
    strange = replace(seen, status="appeal_by_carrier_pigeon", is_open=True)

    row = chargebacks.settle(held, Seen(strange), at=NOON)

    assert (row.status, row.is_open) == (S.UNDER_REVIEW, True)
    assert held.milestone.contract.is_frozen


def test_one_that_was_prevented_is_lost_only_if_the_bank_has_the_money(held, bank):
    dispute = bank.says(held)
    seen = chargebacks.look(dispute["id"]).chargeback
    prevented = replace(seen, status="prevented", is_open=False)

    with transaction.atomic():
        row = chargebacks.settle(held, Seen(replace(prevented, movements=[])), at=NOON)
        assert (row.status, row.taken_minor) == (S.CLOSED, 0)
        transaction.set_rollback(True)
    row = chargebacks.settle(held, Seen(prevented), at=NOON)

    assert (row.status, row.from_held_minor) == (S.LOST, PRICE)


# --- Lost


def test_lost_before_anything_was_released_takes_what_is_held(held, bank, acme, ada):
    bank.brings(held)
    row = bank.brings(held, "lost")

    held.milestone.refresh_from_db()
    assert held.milestone.status == M.TAKEN_BACK
    assert (row.from_held_minor, row.from_fee_minor, row.from_us_minor) == (PRICE, FEE, 0)
    assert pots(*OPEN_POTS) == dict.fromkeys(OPEN_POTS, 0) | {"dispute_fees": STRIPES_FEE}
    assert not held.milestone.contract.is_frozen
    assert told(ada, row) == ["lost:1", "opened"]
    assert books_agree()


def test_a_contract_whose_only_milestone_is_taken_back_ends(held, bank):
    contract = held.milestone.contract
    contract.milestones.exclude(pk=held.milestone_id).delete()

    bank.brings(held)
    bank.brings(held, "lost")

    contract.refresh_from_db()
    assert contract.status == Contract.Status.CANCELLED


def test_a_part_leaves_the_rest_held_with_its_fee(held, bank, account, acme, work):
    bank.brings(held, amount=1_000_01)
    row = bank.brings(held, "lost")

    held.milestone.refresh_from_db()
    # $952.39 of the price and $47.62 of fee are $1,000.01.
    assert (row.from_held_minor, row.from_fee_minor, row.from_us_minor) == (952_39, 47_62, 0)
    assert (held.milestone.status, held.milestone.held) == (M.FUNDED, usd(PRICE - 952_39))

    agreed.part_released(held.milestone, held.milestone.held, by=acme, at=NOON)
    work()
    held.milestone.refresh_from_db()
    assert held.milestone.status == M.RELEASED
    assert pots("escrow", "fee_deferred", "payable") == dict.fromkeys(
        ("escrow", "fee_deferred", "payable"), 0
    )
    assert books_agree()


@pytest.mark.drills
def test_every_cent_of_a_part_is_borne_once(held, bank):
    """Price and fee are rounded apart, so a cent may fall between them: it is ours."""
    seen = None
    for amount in range(1, 43):
        with transaction.atomic():
            if seen is None:
                seen = chargebacks.look(bank.says(held)["id"]).chargeback
            movement = seen.movements[0]
            cut = replace(movement, amount=usd(-amount), net=usd(-amount - STRIPES_FEE))
            lost = replace(seen, status="lost", outcome="lost", is_open=False, movements=[cut])
            row = chargebacks.settle(held, Seen(lost), at=NOON)
            borne = row.from_held_minor + row.from_fee_minor + row.from_us_minor
            assert (borne, row.taken_minor) == (amount, amount)
            assert 0 <= row.from_us_minor <= 1
            transaction.set_rollback(True)


def test_a_partly_refunded_payment_loses_what_is_left(held, bank, acme, ada, work):
    operation = agreed.returned(held.milestone, usd(1_000_00), by=ada)
    work()
    operation.refresh_from_db()
    assert operation.status == "succeeded"

    bank.brings(held, amount=2_100_00)
    row = bank.brings(held, "lost")

    assert (row.from_held_minor, row.from_fee_minor, row.from_us_minor) == (2_000_00, 100_00, 0)
    assert books_agree()


def test_a_bank_that_also_takes_what_was_refunded_costs_us_that(held, bank, ada, work):
    agreed.returned(held.milestone, usd(1_000_00), by=ada)
    work()

    bank.brings(held)
    row = bank.brings(held, "lost")

    assert (row.from_held_minor, row.from_fee_minor) == (2_000_00, 100_00)
    assert row.from_us_minor == 1_050_00
    assert pots("dispute_loss") == {"dispute_loss": 1_050_00}


def test_a_refund_that_had_not_left_bears_the_loss_first(held, bank, ada, work):
    milestones.give_back(held.milestone, by=ada, at=NOON)
    bank.brings(held)
    row = bank.brings(held, "lost")
    work()

    assert (row.from_refunds_minor, row.from_us_minor) == (3_150_00, 0)
    assert banking.operations("refund") == [(3_150_00, "cancelled")]
    assert books_agree()


def test_we_bear_it_where_the_work_was_accepted(accepted, bank, ada, work):
    bank.brings(accepted)
    row = bank.brings(accepted, "lost")
    work()

    assert (row.from_expert_minor, row.from_us_minor) == (0, 3_150_00)
    assert banking.operations("reversal") == []
    assert pots("dispute_loss", "dispute_recv") == {"dispute_loss": 3_150_00, "dispute_recv": 0}
    assert books_agree()


def test_accepted_work_that_had_not_been_sent_is_paid_out_of_our_own_balance(
    held, bank, account, checks, acme, settings, work, stripe, sdk
):
    settings.CLEARING_DAYS = 3
    milestones.approve(agreed.handed_in(held.milestone), by=acme, at=NOON)
    bank.brings(held)
    bank.brings(held, "lost")
    transfer = Operation.objects.filter(kind="transfer").latest("pk")

    assert "source_transaction" not in transfer.params
    assert banking.operations("transfer") == [(NET, "cancelled"), (NET, "pending")]
    # Our balance has nothing yet: it is tried again, and the expert is owed it meanwhile.
    work(NOON + timedelta(days=3))
    transfer.refresh_from_db()
    assert (transfer.status, transfer.error_code) == ("pending", "balance_insufficient")
    assert pots("payable") == {"payable": NET}


def test_without_cover_the_expert_pays_their_part_back(released, bank, ada, work):
    bank.brings(released)
    row = bank.brings(released, "lost")

    assert (row.from_expert_minor, row.from_us_minor) == (NET, 330_00)
    assert pots("dispute_recv") == {"dispute_recv": NET}
    work()
    assert banking.operations("reversal") == [(NET, "succeeded")]
    assert pots("dispute_recv", "dispute_loss", "payable") == {
        "dispute_recv": 0,
        "dispute_loss": 330_00,
        "payable": 0,
    }
    assert books_agree()


def test_what_the_account_does_not_have_is_owed_and_kept_of_later_releases(
    released, bank, stripe, contract, acme, ada, work, account
):
    stripe.advance(3 * 24 * 3600)
    stripe.pay_out(account.stripe_id, 2_000_00)
    bank.brings(released)
    row = bank.brings(released, "lost")
    work()

    assert [(part.source, part.amount.minor) for part in row.recoveries.all()] == [
        ("reversal", 820_00),
        ("debt", 2_000_00),
    ]
    assert pots("receivable", "dispute_recv") == {"receivable": 2_000_00, "dispute_recv": 0}
    assert books_agree()


def test_a_reversal_that_fails_becomes_a_debt(released, bank, stripe, account, work, sdk):
    stripe.advance(3 * 24 * 3600)
    bank.brings(released)
    row = bank.brings(released, "lost")
    stripe.pay_out(account.stripe_id, NET)
    work()

    assert banking.operations("reversal") == [(NET, "failed")]
    assert row.recoveries.get().source == Recovery.Source.DEBT
    assert pots("receivable", "dispute_recv") == {"receivable": NET, "dispute_recv": 0}
    assert books_agree()


def test_what_was_released_and_not_sent_bears_an_uncovered_loss(
    held, bank, account, acme, settings, work
):
    settings.CLEARING_DAYS = 3
    agreed.part_released(held.milestone, usd(PRICE), by=acme, at=NOON)
    bank.brings(held)
    row = bank.brings(held, "lost")
    work(NOON + timedelta(days=4))

    assert row.recoveries.get().source == Recovery.Source.UNSENT
    assert banking.operations("transfer") == [(NET, "cancelled")]
    assert pots("payable", "dispute_recv") == {"payable": 0, "dispute_recv": 0}
    assert books_agree()


@pytest.mark.parametrize("cover", ["setting", "staff"])
def test_cover_can_be_taken_away(accepted, bank, settings, finn, cover):
    settings.CHARGEBACK_COVER = cover != "setting"
    settings.MONEY_TWO_PERSONS_MINOR = 10_000_00
    row = bank.brings(accepted)
    if cover == "staff":
        chargebacks.refuse_cover(row, reason="The two are one person.", by=finn, at=NOON)

    row = bank.brings(accepted, "lost")

    assert row.from_expert_minor == NET


# --- While the two sides dispute it themselves


@laid
def dispute(held, acme):
    """Our own dispute over all of what is held."""
    held.milestone.refresh_from_db()
    return opened(held.milestone, by=acme)


def test_a_dispute_between_the_sides_stands_still_until_the_bank_gives_way(held, dispute, bank):
    bank.brings(held)
    dispute.refresh_from_db()
    assert (dispute.status, dispute.suspended_at) == ("open", NOON)

    bank.brings(held, "won", at=NOON + 10 * DAY)

    dispute.refresh_from_db()
    assert (dispute.status, dispute.suspended_at) == ("open", None)
    assert dispute.due_at == ANSWER_DUE + 10 * DAY


def test_what_the_bank_keeps_is_disputed_no_more(held, dispute, bank):
    bank.brings(held)
    bank.brings(held, "lost")

    dispute.refresh_from_db()
    held.milestone.refresh_from_db()
    assert (dispute.status, held.milestone.status) == ("void", M.TAKEN_BACK)
    assert books_agree()


def test_what_the_bank_leaves_may_be_disputed_anew(held, dispute, bank, acme):
    bank.brings(held, amount=1_050_00)
    bank.brings(held, "lost")
    dispute.refresh_from_db()
    milestone = Milestone.objects.get(pk=held.milestone_id)
    assert (dispute.status, milestone.status, milestone.held) == ("void", M.FUNDED, usd(2_000_00))

    again = opened(milestone, by=acme)
    assert again.amount == usd(2_000_00)
    bank.brings(held, "appeal_under_review")
    bank.brings(held, "won")

    again.refresh_from_db()
    milestone.refresh_from_db()
    assert (again.status, milestone.status, milestone.held) == ("void", M.FUNDED, usd(3_000_00))


# --- Won on appeal


def test_won_after_the_reversal_pays_the_expert_again(released, bank, stripe, work):
    bank.brings(released)
    bank.brings(released, "lost")
    work()
    row = bank.brings(released, "appeal_under_review")
    assert row.status == S.LOST

    row = bank.brings(released, "won")
    stripe.plant("POST /v1/transfers*", "429")
    work()
    assert banking.operations("transfer")[-1] == (NET, "pending")
    work(NOON + timedelta(hours=1))

    assert (row.status, row.from_expert_minor, row.from_us_minor) == (S.WON, 0, 0)
    assert banking.operations("transfer") == [(NET, "succeeded"), (NET, "succeeded")]
    assert pots(*OPEN_POTS) == dict.fromkeys(OPEN_POTS, 0) | {"dispute_fees": STRIPES_FEE}
    assert books_agree()


def test_won_while_the_reversal_is_on_its_way_pays_again_what_comes_back(
    released, bank, stripe, work
):
    bank.brings(released)
    bank.brings(released, "lost")
    operation = Operation.objects.get(kind="reversal")
    stripe.plant("POST /v1/transfers/*/reversals", "after", times=3)
    operations.send(operation.pk, at=NOON)

    bank.brings(released, "won")
    work(NOON + timedelta(hours=1))

    assert banking.operations("reversal") == [(NET, "succeeded")]
    assert banking.operations("transfer") == [(NET, "succeeded"), (NET, "succeeded")]
    assert books_agree()


def test_won_after_a_debt_strikes_it_and_pays_back_what_was_kept(
    released, bank, stripe, account, contract, acme, work
):
    stripe.advance(3 * 24 * 3600)
    stripe.pay_out(account.stripe_id, NET)
    bank.brings(released)
    bank.brings(released, "lost")
    second = contract.milestones.get(position=2)
    banking.paid(stripe, second, by=acme, at=NOON + timedelta(days=3))
    agreed.part_released(second, usd(1_000_00), by=acme, at=NOON)
    assert pots("receivable") == {"receivable": NET - 940_00}

    bank.brings(released, "won")
    # What they paid of the debt leaves our own balance, once there is money on it.
    stripe.advance(3 * 24 * 3600)
    work(NOON + timedelta(days=7))

    assert pots("receivable", "payable", "dispute_recv") == {
        "receivable": 0,
        "payable": 0,
        "dispute_recv": 0,
    }
    assert banking.operations("transfer") == [(NET, "succeeded"), (940_00, "succeeded")]
    assert books_agree()


@pytest.mark.parametrize("was_handed_in", [True, False])
def test_what_was_held_is_held_again(held, bank, checks, was_handed_in):
    contract = held.milestone.contract
    contract.milestones.exclude(pk=held.milestone_id).delete()
    if was_handed_in:
        agreed.handed_in(held.milestone)
    bank.brings(held)
    bank.brings(held, "lost")

    bank.brings(held, "won")

    held.milestone.refresh_from_db()
    contract.refresh_from_db()
    assert held.milestone.status == (M.SUBMITTED if was_handed_in else M.FUNDED)
    assert held.milestone.held == usd(PRICE)
    assert (held.milestone.review_due_at is not None) is was_handed_in
    assert contract.status == Contract.Status.ACTIVE
    assert books_agree()


def test_what_a_finished_milestone_wins_back_goes_where_the_rest_went(
    held, bank, account, acme, work
):
    bank.brings(held, amount=1_050_00)
    bank.brings(held, "lost")
    held.milestone.refresh_from_db()
    agreed.part_released(held.milestone, held.milestone.held, by=acme, at=NOON)

    bank.brings(held, "won")
    work()

    held.milestone.refresh_from_db()
    assert held.milestone.status == M.RELEASED
    assert [row.gross_minor for row in held.milestone.releases.all()] == [2_000_00, 1_000_00]
    assert pots("escrow", "fee_deferred", "dispute_recv") == {
        "escrow": 0,
        "fee_deferred": 0,
        "dispute_recv": 0,
    }
    assert books_agree()


# --- In any order, any number of times


def life_of(bank, held) -> list[Seen]:
    """Return a chargeback as Stripe had it after each of five steps."""
    stages = ("warning_needs_response", "needs_response", "under_review", "lost", "won")
    return [chargebacks.look(bank.says(held, stage)["id"]) for stage in stages]


def test_a_life_ends_the_same_in_any_order(released, bank):
    """W-03: each answer may be the last to be taken note of, however old it is.

    Every eleventh of the 120 orders; `tests/drills_money` has them all.
    """
    assert ends_of(released, list(permutations(life_of(bank, released)))[::11]) == 1


def ends_of(released, orders) -> int:
    """Take note of a life in each order, and count in how many ways that ends."""
    ends = set()
    for order in orders:
        with transaction.atomic():
            for seen in order:
                row = chargebacks.settle(released, seen, at=NOON)
            row.refresh_from_db()
            released.milestone.refresh_from_db()
            balances = {code: money.minor for code, money in ledger.trial_balance().items()}
            ends.add(
                (
                    *(row.status, row.taken_minor, row.fee_minor, row.movements),
                    *(released.milestone.status, row.contract.is_frozen),
                    tuple(sorted(balances.items())),
                )
            )
            transaction.set_rollback(True)

    assert next(iter(ends))[:4] == (S.WON, 0, STRIPES_FEE, 2)
    return len(ends)


def test_the_events_of_a_life_in_reverse_order_and_twice_are_one_effect(held, bank, work):
    dispute = bank.says(held)
    bank.says(held, "lost")
    kinds = ("closed", "funds_withdrawn", "updated", "created", "created", "closed")
    for kind in kinds:
        agreed.told(f"charge.dispute.{kind}", dispute["id"])
    work()

    row = Chargeback.objects.get()
    assert (row.status, row.taken_minor) == (S.LOST, 3_150_00)
    assert LedgerTransaction.objects.filter(kind="chargeback").count() == 1
    assert LedgerTransaction.objects.filter(kind="chargeback_lost").count() == 1
    assert books_agree()


def test_a_chargeback_of_a_payment_we_had_not_heard_of_settles_the_payment_first(
    open_payment, bank, stripe, sdk, work
):
    session = stripe.pay(open_payment.session_id)
    intent = sdk.v1.payment_intents.retrieve(session["payment_intent"])
    dispute = stripe.dispute(intent.latest_charge)
    agreed.told("charge.dispute.created", dispute["id"])

    work()

    open_payment.refresh_from_db()
    assert open_payment.status == "held"
    assert Chargeback.objects.get().payment == open_payment
    assert books_agree()


def test_a_chargeback_whose_events_were_lost_is_asked_about(held, bank):
    row = bank.brings(held)
    bank.says(held, "won")
    later = NOON + timedelta(hours=1)

    assert chargebacks.unsettled(at=later - timedelta(seconds=1)) == []
    assert chargebacks.unsettled(at=later) == [row.pk]
    row = chargebacks.sync(row, at=later)

    assert row.status == S.WON
    assert chargebacks.unsettled(at=later + timedelta(days=1)) == []


def test_a_chargeback_of_something_that_is_not_ours_is_ignored(held, bank, stripe, sdk):
    dispute = bank.says(held)
    held.milestone.contract.payments = None
    type(held)._base_manager.filter(pk=held.pk).update(charge_id="ch_other", intent_id="pi_other")
    event = agreed.told("charge.dispute.created", dispute["id"])

    inbox.handle(event.pk, at=NOON)

    assert not Chargeback.objects.exists()
    type(held)._base_manager.filter(pk=held.pk).update(
        charge_id=held.charge_id, intent_id=held.intent_id
    )
