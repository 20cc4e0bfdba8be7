"""An expert reads what is ready, clearing, held and earned, after our fee, and sets up payouts."""

import csv
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.urls import reverse

from accounts.models import Notification
from contracts.models import Operation, PayoutAccount
from contracts.selectors import books, earnings
from contracts.selectors.books import Search
from contracts.services import milestones
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

LATER = NOON + timedelta(days=1)
NOTHING = Money(0, "usd")
NET = Money(2_820_00, "usd")  # $3,000.00 less six per cent


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is a day later for the pages."""
    monkeypatch.setattr("contracts.views.earnings.now", lambda: LATER)


@pytest.fixture
def page(client, ada):
    """Read the page as ada."""

    def page(**search) -> str:
        client.force_login(ada)
        response = client.get(reverse("contracts:earnings"), search)
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return page


def of(ada):
    found = earnings.earnings(ada.expert, currency="usd", at=LATER)
    return found.held, found.clearing.amount, found.ready, found.this_year


def entries(ada, **search):
    book = earnings.book(ada.expert, currency="usd")
    lines = books.lines(book, books.found(book, Search(**search)))
    return [(line.text, line.amount.minor) for line in lines]


def test_the_first_visit_says_what_comes_next(page):
    assert "You will see your first payment here." in page()


def test_held_money_is_shown_after_our_fee(submission, ada):
    assert of(ada) == (NET, NOTHING, NOTHING, NOTHING)
    months = earnings.earnings(ada.expert, currency="usd", at=LATER).months
    assert months[-1] == ("Jan", NOTHING, NET)


def test_released_money_is_ready_and_earned(submission, acme, ada, page):
    milestones.approve(submission, by=acme, at=NOON)

    assert of(ada) == (NOTHING, NOTHING, NET, NET)
    assert "after $180.00 fee" in page()
    assert entries(ada) == [("Released to you", 2_820_00)]


def test_a_transfer_that_may_not_leave_yet_is_clearing_with_its_date(submission, acme, ada, page):
    milestones.approve(submission, by=acme, at=NOON)
    Operation.objects.update(due_at=NOON + timedelta(days=5))

    assert of(ada) == (NOTHING, NET, NOTHING, NET)
    assert 'Clearing, first until <time datetime="2030-01-06">6 Jan 2030</time>' in page()


def test_a_transfer_that_is_tried_again_is_not_clearing(submission, acme, ada):
    milestones.approve(submission, by=acme, at=NOON)
    Operation.objects.update(due_at=NOON + timedelta(days=5), sends=1)

    assert of(ada) == (NOTHING, NOTHING, NET, NET)


def test_without_an_account_it_waits_and_the_expert_is_told(
    stripe, submission, acme, ada, work, page
):
    milestones.approve(submission, by=acme, at=NOON)
    work()

    assert of(ada) == (NOTHING, NOTHING, NET, NET)
    assert "$2,820.00 is released and waits" in page()
    assert "Ready, waits for your account" in page()
    subjects = Notification.objects.filter(user=ada).values_list("subject", flat=True)
    assert "Set up payouts: $2,820.00 is waiting for you" in subjects


def test_paid_money_is_no_longer_with_us(held, account, checks, milestone, acme, ada, work):
    milestone.refresh_from_db()
    milestones.approve(agreed.handed_in(milestone), by=acme, at=NOON)
    work()

    assert of(ada) == (NOTHING, NOTHING, NOTHING, NET)
    assert entries(ada) == [("Sent to your account", -2_820_00), ("Released to you", 2_820_00)]
    book = earnings.book(ada.expert, currency="usd")
    sent, released = books.lines(book, books.found(book, Search()))
    assert sent.milestone == released.milestone == milestone
    subjects = Notification.objects.filter(user=ada).values_list("subject", flat=True)
    assert "Paid: $2,820.00 for milestone 1" in subjects


# --- The lines that are searched for


@laid
def two_months(pay, contract, checks, acme):
    """One milestone released in December, one in January, the second of $1,000.01."""
    december = NOON - timedelta(days=20)
    for milestone, at in zip(contract.milestones.all(), (december, NOON), strict=True):
        pay(milestone, at=at)
        submission = agreed.handed_in(milestone)
        milestones.approve(submission, by=acme, at=at)
    return contract


def test_lines_are_filtered_by_type_contract_and_period(two_months, ada, page):
    assert [minor for _text, minor in entries(ada)] == [940_01, 2_820_00]
    assert entries(ada, since=date(2030, 1, 1)) == [("Released to you", 940_01)]
    assert entries(ada, until=date(2030, 1, 1)) == [("Released to you", 2_820_00)]
    assert entries(ada, kind="transfer") == []

    january = page(period="2030-01", kind="release", contract=two_months.public_id)
    assert "$940.01" in january
    assert "$2,820.00</b>" not in january


def test_a_filter_nobody_can_read_is_left_out_and_said(two_months, page):
    found = page(period="2030-13", contract="con_000000000000", kind="\x00")

    assert "$2,820.00</b>" in found
    assert "Select a valid choice" in found


def test_the_table_is_exactly_what_is_filtered(client, two_months, ada):
    two_months.title = "=1+1"
    two_months.save()
    client.force_login(ada)

    answer = client.get(reverse("contracts:earnings-file"), {"period": "2030"})

    assert answer["Content-Disposition"] == 'attachment; filename="earnings.csv"'
    head, *rows = csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff")))
    assert head == [
        "Date", "Type", "Contract", "Title", "Client", "Expert", "Milestone",
        "Released", "Our fee", "Earned", "Sent", "Currency",
    ]  # fmt: skip
    assert rows == [
        ["2030-01-01", "Released to you", two_months.public_id, "'=1+1", "Acme", "Ada Okonkwo",
         rows[0][6], "1000.01", "60.00", "940.01", "0.00", "USD"],
    ]  # fmt: skip


def test_twelve_months_are_bars_and_a_table(two_months, page):
    found = page()

    assert found.count('<rect class="solid" x=') == 2
    assert "style=" not in found
    table = re.search(r"Show as a table.*?</table>", found)
    assert table
    assert table[0].count("<tr>") == 14  # the head, twelve months, their sum
    assert '<td class="num">3,760.01</td>' in table[0]


# --- The account it is paid to


def test_setting_up_payouts_leads_to_stripe_and_back(client, stripe, ada):
    client.force_login(ada)

    out = client.post(reverse("contracts:start-payouts"))

    account = PayoutAccount.objects.get()
    assert out.status_code == 303
    assert not account.can_receive
    stripe.onboard(account.stripe_id)
    back = client.get(reverse("contracts:payouts"))
    account.refresh_from_db()
    assert back.url == reverse("contracts:earnings")
    assert account.can_receive


def test_coming_back_without_having_finished_says_so(client, stripe, ada):
    client.force_login(ada)

    page = client.get(reverse("contracts:payouts"), follow=True).content.decode()

    assert "Payouts are not set up yet" in page


def test_stripe_being_away_is_no_error(client, stripe, settings, ada, account):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    client.force_login(ada)

    assert client.get(reverse("contracts:payouts")).status_code == 302
    assert client.post(reverse("contracts:start-payouts")).status_code == 503


def test_the_pages_are_for_experts(client, acme):
    client.force_login(acme)

    for name in ("earnings", "earnings-file", "earnings-statements", "payouts"):
        assert client.get(reverse(f"contracts:{name}")).status_code == 302
    assert client.post(reverse("contracts:start-payouts")).status_code == 302
    assert not PayoutAccount.objects.exists()
