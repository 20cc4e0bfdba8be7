"""What the site says of its own vetting: counted from the decisions of the last 90 days."""

from datetime import timedelta

import pytest

from experts import selectors
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def decide(db):
    """Build a decided application, so many days after it was submitted and before noon."""

    def decide(number, status, *, took=2, ago=10):
        at = NOON - timedelta(days=ago)
        factories.application(
            factories.expert(factories.user(f"Person {number}")),
            factories.skill("rag"),
            status=status,
            submitted_at=at - timedelta(days=took),
            decided_at=at,
        )

    return decide


def test_they_count_what_was_decided_lately_and_how(decide):
    for number, took in enumerate((1, 2, 9)):
        decide(number, "granted", took=took)
    decide(4, "rejected", took=3)
    decide(5, "granted", took=3, ago=91)

    found = selectors.vetting_figures(NOON)

    assert (found.decided, found.granted, found.median_days) == (4, 3, 3)


def test_a_share_of_few_is_not_told(decide):
    decide(1, "granted")

    assert selectors.vetting_figures(NOON).granted_share == ""


def test_an_overdue_case_is_admitted(decide, client):
    factories.application(
        factories.expert(),
        factories.skill("rag"),
        status="submitted",
        submitted_at=NOON - timedelta(days=9),
        due_at=NOON - timedelta(days=1),
    )

    assert not selectors.vetting_figures(NOON).is_on_time
    page = client.get("/how-vetting-works/").content.decode()
    assert "In the queue" in page
    assert "nan" not in page
