"""Cleans what a reader asks of the directory."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from experts.directory import Filters
from experts.models import Skill
from experts.models.skill import Level
from marketplace.kit.forms import LineField, MoneyField
from marketplace.kit.places import countries, languages


class SearchForm(forms.Form):
    """The question a reader asks of the directory; every field may be empty."""

    q = LineField(required=False)
    skill = forms.ModelMultipleChoiceField(
        Skill.objects.badgeable(), to_field_name="slug", required=False
    )
    level = forms.TypedChoiceField(choices=Level.choices, coerce=int, required=False)
    rate_min = MoneyField(label=_("Lowest rate"), currency=settings.CURRENCY, required=False)
    rate_max = MoneyField(label=_("Highest rate"), currency=settings.CURRENCY, required=False)
    hours = forms.IntegerField(label=_("Hours a week"), min_value=1, max_value=60, required=False)
    soon = forms.BooleanField(required=False)
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

    def filters(self) -> Filters:
        """Return what could be understood; a field in error filters nothing."""
        self.full_clean()
        typed = self.cleaned_data
        lowest, highest = typed.get("rate_min"), typed.get("rate_max")
        return Filters(
            text=typed.get("q") or "",
            skills=tuple(skill.slug for skill in typed.get("skill", ())),
            level=typed.get("level") or 1,
            rate_min=lowest.minor if lowest else None,
            rate_max=highest.minor if highest else None,
            hours=typed.get("hours"),
            soon=typed.get("soon", False),
            languages=tuple(typed.get("language", ())),
            country=typed.get("country") or "",
            sort=typed.get("sort") or "evidence",
        )
