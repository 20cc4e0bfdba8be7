"""Beside what was spent a client sees how long it took to hire."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from contracts.selectors import hiring
from tests import factories
from tests.conftest import NOON

TODAY = date(2030, 3, 15)
DAY = timedelta(days=1)


@pytest.fixture
def organisation(acme):
    return acme.memberships.get().organisation


def hired(organisation, expert, *, after, at=NOON, first=1):
    """A job that was filled at a time, so many days after it was published."""
    published = at - after * DAY
    job = factories.job(organisation, published_at=published, closed_at=at, status="filled")
    factories.proposal(job, expert, submitted_at=published + first * DAY, status="hired")


def test_medians_of_the_year_and_of_each_month(organisation, ada):
    for after in (4, 6, 20):
        hired(organisation, ada.expert, after=after)
    hired(organisation, ada.expert, after=10, at=NOON + 40 * DAY, first=3)

    found = hiring.hiring(organisation, TODAY)

    assert (found.count, found.to_hire, found.to_first) == (4, 8 * DAY, DAY)
    assert [(row.count, row.days) for row in found.months[-3:]] == [(3, 6), (1, 10), (0, None)]
    assert found.shares[-2:] == [("Feb", 100), ("Mar", None)]


def test_what_was_not_filled_or_long_ago_or_anothers_is_not_counted(organisation, ada):
    hired(organisation, ada.expert, after=4, at=NOON - 400 * DAY)
    hired(factories.organisation(factories.user("Other Owner")), ada.expert, after=4)
    factories.job(organisation, published_at=NOON, closed_at=NOON, status="closed")

    assert hiring.hiring(organisation, TODAY).count == 0


def test_it_stands_on_the_page_of_spend(client, organisation, acme, ada, monkeypatch):
    monkeypatch.setattr("contracts.views.spend.now", lambda: NOON)
    client.force_login(acme)
    assert "Time to hire" not in client.get(reverse("contracts:spend")).text

    hired(organisation, ada.expert, after=6, at=NOON)

    page = client.get(reverse("contracts:spend")).text
    assert "Time to hire" in page
    assert "6 days" in page
