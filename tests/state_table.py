"""Every verb of a state machine tried from every status: allowed exactly where its table says."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from marketplace.kit.states import IllegalMove, Stateful
from tests.conftest import NOON

Case = tuple[str, str]


def cases(model: type[Stateful]) -> list[Case]:
    """Return every (verb, status) of a model."""
    statuses = model._meta.get_field("status").choices or []
    return [(verb, str(status)) for verb in model.MOVES for status, _label in statuses]


def table(model: type[Stateful]) -> dict[str, tuple[set[str], str]]:
    """Return a model's moves as plain values, to hold against the table a test spells out."""
    return {verb: (set(move.sources), move.target) for verb, move in model.MOVES.items()}


def moves_only_as_its_table_says(row: Any) -> None:
    """Put a row into every status and try every verb: it moves and is written down, or nothing is.

    Each attempt is undone, so that all of them share one row; what went wrong is told together.
    """
    wrong = []
    for verb, status in cases(type(row)):
        with transaction.atomic():
            wrong += [f"{verb} from {status}: {what}" for what in _attempt(row, verb, status)]
            transaction.set_rollback(True)
    assert wrong == []


def _attempt(row: Any, verb: str, status: str) -> Iterator[str]:
    rows = type(row)._base_manager.filter(pk=row.pk)
    rows.update(status=status)
    row = rows.get()
    before = row.history.count()
    may = status in row.MOVES[verb].sources
    try:
        row.move(verb, by=None, at=NOON)
    except IllegalMove:
        if may:
            yield "refused"
    else:
        if not may:
            yield "allowed"
        elif row.history.last().verb != verb:
            yield "not written down"
    expected = (row.MOVES[verb].target, before + 1) if may else (status, before)
    row = rows.get()
    if (found := (row.status, row.history.count())) != expected:
        yield f"ends at {found}, not at {expected}"
