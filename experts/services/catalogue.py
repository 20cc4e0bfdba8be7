"""Brings the taxonomy, the rubrics and the model registry in line with the files of the project.

What a file changed since it was last loaded is written, column by column; what staff corrected in
between stays, until the file itself says something new about the same column.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from experts.models import (
    Criterion,
    Domain,
    LoadedEntry,
    ModelFamily,
    ModelRelease,
    Rubric,
    Skill,
    SkillAlias,
    SkillRelation,
    Surface,
)
from experts.services import registry

FILES = Path(__file__).resolve().parent.parent / "catalogue"
# The files write a mean as "3.4"; the table keeps hundredths.
HUNDREDTHS = 100
# What the history of a release says when a file changed it.
THE_FILE = "The catalogue's file was changed."

# What the models call `english_name` and so on.
IN_ENGLISH = {
    Skill: ("name", "title", "description", "accepted_evidence", "refused_evidence"),
    SkillAlias: ("hint",),
    Domain: ("name",),
    ModelFamily: ("name", "modality"),
    Surface: ("name", "note"),
}
# What a file calls each part of a criterion, and the field it becomes.
CRITERION = {
    "key": "key",
    "name": "english_name",
    "question": "english_question",
    "anchors": "english_anchors",
}

Key = tuple[Any, ...]
Values = dict[str, Any]


def name_column(model: type[models.Model]) -> str:
    """Return the column by which the files name a row."""
    return "api_id" if model is ModelRelease else "slug"


@dataclass(frozen=True, slots=True)
class Table:
    """How rows of a file become rows of a table: what names a row, and what it refers to by name.

    `references` maps a foreign key to the table it leads to, where a file names rows by name.
    """

    noun: str
    model: type[models.Model]
    key: Sequence[str]
    values: Sequence[str]
    references: Mapping[str, type[models.Model]] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """Return the lookup under which a column reads as the file writes it."""
        other = self.references.get(name)
        return f"{name}__{name_column(other)}" if other else self.field(name)

    def field(self, name: str) -> str:
        """Return the field for what a file calls this; files say everything in English."""
        return f"english_{name}" if name in IN_ENGLISH.get(self.model, ()) else name

    def name_of(self, row: Values) -> str:
        """Return what names a row, in one line."""
        return " ".join(str(row[name]) for name in self.key)


@dataclass(frozen=True, slots=True)
class Change:
    """A row the file says something new about: its name, and the columns as {name: (was, is)}."""

    name: str
    columns: Mapping[str, tuple[Any, Any]]
    row: Values


@dataclass(frozen=True, slots=True)
class Draft:
    """A rubric as its file has it, and the version it becomes."""

    skill: Skill
    version: int
    content: Values

    @property
    def name(self) -> str:
        """The skill it judges."""
        return self.skill.slug

    @property
    def columns(self) -> Mapping[str, tuple[Any, Any]]:
        """What changes: an application in progress keeps the version it was started with."""
        return {"version": (self.version - 1, self.version)}


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file asks of a table; rows the file does not name stay as they are.

    `changed` are Changes, or Drafts of rubrics: either has a `name` and its `columns`.
    """

    noun: str
    added: Sequence[Any]
    changed: Sequence[Any]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.added and not self.changed


SKILLS = Table(
    "skills",
    Skill,
    key=["slug"],
    values=[
        *("facet", "name", "title", "description", "accepted_evidence", "refused_evidence"),
        *("validity_months", "is_badgeable", "position"),
    ],
)
ALIASES = Table(
    "aliases",
    SkillAlias,
    key=["alias"],
    values=["skill", "release", "hint"],
    references={"skill": Skill, "release": ModelRelease},
)
RELATIONS = Table(
    "relations",
    SkillRelation,
    key=["skill", "kind", "other"],
    values=[],
    references={"skill": Skill, "other": Skill},
)
FAMILIES = Table(
    "model families", ModelFamily, key=["slug"], values=["name", "modality", "position"]
)
RELEASES = Table(
    "model releases",
    ModelRelease,
    key=["api_id"],
    values=[
        *("family", "released_on", "deprecated_on", "shutdown_on", "lifecycle"),
        *("replacement", "note", "source", "checked_on"),
    ],
    references={"family": ModelFamily},
)
DOMAINS = Table("domains", Domain, key=["slug"], values=["name", "position"])
SURFACES = Table(
    "surfaces",
    Surface,
    key=["slug"],
    values=["name", "lifecycle", "shutdown_on", "replacement", "note"],
)


