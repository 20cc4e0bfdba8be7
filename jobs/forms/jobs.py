"""Cleans what a client types while posting, changing and closing a job."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from itertools import zip_longest
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.services import organisations
from experts.models import Skill
from experts.models.skill import Level
from jobs import clauses
from jobs.forms.choices import offer
from jobs.forms.parts import Data, FormWithParts, beside, filled
from jobs.models import Job, UseCase
from jobs.models.job import (
    HIGHEST_RATE_MINOR,
    MOST_CHECKS,
    MOST_MUST_HAVES,
    MOST_NICE_TO_HAVES,
    MOST_WEEKS,
    NOT_CHOSEN,
)
from jobs.models.plan import Comparator
from jobs.services.briefs import Brief, Check, Wish
from marketplace.kit.errors import DomainError
from marketplace.kit.forms import (
    ChoiceCards,
    LanguagesField,
    LineField,
    MoneyField,
    SiteForm,
    TextField,
)
from marketplace.kit.money import Money
from marketplace.kit.places import time_zones
from marketplace.kit.rows import Rows
from marketplace.kit.words import written


class UseCaseForm(SiteForm):
    """Which template to begin with."""

    use_case = forms.TypedChoiceField(
        label=_("Use case"),
        widget=ChoiceCards,
        error_messages={"required": _("Pick the use case that comes closest")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        use_cases = {row.slug: row for row in UseCase.objects.all()}
        offer(self.fields["use_case"], use_cases)
        self.fields["use_case"].widget.hints = {slug: _hint(row) for slug, row in use_cases.items()}


def _hint(use_case: UseCase) -> str:
    words = {
        "summary": use_case.summary,
        "price": written(Money(use_case.budget_min_minor, settings.CURRENCY), 0),
        "least": use_case.weeks_min,
        "most": use_case.weeks_max,
    }
    return _("%(summary)s From %(price)s, %(least)s to %(most)s weeks.") % words


class CheckForm(SiteForm):
    """One acceptance check."""

    metric = LineField(label=_("Metric"), max_length=120)
    comparator = forms.ChoiceField(
        label=_("Compared"), choices=Comparator.choices, initial=Comparator.AT_LEAST
    )
    target = LineField(label=_("Target"), max_length=60)
    unit = LineField(label=_("Unit"), max_length=20, required=False)
    how = LineField(label=_("How it is measured"), max_length=300, required=False)

    def has_changed(self) -> bool:
        """Whether anything was typed; the comparator alone is no check."""
        return self.changed_data not in ([], ["comparator"])


class WishForm(SiteForm):
    """A skill and how far the proof has to reach; without a skill it is left empty."""

    skill = forms.TypedChoiceField(label=_("Skill"))
    level = forms.TypedChoiceField(
        label=_("At least"),
        choices=lambda: [(level.value, f"{level.value}: {level.label}") for level in Level],
        coerce=int,
        initial=Level.SHIPPED.value,
    )

    def __init__(self, *args: Any, skills: Mapping[str, Skill], **options: Any) -> None:
        super().__init__(*args, empty_permitted=True, **options)
        offer(self.fields["skill"], skills, ("", _("None")))

    def has_changed(self) -> bool:
        """Whether a skill was chosen; a level alone is no wish."""
        return bool(self["skill"].data)


class ScopeForm(FormWithParts):
    """Step 2: the work, how it is judged and which skills it takes."""

    check_form: Callable[..., CheckForm] = CheckForm

    title = LineField(label=_("Title"), max_length=120)
    scope = TextField(
        label=_("Scope"), max_length=6000, widget=forms.Textarea(attrs={"class": "tall"})
    )
    today = TextField(label=_("What do you have today?"), max_length=3000, rows=4, required=False)
    sensitivity = forms.ChoiceField(
        label=_("Data sensitivity"),
        choices=Job.Sensitivity.choices,
        widget=ChoiceCards,
        help_text=_("It decides which clauses the offer begins with. Experts see them on the job."),
    )
    screening_question = LineField(
        label=_("Screening question"),
        max_length=300,
        required=False,
        help_text=_("Every expert answers it in the proposal."),
    )

    def __init__(self, data: Data | None = None, *, brief: Brief, is_settled: bool = False) -> None:
        self.is_settled, self.written = is_settled, brief.checks
        self.checks = Rows(
            self.check_form,
            prefix="check",
            most=MOST_CHECKS,
            data=None if is_settled else data,
            initial=[asdict(check) for check in self.written],
        )
        is_changing = self.checks.is_changing
        names = ("title", "scope", "today", "sensitivity", "screening_question")
        kept = {name: getattr(brief, name) for name in names}
        super().__init__(None if is_changing else data, initial=data if is_changing else kept)
        self.fields["sensitivity"].widget.hints = {
            value: " ".join(clause.plain for clause in clauses.of_sensitivity(value))
            for value in Job.Sensitivity.values
        }
        self.must_have, self.nice_to_have = self._wish_forms(data, brief)
        wishes = {str(form.prefix): form for form in (*self.must_have, *self.nice_to_have)}
        self.parts = wishes if is_settled else {"checks": self.checks, **wishes}

    def clean(self) -> dict[str, Any]:
        """Gather the parts under the names the service knows."""
        gathered = super().clean() or self.cleaned_data
        gathered["must_have"] = [Wish(**row) for row in filled(self.must_have)]
        gathered["nice_to_have"] = [Wish(**row) for row in filled(self.nice_to_have)]
        gathered["checks"] = [Check(**row) for row in filled(self.checks)]
        if self.is_settled:
            gathered["checks"] = self.written
        return gathered

    def _wish_forms(self, data: Data | None, brief: Brief) -> Iterator[list[WishForm]]:
        """Build as many forms as there may be must-haves, then as there may be nice-to-haves."""
        skills = {row.slug: row for row in Skill.objects.filter(is_badgeable=True)}
        for name, most, wishes in (
            ("must", MOST_MUST_HAVES, brief.must_have),
            ("nice", MOST_NICE_TO_HAVES, brief.nice_to_have),
        ):
            firsts = [{"skill": wish.skill.slug, "level": wish.level} for wish in wishes]
            make = partial(beside, self.checks, WishForm, data, skills=skills)
            yield [
                make(prefix=f"{name}-{number}", initial=first)
                for number, first in zip_longest(range(most), firsts)
            ]


class WholeScopeForm(ScopeForm):
    """Step 2 on the way to publishing: nothing experts need may be missing."""

    def clean(self) -> dict[str, Any]:
        """Ask for one must-have; the rows ask for one check themselves."""
        gathered = super().clean()
        if not gathered["must_have"] and not self.wrong_parts:
            self.add_error(None, _("Choose at least one must-have skill."))
        return gathered


class DraftScopeForm(ScopeForm):
    """Step 2 put aside for later: anything may still be missing."""

    check_form = partial(CheckForm, empty_permitted=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["title"].required = self.fields["scope"].required = False


class DraftBudgetForm(SiteForm):
    """Step 3: what it may cost, how long it may take, who sees it."""

    budget_min = MoneyField(
        label=_("Budget from"),
        currency=settings.CURRENCY,
        least=settings.MILESTONE_MIN_MINOR,
        required=False,
    )
    budget_max = MoneyField(
        label=_("Budget to"),
        currency=settings.CURRENCY,
        least=settings.MILESTONE_MIN_MINOR,
        required=False,
    )
    max_rate = MoneyField(
        label=_("Highest hourly rate"),
        currency=settings.CURRENCY,
        least=1_00,
        most=HIGHEST_RATE_MINOR,
        required=False,
        help_text=_("Experts who ask for more are not told about the job. They still find it."),
    )
    weeks = forms.IntegerField(
        label=_("Weeks"),
        min_value=1,
        max_value=MOST_WEEKS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    shared_hours = forms.TypedChoiceField(
        label=_("Working hours to share"),
        coerce=int,
        choices=lambda: [
            (0, _("None: work at any time")),
            *((hours, _("At least %(hours)s h") % {"hours": hours}) for hours in range(1, 9)),
        ],
        help_text=_("Between 09:00 and 17:00 on both clocks."),
    )
    time_zone = forms.ChoiceField(label=_("Your time zone"), choices=time_zones)
    languages = LanguagesField(
        label=_("Languages of work"),
        max_length=120,
        help_text=_("Separated by commas. The work can be done in any of them."),
    )
    visibility = forms.ChoiceField(
        label=_("Who sees the job"), choices=Job.Visibility.choices, widget=forms.RadioSelect
    )

    def readable(self, name: str) -> Money | None:
        """The amount that stands in a field now, kept or typed; nothing if it cannot be read."""
        value = self[name].value()
        if isinstance(value, Money):
            return value
        try:
            amount = self.fields[name].clean(value)
        except forms.ValidationError:
            return None
        return amount if isinstance(amount, Money) else None

    def clean(self) -> dict[str, Any]:
        """Hold the two ends of the budget against each other."""
        gathered = super().clean() or self.cleaned_data
        least, most = gathered.get("budget_min"), gathered.get("budget_max")
        if least and most and most < least:
            self.add_error("budget_max", _("Enter an amount that is not below the first one"))
        if bool(least) != bool(most) and not self.errors:
            self.add_error("budget_max" if least else "budget_min", _("Enter both ends"))
        return gathered


class BudgetForm(DraftBudgetForm):
    """Step 3 on the way to publishing: the budget is needed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["budget_min"].required = self.fields["budget_max"].required = True


class LeavingForm(DraftBudgetForm):
    """Step 3 of somebody without an account who goes back, or signs in: anything may be missing."""

    organisation_name = LineField(
        label=_("Name of your organisation"), max_length=120, required=False
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        required=False,
        help_text=_("We mail a code there. Experts never see the address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # The script puts the browser's zone where this one still stands.
        self.fields["time_zone"].widget.attrs["data-timezone"] = "UTC"


class VisitorBudgetForm(LeavingForm, BudgetForm):
    """Step 3 of somebody without an account: at its end, who they are."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation_name"].required = self.fields["email"].required = True

    def clean_organisation_name(self) -> str:
        """Say now what would be refused after the code from the mail."""
        name = str(self.cleaned_data["organisation_name"])
        try:
            organisations.check_name(name)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None
        return name


class CloseForm(SiteForm):
    """How the search ended."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(one.value, one.label) for one in Job.Outcome if one not in NOT_CHOSEN],
        widget=forms.RadioSelect,
        help_text=_("Everyone who proposed reads this as their answer."),
        error_messages={"required": _("Choose how it ended")},
    )
