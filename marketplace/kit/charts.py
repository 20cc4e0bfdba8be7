"""Bars for a few dozen amounts, as attributes of SVG: the policy of our pages refuses styles.

Every size is a percentage of the box it is drawn in, so that the figure fits any screen without its
letters growing or shrinking.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.kit.money import Money, minor_digits

# How much of its place a bar takes, in per cent.
BAR = 78
# Where a scale may end, in units of a power of ten.
ENDS = (1, 2, 4, 5, 8, 10)


@dataclass(frozen=True, slots=True)
class Column:
    """One place on the axis: a solid bar and a hatched one on top of it."""

    name: str
    solid: Money
    hatched: Money
    x: str
    middle: str
    width: str
    solid_y: str
    solid_height: str
    hatched_y: str
    hatched_height: str


def columns(rows: Sequence[tuple[str, Money, Money]], end: Money) -> list[Column]:
    """Place (name, solid, hatched) side by side on a scale; what is below zero has no bar."""
    place = 100 / (len(rows) or 1)
    return [
        _column(number * place, place, *row, end=end.minor or 1) for number, row in enumerate(rows)
    ]


def end_of_scale(rows: Sequence[tuple[str, Money, Money]], currency: str) -> Money:
    """Return the round amount that the highest column reaches up to."""
    highest = max(
        (max(solid.minor, 0) + max(more.minor, 0) for _name, solid, more in rows), default=0
    )
    unit = 10 ** minor_digits(currency)
    while unit * ENDS[-1] < highest:
        unit *= 10
    return Money(next((unit * end for end in ENDS if unit * end >= highest), unit), currency)


@dataclass(frozen=True, slots=True)
class Bar:
    """One place on the axis of a share; none is drawn where there is nothing to share."""

    name: str
    x: str
    middle: str
    width: str
    y: str
    height: str
    is_there: bool


def bars(rows: Sequence[tuple[str, int | None]]) -> list[Bar]:
    """Place (name, per cent) side by side on a scale that ends at a hundred."""
    place = 100 / (len(rows) or 1)
    margin = place * (100 - BAR) / 200
    return [
        Bar(
            name=name,
            x=_percent(number * place + margin),
            middle=_percent(number * place + place / 2),
            width=_percent(place - 2 * margin),
            y=_percent(100 - (share or 0)),
            height=_percent(share or 0),
            is_there=bool(share),
        )
        for number, (name, share) in enumerate(rows)
    ]


def _column(
    start: float, place: float, name: str, solid: Money, more: Money, *, end: int
) -> Column:
    high, higher = (100 * max(amount.minor, 0) / end for amount in (solid, more))
    margin = place * (100 - BAR) / 200
    return Column(
        name=name,
        solid=solid,
        hatched=more,
        x=_percent(start + margin),
        middle=_percent(start + place / 2),
        width=_percent(place - 2 * margin),
        solid_y=_percent(100 - high),
        solid_height=_percent(high),
        hatched_y=_percent(100 - high - higher),
        hatched_height=_percent(higher),
    )


def _percent(share: float) -> str:
    """Write a percentage for an attribute, never in the reader's language."""
    return f"{share:.2f}%"
