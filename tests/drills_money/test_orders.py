"""All orders in which the five steps of a chargeback can reach us come to the same end."""

from itertools import permutations

import pytest

from tests.contracts.test_chargebacks import (  # noqa: F401 (two of them are fixtures)
    bank,
    ends_of,
    life_of,
    released,
)

pytestmark = pytest.mark.drills


def test_all_120_orders_of_a_life_end_the_same(released, bank):  # noqa: F811
    orders = list(permutations(life_of(bank, released)))

    assert len(orders) == 120
    assert ends_of(released, orders) == 1
