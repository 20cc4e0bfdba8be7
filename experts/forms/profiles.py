"""Cleans what a freelancer says of themselves."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from experts.models import Domain, Expert, Skill
from experts.models.expert import LEAST_RATE, MOST_DOMAINS, MOST_RATE, MOST_SKILLS
from experts.services.profiles import Profile
from marketplace.kit.forms import LanguagesField, LineField, MoneyField, SiteForm, TextField
from marketplace.kit.places import countries, time_zones
from marketplace.kit.words import filled_in

if TYPE_CHECKING:
    AnyManyField = forms.ModelMultipleChoiceField[Any]
else:  # the class is generic for mypy only
    AnyManyField = forms.ModelMultipleChoiceField

CURRENCY_CODE = settings.CURRENCY.upper()


class SkillsField(AnyManyField):
    """Skills as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Skill.objects.all(), to_field_name="slug", **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the short name, as badges carry it."""
        return str(obj.name)


class DomainsField(AnyManyField):
    """Industries as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Domain.objects.all(), to_field_name="slug", **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the name."""
        return str(obj.name)


class ProfileForm(SiteForm):
    """What a freelancer says of themselves."""

    name = LineField(
        label=_("Your name"), max_length=120, help_text=_("As clients should read it.")
    )
    headline = LineField(
        label=_("Headline"),
        max_length=120,
        help_text=_("One promise in one sentence: “I make support bots cite or stay silent”."),
    )
    overview = TextField(
        label=_("Overview"),
        max_length=4000,
        rows=8,
        help_text=_("What you do, for whom, and what changed because of it."),
    )
    place = LineField(label=_("City"), max_length=80, required=False)
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [("", _("Choose one")), *countries()]
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    languages = LanguagesField(
        label=_("Languages"), help_text=_("Separated by commas: English, French")
    )
    rate = MoneyField(
        label=filled_in(_("Hourly rate, %(currency)s"), {"currency": CURRENCY_CODE}),
        currency=settings.CURRENCY,
        least=LEAST_RATE,
        most=MOST_RATE,
    )
    hours_per_week = forms.IntegerField(
        label=_("Hours a week"),
        min_value=1,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    available_on = forms.DateField(
        label=_("Available from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty when you can start now."),
    )
    is_open = forms.BooleanField(
        label=_("I am open to new work"),
        required=False,
        initial=True,
        help_text=_("When you are not, clients still find you, and see that you are busy."),
    )
    skills = SkillsField(
        label=_("Skills you claim"),
        required=False,
        help_text=_("Shown apart from badges, as your own words. At most 15."),
    )

    domains = DomainsField(
        label=_("Industries you have worked in"),
        required=False,
        help_text=_("Your own words, like the skills you claim. At most 6."),
    )

    def clean_domains(self) -> QuerySet[Domain]:
        """Keep the list short enough to mean something."""
        domains: QuerySet[Domain] = self.cleaned_data["domains"]
        if len(domains) > MOST_DOMAINS:
            raise ValidationError(_("Choose 6 industries at most."))
        return domains

    def clean_skills(self) -> QuerySet[Skill]:
        """Keep the list short enough to mean something."""
        skills: QuerySet[Skill] = self.cleaned_data["skills"]
        if len(skills) > MOST_SKILLS:
            raise ValidationError(_("Choose 15 skills at most."))
        return skills

    def profile(self) -> Profile:
        """Return what was typed, for the service."""
        return Profile(**self.cleaned_data)

    @staticmethod
    def initial_of(expert: Expert) -> dict[str, Any]:
        """Return a profile as its form shows it."""
        same = ("headline", "overview", "place", "country", "languages", "hours_per_week")
        also = ("available_on", "is_open", "name", "time_zone", "rate")
        claimed = expert.claimed_skills.values_list("skill__slug", flat=True)
        worked_in = expert.domains.values_list("slug", flat=True)
        lists = {"skills": list(claimed), "domains": list(worked_in)}
        return {name: getattr(expert, name) for name in (*same, *also)} | lists
