"""What a change of the registry would do, found by making it and taking it back."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from experts.services import ageing
from experts.services.ageing import Plan


@dataclass(frozen=True, slots=True)
class Use:
    """Something that runs on a model that retires: its name, where it is shown, and the model."""

    name: str
    url: str
    api_id: str


@dataclass(frozen=True, slots=True)
class Impact:
    """What follows from a change: for badges, and for whatever else runs on the models."""

    plan: Plan
    uses: Collection[Use]


# Apps above this one name here what of theirs runs on retiring models.
watchers: list[Callable[[], Collection[Use]]] = []


def of(change: Callable[[], object], *, at: datetime) -> Impact:
    """Make a change, note what is true after it and was not before, and take the change back.

    It is the change itself that is tried, so a preview cannot differ from what will happen.
    """
    with transaction.atomic():
        before, used = _today(at.date())
        change()
        after, uses = _today(at.date())
        transaction.set_rollback(True)
    return Impact(after.beyond(before), sorted(uses - used, key=lambda use: use.name))


def _today(on: date) -> tuple[Plan, set[Use]]:
    return ageing.plan(on=on), {use for watcher in watchers for use in watcher()}
