"""Bars stand on a round scale, inside their box, and add up to what they show."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit import charts
from marketplace.kit.money import Money

amounts = st.integers(-(10**9), 10**9).map(lambda minor: Money(minor, "usd"))
rows = st.lists(st.tuples(st.just("Jan"), amounts, amounts), min_size=1, max_size=60)


def dollars(whole: int) -> Money:
    return Money(100 * whole, "usd")


def number(percent: str) -> float:
    return float(percent.removesuffix("%"))


def test_bars_are_placed_side_by_side_and_on_top_of_each_other():
    months = [("Jan", dollars(200), dollars(0)), ("Feb", dollars(100), dollars(300))]
    end = charts.end_of_scale(months, "usd")

    first, second = charts.columns(months, end)

    assert end == dollars(400)
    assert (first.x, first.middle, first.width) == ("5.50%", "25.00%", "39.00%")
    assert (first.solid_y, first.solid_height) == ("50.00%", "50.00%")
    assert first.hatched_height == "0.00%"
    assert (second.solid_y, second.hatched_y) == ("75.00%", "0.00%")
    assert second.hatched_height == "75.00%"


def test_nothing_at_all_is_a_scale_of_one():
    assert charts.end_of_scale([], "jpy") == Money(1, "jpy")
    assert charts.end_of_scale([("Jan", Money(-5, "usd"), Money(0, "usd"))], "usd") == Money(
        100, "usd"
    )


@given(rows)
def test_every_bar_stays_in_its_box(months):
    end = charts.end_of_scale(months, "usd")

    for column in charts.columns(months, end):
        assert -0.01 <= number(column.hatched_y) <= number(column.solid_y) + 0.01
        assert 0 <= number(column.solid_height) + number(column.hatched_height) <= 100.01
        assert number(column.x) >= 0
        assert number(column.x) + number(column.width) <= 100.01
