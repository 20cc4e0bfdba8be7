"""The ledger posts every fact once, and Postgres refuses what must never be."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from contracts.models import LedgerAccount, LedgerEntry, LedgerTransaction, Payment
from contracts.models.ledger import Pot
from contracts.services import ledger
from marketplace.kit.money import Money
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


def test_every_pot_has_a_kind_a_floor_and_an_account(contract):
    expert, milestone = contract.expert, contract.milestones.first()
    payment = Payment(public_id="pay_1", currency="usd", amount_minor=1, fee_minor=0)
    platform = ("stripe", "fee_revenue", "psp_fees", "dispute_fees", "dispute_loss")
    rows = [getattr(ledger, name)("usd") for name in (*platform, "goodwill", "bank", "suspense")]
    rows += [ledger.escrow(milestone), ledger.fee_deferred(milestone)]
    rows += [ledger.payable(expert, "usd"), ledger.receivable(expert, "usd")]
    rows += [ledger.refund_payable(payment), ledger.dispute_receivable("dp_1", "usd")]

    assert {row.code.split(":")[0] for row in rows} == set(Pot.values) == set(ledger.CHART)
    assert {row.code.split(":")[0] for row in rows if not row.may_overdraw} == {
        *("escrow", "fee_deferred", "payable", "refund_payable", "dispute_recv", "receivable")
    }


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


# --- What Postgres refuses, whoever asks


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused_by(error):
    return error.value.__cause__.diag.constraint_name


def transaction_row(key="direct:1"):
    return LedgerTransaction.objects.create(
        idem_key=key, digest=b"", kind=Kind.FUND, happened_at=NOON
    )


def enter(row, account, minor, currency="usd"):
    sql(
        "INSERT INTO ledger_entry (transaction_id, account_id, currency, amount, balance_after)"
        " VALUES (%s, %s, %s, %s, 0)",
        *(row.pk, account.pk, currency, minor),
    )


def commit(legs):
    with transaction.atomic():
        row = transaction_row()
        for account, minor in legs:
            enter(row, account, minor, account.currency)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("minors", [(), (5,), (5, -4)], ids=["empty", "single", "unbalanced"])
def test_a_transaction_that_does_not_balance_cannot_be_committed(milestone, minors):
    accounts = [ledger.stripe("usd"), ledger.psp_fees("usd")]

    with pytest.raises(IntegrityError) as error:
        commit(zip(accounts, minors, strict=False))

    assert refused_by(error) == "ledger_balanced"
    assert not LedgerTransaction.objects.exists()
    assert ledger.trial_balance() == {}


@pytest.mark.django_db(transaction=True)
def test_currencies_balance_each_for_itself(db):
    with pytest.raises(IntegrityError) as error:
        commit([(ledger.stripe("usd"), 5), (ledger.stripe("eur"), -5)])

    assert refused_by(error) == "ledger_balanced"


@pytest.mark.django_db(transaction=True)
def test_a_committed_transaction_is_sealed(milestone):
    row = fund(milestone)

    with pytest.raises(IntegrityError) as error:
        enter(row, ledger.psp_fees("usd"), 5)

    assert refused_by(error) == "ledger_sealed"


def test_an_entry_is_in_the_currency_of_its_account(db):
    with pytest.raises(IntegrityError) as error:
        enter(transaction_row(), ledger.stripe("usd"), 5, currency="eur")

    assert refused_by(error) == "ledger_entry_currency"


def test_an_account_takes_part_once_in_a_transaction(db):
    row, account = transaction_row(), ledger.stripe("usd")
    enter(row, account, 5)

    with pytest.raises(IntegrityError) as error:
        enter(row, account, 5)

    assert refused_by(error) == "ledger_entry_once"


def test_held_money_cannot_be_overdrawn(milestone):
    with pytest.raises(IntegrityError) as error:
        enter(transaction_row(), ledger.escrow(milestone), 1)

    assert refused_by(error) == "ledger_no_overdraft"


COPY = """
INSERT INTO ledger_transaction (idem_key, digest, kind, happened_at)
SELECT idem_key, digest, kind, happened_at FROM ledger_transaction
"""
GIFT = """
INSERT INTO ledger_account (code, kind, currency, balance) VALUES ('gift:usd', 'asset', 'usd', 5)
"""


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE ledger_entry SET amount = amount + 1", "ledger_append_only"),
        ("DELETE FROM ledger_entry", "ledger_append_only"),
        ("UPDATE ledger_transaction SET idem_key = 'fund:other'", "ledger_append_only"),
        ("UPDATE ledger_transaction SET digest = ''", "ledger_append_only"),
        ("DELETE FROM ledger_transaction", "ledger_append_only"),
        ("DELETE FROM ledger_account", "ledger_append_only"),
        ("UPDATE ledger_account SET balance = balance + 1", "ledger_account_guard"),
        ("UPDATE ledger_account SET may_overdraw = true", "ledger_account_guard"),
        ("UPDATE ledger_account SET kind = 'revenue'", "ledger_account_guard"),
        ("UPDATE ledger_account SET code = 'mine:usd'", "ledger_account_guard"),
        ("UPDATE ledger_account SET currency = 'eur'", "ledger_account_guard"),
        (
            GIFT,
            "ledger_account_guard",
        ),
        (
            "INSERT INTO ledger_account (code, kind, currency) VALUES ('x:usd', 'equity', 'usd')",
            "ledger_account_kind_check",
        ),
        (
            "INSERT INTO ledger_account (code, kind, currency) VALUES ('x:USD', 'asset', 'USD')",
            "ledger_account_currency_check",
        ),
        (
            "INSERT INTO ledger_account (code, kind, currency) VALUES ('x:usd', 'asset', 'eur')",
            "ledger_code_names_currency",
        ),
        (COPY, "ledger_transaction_idem_key_key"),
    ],
)
def test_what_was_posted_stays_as_it_was(milestone, statement, constraint):
    fund(milestone)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        sql(statement)

    assert refused_by(error) == constraint
    assert LedgerEntry.objects.count() == 2
    assert LedgerAccount.objects.get(code=f"{Pot.STRIPE}:usd").balance == 100_00


def test_the_migration_goes_both_ways(transactional_db):
    call_command("migrate", "contracts", "0001", verbosity=0)
    assert "ledger_entry" not in connection.introspection.table_names()

    call_command("migrate", "contracts", verbosity=0)
    assert "ledger_entry" in connection.introspection.table_names()
