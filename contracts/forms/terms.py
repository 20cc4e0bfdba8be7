"""What people fill in to change or to end a contract; cleaning only, the services decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contracts.forms.clauses import ClauseForm
from contracts.forms.offers import MilestoneRow
from contracts.models import Contract, Milestone, Pause
from contracts.models.milestone import UNPAID
from contracts.services.differences import Check, Planned
from contracts.written import CHECK_FIELDS
from jobs.models.job import MOST_CHECKS
from jobs.models.plan import Comparator
from jobs.models.proposal import MOST_MILESTONES
from marketplace.kit.forms import LineField, MoneyField, SiteForm, TextField
from marketplace.kit.rows import Rows
from marketplace.kit.words import money_text

Data = Mapping[str, Any]
REVIEW_WINDOWS = (7, 14, 21, 30)
# The buttons that add a row to a list or take one out of it.
PRESSES = [f"{name}-{press}" for name in ("milestones", "checks") for press in ("add", "remove")]


class PlannedRow(MilestoneRow):
    """One milestone nobody has paid for; `of` names the one it is now."""

    of = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)


class CheckRow(SiteForm):
    """One acceptance check; `of` is the position of the one it is now."""

    of = forms.IntegerField(required=False, widget=forms.HiddenInput)
    metric = LineField(label=_("Metric"), max_length=120)
    comparator = forms.ChoiceField(label=_("Comparison"), choices=Comparator.choices)
    target = LineField(label=_("Target"), max_length=60)
    unit = LineField(label=_("Unit"), max_length=20, required=False)
    how = LineField(label=_("How it is measured"), max_length=300, required=False)


class ChangeForm(ClauseForm):
    """The terms as they would be: prefilled with what is agreed.

    Clauses are asked for where some are agreed: contracts older than the library have none.
    """

    review_window_days = forms.TypedChoiceField(
        label=_("Days to review submitted work"), coerce=int
    )
    message = TextField(
        label=_("Why"),
        max_length=2000,
        rows=3,
        required=False,
        help_text=_("The other side reads it above the differences."),
    )

    def __init__(self, data: Data | None = None, *, contract: Contract) -> None:
        work = [row for row in contract.milestones.all() if not row.is_bonus]
        unpaid = [row for row in work if row.status in UNPAID]
        paid = [row for row in work if row.status not in {*UNPAID, Milestone.Status.CANCELLED}]
        self.known = {row.public_id: row for row in work}
        self.agreed = {row.position: row for row in contract.agreed_checks}
        self.milestones, self.checks = self._rows(
            data, unpaid, most=max(MOST_MILESTONES - len(paid), 0)
        )
        is_changing = self.milestones.is_changing or self.checks.is_changing
        first = {"review_window_days": contract.review_window_days}
        super().__init__(None if is_changing else data, initial=data if is_changing else first)
        windows = sorted({*REVIEW_WINDOWS, contract.review_window_days})
        field = self.fields["review_window_days"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 (declared above)
        field.choices = [(days, ngettext("%d day", "%d days", days) % days) for days in windows]
        self.has_clauses = bool(contract.clauses)
        if self.has_clauses:
            self.offer_clauses(contract.clauses)

    @property
    def errors(self) -> ErrorDict:
        """What is wrong with the terms, or with a milestone or a check of them."""
        parts = {"milestones": self.milestones.errors, "checks": self.checks.errors}
        return ErrorDict(super().errors | {name: wrong for name, wrong in parts.items() if wrong})

    @property
    def terms(self) -> dict[str, Any]:
        """What the service is given."""
        return {
            "planned": [
                Planned(**row | {"of": self.known.get(row["of"])})
                for row in self.milestones.cleaned_data
            ],
            "checks": [
                Check(**row | {"of": self.agreed.get(row["of"])})
                for row in self.checks.cleaned_data
            ],
            "review_window_days": self.cleaned_data["review_window_days"],
            "clauses": self.clauses if self.has_clauses else (),
            "message": self.cleaned_data["message"],
        }

    def _rows(self, data: Data | None, unpaid: list[Milestone], *, most: int) -> tuple[Rows, Rows]:
        kept = data
        if data is not None and any(press in data for press in PRESSES):
            # Where a row of one list comes or goes, the other one is shown as typed, unchecked.
            kept = dict(data.items()) | {"milestones-update": "1", "checks-update": "1"}
        milestones = [
            {"of": row.public_id, "title": row.title, "amount": row.amount, "due_on": row.due_on}
            for row in unpaid
        ]
        checks = [
            {"of": row.position} | {name: getattr(row, name) for name in CHECK_FIELDS}
            for row in self.agreed.values()
        ]
        return (
            Rows(
                PlannedRow, prefix="milestones", least=0, most=most, data=kept, initial=milestones
            ),
            Rows(CheckRow, prefix="checks", least=0, most=MOST_CHECKS, data=kept, initial=checks),
        )


class DeclineChangeForm(SiteForm):
    """Why the other side says no."""

    note = TextField(
        label=_("Why not"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=_("The other side reads it. They can propose something else."),
    )


class EndForm(SiteForm):
    """Why nothing more is to be begun."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=Contract.EndReason.choices, widget=forms.RadioSelect
    )
    note = TextField(
        label=_("In your words"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=_("The other side reads it."),
    )


class PauseForm(SiteForm):
    """Why nothing new is to begin for a while."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=Pause.Reason.choices, widget=forms.RadioSelect
    )
    note = TextField(
        label=_("In your words"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=_("The other side reads it."),
    )


class ShareForm(SiteForm):
    """How the held money of each milestone is to be shared, by what the expert gets of it."""

    def __init__(self, data: Data | None = None, *, held: list[Milestone]) -> None:
        super().__init__(data)
        self.held = held
        for milestone in held:
            self.fields[_part(milestone)] = MoneyField(
                label=_("To the expert for milestone %(number)d, %(title)s")
                % {"number": milestone.position, "title": milestone.title},
                currency=settings.CURRENCY,
                least=0,
                most=milestone.held.minor,
                help_text=_("Of %(held)s held. The rest goes back to the client.")
                % {"held": money_text(milestone.held)},
            )
        self.fields["message"] = TextField(label=_("Why"), max_length=2000, rows=3, required=False)

    @property
    def terms(self) -> dict[str, Any]:
        """What the service is given."""
        return {
            "shares": {row.pk: self.cleaned_data[_part(row)] for row in self.held},
            "message": self.cleaned_data["message"],
        }


def _part(milestone: Milestone) -> str:
    return f"part_{milestone.position}"
