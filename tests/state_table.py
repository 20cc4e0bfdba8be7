"""Every verb of a state machine tried from every status: allowed exactly where its table says."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
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


def off_the_table(app: str) -> list[str]:
    """Return a sentence for each row of an app whose history is no way through its table."""
    models = (
        model for model in apps.get_app_config(app).get_models() if issubclass(model, Stateful)
    )
    return [sentence for model in models for sentence in _off(model)]


def _off(model: type[Stateful]) -> Iterator[str]:
    for row in model._base_manager.prefetch_related("history"):
        stood = None
        for line in row.history.all():
            move = row.MOVES[line.verb]
            is_allowed = line.came_from in move.sources and line.went_to == move.target
            if not is_allowed or stood not in {None, line.came_from}:
                yield f"{row}: {line.verb} led from {stood} or {line.came_from} to {line.went_to}"
            stood = line.went_to
        if stood not in {None, row.status}:
            yield f"{row}: is {row.status} and came to {stood}"


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
