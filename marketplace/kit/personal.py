"""What of each table tells about a person, and how long it is kept: one `Kept` for each model.

An app lists its tables in its module `personal`. Columns that can hold free words are named there,
each once. What all others hold follows from whose the row is: numbers, moments, choices, keys of
other rows and names we made up ourselves. A history (`Transition`) is kept with its row.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils.functional import Promise

from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Transition

# A column is one of these: the person's own, which they are given when they ask; somebody else's,
# which they are not; about nobody; or nobody's to see, such as a password.
CLASSES = ("yours", "others", "plain", "hidden")
# What somebody who is erased leaves behind of a table: nothing, rows without words, or all of it.
ROWS_GO, WORDS_GO, STAYS = FATES = ("rows go", "words go", "stays")
# What stands where a sentence of ours named somebody or something of theirs.
NOBODY = "…"
# Rows that go in one transaction, so that nobody waits behind a long list.
LOT = 1_000
FACTS = (
    models.IntegerField,
    models.FloatField,
    models.BooleanField,
    models.DateField,
    models.DurationField,
    models.ForeignKey,
    PublicIdField,
)
EMPTY: tuple[tuple[type[Any], Any], ...] = (
    (models.JSONField, {}),
    (ArrayField, []),
    (models.CharField, ""),
    (models.TextField, ""),
)


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept, and why; what everybody reads at /privacy/.

    :ivar what: what is kept so long, in words.
    :ivar until: when it ends, in words.
    :ivar days: after how many days it goes by itself; nothing when no day ends it.
    :ivar erased: what is left of it by somebody who is erased, one of `FATES`.
    """

    code: str
    what: str | Promise
    until: str | Promise
    why: str | Promise
    days: int | None = None
    erased: str = ROWS_GO


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who is erased, and what pages and mails called them: names and addresses."""

    pk: int
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """One table: whose its rows are, what its words are, and how long they stay.

    :ivar of: paths from a row to its person, separated by spaces; none for what is about nobody.
    :ivar since: the moment from which the days of the period count, a column or a path to one.
    :ivar only: which rows go then; the others are still in use.
    :ivar blank: the row stays as a fact and loses its words, the person's own and others'.
    :ivar about: paths to whom a row tells of without being theirs to be given.
    :ivar ends: paths to with whom it ends, where that is somebody else than whose it is.
    :ivar tells: which rows tell of somebody where no path leads to them.
    :ivar names: columns of anybody's rows in which our own sentences name people.
    :ivar erased: what the erased leave of it, where that is not what the period says.
    :ivar left: what is written into a column where nothing may not stand.
    """

    model: type[models.Model]
    period: Period
    of: str = ""
    yours: str = ""
    others: str = ""
    plain: str = ""
    hidden: str = ""
    since: str = ""
    only: models.Q = models.Q()  # noqa: RUF009 (a Q never changes)
    blank: bool = False
    about: str = ""
    ends: str = ""
    tells: Callable[[Leaver], models.Q] | None = None
    names: str = ""
    erased: str = ""
    left: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def fate(self) -> str:
        """What somebody who is erased leaves of it, one of `FATES`."""
        return self.erased or self.period.erased

    @property
    def paths_of_erased(self) -> list[str]:
        """Paths from a row to those with whom it is erased."""
        claimed = [claim.of for claim in claims(self.model) if claim.of and not claim.stays]
        return [*(self.ends or self.of).split(), *self.about.split(), *claimed]

    def named(self, *classes: str) -> list[str]:
        """Return the columns named in some of the classes."""
        return [name for each in classes for name in str(getattr(self, each)).split()]


@dataclass(frozen=True, slots=True)
class Claim:
    """What an app higher up knows of a table lower down: rows that must not go yet, and whose.

    :ivar stays: they do not go with whoever is erased either, because what uses them stays.
    """

    model: type[models.Model]
    holds: Callable[[], models.Q]
    of: str = ""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps somebody from being erased for now, as a sentence that tells them what to do."""

    sentence: str | Promise
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Belonging:
    """What one table holds of one person: the rows they may see, and the columns they are given."""

    name: str
    rows: models.QuerySet[models.Model]
    columns: Sequence[str]
    files: Sequence[str]


@cache
def tables() -> Mapping[type[models.Model], Kept]:
    """Return what the apps say of their tables, in the order in which their rows go."""
    return {
        kept.model: kept
        for table in lists("TABLES")
        for kept in (*table, *(_history(kept) for kept in table if hasattr(kept.model, "history")))
    }


def periods() -> list[Period]:
    """Return the periods in use, each once, as the tables name them first."""
    return list(dict.fromkeys(kept.period for kept in tables().values()))


def problems() -> list[str]:
    """Return what the tables leave open, a sentence each; none in a sound build."""
    known = tables()
    unknown = [model for model in apps.get_models() if model not in known]
    missing = [f"{model._meta.label} has no row." for model in unknown]
    return missing + [sentence for kept in known.values() for sentence in _problems_of(kept)]


