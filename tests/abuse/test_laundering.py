"""Ten ways to launder money, each in two families: a person looks before the last of it leaves."""

import random

import pytest

from contracts.models import Operation, PayoutCase, Sign
from contracts.services import operations
from tests.abuse import laundering

# Stripe, should something leave to it.
from tests.contracts.conftest import stand_in, stripe  # noqa: F401 (fixtures)

pytestmark = [pytest.mark.django_db, pytest.mark.drills]
HELD_BACK = {Operation.Status.PENDING, Operation.Status.UNDER_REVIEW}
SEEDS, HONEST = range(4), 200


@pytest.fixture(autouse=True)
def clearing(settings, stripe):  # noqa: F811 (the fixture)
    settings.CLEARING_DAYS = 3


def played() -> None:
    """Let time pass: whatever is due is sent, in its order."""
    for operation in Operation.objects.order_by("due_at", "pk"):
        operations.send(operation.pk, at=max(operation.due_at, operation.created_at))


@pytest.mark.parametrize("family", [0, 1], ids=["seen", "held-out"])
@pytest.mark.parametrize("kind", laundering.FAMILIES)
def test_a_case_is_open_before_it_leaves(kind, family):
    scheme = laundering.FAMILIES[kind][family]
    left = []
    for seed in SEEDS:
        wanted = scheme(random.Random(seed + 1_000 * family))  # noqa: S311 (the same every time)
        played()
        for operation in wanted:
            operation.refresh_from_db()
        is_seen = Sign.objects.filter(operation__in=wanted, kind=kind).exists()
        if not is_seen or not {row.status for row in wanted} <= HELD_BACK:
            left.append((seed, [row.status for row in wanted]))

    assert left == []


def test_of_200_honest_lives_at_most_two_wait():
    for seed in range(HONEST):
        laundering.honest_life(random.Random(seed))  # noqa: S311 (the same every time)
    played()

    opened = PayoutCase.objects.count()
    assert opened <= HONEST // 100, sorted(set(Sign.objects.values_list("case", "kind")))
    assert Operation.objects.exclude(status__in=HELD_BACK).count() > 3 * HONEST
