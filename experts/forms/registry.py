"""Cleans what staff write about a release of the registry."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from experts.models import ModelRelease
from experts.models.model_registry import Lifecycle
from experts.services.registry import Correction
from marketplace.kit.forms import LineField, SiteForm


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class CorrectionForm(SiteForm):
    """What the registry should say of a release, and why."""

    lifecycle = forms.ChoiceField(label=_("Stage"), choices=Lifecycle.choices)
    deprecated_on = _day(_("Deprecated on"))
    shutdown_on = _day(_("Shut down on"))
    replacement = LineField(label=_("Replacement"), max_length=120, required=False)
    note = LineField(label=_("Note"), max_length=200, required=False)
    reason = LineField(
        label=_("Why"),
        max_length=200,
        help_text=_("With the source. Everyone reads it in the history of the model."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a shutdown before the deprecation."""
        typed = self.cleaned_data
        first, last = typed.get("deprecated_on"), typed.get("shutdown_on")
        if first and last and last < first:
            raise ValidationError(_("A model is deprecated before it is shut down."))
        return typed

    @property
    def correction(self) -> Correction:
        """What was typed, for the service."""
        names = ("lifecycle", "deprecated_on", "shutdown_on", "replacement", "note")
        return Correction(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def initial_of(release: ModelRelease) -> dict[str, Any]:
        """Return a release as its form shows it."""
        names = ("lifecycle", "deprecated_on", "shutdown_on", "replacement", "note")
        return {name: getattr(release, name) for name in names}
