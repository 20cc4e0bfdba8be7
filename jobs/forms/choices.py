"""Fields that choose among rows which were read once."""

from collections.abc import Mapping

from django import forms

from experts.models import Skill
from jobs.models import UseCase


def offer(
    field: forms.Field, rows: Mapping[str, UseCase | Skill], *none: tuple[str, object]
) -> None:
    """Let a field choose among rows by their slugs, after `none`; it cleans to the row itself."""
    typed = (forms.TypedChoiceField, forms.TypedMultipleChoiceField)
    assert isinstance(field, typed)  # noqa: S101 (tells mypy which field it is)
    field.choices = [*none, *((slug, row.name) for slug, row in rows.items())]
    field.coerce = rows.get
