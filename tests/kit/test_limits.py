"""What may be done so and so often is counted exactly, also when all ask at once."""

from datetime import timedelta

import pytest

from marketplace.kit import limits
from marketplace.kit.limits import Rate, TooOften
from tests.conftest import NOON

RATE = Rate("knock", 5, 60)
ASKING = 64


def got_through(outcomes) -> int:
    assert all(isinstance(one, TooOften | limits.Spent) for one in outcomes), outcomes
    return sum(isinstance(one, limits.Spent) for one in outcomes)


def test_of_64_at_once_exactly_as_many_get_through_as_may(at_once):
    outcomes = at_once(*[lambda: limits.spend(RATE, "user:1", at=NOON)] * ASKING)

    assert got_through(outcomes) == RATE.most


def test_others_and_other_things_are_not_counted(at_once):
    at_once(*[lambda: limits.spend(RATE, "user:1", at=NOON)] * 6)

    assert limits.spend(RATE, "user:2", at=NOON).left == 4
    assert limits.spend(Rate("ring", 5, 60), "user:1", at=NOON).left == 4


def test_a_new_window_begins_with_the_clock():
    late = NOON + timedelta(seconds=45)
    for left in (4, 3, 2, 1, 0):
        assert limits.spend(RATE, "user:1", at=late).left == left

    with pytest.raises(TooOften, match="in 1 minute") as refused:
        limits.spend(RATE, "user:1", at=late)
    assert refused.value.headers == {
        "RateLimit-Policy": '"knock";q=5;w=60',
        "RateLimit": '"knock";r=0;t=15',
        "Retry-After": "15",
    }
    assert limits.spend(RATE, "user:1", at=late + timedelta(seconds=15)).left == 4


def test_what_is_given_back_may_be_done_again():
    for _ in range(7):
        limits.spend(RATE, "user:1", at=NOON)
        limits.give_back(RATE, "user:1", at=NOON)

    assert limits.spend(RATE, "user:1", at=NOON).left == 4


def test_what_was_never_counted_is_not_given_back():
    limits.give_back(RATE, "user:1", at=NOON)

    assert limits.spend(RATE, "user:1", at=NOON).left == 4
