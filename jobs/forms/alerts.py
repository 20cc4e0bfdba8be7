"""Cleans what an expert wants to hear of."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Cadence
from experts.models import Expert, Skill
from jobs.forms.board import BoardForm
from jobs.forms.choices import offer
from jobs.models import Alert
from jobs.services.alerts import Asked
from marketplace.kit.forms import LineField, MoneyField, SiteForm
from marketplace.kit.money import Money


class AlertForm(SiteForm):
    """The filters of an alert; each that is empty lets everything pass."""

    name = LineField(label=_("Name of this alert"), max_length=60)
    skills = forms.TypedMultipleChoiceField(
        label=_("Only jobs that ask for one of these"),
        required=False,
        empty_value=[],
        widget=forms.CheckboxSelectMultiple,
    )
    words = LineField(
        label=_("Only jobs with these words"),
        max_length=120,
        required=False,
        help_text=_("All of them have to occur, in any form."),
    )
    budget = MoneyField(
        label=_("Budget of at least, USD"), currency=settings.CURRENCY, required=False
    )
    score = forms.IntegerField(
        label=_("Score of at least, 0 to 100"),
        min_value=0,
        max_value=100,
        required=False,
    )
    cadence = forms.ChoiceField(
        label=_("How soon you hear of them"),
        choices=Cadence.choices,
        widget=forms.RadioSelect,
        help_text=_("Daily and weekly news come at eight in the morning by your clock."),
    )

    def __init__(
        self, *args: Any, skills: Mapping[str, Skill], is_default: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        offer(self.fields["skills"], skills)
        if is_default:
            del self.fields["name"]
        if not skills:
            del self.fields["skills"]

    @property
    def asked(self) -> Asked:
        """What was asked for, as the service takes it."""
        said = self.cleaned_data
        return Asked(
            wanted=[skill.pk for skill in said.get("skills", ())],
            words=said["words"],
            least_budget_minor=said["budget"].minor if said["budget"] else 0,
            least_score=said["score"] or 0,
            cadence=said["cadence"],
        )


def offered(expert: Expert, *also: Skill) -> dict[str, Skill]:
    """Return the skills to choose among: those with a valid badge, and those chosen before."""
    held = Skill.objects.filter(badges__in=expert.badges.valid()).order_by("position")
    return {skill.slug: skill for skill in (*held, *also)}


def begins_as(alert: Alert, skills: Mapping[str, Skill]) -> dict[str, Any]:
    """Return an alert as its form begins."""
    budget = alert.least_budget_minor
    return {
        "name": alert.name,
        "skills": [slug for slug, skill in skills.items() if skill.pk in alert.wanted],
        "words": alert.words,
        "budget": Money(budget, settings.CURRENCY) if budget else None,
        "score": alert.least_score or None,
        "cadence": alert.cadence,
    }


def begins_from(query: Any) -> tuple[dict[str, Any], list[Skill]]:
    """Return a search of the job board as an alert begins, and the skills it asks for."""
    found = BoardForm(query).found
    skills = list(found.get("skills", ()))
    begins = {
        "skills": [skill.slug for skill in skills],
        "words": found.get("q", ""),
        "budget": found.get("budget"),
        "cadence": Cadence.NOW,
    }
    return begins, skills