@transaction.atomic
def load(*, at: datetime, report: Callable[[Difference], None], folder: Path = FILES) -> None:
    """Load every file; `report` is called with each difference before it is written.

    Running it again changes nothing. A rubric whose content differs becomes a new version, because
    applications and badges stand on the version they were judged by.
    """
    for table, rows in _tables(folder):
        _load_table(table, rows, at, report)
    drafts, unchanged = _compare_rubrics(_read(folder, "rubrics"))
    report(_difference_of(drafts, unchanged))
    _publish(drafts, at)


@transaction.atomic
def load_registry(
    *, at: datetime, report: Callable[[Difference], None], folder: Path = FILES
) -> None:
    """Load the models and surfaces alone, as `load` does."""
    for table, rows in _registry_tables(folder):
        _load_table(table, rows, at, report)


def _load_table(
    table: Table, rows: list[Values], at: datetime, report: Callable[[Difference], None]
) -> None:
    difference = _compare(table, rows)
    report(difference)
    _write(table, difference, at)
    _remember(table, rows)


def _tables(folder: Path) -> Iterable[tuple[Table, list[Values]]]:
    """Read the files in the order in which their rows refer to each other."""
    yield from _registry_tables(folder)
    skills = _read(folder, "skills")["skills"]
    yield SKILLS, [_skill(entry, position) for position, entry in enumerate(skills)]
    yield ALIASES, [_alias(skill, entry) for skill in skills for entry in skill["aliases"]]
    yield RELATIONS, [_relation(skill, entry) for skill in skills for entry in skill["relations"]]
    yield DOMAINS, _in_order(DOMAINS, _read(folder, "domains")["domains"])


def _registry_tables(folder: Path) -> Iterable[tuple[Table, list[Values]]]:
    models = _read(folder, "models")
    yield FAMILIES, _in_order(FAMILIES, models["families"])
    yield RELEASES, [_only(RELEASES, entry) for entry in models["releases"]]
    yield SURFACES, [_only(SURFACES, entry) for entry in _read(folder, "surfaces")["surfaces"]]


