"""Cleans what a reader of the job board searches for."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from experts.models import Skill
from jobs import selectors
from jobs.forms.choices import offer
from jobs.models import Job, UseCase
from marketplace.kit.forms import LineField, MoneyField, SiteForm
from marketplace.kit.places import language_name, languages
from marketplace.kit.words import written


class BoardForm(SiteForm):
    """Everything is optional; what cannot be read is shown as an error and left out."""

    q = LineField(label=_("Search jobs"), max_length=120, required=False)
    skills = forms.TypedMultipleChoiceField(
        label=_("Skill"), required=False, empty_value=[], widget=forms.CheckboxSelectMultiple
    )
    budget = MoneyField(
        label=_("Budget of at least, USD"), currency=settings.CURRENCY, required=False
    )
    sensitivity = forms.ChoiceField(
        label=_("Data"),
        choices=[("", _("Any")), *Job.Sensitivity.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    use_case = forms.TypedChoiceField(label=_("Kind of work"), required=False, empty_value=None)
    language = forms.ChoiceField(
        label=_("Language of work"), choices=lambda: [("", _("Any")), *languages()], required=False
    )
    hours = forms.TypedChoiceField(
        label=_("Working hours you share"),
        choices=[
            ("", _("Any")),
            ("2", _("2 or more")),
            ("4", _("4 or more")),
            ("6", _("6 or more")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label=_("Posted"),
        choices=[
            ("", _("Any time")),
            ("1", _("Within a day")),
            ("7", _("Within a week")),
            ("30", _("Within a month")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    fits = forms.BooleanField(label=_("Only jobs that fit me"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        badgeable = Skill.objects.filter(is_badgeable=True)
        offer(self.fields["skills"], {skill.slug: skill for skill in badgeable})
        kinds = UseCase.objects.order_by("position")
        offer(self.fields["use_case"], {kind.slug: kind for kind in kinds}, ("", _("Any")))
        self._offer_languages()
        self.full_clean()

    def _offer_languages(self) -> None:
        """List the languages of open jobs; a search that names another stays what it is."""
        there = {self.data.get("language", ""), *selectors.languages_of_open_jobs()}
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells mypy which field it is)
        listed = [(code, name) for code, name in languages() if code in there]
        field.widget.choices = [("", _("Any")), *listed]

    def count(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Write beside each choice how many jobs it would show; {filter: {value: jobs}}."""
        for name in ("use_case", "sensitivity", "skills"):
            widget: Any = self.fields[name].widget
            widget.choices = [
                (value, f"{label} ({counts[name].get(value, 0)})" if value else label)
                for value, label in widget.choices
            ]

    @property
    def found(self) -> dict[str, Any]:
        """What could be read."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """The search as a query string that a page number can be put after."""
        return _query((name, value) for name, value, _label in self.chosen)

    @property
    def tags(self) -> list[tuple[str, str]]:
        """Each filter that is on, in words, with the address of the search without it."""
        chosen = self.chosen
        return [
            (label, "?" + _query((n, v) for n, v, _label in chosen if (n, v) != (name, value)))
            for name, value, label in chosen
            if name != "q"
        ]

    @property
    def chosen(self) -> list[tuple[str, str, str]]:
        """Return what is searched for: parameter, value, and the filter in words."""
        found = self.found
        chosen = [("skills", skill.slug, skill.name) for skill in found.get("skills", ())]
        if "q" in found:
            chosen.append(("q", found["q"], found["q"]))
        if "budget" in found:
            amount = written(found["budget"], 0)
            chosen.append(("budget", self.data["budget"], _("%s or more") % amount))
        if kind := found.get("use_case"):
            chosen.append(("use_case", kind.slug, kind.name))
        if code := found.get("language"):
            chosen.append(("language", code, language_name(code)))
        chosen += self._steps()
        if "sensitivity" in found:
            value = Job.Sensitivity(found["sensitivity"])
            chosen.append(("sensitivity", value.value, str(value.label)))
        if "fits" in found:
            chosen.append(("fits", "on", _("Fits me")))
        return chosen

    def _steps(self) -> list[tuple[str, str, str]]:
        """What was chosen among the steps of a scale, which say little without its name."""
        rows = []
        for name in ("hours", "days"):
            if value := str(self.found.get(name, "")):
                words = dict(self.fields[name].choices)[value]  # type: ignore[attr-defined]
                rows.append((name, value, f"{self.fields[name].label}: {words}"))
        return rows


class SaveSearchForm(SiteForm):
    """A name for the search one comes with."""

    name = LineField(label=_("Name of this search"), max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a search for nothing."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("query"):
            raise forms.ValidationError(_("Search the job board first, then save the search."))
        return cleaned


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    text = urlencode(list(pairs))
    return f"{text}&" if text else ""
