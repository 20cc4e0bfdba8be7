"""The ledger posts every fact once, and says in plain words what it posted."""

import contextlib

import pytest
from django.db import transaction

from contracts.models import LedgerAccount, LedgerTransaction, Payment
from contracts.models.ledger import Pot
from contracts.services import ledger
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON

Kind = LedgerTransaction.Kind


@pytest.fixture(autouse=True)
def books_are_right():
    """These postings stand for themselves, without the business they belong to."""


def fund(milestone, minor=100_00, key="fund:pay_1"):
    amount = Money(minor, "usd")
    return ledger.post(
        Kind.FUND,
        key,
        [
            ledger.debit(ledger.stripe("usd"), amount),
            ledger.credit(ledger.escrow(milestone), amount),
        ],
        contract=milestone.contract,
        at=NOON,
    )


def release(milestone, minor, key="release:rel_1"):
    amount = Money(minor, "usd")
    return ledger.post(
        Kind.RELEASE,
        key,
        [
            ledger.debit(ledger.escrow(milestone), amount),
            ledger.credit(ledger.payable(milestone.contract.expert, "usd"), amount),
        ],
        contract=milestone.contract,
        at=NOON,
    )


# --- What the service promises


def test_a_fact_moves_money_from_one_account_to_another(milestone):
    fund(milestone)

    assert ledger.trial_balance() == {
        f"escrow:{milestone.public_id}:usd": Money(-100_00, "usd"),
        "stripe:usd": Money(100_00, "usd"),
    }
    assert ledger.balance(ledger.escrow(milestone)) == Money(100_00, "usd")


def test_the_same_fact_twice_is_posted_once(milestone):
    first = fund(milestone)

    assert fund(milestone) == first
    assert LedgerTransaction.objects.count() == 1
    assert ledger.balance(ledger.escrow(milestone)) == Money(100_00, "usd")


def test_a_key_with_another_content_is_a_bug(milestone):
    fund(milestone)

    with pytest.raises(ledger.KeyReused):
        fund(milestone, minor=200_00)

    assert ledger.balance(ledger.escrow(milestone)) == Money(100_00, "usd")


def test_more_than_is_held_cannot_leave(milestone):
    fund(milestone)

    with pytest.raises(ledger.NotEnoughHeld), transaction.atomic():
        release(milestone, 100_01)

    assert ledger.balance(ledger.escrow(milestone)) == Money(100_00, "usd")


def test_a_leg_of_nothing_is_left_out(milestone):
    nothing = Money(0, "usd")
    amount = Money(100_00, "usd")
    row = ledger.post(
        Kind.FUND,
        "fund:pay_1",
        [
            ledger.debit(ledger.stripe("usd"), amount),
            ledger.credit(ledger.escrow(milestone), amount),
            ledger.credit(ledger.fee_deferred(milestone), nothing),
        ],
        contract=milestone.contract,
        at=NOON,
    )

    assert row.entries.count() == 2


def test_the_statement_shows_what_is_held_after_each_step(contract, django_assert_num_queries):
    first, second = contract.milestones.all()
    fund(first)
    fund(second, minor=200_00, key="fund:pay_2")
    release(first, 100_00)
    contract = type(contract).objects.prefetch_related("milestones").get(pk=contract.pk)

    with django_assert_num_queries(1):
        lines = ledger.statement(contract)

    assert [(line.amount.minor, line.balance_after.minor) for line in lines] == [
        (100_00, 100_00),
        (200_00, 300_00),
        (-100_00, 200_00),
    ]
    assert [line.text.partition(":")[0] for line in lines] == ["Funded", "Funded", "Released"]


def posted(kind, key, *legs, contract):
    return ledger.post(kind, key, legs, contract=contract, at=NOON)


