"""Stripe turns us away for too many requests, again and again: everything arrives once, later."""

from collections import Counter
from datetime import timedelta

import pytest

from contracts import invariants
from contracts.models import LedgerTransaction, Operation
from contracts.services import operations
from contracts.services.operations import FIRST_WAIT
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.banking import books_agree, usd

pytestmark = [pytest.mark.django_db, pytest.mark.drills]

PARTS = 24
# So many requests are turned away before the storm is over; a slow machine meets as many.
REFUSED = 60
# How often operations are looked for (`sweep_operations`).
SWEEP = timedelta(seconds=30)
MOST_SWEEPS = 200


@pytest.fixture
def transfers(held, account, acme, settings) -> list[Operation]:
    """Twenty-four parts of a milestone that are all to be sent at noon."""
    settings.CLEARING_DAYS = 0
    for _ in range(PARTS):
        agreed.part_released(held.milestone, usd(100_00), by=acme, at=NOON)
    return list(Operation.objects.order_by("pk"))


def test_a_storm_of_refusals_delays_everything_and_changes_nothing(stripe, sdk, transfers):
    stripe.plant("POST /v1/transfers", "429", times=REFUSED)
    at, turned_away, waits = NOON, Counter(), {}
    for _ in range(MOST_SWEEPS):
        for key in operations.due(at=at):
            operations.send(key, at=at)
            row = Operation.objects.get(pk=key)
            if row.status == Operation.Status.PENDING:
                turned_away[key] += 1
                waits.setdefault(key, []).append(row.due_at - at)
        at += SWEEP
        if not Operation.objects.filter(status=Operation.Status.PENDING).exists():
            break

    rows = Operation.objects.all()
    assert {(row.status, row.attempt) for row in rows} == {(Operation.Status.SUCCEEDED, 1)}
    there = sdk.v1.transfers.list({"limit": 100}).data
    assert sorted(str(row.stripe_id) for row in rows) == sorted(row.id for row in there)
    assert [row.amount for row in there] == [94_00] * PARTS
    posted = LedgerTransaction.objects.filter(kind=LedgerTransaction.Kind.TRANSFER)
    assert posted.count() == PARTS
    # It was a storm, and nobody came back sooner than they had waited before.
    assert (sum(turned_away.values()), len(turned_away)) == (REFUSED, PARTS)
    for found in waits.values():
        assert found[0] >= FIRST_WAIT
        assert found == sorted(found)
    # Those who were turned away together do not come back together.
    assert len({found[0] for found in waits.values()}) > 1
    assert invariants.violations() == []
    assert books_agree()