def belongings(person: AbstractBaseUser) -> Iterator[Belonging]:
    """Find what is somebody's own in all tables; histories are left out, they name others.

    Where a table says what a person may see, nothing else is theirs to be given.
    """
    for kept in tables().values():
        paths = [*kept.of.split(), *(claim.of for claim in claims(kept.model) if claim.of)]
        if not paths or issubclass(kept.model, Transition):
            continue
        own = models.Q()
        for path in paths:
            own |= models.Q(**{path: person.pk})
        manager: Any = kept.model._default_manager
        seen = manager.visible_to(person) if hasattr(manager, "visible_to") else manager.all()
        rows = kept.model._base_manager.filter(pk__in=seen.filter(own).values("pk"))
        columns = _given(kept)
        files = [name for name in columns if _is_file(kept.model, name)]
        name = f"{kept.model._meta.app_label}/{kept.model._meta.model_name}"
        yield Belonging(name, rows.order_by("pk"), columns, files)


def due(kept: Kept, *, at: datetime) -> models.QuerySet[models.Model]:
    """Return the rows whose time is over and which nobody holds."""
    if kept.period.days is None:
        return kept.model._base_manager.none()
    before = at - timedelta(days=kept.period.days)
    rows = kept.model._base_manager.filter(kept.only, **{f"{kept.since}__lt": before})
    for claim in claims(kept.model):
        held = kept.model._base_manager.filter(claim.holds())
        rows = rows.exclude(pk__in=held.values("pk"))
    return rows.exclude(**blanks(kept)) if kept.blank else rows


def purge(*, at: datetime) -> dict[str, int]:
    """Let go of everything whose time is over; return how many rows of which tables that were."""
    timed = [kept for kept in tables().values() if kept.period.days is not None and kept.since]
    gone = {kept.model._meta.label: _purge(kept, at) for kept in timed}
    return {label: count for label, count in gone.items() if count}


def _purge(kept: Kept, at: datetime) -> int:
    total = 0
    while count := _purge_lot(kept, at):
        total += count
    return total


@transaction.atomic
def _purge_lot(kept: Kept, at: datetime) -> int:
    keys = list(due(kept, at=at).order_by("pk").values_list("pk", flat=True)[:LOT])
    rows = kept.model._base_manager.filter(pk__in=keys)
    if kept.blank:
        rows.update(**blanks(kept))
    else:
        delete_files_of(kept.model, keys)
        rows.delete()
    return len(keys)


def delete_files_of(model: type[models.Model], keys: Sequence[Any]) -> None:
    """Delete the files of rows once it is certain that the rows are gone."""
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.FileField):
            rows = model._base_manager.filter(pk__in=keys)
            for name in rows.values_list(field.name, flat=True):
                transaction.on_commit(partial(field.storage.delete, name))


def blanks(kept: Kept) -> dict[str, Any]:
    """Return the columns that hold a person's words, each with what is there without them."""
    return {name: _empty(kept, name) for name in kept.named("yours", "others")} | dict(kept.left)


def _empty(kept: Kept, name: str) -> Any:
    column: Any = kept.model._meta.get_field(name)
    if column.has_default():
        return column.get_default()
    return next(empty for kind, empty in EMPTY if isinstance(column, kind))


@cache
def lists(name: str) -> Sequence[Sequence[Any]]:
    """Return what each app lists under a name in its module `personal`, the highest app first."""
    configs = [each for each in apps.get_app_configs() if find_spec(f"{each.name}.personal")]
    return [getattr(import_module(f"{each.name}.personal"), name, ()) for each in configs]


def claims(model: type[models.Model]) -> list[Claim]:
    """Return what apps higher up say of a table."""
    return [claim for claims in lists("CLAIMS") for claim in claims if claim.model is model]


def _history(kept: Kept) -> Kept:
    history: Any = kept.model._meta.get_field("history").related_model
    return Kept(
        history,
        kept.period,
        of="by",
        yours="reason",
        plain="verb came_from went_to request_id",
        # What was noted of a row goes with the row, whoever noted it.
        ends=" ".join(f"row__{path}" for path in kept.paths_of_erased),
        erased=kept.fate if kept.paths_of_erased else STAYS,
    )


def _problems_of(kept: Kept) -> Iterator[str]:
    label = kept.model._meta.label
    named = kept.named(*CLASSES)
    words = [field.name for field in kept.model._meta.local_concrete_fields if not _is_fact(field)]
    yield from (f"{label}.{name} has no class." for name in words if name not in named)
    yield from (f"{label}.{name} holds no words." for name in named if name not in words)
    yield from (f"{label}.{name} has two classes." for name in set(named) if named.count(name) > 1)
    # A history goes with its row and needs no moment of its own.
    if kept.period.days is not None and not (kept.since or issubclass(kept.model, Transition)):
        yield f"{label} goes after {kept.period.days} days, counted from nothing."
    has_words = kept.fate != STAYS and kept.named("yours", "others") and kept.period.days is None
    if has_words and not (kept.paths_of_erased or kept.tells):
        yield f"{label} holds words that go with nobody."


def _given(kept: Kept) -> list[str]:
    """Return the person's own columns and the facts beside them; keys of other rows are not."""
    own = kept.named("yours")
    return [
        field.name
        for field in kept.model._meta.local_concrete_fields
        if field.name in own or (_is_fact(field) and not (field.primary_key or field.is_relation))
    ]


def _is_file(model: type[models.Model], name: str) -> bool:
    return isinstance(model._meta.get_field(name), models.FileField)


def _is_fact(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, FACTS) or bool(field.choices)