def test_the_statement_says_every_kind_of_fact_in_plain_words(contract):
    milestone = contract.milestones.first()
    payment = Payment(public_id="pay_1", currency="usd", amount_minor=1, fee_minor=0)
    held, sent = ledger.escrow(milestone), ledger.payable(contract.expert, "usd")
    bank, back = ledger.dispute_receivable("dp_1", "usd"), ledger.refund_payable(payment)
    stripe = ledger.stripe("usd")
    some, rest = Money(20_00, "usd"), Money(100_00, "usd")
    out = [
        (Kind.RELEASE, sent, some),
        (Kind.REFUND, back, some),
        (Kind.AWARDED_RELEASE, sent, some),
        (Kind.AWARDED_REFUND, back, some),
        (Kind.EXTERNAL, stripe, some),
        (Kind.ADJUSTMENT, ledger.suspense("usd"), some),
    ]
    fund(milestone, minor=240_00)
    for kind, to, amount in out:
        legs = (ledger.debit(held, amount), ledger.credit(to, amount))
        posted(kind, f"{kind}:1", *legs, contract=contract)
    for kind, giver, taker in [
        (Kind.BONUS, stripe, sent),
        (Kind.REFUND_FAILED, stripe, back),
        (Kind.REVERSAL, stripe, sent),
        (Kind.CHARGEBACK, bank, stripe),
    ]:
        legs = (ledger.debit(giver, rest), ledger.credit(taker, rest))
        posted(kind, f"{kind}:1", *legs, contract=contract)
    legs = (ledger.debit(stripe, some), ledger.credit(bank, some))
    posted(Kind.CHARGEBACK_WON, "chargeback:won", *legs, contract=contract)
    legs = (ledger.debit(held, some), ledger.credit(bank, some))
    posted(Kind.CHARGEBACK_LOST, "chargeback:lost", *legs, contract=contract)
    last = posted(
        Kind.RELEASE,
        "release:last",
        *(ledger.debit(held, rest), ledger.credit(sent, rest)),
        contract=contract,
    )
    ledger.reverse(last, key="reverse:1", at=NOON)
    legs = (ledger.debit(held, rest), ledger.credit(back, rest))
    posted(Kind.REFUND, "refund:last", *legs, contract=contract)

    lines = ledger.statement(contract)

    assert [(line.text.partition(": ")[0], line.amount.minor) for line in lines] == [
        ("Funded", 240_00),
        ("Part released", -20_00),
        ("Part returned to the client", -20_00),
        ("Released by a decision", -20_00),
        ("Returned to the client by a decision", -20_00),
        ("Changed at our payment provider", -20_00),
        ("Corrected by our staff", -20_00),
        ("Bonus for the expert", 0),
        ("The client's bank sent the refund back", 0),
        ("Taken back from the expert's account", 0),
        ("Claimed back by the client's bank, outcome open", 0),
        ("The client's bank gave up its claim", 0),
        ("Taken back by the client's bank", -20_00),
        ("Released", -100_00),
        ("An earlier entry taken back", 100_00),
        ("Returned to the client", -100_00),
    ]
    assert lines[7].text == "Bonus for the expert: $100.00"
    assert lines[0].text == f"Funded: {milestone.title}"
    assert lines[-1].balance_after == Money(0, "usd")


