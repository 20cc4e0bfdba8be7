"""Stripe's book held against ours: nothing is found on clean books, and every planted drift is."""

import json
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from accounts.models import Notification
from contracts.models import Difference, LedgerTransaction, Match, Movement, Reconciliation
from contracts.services import (
    book_differences,
    clawbacks,
    externals,
    funding,
    ledger,
    milestones,
    platform_payouts,
    reconciliation,
)
from contracts.services.book_differences import NothingToTakeBack
from contracts.services.clawbacks import SecondPersonNeeded
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import usd
from tests.laid import laid

Kind = Difference.Kind
S = Difference.Status
DAY = NOON.date()
TOMORROW = NOON + timedelta(days=1)


class Book:
    """Stripe's own book, opened with a knife."""

    def __init__(self, stand_in) -> None:
        self.store = stand_in._store
        self.written = count(1)

    def lines(self, kind: str = "") -> list[dict[str, Any]]:
        rows = self.store.rows(
            "SELECT body FROM object WHERE kind = 'balance_transaction' AND account = ''"
            " ORDER BY seq"
        )
        found = [json.loads(row["body"]) for row in rows]
        return [one for one in found if kind in {"", one["type"]}]

    def change(self, line: dict[str, Any], **fields) -> None:
        with self.store.transaction():
            body = json.dumps(line | fields)
            self.store.run("UPDATE object SET body = ? WHERE id = ?", body, line["id"])

    def tear_out(self, line: dict[str, Any]) -> None:
        with self.store.transaction():
            self.store.run("DELETE FROM object WHERE id = ?", line["id"])

    def write(self, line: dict[str, Any], **fields) -> None:
        copy = line | {"id": f"txn_planted_{next(self.written)}"} | fields
        with self.store.transaction():
            self.store.run(
                "INSERT INTO object (id, kind, account, created, body)"
                " VALUES (?, 'balance_transaction', '', ?, ?)",
                *(copy["id"], copy["created"], json.dumps(copy)),
            )


@pytest.fixture
def book(stand_in, stripe) -> Book:
    """The lines of Stripe's book."""
    return Book(stand_in)


@pytest.fixture
def all_leaves(settings):
    """Keep nothing back when our own money is paid out."""
    settings.PAYOUT_RESERVE_MINOR = 0


@laid
def history(stripe, account, ada, acme, work, sdk, all_leaves):
    """A contract of eight milestones to which everything has happened."""
    amounts = tuple(1_000_00 + 10_000 * number for number in range(8))
    client = acme.memberships.get().organisation
    contract = factories.contract(client, ada.expert, amounts=amounts)
    rows = list(contract.milestones.select_related("contract"))
    paid = [banking.paid(stripe, row, by=acme) for row in rows]
    for row in rows[:4]:
        agreed.part_released(row, row.amount, by=acme, at=NOON)
    work()
    clawbacks.give_back(rows[0], usd(500_00), reason="Less work.", by=ada, at=NOON)
    milestones.give_back(rows[4], by=ada, at=NOON)
    work()
    bank = banking.Bank(stripe)
    for stage in ("needs_response", "won"):
        bank.brings(paid[5], stage)
    for stage in ("needs_response", "lost"):
        bank.brings(paid[1], stage)
    work()
    outside = sdk.v1.refunds.create({"charge": paid[6].charge_id, "amount": 105_00})
    agreed.told("refund.created", outside.id)
    work()
    stripe.fail_refund(outside.id)
    agreed.told("refund.failed", outside.id)
    work()
    return contract


def found() -> Counter[str]:
    """Count what is open by kind."""
    return Counter(Difference.objects.filter(status=S.OPEN).values_list("kind", flat=True))


def make_up(key: str) -> None:
    """Post what never happened at Stripe."""
    legs = [
        ledger.debit(ledger.stripe("usd"), usd(7)),
        ledger.credit(ledger.suspense("usd"), usd(7)),
    ]
    ledger.post(LedgerTransaction.Kind.ADJUSTMENT, key, legs, contract=None, at=NOON)


# --- Clean books


def test_nothing_is_found_on_clean_books_after_a_rich_history(history, book, work, stripe):
    report = reconciliation.reconcile(DAY, at=TOMORROW)

    assert {line["type"] for line in book.lines()} == {
        *("charge", "transfer", "transfer_refund", "refund", "refund_failure", "adjustment"),
    }
    assert (report.new, report.movements) == ([], len(book.lines()))
    day = Reconciliation.objects.get()
    assert day.net_minor == day.matched_minor == sum(line["net"] for line in book.lines())
    assert reconciliation.compare_balance(at=TOMORROW) == []
    on_balance = LedgerTransaction.objects.filter(entries__account__code__startswith="stripe:")
    assert Match.objects.count() == on_balance.distinct().count()
    assert not Difference.objects.exists()