def _read(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def _skill(entry: Values, position: int) -> Values:
    return _only(
        SKILLS,
        entry
        | {
            "accepted_evidence": entry["evidence"],
            "refused_evidence": entry["not_evidence"],
            "validity_months": entry["validity_months"] or 0,
            "position": position,
        },
    )


def _alias(skill: Values, entry: Values) -> Values:
    return {
        "alias": entry["alias"],
        "skill": skill["slug"],
        "release": entry.get("model"),
        "hint": entry.get("hint", ""),
    }


def _relation(skill: Values, entry: Values) -> Values:
    return {"skill": skill["slug"], "kind": entry["type"], "other": entry["to"]}


def _in_order(table: Table, entries: Iterable[Values]) -> list[Values]:
    return [_only(table, entry | {"position": position}) for position, entry in enumerate(entries)]


def _only(table: Table, entry: Values) -> Values:
    """Pick a table's columns from an entry; a text that is null in a file is empty in a table."""
    texts = {
        name
        for name in (*table.key, *table.values)
        if isinstance(
            table.model._meta.get_field(table.field(name)), models.CharField | models.TextField
        )
    }
    return {
        name: "" if entry[name] is None and name in texts else entry[name]
        for name in (*table.key, *table.values)
    }


def _compare(table: Table, rows: list[Values]) -> Difference:
    columns = [*table.key, *table.values]
    known = {
        tuple(line[: len(table.key)]): _as_written(dict(zip(columns, line, strict=True)))
        for line in table.model._base_manager.values_list(*map(table.path, columns))
    }
    loaded = dict(LoadedEntry.objects.filter(noun=table.noun).values_list("key", "values"))
    added, changed = [], []
    for row in rows:
        before = known.get(tuple(row[name] for name in table.key))
        if before is None:
            added.append(row)
        elif change := _change(table, before, loaded.get(table.name_of(row), before), row):
            changed.append(change)
    return Difference(table.noun, added, changed, len(rows) - len(added) - len(changed))


def _change(table: Table, before: Values, loaded: Values, row: Values) -> Change | None:
    """Return the columns in which the file says something new, if there are any."""
    columns = {
        name: (before[name], row[name])
        for name in table.values
        if row[name] not in (before[name], loaded.get(name, before[name]))
    }
    new = {name: value for name, (_was, value) in columns.items()}
    return Change(table.name_of(row), columns, before | new) if columns else None


def _as_written(row: Values) -> Values:
    """Return a row of the database as the file spells it: dates in ISO 8601."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row.items()
    }


def _remember(table: Table, rows: list[Values]) -> None:
    LoadedEntry.objects.bulk_create(
        [LoadedEntry(noun=table.noun, key=table.name_of(row), values=row) for row in rows],
        update_conflicts=True,
        unique_fields=["noun", "key"],
        update_fields=["values"],
    )


def _write(table: Table, difference: Difference, at: datetime) -> None:
    rows = [*difference.added, *(change.row for change in difference.changed)]
    if not rows:
        return
    found = {
        name: other._base_manager.in_bulk(field_name=name_column(other))
        for name, other in table.references.items()
    }
    table.model._base_manager.bulk_create(
        [
            table.model(
                **{
                    table.field(name): found[name].get(value) if name in found else value
                    for name, value in row.items()
                }
            )
            for row in rows
        ],
        update_conflicts=bool(table.values),
        ignore_conflicts=not table.values,
        unique_fields=table.key if table.values else None,
        update_fields=[table.field(name) for name in table.values] or None,
    )
    if table is RELEASES:
        registry.record(
            {change.name: change.columns for change in difference.changed},
            reason=THE_FILE,
            by=None,
            at=at,
        )


def _compare_rubrics(file: Values) -> tuple[list[Draft], int]:
    """Return the rubrics whose content is new, and how many are as they were."""
    skills = Skill.objects.in_bulk(field_name="slug")
    latest = _latest_rubrics()
    drafts = []
    for entry in file["rubrics"]:
        skill, content = skills[entry["skill"]], _content(entry)
        before = latest.get(skill.pk)
        if before is None or _content_of(before) != content:
            drafts.append(Draft(skill, before.version + 1 if before else 1, content))
    return drafts, len(file["rubrics"]) - len(drafts)


def _difference_of(drafts: Sequence[Draft], unchanged: int) -> Difference:
    return Difference(
        "rubrics",
        added=[draft for draft in drafts if draft.version == 1],
        changed=[draft for draft in drafts if draft.version > 1],
        unchanged=unchanged,
    )


def _latest_rubrics() -> dict[int, Rubric]:
    latest = Rubric.objects.order_by("skill_id", "-version").distinct("skill_id")
    return {rubric.skill_id: rubric for rubric in latest.prefetch_related("criteria")}


def _content(entry: Values) -> Values:
    rule = entry["pass_rule"]
    return {
        "minimum_means": [round(rule["minimum_mean"][level] * HUNDREDTHS) for level in "123"],
        "minimum_each": rule["minimum_each"],
        "criteria": [
            {name: criterion[said] for said, name in CRITERION.items()}
            for criterion in entry["criteria"]
        ],
    }


def _content_of(rubric: Rubric) -> Values:
    return {
        "minimum_means": rubric.minimum_means,
        "minimum_each": rubric.minimum_each,
        "criteria": [
            {name: getattr(criterion, name) for name in CRITERION.values()}
            for criterion in rubric.criteria.all()
        ],
    }


def _publish(drafts: list[Draft], at: datetime) -> None:
    rubrics = Rubric.objects.bulk_create(
        Rubric(
            skill=draft.skill,
            version=draft.version,
            minimum_means=draft.content["minimum_means"],
            minimum_each=draft.content["minimum_each"],
            published_at=at,
        )
        for draft in drafts
    )
    Criterion.objects.bulk_create(
        Criterion(rubric=rubric, position=position, **criterion)
        for rubric, draft in zip(rubrics, drafts, strict=True)
        for position, criterion in enumerate(draft.content["criteria"])
    )
