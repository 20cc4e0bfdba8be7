"""Each side's reading of the ledger is made of entries alone, whatever flow has posted them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import LedgerTransaction, Milestone, Payment
from contracts.selectors import books, earnings, spend, statements
from contracts.selectors.books import Search
from contracts.services import ledger
from marketplace.kit.money import Money
from tests.conftest import NOON

Fact = LedgerTransaction.Kind
LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def books_are_right():
    """These postings stand for themselves, without the business they belong to."""


@pytest.fixture
def post(contract):
    """Post a fact as its own flow would: debits above zero."""
    payment = Payment(public_id="pay_000000000000", amount_minor=1, fee_minor=0, currency="usd")
    accounts = {
        "escrow": lambda: ledger.escrow(contract.milestones.get(position=1)),
        "deferred": lambda: ledger.fee_deferred(contract.milestones.get(position=1)),
        "payable": lambda: ledger.payable(contract.expert, "usd"),
        "receivable": lambda: ledger.receivable(contract.expert, "usd"),
        "refund": lambda: ledger.refund_payable(payment),
        "dispute": lambda: ledger.dispute_receivable("dp_1", "usd"),
        "stripe": lambda: ledger.stripe("usd"),
        "fees": lambda: ledger.fee_revenue("usd"),
        "psp": lambda: ledger.psp_fees("usd"),
        "loss": lambda: ledger.dispute_loss("usd"),
        "suspense": lambda: ledger.suspense("usd"),
    }

    def post(kind, *, at=NOON, key="", **legs):
        signed = [
            ledger.debit(accounts[pot](), Money(100 * sum_, "usd")) for pot, sum_ in legs.items()
        ]
        key = key or f"{kind}:{LedgerTransaction.objects.count()}"
        return ledger.post(kind, key, signed, contract=contract, at=at)

    return post


@pytest.fixture
def all_kinds(post):
    """Everything that can happen to money, in an order in which it could."""
    post(Fact.FUND, stripe=945, escrow=-900, deferred=-45)
    post(Fact.STRIPE_FEE, psp=30, stripe=-30)
    post(Fact.RELEASE, escrow=500, deferred=25, payable=-470, fees=-55)
    post(Fact.TRANSFER, key="sent", payable=470, stripe=-470)
    post(Fact.BONUS, stripe=105, payable=-94, fees=-11)
    post(Fact.REFUND, escrow=100, deferred=5, refund=-105)
    post(Fact.REFUND_SETTLED, refund=105, stripe=-105)
    post(Fact.REFUND_FAILED, stripe=105, refund=-105)
    post(Fact.REVERSAL, stripe=70, payable=-70)
    post(Fact.CHARGEBACK, dispute=400, stripe=-400)
    post(Fact.CHARGEBACK_LOST, escrow=100, deferred=5, receivable=200, loss=95, dispute=-400)
    post(Fact.RELEASE, escrow=100, deferred=5, receivable=-94, fees=-11)
    post(Fact.MISMATCH, stripe=20, suspense=-20)


def of_expert(contract):
    return earnings.book(contract.expert, currency="usd")


def of_client(contract):
    return spend.book(contract.organisation, currency="usd")


def entries(book, **search):
    lines = books.lines(book, books.found(book, Search(**search)).reverse())
    return [(line.text, line.amount.minor // 100) for line in lines]


def dollars(whole: int) -> Money:
    return Money(100 * whole, "usd")


# --- The expert's side


def test_only_what_is_earned_counts_as_earned(all_kinds, contract):
    found = earnings.earnings(contract.expert, currency="usd", at=LATER)

    assert found.this_year == dollars(470 + 94 - 200 + 94)
    assert found.ready == dollars(94 + 70)  # the bonus, and what came back from the account
    assert found.owed == dollars(200 - 94)
    assert found.held == dollars(94)  # of the hundred that is left


def test_an_experts_lines_are_in_their_own_words(all_kinds, contract):
    assert entries(of_expert(contract)) == [
        ("Released to you", 470),
        ("Sent to your account", -470),
        ("Bonus", 94),
        ("Taken back from your account", 70),
        ("Taken back by the client's bank", -200),
        ("Released to you", 94),
    ]


def test_a_posting_taken_back_counts_as_what_it_takes_back(all_kinds, contract):
    before = earnings.earnings(contract.expert, currency="usd", at=LATER)
    ledger.reverse(LedgerTransaction.objects.get(idem_key="sent"), key="back", at=NOON)

    found = earnings.earnings(contract.expert, currency="usd", at=LATER)

    assert found.this_year == before.this_year
    assert found.ready == before.ready + dollars(470)
    assert entries(of_expert(contract), kind="reversing") == [("An earlier entry taken back", 470)]


def test_a_debt_is_explained_in_one_line(client, all_kinds, contract):
    client.force_login(contract.expert.user)

    assert (
        "You owe us $106.00, because" in client.get(reverse("contracts:earnings")).content.decode()
    )


def test_a_reader_of_another_side_sees_nothing_of_it(all_kinds, contract, mallory):
    from tests import factories  # noqa: PLC0415

    stranger = earnings.book(factories.expert(mallory), currency="usd")
    other = spend.book(factories.organisation(mallory), currency="usd")

    assert entries(stranger) == entries(other) == []


# --- The client's side


def test_what_was_charged_is_spent_held_returned_or_set_aside(all_kinds, contract):
    found = spend.spend(contract.organisation, currency="usd", at=LATER)

    assert found.held == dollars(100 + 5)
    # Two releases with their fees, and the bonus; 295 of it the bank took back.
    assert found.released == dollars(525 + 105 + 105 - 295)
    assert found.aside == dollars(20)
    assert found.returned == dollars(105 + 400)
    charged = found.contracts[0].charged
    assert charged == dollars(945 + 105 + 20)
    assert charged == found.held + found.released + found.aside + found.returned
    assert found.months[-1] == ("Jan", found.released, Money(0, "usd"))  # never funded, by its row


def test_a_clients_lines_leave_out_what_is_not_theirs(all_kinds, contract):
    assert entries(of_client(contract)) == [
        ("Paid", 945),
        ("Released to the expert", 525),
        ("Bonus paid", 105),
        ("Returned to you", -105),
        ("Refund sent to your card", 0),
        ("Refund sent back by your bank", 0),
        ("Claimed back by your bank", 0),
        ("Kept by your bank", -295),
        ("Released to the expert", 105),
        ("Paid, and set aside until we know what for", 20),
    ]


def test_held_money_stands_in_the_month_it_was_paid_in(post, contract):
    paid_at = NOON - timedelta(days=40)
    post(Fact.FUND, at=paid_at, stripe=945, escrow=-900, deferred=-45)
    Milestone.objects.filter(position=1).update(funded_at=paid_at)

    months = spend.spend(contract.organisation, currency="usd", at=LATER).months
    theirs = earnings.earnings(contract.expert, currency="usd", at=LATER).months

    assert [name for name, _spent, held in months if held] == ["Nov"]
    assert months[-3] == ("Nov", Money(0, "usd"), dollars(945))
    assert theirs[-3] == ("Nov", Money(0, "usd"), dollars(846))


# --- Statements


def test_a_statement_runs_from_what_was_there_to_what_is(all_kinds, post, contract):
    post(
        Fact.RELEASE,
        at=datetime(2030, 2, 1, tzinfo=UTC),
        escrow=100,
        deferred=5,
        payable=-94,
        fees=-11,
    )

    january = statements.of_month(of_expert(contract), date(2030, 1, 1))
    february = statements.of_month(of_expert(contract), date(2030, 2, 1))

    assert january.opening == Money(0, "usd")
    assert january.closing == february.opening == dollars(94 + 70 - 106)
    assert february.closing == dollars(94 + 70 - 106 + 94)
    assert [rest.minor // 100 for _line, rest in january.lines] == [470, 0, 94, 164, -36, 58]
    assert dict(january.totalled)["Our fee"] == dollars(30 + 6)


def test_the_month_is_that_of_utc_for_every_reader(post, contract, client, acme):
    acme.time_zone = "Pacific/Auckland"
    acme.save()
    post(Fact.FUND, at=datetime(2029, 12, 31, 23, 59, tzinfo=UTC), stripe=945, escrow=-945)
    client.force_login(acme)

    december = client.get(reverse("contracts:spend-month", args=[date(2029, 12, 1)]))
    january = client.get(reverse("contracts:spend-month", args=[date(2030, 1, 1)]))

    assert "31 Dec 2029" in december.content.decode()
    assert "Nothing happened." in january.content.decode()


moves = st.lists(
    st.tuples(
        st.sampled_from(["fund", "release", "refund", "transfer", "bonus", "chargeback"]),
        st.integers(1, 400),
        st.integers(0, 400),
    ),
    max_size=12,
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves)
def test_statements_add_up_to_the_ledger(post, contract, moves):
    """Whatever happened and whenever: what the last line leaves is what the accounts hold."""
    for number, (kind, whole, days) in enumerate(moves):
        at = NOON - timedelta(days=days)
        legs = {
            "fund": {"stripe": 2 * whole, "escrow": -whole, "deferred": -whole},
            "release": {"suspense": whole, "payable": -whole},
            "refund": {"suspense": whole, "refund": -whole},
            "transfer": {"payable": 0, "receivable": whole, "stripe": -whole},
            "bonus": {"stripe": whole, "payable": -whole},
            "chargeback": {"receivable": whole, "loss": -whole},
        }[kind]
        post(Fact(kind), at=at, key=f"{number}:{LedgerTransaction.objects.count()}", **legs)

    for book, pots in (
        (of_expert(contract), ("payable:", "receivable:")),
        (of_client(contract), ("escrow:", "fee_deferred:")),
    ):
        balances = ledger.trial_balance().items()
        there = -sum(amount.minor for code, amount in balances if code.startswith(pots))
        whole = statements.of_contract(book, contract)
        months = sorted({part.month for part in books.parts(book.entries)})
        by_month = [statements.of_month(book, month) for month in months]

        assert whole.closing.minor == there
        assert [one.opening for one in by_month[1:]] == [one.closing for one in by_month[:-1]]
        assert not by_month or by_month[-1].closing == whole.closing
        for column, total in enumerate(whole.totals):
            assert sum(one.totals[column].minor for one in by_month) == total.minor


# --- Many of them


def test_many_lines_come_in_pages_of_few_statements(
    client, post, contract, acme, django_assert_max_num_queries
):
    for number in range(40):
        post(Fact.BONUS, key=f"b{number}", stripe=1, payable=-1)

    for user, name in ((contract.expert.user, "earnings"), (acme, "spend")):
        client.force_login(user)
        with django_assert_max_num_queries(25):
            answer = client.get(reverse(f"contracts:{name}"), {"page": 2})
        assert answer.content.decode().count('<td class="date">') == 10
