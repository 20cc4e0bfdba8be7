"""Reads the models a piece of work runs on, as people write them."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from experts.models import ModelRelease
from marketplace.kit.forms import LineField

MOST_MODELS = 8


class ModelsField(LineField):
    """API names separated by commas ("gpt-6-sol, whisper-1"), read as releases of the registry."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=400, **options)

    def prepare_value(self, value: Any) -> Any:
        """Write releases by name; what a person typed stays as it was."""
        if isinstance(value, str) or value is None:
            return value
        return ", ".join(release.api_id for release in value)

    def clean(self, value: Any) -> list[ModelRelease]:
        """Return the releases, each once, in the order given."""
        text = super().clean(value) or ""
        names = dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip())
        if len(names) > MOST_MODELS:
            raise ValidationError(_("Name %(count)d models at most.") % {"count": MOST_MODELS})
        known = ModelRelease.objects.in_bulk(list(names), field_name="api_id")
        if unknown := [name for name in names if name not in known]:
            raise _unknown(unknown[0], ModelRelease.objects.values_list("api_id", flat=True))
        return [known[name] for name in names]


def _unknown(name: str, known: Iterable[str]) -> ValidationError:
    alike = get_close_matches(name, list(known), n=1)
    if alike:
        sentence = _("We do not know the model “%(name)s”. Did you mean %(alike)s?")
        return ValidationError(sentence % {"name": name, "alike": alike[0]})
    sentence = _("We do not know the model “%(name)s”. Write its name as the API has it.")
    return ValidationError(sentence % {"name": name})
