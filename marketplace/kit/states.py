"""Status fields that only move along a table one can read on one screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from marketplace.kit.errors import DomainError
from marketplace.kit.logs import request_id

# The only signal in the system: sent inside the transaction of a move.
moved = Signal()
# The moves from which something follows, as (model, verb).
followed: set[tuple[type[models.Model], str]] = set()


class IllegalMove(DomainError):
    """The row is no longer where this verb starts."""

    code = "illegal_move"
    sentence = _("This has changed since you opened the page. Reload to see where it stands now.")


@dataclass(frozen=True, slots=True)
class Move:
    """From any of `sources` to `target`."""

    sources: frozenset[str]
    target: str


def moves(**table: tuple[Iterable[str], str]) -> Mapping[str, Move]:
    """Declare a table of moves: `verb=([sources], target)`."""
    return {
        verb: Move(frozenset(map(str, sources)), str(target))
        for verb, (sources, target) in table.items()
    }


class Stateful(models.Model):
    """A row with a status, a table of the moves it may make, and their history."""

    MOVES: ClassVar[Mapping[str, Move]]
    status = models.CharField(max_length=24)
    history: Any

    class Meta:
        abstract = True

    def may(self, verb: str) -> bool:
        """Whether the table lets this row make the move from where it was last seen."""
        return self.status in self.MOVES[verb].sources

    def move(
        self, verb: str, *, by: AbstractBaseUser | None, at: datetime, reason: str = ""
    ) -> None:
        """Move this row and record who, when, from where and why; `by=None` means the system.

        The UPDATE names the status it expects, so of two concurrent callers exactly one wins;
        the other waits for the row and then matches nothing. A consequence that refuses takes the
        caller's whole transaction back; who goes on after it makes a savepoint around the move.

        :raises IllegalMove: when the row is not where the verb starts.
        """
        came_from, went_to = self.status, self.MOVES[verb].target
        if not self.may(verb):
            raise IllegalMove
        rows = type(self)._base_manager.filter(pk=self.pk, status=came_from)
        # Without a savepoint: when a consequence refuses, whatever else was done goes back with it.
        with transaction.atomic(savepoint=False):
            if is_first := bool(rows.update(status=went_to)):
                self.history.create(
                    verb=verb,
                    came_from=came_from,
                    went_to=went_to,
                    by=by,
                    at=at,
                    reason=reason,
                    request_id=request_id.get(),
                )
                self.status = went_to
                moved.send(sender=type(self), row=self, verb=verb, at=at)
        if not is_first:
            raise IllegalMove


Row = TypeVar("Row", bound=Stateful)


class HasConsequences(TypeError):
    """Something follows from this move for each row, so rows cannot make it together."""


def move_together(
    rows: Sequence[Row], verb: str, *, by: AbstractBaseUser | None, at: datetime
) -> Sequence[Row]:
    """Move many rows of one table in two statements, and return those that were where it starts.

    Only for moves from which nothing follows: consequences are connected row by row.

    :raises HasConsequences: when something does.
    """
    if not rows:
        return []
    model = type(rows[0])
    if (model, verb) in followed:
        raise HasConsequences(f"{model.__name__}.{verb}")
    move = model.MOVES[verb]
    with transaction.atomic():
        locked = model._base_manager.select_for_update(no_key=True).order_by("pk")
        known = locked.filter(pk__in=[row.pk for row in rows], status__in=move.sources)
        came_from = dict(known.values_list("pk", "status"))
        model._base_manager.filter(pk__in=came_from).update(status=move.target)
        history: Any = model._meta.get_field("history").related_model
        told = {"verb": verb, "went_to": move.target, "by": by, "at": at}
        history._base_manager.bulk_create(
            history(row_id=key, came_from=status, request_id=request_id.get(), **told)
            for key, status in came_from.items()
        )
    moving = [row for row in rows if row.pk in came_from]
    for row in moving:
        row.status = move.target
    return moving


class Transition(models.Model):
    """One line of a row's history; each subclass adds `row`, named `history` from the row."""

    verb = models.CharField(max_length=32)
    came_from = models.CharField(max_length=24)
    went_to = models.CharField(max_length=24)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=32, blank=True, db_default="")

    class Meta:
        abstract = True
        ordering = ("pk",)


def status_is_known(states: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """Let the database refuse a status that the table does not have."""
    return models.CheckConstraint(condition=models.Q(status__in=states.values), name=name)


Consequence = Callable[[Row, datetime], None]


def after(model: type[Row], *verbs: str) -> Callable[[Consequence[Row]], Consequence[Row]]:
    """Run a function whenever a row of `model` makes one of these moves.

    It runs inside the move's transaction: raising refuses the move, and anything slow or outside
    belongs in a task sent with `delay_on_commit`.
    """
    if unknown := set(verbs) - set(model.MOVES):
        raise LookupError(f"{model.__name__} has no move {sorted(unknown)}")

    def connect(consequence: Consequence[Row]) -> Consequence[Row]:
        def listen(*, row: Row, verb: str, at: datetime, **_: Any) -> None:
            if verb in verbs:
                consequence(row, at)

        moved.connect(listen, sender=model, weak=False, dispatch_uid=consequence)
        followed.update((model, verb) for verb in verbs)
        return consequence

    return connect
