"""Those who move a client's money read what is held, released, returned and spent, with fees."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse

from accounts.models import Membership
from contracts.models import Refund
from contracts.selectors import spend
from contracts.services import refunds
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed

LATER = NOON + timedelta(days=1)
NOTHING = Money(0, "usd")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is a day later for the pages."""
    monkeypatch.setattr("contracts.views.spend.now", lambda: LATER)


@pytest.fixture
def page(client, acme):
    """Read the page as acme."""

    def page(user=acme, **search) -> str:
        client.force_login(user)
        response = client.get(reverse("contracts:spend"), search)
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return page


def of(contract):
    found = spend.spend(contract.organisation, currency="usd", at=LATER)
    return found.held, found.released, found.returned, found.this_year


def test_the_first_visit_says_what_comes_next(page):
    assert "Your first payment shows here once you fund a milestone." in page()


def test_what_is_paid_is_held_with_our_fee(funded, contract, page):
    assert of(contract) == (Money(3_150_00, "usd"), NOTHING, NOTHING, NOTHING)
    found = page()
    assert "$3,150.00" in found
    months = spend.spend(contract.organisation, currency="usd", at=LATER).months
    assert months[-1] == ("Jan", NOTHING, Money(3_150_00, "usd"))


def test_what_is_released_in_parts_and_returned_leaves_nothing_out(funded, contract, acme, page):
    agreed.let_go(funded, Money(1_000_01, "usd"), by=acme)
    refunds.refund(funded, Money(500_00, "usd"), kind=Refund.Kind.AGREED, by=None, at=NOON)

    held, released, returned, this_year = of(contract)

    assert (released, returned) == (Money(1_050_01, "usd"), Money(525_00, "usd"))
    assert held == Money(3_150_00, "usd") - released - returned
    assert this_year == released
    assert "Returned to you" in page()


def test_each_contract_has_its_own_line(funded, contract, acme, ada, pay, page):
    agreed.let_go(funded, by=acme)
    other = factories.contract(contract.organisation, ada.expert, amounts=(200_00,), title="Second")
    pay(other.milestones.get())

    found = spend.spend(contract.organisation, currency="usd", at=LATER)
    assert [(cost.contract_pk, cost.spent.minor, cost.held.minor) for cost in found.contracts] == [
        (contract.pk, 3_150_00, 0),
        (other.pk, 0, 210_00),
    ]
    assert f"/spend/contracts/{other.public_id}/" in page()
    only = page(contract=other.public_id)
    assert only.count('<td class="date">') == 1


def test_the_table_is_exactly_what_is_filtered(client, funded, contract, acme):
    agreed.let_go(funded, by=acme)
    client.force_login(acme)

    answer = client.get(reverse("contracts:spend-file"), {"kind": "fund", "period": "2030-01"})

    head, *rows = csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff")))
    assert head[-5:] == ["Charged", "Spent", "Returned", "Held", "Currency"]
    assert rows == [
        ["2030-01-01", "Paid", contract.public_id, contract.title, "Acme", "Ada Okonkwo",
         funded.title, "3150.00", "0.00", "0.00", "3150.00", "USD"],
    ]  # fmt: skip


def test_owners_and_finance_members_read_it_and_nobody_else(client, page, member, mallory, ada):
    assert page(member(Membership.Role.FINANCE))
    names = ("spend", "spend-file", "spend-statements")
    for role in (Membership.Role.HIRING, Membership.Role.VIEWER):
        client.force_login(member(role))
        assert {client.get(reverse(f"contracts:{name}")).status_code for name in names} == {403}
    for outsider in (mallory, ada):
        client.force_login(outsider)
        for name in names:
            assert client.get(reverse(f"contracts:{name}")).url == reverse("accounts:start")