def test_every_pot_has_an_account_of_its_kind_and_floor(contract):
    expert, milestone = contract.expert, contract.milestones.first()
    payment = Payment(public_id="pay_1", currency="usd", amount_minor=1, fee_minor=0)
    platform = ("stripe", "fee_revenue", "psp_fees", "dispute_fees", "dispute_loss")
    pots = [getattr(ledger, name)("usd") for name in (*platform, "goodwill", "bank", "suspense")]
    pots += [ledger.escrow(milestone), ledger.fee_deferred(milestone)]
    pots += [ledger.payable(expert, "usd"), ledger.receivable(expert, "usd")]
    pots += [ledger.refund_payable(payment), ledger.dispute_receivable("dp_1", "usd")]
    one = Money(1, "usd")
    floors = {}
    for pot in pots:
        for name, leg in (("below", ledger.credit), ("above", ledger.debit)):
            other = ledger.psp_fees("usd") if pot.pot == Pot.STRIPE else ledger.stripe("usd")
            counter = ledger.debit if leg is ledger.credit else ledger.credit
            with contextlib.suppress(ledger.NotEnoughHeld), transaction.atomic():
                legs = (leg(pot, one), counter(other, one))
                posted(Kind.ADJUSTMENT, f"{pot.pot}:{name}", *legs, contract=contract)
                floors.setdefault(pot.pot, []).append(name)
                transaction.set_rollback(True)

    either, below, above = ["below", "above"], ["below"], ["above"]
    assert floors == {
        Pot.STRIPE: either,
        Pot.ESCROW: below,
        Pot.FEE_DEFERRED: below,
        Pot.PAYABLE: below,
        Pot.REFUND_PAYABLE: below,
        Pot.DISPUTE_RECV: above,
        Pot.RECEIVABLE: above,
        Pot.FEE_REVENUE: either,
        Pot.PSP_FEES: either,
        Pot.DISPUTE_FEES: either,
        Pot.DISPUTE_LOSS: either,
        Pot.GOODWILL: either,
        Pot.BANK: either,
        Pot.SUSPENSE: either,
    }
    assert set(floors) == set(Pot)


def test_legs_on_one_account_are_added_up(milestone):
    amount, half = Money(100_00, "usd"), Money(50_00, "usd")
    legs = (
        ledger.debit(ledger.stripe("usd"), amount),
        ledger.credit(ledger.escrow(milestone), half),
        ledger.credit(ledger.escrow(milestone), half),
    )
    row = posted(Kind.FUND, "fund:pay_1", *legs, contract=milestone.contract)

    assert row.entries.count() == 2
    assert ledger.balance(ledger.escrow(milestone)) == amount


def test_the_pots_of_the_platform_are_many_accounts_that_read_as_one(milestone, contract):
    """Contracts do not wait for each other over one hot row."""
    other = factories.contract(contract.organisation, contract.expert, pk=contract.pk + 1)
    fund(milestone)
    fund(other.milestones.get(), minor=50_00, key="fund:pay_2")

    codes = LedgerAccount.objects.filter(code__startswith="stripe:").values_list("code", flat=True)
    assert set(codes) == {f"stripe:{row.pk % ledger.SHARDS}:usd" for row in (contract, other)}
    assert len(codes) == 2
    assert ledger.trial_balance()["stripe:usd"] == Money(150_00, "usd")
    assert ledger.balance(ledger.stripe("usd")) == Money(150_00, "usd")
    assert ledger.balance(ledger.stripe("eur")) == Money(0, "eur")


# --- Taking a posting back


def test_a_posting_is_taken_back_by_its_opposite(milestone):
    posting = fund(milestone)

    opposite = ledger.reverse(posting, key="reverse:fund:pay_1", at=NOON)

    assert opposite.reverses == posting
    assert opposite.contract == milestone.contract
    assert ledger.trial_balance() == {}
    assert ledger.reverse(posting, key="reverse:fund:pay_1", at=NOON) == opposite
    assert LedgerTransaction.objects.count() == 2


def test_a_posting_is_taken_back_at_most_once(milestone):
    posting = fund(milestone)
    ledger.reverse(posting, key="reverse:1", at=NOON)

    with pytest.raises(ledger.AlreadyReversed), transaction.atomic():
        ledger.reverse(posting, key="reverse:2", at=NOON)

    assert LedgerTransaction.objects.count() == 2
    assert ledger.trial_balance() == {}


def test_money_that_left_cannot_be_taken_back(milestone):
    posting = fund(milestone)
    release(milestone, 100_00)

    with pytest.raises(ledger.NotEnoughHeld), transaction.atomic():
        ledger.reverse(posting, key="reverse:1", at=NOON)

    assert LedgerTransaction.objects.count() == 2


def test_a_key_of_another_fact_reverses_nothing(milestone):
    posting = fund(milestone)

    with pytest.raises(ledger.KeyReused):
        ledger.reverse(posting, key="fund:pay_1", at=NOON)
