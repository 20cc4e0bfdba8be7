"""A contract of many milestones and many entries is read in pages, from where the work stands."""

import re

import pytest
from django.urls import reverse

from contracts.models import Contract, Milestone
from contracts.selectors import contracts, next_steps
from contracts.selectors.stages import MILESTONES_PER_PAGE
from contracts.views import contracts as pages
from tests import factories
from tests.conftest import NOON

MANY = 2 * MILESTONES_PER_PAGE + 5
RELEASED = MILESTONES_PER_PAGE + 3


@pytest.fixture
def long(acme, ada):
    """Forty-five milestones, of which the first twenty-three are cancelled."""
    organisation = acme.memberships.get().organisation
    row = factories.contract(organisation, ada.expert, amounts=(1_000_00,) * MANY)
    done = row.milestones.filter(position__lte=RELEASED)
    done.update(status=Milestone.Status.CANCELLED)
    return row


@pytest.fixture
def shown(client, long, acme):
    """The positions of the milestones that the contract's page shows under this query."""

    def shown(query: str = "") -> list[int]:
        client.force_login(acme)
        page = client.get(reverse("contracts:detail", args=[long.public_id]) + query)
        assert page.status_code == 200
        return [int(found) for found in re.findall(r'id="milestone-(\d+)"', page.content.decode())]

    return shown


def between(first: int, last: int) -> list[int]:
    return list(range(first, last + 1))


def test_it_opens_where_something_is_to_do(shown):
    assert shown() == between(21, 40)


def test_every_page_can_be_turned_to(shown):
    assert shown("?page=1") == between(1, 20)
    assert shown("?page=3") == between(41, 45)


def test_whoever_is_led_to_a_milestone_finds_it(shown, long):
    assert shown("?milestone=44") == between(41, 45)
    step = next_steps.of(contracts.whole(Contract.objects.all()).get(), NOON)[0]
    place = f"{reverse('contracts:detail', args=[long.public_id])}?milestone=24#milestone-24"
    assert step.url == place


@pytest.mark.parametrize("query", ["?milestone=", "?milestone=x", "?milestone=²", "?page=x"])
def test_an_address_that_makes_no_sense_shows_a_page_all_the_same(shown, query):
    assert len(shown(query)) == MILESTONES_PER_PAGE


def test_a_milestone_that_is_not_there_leads_to_the_last(shown):
    assert shown("?milestone=999") == between(41, 45)


def test_a_contract_that_is_over_opens_at_its_end(shown, long):
    long.milestones.update(status=Milestone.Status.CANCELLED)

    assert shown() == between(41, 45)


def test_only_the_latest_entries_of_the_ledger_stand_on_the_page(
    client, pay, contract, acme, monkeypatch
):
    for milestone in contract.milestones.all():
        pay(milestone)
    monkeypatch.setattr(pages, "LEDGER_LINES", 1)
    client.force_login(acme)

    page = client.get(reverse("contracts:detail", args=[contract.public_id])).content.decode()

    entries = page[page.index("<tbody>", page.index("Ledger")) :]
    earlier, last = entries.split("</tr>")[:2]
    assert "1 earlier entry" in earlier
    assert "3,000.00" in earlier
    assert "1,000.01" in last
    assert "4,000.01" in last
    assert "They add up to what is held." in page
