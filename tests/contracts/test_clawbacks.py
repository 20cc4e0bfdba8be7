"""Released money goes back to the client, after it has come back from the expert."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Membership, Notification
from contracts.models import Clawback, LedgerTransaction, Operation, Recovery, Refund
from contracts.services import clawbacks, contracts, operations
from contracts.services.clawbacks import MoreThanWasReleased, SecondPersonNeeded
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import books_agree, pots, usd
from tests.laid import laid

S = Clawback.Status
Cover = Clawback.Cover
LATER = NOON + timedelta(hours=2)


@laid
def released(held, account, acme, work):
    """The first milestone, of $3,000.00, released in two parts that the expert has."""
    for part in (1_000_00, 2_000_00):
        agreed.part_released(held.milestone, usd(part), by=acme, at=NOON)
    work()
    held.milestone.refresh_from_db()
    return held.milestone


@laid
def short(released, stripe, account, ada, work) -> Clawback:
    """The expert wants to return $2,500.00, and their account has $820.00 of $2,820.00."""
    stripe.advance(3 * 24 * 3600)
    stripe.pay_out(account.stripe_id, 2_000_00)
    row = give_back(released, 2_500_00, ada)
    work(LATER)
    row.refresh_from_db()
    return row


def give_back(milestone, minor, by) -> Clawback:
    return clawbacks.give_back(milestone, usd(minor), reason="We agreed on less.", by=by, at=NOON)


# --- Back to the client


def test_the_refund_follows_the_reversals_and_never_comes_before_them(released, ada, work):
    row = give_back(released, 2_500_00, ada)

    # The newest release first: all of its $2,000.00, then $500.00 of the other.
    assert banking.operations("reversal") == [(1_880_00, "pending"), (470_00, "pending")]
    assert (row.status, row.refund) == (S.TAKING, None)
    assert banking.operations("refund") == []

    work()

    row.refresh_from_db()
    assert row.status == S.RETURNED
    assert (row.from_expert, row.to_client) == (usd(2_350_00), usd(2_625_00))
    assert banking.operations("refund") == [(2_625_00, "succeeded")]
    assert (row.refund.kind, row.refund.total) == (Refund.Kind.CLAWED_BACK, usd(2_625_00))
    assert pots("payable", "refund_payable", "fee_revenue") == {
        "payable": 0,
        "refund_payable": 0,
        "fee_revenue": 330_00 - 275_00,
    }
    released.refresh_from_db()
    assert (released.status, released.returned) == ("released", usd(0))
    assert books_agree()


def test_one_reversal_of_two_is_not_enough(released, ada, stripe):
    row = give_back(released, 2_500_00, ada)
    first, _second = Operation.objects.filter(kind="reversal").order_by("pk")
    operations.send(first.pk, at=NOON)

    row.refresh_from_db()
    assert row.status == S.TAKING
    assert not Refund.objects.exists()


def test_the_fees_of_the_parts_add_up_to_the_fees_of_the_releases(released, ada, work):
    for minor in (333_33, 1_000_01, 999_99, 666_66, 1):
        give_back(released, minor, ada)
        work()

    assert clawbacks.returnable(released) == usd(0)
    rows = Recovery.objects.all()
    assert sum(row.gross_minor for row in rows) == 3_000_00
    assert sum(row.expert_fee_minor for row in rows) == 180_00
    assert sum(row.client_fee_minor for row in rows) == 150_00
    assert pots("fee_revenue", "payable") == {"fee_revenue": 0, "payable": 0}
    assert books_agree()


def test_what_was_not_sent_yet_comes_first_and_the_rest_of_it_is_sent(
    held, account, acme, ada, settings, work
):
    settings.CLEARING_DAYS = 3
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)

    row = give_back(held.milestone, 400_00, ada)

    assert row.status == S.RETURNED
    assert banking.operations("reversal") == []
    assert banking.operations("transfer") == [(940_00, "cancelled"), (564_00, "pending")]
    work(NOON + timedelta(days=3))
    assert banking.operations("transfer")[1] == (564_00, "succeeded")
    assert banking.operations("refund") == [(420_00, "succeeded")]
    assert books_agree()


def test_part_of_it_can_be_released_again_and_returned_again(held, account, acme, ada, work):
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    work()
    give_back(held.milestone, 1_000_00, ada)
    work()
    agreed.part_released(held.milestone, usd(2_000_00), by=acme, at=NOON)
    work()
    give_back(held.milestone, 2_000_00, ada)
    work()

    assert banking.operations("refund") == [(1_050_00, "succeeded"), (2_100_00, "succeeded")]
    assert pots("fee_revenue", "escrow", "fee_deferred") == {
        "fee_revenue": 0,
        "escrow": 0,
        "fee_deferred": 0,
    }
    assert books_agree()


# --- Refused


@pytest.mark.parametrize("minor", [0, -1, 3_000_01, 10**12])
def test_no_more_than_was_released_can_be_returned(released, ada, minor):
    with pytest.raises(MoreThanWasReleased):
        give_back(released, minor, ada)

    assert not Clawback.objects.exists()


@pytest.mark.parametrize("who", ["acme", "mallory", "finn"])
def test_only_the_expert_gives_back(released, who, request):
    with pytest.raises(PermissionDenied):
        give_back(released, 1_00, request.getfixturevalue(who))

    assert not Clawback.objects.exists()


def test_nobody_returns_money_of_a_frozen_contract_or_twice_at_once(released, ada):
    give_back(released, 1_00, ada)
    with pytest.raises(clawbacks.ClawbackUnderWay):
        give_back(released, 1_00, ada)

    contracts.freeze(released.contract, reason="staff", source="look", by=None, at=NOON)
    with pytest.raises(contracts.ContractIsFrozen):
        give_back(released, 1_00, ada)

    assert Clawback.objects.count() == 1


def test_money_on_its_way_is_not_called_back(held, account, acme, ada, stripe):
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    stripe.plant("POST /v1/transfers", "before", times=3)
    operations.send(Operation.objects.get().pk, at=NOON)

    with pytest.raises(clawbacks.TransferIsUnderWay):
        give_back(held.milestone, 1_00, ada)

    assert not Clawback.objects.exists()
    assert banking.operations("transfer") == [(940_00, "pending")]


def test_what_the_bank_has_taken_is_not_returned_again(released, stripe, ada):
    payment = released.payments.get()
    bank = banking.Bank(stripe)
    bank.brings(payment)
    bank.brings(payment, "lost")

    with pytest.raises(MoreThanWasReleased):
        give_back(released, 1_00, ada)


# --- When the expert's balance is too low


def test_nothing_goes_back_when_the_balance_is_too_low(finn, short):
    assert short.status == S.SHORT
    assert banking.operations("reversal") == [(1_880_00, "failed"), (470_00, "succeeded")]
    assert banking.operations("refund") == []
    assert clawbacks.missing(short) == usd(1_880_00)
    assert Notification.objects.filter(user=finn, key=f"clawback:{short.public_id}:short").exists()
    assert books_agree()


@pytest.mark.parametrize(
    ("cover", "pot"), [(Cover.DEBT, "receivable"), (Cover.GOODWILL, "goodwill")]
)
def test_staff_let_it_be_owed_or_pay_it(short, finn, work, cover, pot):
    row = clawbacks.cover(short, cover, reason="Agreed by phone.", by=finn, at=LATER)
    work(LATER)

    assert row.status == S.RETURNED
    assert pots(pot, "payable") == {pot: 1_880_00, "payable": 0}
    assert banking.operations("refund") == [(2_625_00, "succeeded")]
    assert books_agree()


def test_a_debt_is_kept_of_the_next_release(short, finn, work, contract, acme, stripe):
    clawbacks.cover(short, Cover.DEBT, reason="Agreed.", by=finn, at=LATER)
    second = contract.milestones.get(position=2)
    banking.paid(stripe, second, by=acme, at=NOON + timedelta(days=3))

    release = agreed.part_released(second, usd(1_000_00), by=acme, at=LATER)

    assert (release.netted_minor, release.sent) == (940_00, usd(0))
    assert pots("receivable") == {"receivable": 940_00}


def test_staff_refuse_and_the_expert_gets_back_what_had_come(short, finn, work):
    row = clawbacks.refuse(short, reason="The work was fine.", by=finn, at=LATER)
    work(LATER)

    assert row.status == S.REFUSED
    assert banking.operations("refund") == []
    assert banking.operations("transfer")[-1] == (470_00, "succeeded")
    assert pots("payable", "fee_revenue") == {"payable": 0, "fee_revenue": 330_00}
    assert books_agree()


def test_above_the_limit_two_persons_say_the_same(short, finn, settings):
    settings.MONEY_TWO_PERSONS_MINOR = 1_000_00
    second = factories.finance("Second")

    row = clawbacks.cover(short, Cover.GOODWILL, reason="Ours.", by=finn, at=LATER)
    assert (row.status, row.covered_by) == (S.SHORT, Cover.GOODWILL)
    with pytest.raises(SecondPersonNeeded):
        clawbacks.cover(row, Cover.GOODWILL, reason="Ours.", by=finn, at=LATER)
    row = clawbacks.cover(row, Cover.DEBT, reason="Theirs.", by=second, at=LATER)
    assert (row.status, row.covered_by) == (S.SHORT, Cover.DEBT)
    row = clawbacks.cover(row, Cover.DEBT, reason="Theirs.", by=finn, at=LATER)

    assert (row.status, row.cover_by, row.cover_second) == (S.RETURNED, second, finn)


@pytest.mark.parametrize("who", ["ada", "acme", "rhea", "client_too"])
def test_only_uninvolved_staff_of_finance_decide(short, who, request, finn):
    if who == "client_too":
        Membership.objects.create(
            organisation=short.milestone.contract.organisation,
            user=finn,
            role="viewer",
            created_at=NOON,
        )
    by = finn if who == "client_too" else request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        clawbacks.cover(short, Cover.DEBT, reason="Mine.", by=by, at=LATER)
    with pytest.raises(PermissionDenied):
        clawbacks.refuse(short, reason="Mine.", by=by, at=LATER)
    with pytest.raises(PermissionDenied):
        clawbacks.decide(short.milestone, usd(1), reason="Mine.", by=by, at=LATER)

    short.refresh_from_db()
    assert short.status == S.SHORT


def test_staff_decide_only_what_is_short(released, ada, finn, work):
    row = give_back(released, 1_00, ada)
    work()
    row.refresh_from_db()

    with pytest.raises(IllegalMove):
        clawbacks.cover(row, Cover.DEBT, reason="No.", by=finn, at=NOON)
    with pytest.raises(IllegalMove):
        clawbacks.refuse(row, reason="No.", by=finn, at=NOON)


def test_staff_take_it_back_by_decision(released, finn, work):
    row = clawbacks.decide(released, usd(3_000_00), reason="Not the work.", by=finn, at=NOON)
    work()

    row.refresh_from_db()
    assert (row.origin, row.status) == (Clawback.Origin.STAFF, S.RETURNED)
    assert pots("fee_revenue") == {"fee_revenue": 0}


# --- A bank comes between


def test_a_chargeback_meanwhile_keeps_the_refund_until_it_is_won(released, stripe, ada, work):
    bank, payment = banking.Bank(stripe), released.payments.get()
    row = give_back(released, 3_000_00, ada)
    bank.brings(payment)
    work()
    row.refresh_from_db()
    assert (row.status, pots("payable")) == (S.TAKING, {"payable": 2_820_00})

    bank.brings(payment, "won")
    work()

    row.refresh_from_db()
    assert row.status == S.RETURNED
    assert banking.operations("refund") == [(3_150_00, "succeeded")]
    assert books_agree()


def test_a_lost_chargeback_takes_what_had_come_back_instead(released, stripe, ada, work):
    bank, payment = banking.Bank(stripe), released.payments.get()
    row = give_back(released, 3_000_00, ada)
    bank.brings(payment)
    work()

    loss = bank.brings(payment, "lost")
    work()

    row.refresh_from_db()
    assert row.status == S.REFUSED
    assert [part.source for part in loss.recoveries.all()] == ["unsent", "unsent"]
    assert banking.operations("refund") == []
    assert pots("payable", "dispute_recv", "dispute_loss") == {
        "payable": 0,
        "dispute_recv": 0,
        "dispute_loss": 330_00,
    }
    assert LedgerTransaction.objects.filter(kind="clawback").count() == 0
    assert books_agree()
