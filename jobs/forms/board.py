"""Cleans what a reader of the job board searches for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from experts.directory import Choice
from experts.models import Skill
from jobs.forms.choices import offer
from jobs.job_board import DAYS, SHARED_HOURS, Counts
from jobs.models import Job, UseCase
from marketplace.kit.forms import LineField, MoneyField, SiteForm
from marketplace.kit.places import language_name, languages
from marketplace.kit.words import written

# The orders; the first is that of a board nobody has asked anything.
SORTS = (
    ("newest", _("Newest first")),
    ("budget", _("Budget, high to low")),
    ("fit", _("Best match for you")),
)
CHOICES = ("skills", "use_case", "language", "hours", "days", "sensitivity")


@dataclass(frozen=True, slots=True)
class Offers:
    """The skills and the kinds of work that one may choose, by their slugs."""

    skills: Mapping[str, Skill]
    kinds: Mapping[str, UseCase]

    @classmethod
    def now(cls) -> "Offers":
        """Return what there is, in its order; two statements."""
        skills = Skill.objects.filter(is_badgeable=True)
        kinds = UseCase.objects.order_by("position")
        return cls({row.slug: row for row in skills}, {row.slug: row for row in kinds})


class BoardForm(SiteForm):
    """Everything is optional; what cannot be read is shown as an error and left out."""

    q = LineField(label=_("Search jobs"), max_length=120, required=False)
    skills = forms.TypedMultipleChoiceField(label=_("Skill"), required=False, empty_value=[])
    budget = MoneyField(
        label=_("Budget of at least, USD"), currency=settings.CURRENCY, required=False
    )
    sensitivity = forms.ChoiceField(
        label=_("Data"), choices=[("", _("Any")), *Job.Sensitivity.choices], required=False
    )
    use_case = forms.TypedChoiceField(label=_("Kind of work"), required=False, empty_value=None)
    language = forms.ChoiceField(
        label=_("Language of work"), choices=lambda: [("", _("Any")), *languages()], required=False
    )
    hours = forms.TypedChoiceField(
        label=_("Working hours you share"),
        choices=lambda: [
            ("", _("Any")),
            *((least, gettext("%s or more") % least) for least in SHARED_HOURS),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    days = forms.TypedChoiceField(
        label=_("Posted"),
        choices=[
            ("", _("Any time")),
            *zip(DAYS, (_("Within a day"), _("Within a week"), _("Within a month")), strict=True),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    fits = forms.BooleanField(label=_("Only jobs that fit me"), required=False)
    sort = forms.ChoiceField(choices=SORTS, required=False)

    def __init__(self, *args: Any, offers: Offers | None = None, **options: Any) -> None:
        """Read a search at once.

        :param offers: for who reads several.
        """
        super().__init__(*args, **options)
        offers = offers or Offers.now()
        offer(self.fields["skills"], offers.skills)
        offer(self.fields["use_case"], offers.kinds, ("", _("Any")))
        self.full_clean()

    def choices(self, name: str, counts: Mapping[str, int]) -> list[Choice]:
        """Return what can be chosen for a filter in its order; a choice stays when it fits none.

        :param counts: how many jobs each value would show.
        """
        asked = {value for chosen, value, _label in self.chosen if chosen == name}
        field: Any = self.fields[name]
        return [
            Choice(str(value), str(label), counts.get(str(value), 0), str(value) in asked)
            for value, label in field.choices
            if value
        ]

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """Return (value, label, whether it is on) of every order."""
        now = self.found.get("sort", SORTS[0][0])
        return [(value, str(label), value == now) for value, label in SORTS]

    @property
    def found(self) -> dict[str, Any]:
        """What could be read."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def base(self) -> str:
        """The search as a query string that the key of a page can be put after."""
        return _query([*((name, value) for name, value, _label in self.chosen), *self._order])

    @property
    def query(self) -> str:
        """The same for who keeps it; nothing where nothing is searched for."""
        return self.base if self.chosen else ""

    @property
    def tags(self) -> list[tuple[str, str]]:
        """Each filter that is on, in words, with the address of the search without it."""
        return [
            (label, self._without((name, value)))
            for name, value, label in self.chosen
            if name != "q"
        ]

    def subject(self, words: str) -> SafeString:
        """Return the kind of work, the skills and these words, marked, as the title names them."""
        found = self.found
        kind = [found["use_case"].name] if "use_case" in found else []
        skills = [skill.name for skill in found.get("skills", ())]
        parts = [_marked(names) for names in (kind, skills, [words] if words else []) if names]
        return format_html_join(gettext(" and "), "{}", [(part,) for part in parts])

    def without(self, name: str) -> tuple[str, str]:
        """Return a filter with all its values in words, and the address without it."""
        rows = [(each, value) for each, value, _label in self.chosen if each == name]
        labels = [label for each, _value, label in self.chosen if each == name]
        return gettext(" or ").join(labels), self._without(*rows)

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
            if value := self.found.get(name):
                words = dict(self.fields[name].choices)[value]  # type: ignore[attr-defined]
                rows.append((name, str(value), f"{self.fields[name].label}: {words}"))
        return rows

    @property
    def _order(self) -> list[tuple[str, str]]:
        """The order, where it is not the usual one."""
        sort = self.found.get("sort", "")
        return [("sort", sort)] if sort and sort != SORTS[0][0] else []

    def _without(self, *rows: tuple[str, str]) -> str:
        kept = [(name, value) for name, value, _label in self.chosen if (name, value) not in rows]
        return "?" + _query([*kept, *self._order]).rstrip("&")


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


def facets(form: BoardForm, counts: Counts) -> dict[str, list[Choice]]:
    """Return the choices of each filter, those of long lists by how many jobs they show."""
    found = {name: form.choices(name, counts[name]) for name in CHOICES}
    for name in ("skills", "language"):
        found[name].sort(key=lambda choice: (not choice.is_on, -choice.count))
    # Nobody looks through all the languages there are.
    found["language"] = [each for each in found["language"] if each.count or each.is_on]
    return found


def _marked(names: Iterable[str]) -> SafeString:
    """Return names of which any will do, marked."""
    return format_html_join(gettext(" or "), "<mark>{}</mark>", [(name,) for name in names])


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    text = urlencode(list(pairs))
    return f"{text}&" if text else ""
