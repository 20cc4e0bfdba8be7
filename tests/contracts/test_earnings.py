"""An expert reads what is held, on its way, stuck and paid, after our fee, and sets up payouts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Notification
from contracts.models import PayoutAccount
from contracts.selectors import earnings
from contracts.services import milestones
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts import agreed

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

    def page() -> str:
        client.force_login(ada)
        response = client.get(reverse("contracts:earnings"))
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return page


def of(ada):
    found = earnings.earnings(ada.expert, currency="usd", at=LATER)
    return found.held, found.on_its_way, found.blocked, found.paid


def test_the_first_visit_says_what_comes_next(page):
    assert "You will see your first payment here." in page()


def test_held_money_is_shown_after_our_fee(submission, ada):
    assert of(ada) == (NET, NOTHING, NOTHING, NOTHING)


def test_released_money_is_on_its_way(submission, acme, ada, page):
    milestones.approve(submission, by=acme, at=NOON)

    assert of(ada) == (NOTHING, NET, NOTHING, NOTHING)
    assert "after $180.00 fee" in page()


def test_without_an_account_it_waits_and_the_expert_is_told(
    stripe, submission, acme, ada, work, page
):
    milestones.approve(submission, by=acme, at=NOON)
    work()

    assert of(ada) == (NOTHING, NOTHING, NET, NOTHING)
    assert "$2,820.00 is released and waits" in page()
    subjects = Notification.objects.filter(user=ada).values_list("subject", flat=True)
    assert "Set up payouts: $2,820.00 is waiting for you" in subjects


def test_paid_money_is_paid(held, account, checks, milestone, acme, ada, work):
    milestone.refresh_from_db()
    milestones.approve(agreed.handed_in(milestone), by=acme, at=NOON)
    work()

    assert of(ada) == (NOTHING, NOTHING, NOTHING, NET)
    month = earnings.earnings(ada.expert, currency="usd", at=LATER).months[-1]
    assert month == ("Jan", NET, NOTHING)
    subjects = Notification.objects.filter(user=ada).values_list("subject", flat=True)
    assert "Paid: $2,820.00 for milestone 1" in subjects


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

    for name in ("earnings", "payouts"):
        assert client.get(reverse(f"contracts:{name}")).status_code == 302
    assert client.post(reverse("contracts:start-payouts")).status_code == 302
    assert not PayoutAccount.objects.exists()
