"""Lays several things side by side: one line for each criterion, the best of it marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.functional import Promise

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; several are best when they tie."""

    text: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion across what is compared."""

    label: str | Promise
    cells: Sequence[Cell]


def line(
    label: str, columns: Sequence[T], text: Callable[[T], str], rank: Callable[[T], float]
) -> Line:
    """Return a criterion as each column says it; those that rank highest are best."""
    best = max((rank(column) for column in columns), default=0)
    return Line(label, [Cell(text(column), rank(column) == best) for column in columns])


def plain(label: str, texts: Sequence[str]) -> Line:
    """Return a criterion of which none is better than another."""
    return Line(label, [Cell(text, is_best=False) for text in texts])
