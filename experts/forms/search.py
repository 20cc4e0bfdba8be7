"""Cleans what a reader asks of the directory."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from experts import facets
from experts.filters import Filters
from experts.models.skill import Level
from marketplace.kit.forms import LineField, MoneyField
from marketplace.kit.places import countries, languages

# Nobody chooses more of one kind; an address may name any number.
MOST_CHOSEN = 60


class SlugsField(forms.MultipleChoiceField):
    """Names of rows, each once. An unknown one stays: it fits nobody, and can be taken off."""

    def valid_value(self, value: str) -> bool:  # noqa: ARG002 (Django's)
        return True

    def clean(self, value: list[str]) -> list[str]:
        return list(dict.fromkeys(super().clean(value)))[:MOST_CHOSEN]


class SearchForm(forms.Form):
    """The question a reader asks of the directory; every field may be empty."""

    q = LineField(required=False)
    skill = SlugsField(required=False)
    level = forms.TypedChoiceField(choices=Level.choices, coerce=int, required=False)
    rate_min = MoneyField(label=_("Lowest rate"), currency=settings.CURRENCY, required=False)
    rate_max = MoneyField(label=_("Highest rate"), currency=settings.CURRENCY, required=False)
    hours = forms.IntegerField(label=_("Hours a week"), min_value=1, max_value=60, required=False)
    shared = forms.IntegerField(min_value=1, max_value=8, required=False)
    # Whose working hours are shared: the reader's, and of whoever they send the address to.
    zone = forms.ChoiceField(
        choices=lambda: [(name, name) for name in available_timezones()], required=False
    )
    soon = forms.BooleanField(required=False)
    rating = forms.TypedChoiceField(
        choices=[(least, least) for least in facets.RATINGS], coerce=int, required=False
    )
    family = SlugsField(required=False)
    domain = SlugsField(required=False)
    work = SlugsField(required=False)
    language = forms.MultipleChoiceField(choices=languages, required=False)
    country = forms.ChoiceField(choices=lambda: [("", ""), *countries()], required=False)
    sort = forms.ChoiceField(
        choices=[
            ("evidence", _("Best evidence match")),
            ("soonest", _("Available soonest")),
            ("cheapest", _("Rate, low to high")),
            ("dearest", _("Rate, high to low")),
        ],
        required=False,
    )

    def clean_soon(self) -> bool:
        """Refuse what is neither yes nor no; Django takes every word for a yes."""
        if self.data.get("soon", "").lower() not in {"", "on", "true", "false", "1", "0"}:
            raise forms.ValidationError(_("Say true or false"))
        return bool(self.cleaned_data["soon"])

    def filters(self, *, zone: str = "UTC") -> Filters:
        """Return what could be understood; a field in error filters nothing.

        :param zone: the reader's own IANA zone, where the question names none.
        """
        self.full_clean()
        typed = self.cleaned_data
        lowest, highest = typed.get("rate_min"), typed.get("rate_max")
        return Filters(
            text=typed.get("q") or "",
            skills=tuple(typed.get("skill", ())),
            level=typed.get("level") or 1,
            rate_min=lowest.minor if lowest else None,
            rate_max=highest.minor if highest else None,
            hours=typed.get("hours"),
            shared=typed.get("shared"),
            zone=typed.get("zone") or zone,
            rating=typed.get("rating") or None,
            families=tuple(typed.get("family", ())),
            domains=tuple(typed.get("domain", ())),
            works=tuple(typed.get("work", ())),
            soon=typed.get("soon", False),
            languages=tuple(typed.get("language", ())),
            country=typed.get("country") or "",
            sort=typed.get("sort") or "evidence",
        )