def test_a_second_run_changes_nothing(history):
    reconciliation.reconcile(DAY, at=TOMORROW)
    before = (Movement.objects.count(), Match.objects.count(), Reconciliation.objects.count())

    report = reconciliation.reconcile(DAY, at=TOMORROW)

    assert report.new == []
    after = (Movement.objects.count(), Match.objects.count(), Reconciliation.objects.count())
    assert after == before


def test_payouts_of_our_own_find_their_lines_also_when_they_fail(history, stripe, acme, work):
    last = history.milestones.select_related("contract").get(position=8)
    agreed.part_released(last, last.amount, by=acme, at=NOON)
    work()
    stripe.advance(3 * 24 * 3600)
    later = NOON + timedelta(days=3)
    operation = platform_payouts.pay_out(at=later)
    work(later)
    operation.refresh_from_db()
    stripe.bring_payout(operation.stripe_id, "failed")
    agreed.told("payout.failed", operation.stripe_id, at=later)
    work(later)

    for day in range(4):
        report = reconciliation.reconcile(DAY + timedelta(days=day), at=later + timedelta(days=1))
        assert report.new == []

    assert reconciliation.compare_balance(at=later + timedelta(days=1)) == []


# --- L-08


def test_20_of_20_planted_drifts_are_found(history, book, account, sdk, finn):
    charges, transfers = book.lines("charge"), book.lines("transfer")
    refunds, others = book.lines("refund"), book.lines("adjustment")

    # Four lines twice: our books have each posting once.
    for line in (charges[0], transfers[0], refunds[0], others[0]):
        book.write(line)
    # Four postings without a line: two torn out of Stripe's book, two made up in ours.
    for line in (transfers[1], refunds[2]):
        book.tear_out(line)
    for key in ("planted:1", "planted:2"):
        legs = [
            ledger.debit(ledger.stripe("usd"), usd(7)),
            ledger.credit(ledger.suspense("usd"), usd(7)),
        ]
        ledger.post(LedgerTransaction.Kind.ADJUSTMENT, key, legs, contract=None, at=NOON)
    # Four amounts, by a cent and by much, of lines and of Stripe's fees.
    book.change(charges[2], amount=charges[2]["amount"] + 1, net=charges[2]["net"] + 1)
    book.change(charges[3], fee=charges[3]["fee"] + 30, net=charges[3]["net"] - 30)
    book.change(transfers[2], amount=transfers[2]["amount"] - 1, net=transfers[2]["net"] - 1)
    book.change(others[1], amount=-others[1]["amount"], net=-others[1]["net"])
    # Four currencies.
    for line in (charges[4], transfers[3], refunds[1], others[2]):
        book.change(line, currency="eur")
    # Four of things we never heard of.
    book.write(charges[0], source="ch_unheard", amount=1_00, net=71, fee=29)
    book.write(charges[0], source="", type="stripe_fee", amount=-2_00, net=-2_00, fee=0)
    book.write(charges[0], source="tu_1", type="topup", amount=50_00, net=50_00, fee=0)
    book.write(transfers[0], source="tr_unheard")

    report = reconciliation.reconcile(DAY, at=TOMORROW)

    assert found() == {
        Kind.MISSING: 4,
        Kind.EXTRA: 4,
        Kind.AMOUNT: 4,
        Kind.CURRENCY: 4,
        Kind.ORPHAN: 4,
    }
    assert len(report.new) == 20
    assert Notification.objects.filter(user=finn, key__startswith="differences:").count() == 1
    assert reconciliation.reconcile(DAY, at=TOMORROW).new == []


def test_a_payment_on_our_balance_in_another_currency_is_found_as_such(stripe, open_payment, finn):
    """Stripe's fee is in the line's currency and the price is not: nothing adds the two up."""
    stripe.pay(open_payment.session_id, settles_in="eur")
    funding.sync(open_payment, at=NOON)

    reconciliation.reconcile(DAY, at=TOMORROW)

    row = Difference.objects.get()
    assert (row.kind, row.ours) == (Kind.CURRENCY, usd(3_150_00))
    assert row.theirs.currency == "eur"


def test_a_balance_that_is_not_the_sum_of_its_lines_is_found(history, book):
    reconciliation.reconcile(DAY, at=TOMORROW)
    line = book.lines("charge")[0]
    book.change(line, net=line["net"] + 5)

    reconciliation.compare_balance(at=TOMORROW)

    row = Difference.objects.get()
    assert (row.kind, row.theirs - row.ours) == (Kind.BALANCE, usd(5))


