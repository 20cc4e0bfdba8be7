"""Cleans under which name a search for experts is kept, and how soon it tells."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Cadence
from experts.filters import Filters
from experts.models import ExpertSearch
from marketplace.kit.forms import LineField, SiteForm

QUERY_LENGTH = ExpertSearch._meta.get_field("query").max_length


class CadenceForm(SiteForm):
    """How soon the owner of a search hears of who begins to fit it."""

    cadence = forms.ChoiceField(
        label=_("How soon you hear of new experts"),
        choices=Cadence.choices,
        widget=forms.RadioSelect,
        help_text=_("Daily and weekly news come at eight in the morning by your clock."),
    )


class SaveExpertSearchForm(CadenceForm):
    """A name for the search one comes with, and how soon it tells."""

    name = LineField(label=_("Name of this search"), max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, max_length=QUERY_LENGTH, required=False)
    field_order = ("name", "cadence", "query")

    def __init__(self, *args: Any, filters: Filters, **options: Any) -> None:
        super().__init__(*args, **options)
        self.filters = filters

    def clean(self) -> dict[str, Any]:
        """Refuse a search for everybody."""
        if not self.filters.applied():
            raise forms.ValidationError(_("Choose a filter or type a word, then save the search."))
        return super().clean() or self.cleaned_data
