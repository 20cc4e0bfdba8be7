"""Every verb of a state machine tried from every status: allowed exactly where its table says."""

from typing import Any

import pytest

from marketplace.kit.states import IllegalMove, Stateful
from tests.conftest import NOON

Case = tuple[str, str]


def cases(model: type[Stateful]) -> list[Case]:
    """Return every (verb, status) of a model, to parametrize a test with."""
    statuses = model._meta.get_field("status").choices or []
    return [(verb, str(status)) for verb in model.MOVES for status, _label in statuses]


def table(model: type[Stateful]) -> dict[str, tuple[set[str], str]]:
    """Return a model's moves as plain values, to hold against the table a test spells out."""
    return {verb: (set(move.sources), move.target) for verb, move in model.MOVES.items()}


def moves_only_as_its_table_says(row: Any, verb: str, status: str) -> None:
    """Put a row where `status` says and try `verb`: it moves and is written down, or nothing is."""
    type(row)._base_manager.filter(pk=row.pk).update(status=status)
    row.refresh_from_db()
    before = row.history.count()
    if status in row.MOVES[verb].sources:
        row.move(verb, by=None, at=NOON)
        expected, lines = row.MOVES[verb].target, before + 1
        assert row.history.last().verb == verb
    else:
        with pytest.raises(IllegalMove):
            row.move(verb, by=None, at=NOON)
        expected, lines = status, before
    row.refresh_from_db()
    assert (row.status, row.history.count()) == (expected, lines)