def test_what_was_late_vanishes_when_it_is_booked(held, sdk):
    refund = sdk.v1.refunds.create({"charge": held.charge_id, "amount": 105_00})
    reconciliation.reconcile(DAY, at=TOMORROW)
    assert found() == {Kind.ORPHAN: 1}

    externals.settle_refund(banking.refund(refund.id), at=TOMORROW)
    reconciliation.reconcile(DAY, at=TOMORROW)

    assert found() == {}
    assert Difference.objects.get().status == S.RESOLVED


def test_days_are_done_in_order_and_once(held):
    later = NOON + timedelta(days=3)
    days = reconciliation.days_to_do(at=later)
    assert days == [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]

    for day in days:
        reconciliation.reconcile(day, at=later)

    assert reconciliation.days_to_do(at=later) == []
    assert reconciliation.days_to_do(at=later + timedelta(days=1)) == [DAY + timedelta(days=3)]


# --- Staff


@pytest.fixture
def extra(held) -> Difference:
    """A posting that Stripe knows nothing of."""
    legs = [
        ledger.debit(ledger.stripe("usd"), usd(7)),
        ledger.credit(ledger.suspense("usd"), usd(7)),
    ]
    ledger.post(LedgerTransaction.Kind.ADJUSTMENT, "planted", legs, contract=None, at=NOON)
    reconciliation.reconcile(DAY, at=TOMORROW)
    return Difference.objects.get()


def test_a_posting_is_taken_back_by_two_persons(extra, finn):
    second = factories.finance("Second")
    row = book_differences.take_back(extra, reason="A slip.", by=finn, at=TOMORROW)
    assert (row.status, row.proposed_by) == (S.OPEN, finn)
    with pytest.raises(SecondPersonNeeded):
        book_differences.take_back(extra, reason="A slip.", by=finn, at=TOMORROW)
    assert not LedgerTransaction.objects.filter(kind="reversing").exists()

    row = book_differences.take_back(extra, reason="A slip.", by=second, at=TOMORROW)

    assert row.status == S.RESOLVED
    assert LedgerTransaction.objects.get(kind="reversing").reverses == extra.posting
    assert banking.books_agree()
    assert reconciliation.reconcile(DAY, at=TOMORROW + timedelta(hours=2)).new == []
    with pytest.raises(IllegalMove):
        book_differences.take_back(extra, reason="Again.", by=finn, at=TOMORROW)


def test_what_is_explained_stays_explained_until_it_changes(extra, finn, book):
    book_differences.explain(extra, reason="A test of the bank.", by=finn, at=TOMORROW)
    assert reconciliation.reconcile(DAY, at=TOMORROW).new == []
    line = book.lines("charge")[0]
    Movement.objects.filter(stripe_id=line["id"]).update(net_minor=line["net"] - 1)
    reconciliation.reconcile(DAY, at=TOMORROW)
    row = Difference.objects.get(kind=Kind.AMOUNT)
    book_differences.explain(row, reason="Rounded.", by=finn, at=TOMORROW)

    Movement.objects.filter(stripe_id=line["id"]).update(net_minor=line["net"] - 2)
    reconciliation.reconcile(DAY, at=TOMORROW)

    row.refresh_from_db()
    extra.refresh_from_db()
    assert (row.status, extra.status) == (S.OPEN, S.RESOLVED)
    with pytest.raises(NothingToTakeBack):
        book_differences.take_back(row, reason="It differs.", by=finn, at=TOMORROW)


@pytest.mark.parametrize("who", ["ada", "acme", "rhea"])
def test_only_those_who_watch_the_money_resolve(extra, who, request):
    by = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        book_differences.explain(extra, reason="Fine.", by=by, at=TOMORROW)
    with pytest.raises(PermissionDenied):
        book_differences.take_back(extra, reason="Fine.", by=by, at=TOMORROW)

    extra.refresh_from_db()
    assert (extra.status, extra.proposed_by) == (S.OPEN, None)


# --- The command


def test_the_command_says_what_it_compared(held):
    said = StringIO()

    call_command("reconcile", "--day", str(DAY), stdout=said)

    assert said.getvalue().splitlines()[-1] == "reconcile: 1 days, 1 movements, 0 differences"


def test_the_command_names_what_does_not_agree_and_fails(extra, monkeypatch):
    monkeypatch.setattr("contracts.management.commands.reconcile.now", lambda: TOMORROW)
    said = StringIO()

    with pytest.raises(CommandError, match="1 differences"):
        call_command("reconcile", "--day", str(date(2030, 1, 2)), stderr=said)

    assert "In our books, not at Stripe: planted" in said.getvalue()
