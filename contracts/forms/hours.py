"""What people fill in for work by the hour; cleaning only, the services decide."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from contracts.forms.clauses import ClauseForm
from contracts.models import Offer, Timesheet
from contracts.models.hourly import MOST_LINES, QUARTER
from contracts.services.offered import RATE_LEAST_MINOR, RATE_MOST_MINOR, RATE_STEP_MINOR
from contracts.services.timesheets import Line
from jobs import clauses
from jobs.models import Proposal
from marketplace.kit.forms import LineField, MoneyField, SiteForm, TextField
from marketplace.kit.rows import Rows
from marketplace.kit.words import deadline_day_text


class HoursField(forms.DecimalField):
    """Hours as people write them ("1.5", "1,5", "1:30"), in quarters, read as minutes."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(min_value=0, max_value=most, max_digits=5, decimal_places=2, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        self.error_messages["required"] = _("Enter hours, like 1.5")
        self.error_messages["invalid"] = _("Enter hours in numbers, like 1.5")

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 60:g}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().replace(",", ".")
        hours, colon, minutes = text.partition(":")
        if colon and hours.isdecimal() and minutes.isdecimal() and len(text) < len("100:000"):
            text = f"{Decimal(hours) + Decimal(minutes) / 60:.4f}".rstrip("0")
        return super().to_python(text)

    def clean(self, value: Any) -> int:
        minutes = super().clean(value) * 60
        if minutes % QUARTER or minutes <= 0:
            raise forms.ValidationError(_("Enter hours in quarters, like 0.25 or 1.5"))
        return int(minutes)


class HourlyOfferForm(ClauseForm):
    """Terms by the hour: a rate, a weekly limit."""

    title = LineField(label=_("Title of the contract"), max_length=120)
    rate = MoneyField(
        label=_("Rate for an hour, USD"),
        currency=settings.CURRENCY,
        least=RATE_LEAST_MINOR,
        most=RATE_MOST_MINOR,
        help_text=_("In whole dollars, before fees."),
    )
    weekly_minutes = HoursField(
        label=_("Most hours a week"),
        most=60,
        help_text=_("Nobody can hand in more than this for a week, or more than is paid for."),
    )
    message = TextField(label=_("Message to the expert"), max_length=2000, rows=4, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        proposal: Proposal,
        answered: Offer | None = None,
    ) -> None:
        super().__init__(data, initial=_offered(answered) if answered else _first(proposal))
        if answered:
            self.fields["message"].label = _("Why")
        self.offer_clauses(answered.clauses if answered else clauses.usual(proposal.job))

    @property
    def terms(self) -> dict[str, Any]:
        """What the service is given."""
        names = ("title", "rate", "weekly_minutes", "message")
        return {name: self.cleaned_data[name] for name in names} | {"clauses": self.clauses}

    def clean_rate(self) -> Any:
        """Refuse cents: a quarter of an hour has to cost whole cents."""
        rate = self.cleaned_data["rate"]
        if rate.minor % RATE_STEP_MINOR:
            raise forms.ValidationError(_("Enter a rate in whole dollars"))
        return rate


def _first(proposal: Proposal) -> dict[str, Any]:
    """The expert's own rate, and half a week."""
    whole = proposal.expert.rate_minor // RATE_STEP_MINOR * RATE_STEP_MINOR
    field = MoneyField(currency=settings.CURRENCY)
    return {
        "title": proposal.job.title,
        "rate": field.written(min(max(whole, RATE_LEAST_MINOR), RATE_MOST_MINOR)),
        "weekly_minutes": "20",
    }


def _offered(offer: Offer) -> dict[str, Any]:
    """The terms that are answered with others."""
    return {
        "title": offer.title,
        "rate": MoneyField(currency=offer.currency).written(offer.rate.minor),
        "weekly_minutes": offer.weekly_minutes,
    }


class PrepayForm(SiteForm):
    """Which week is paid for, and how many hours of it."""

    starts_on = forms.TypedChoiceField(label=_("Week of"), coerce=date.fromisoformat)
    minutes = HoursField(label=_("Hours"), most=60)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        weeks: Sequence[date],
        minutes: int,
    ) -> None:
        super().__init__(data, initial={"minutes": minutes})
        field = self.fields["starts_on"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 (declared above)
        field.choices = [(week.isoformat(), deadline_day_text(week)) for week in weeks]


class LineRow(SiteForm):
    """Some hours of one day."""

    day = forms.TypedChoiceField(label=_("Day"), coerce=date.fromisoformat)
    minutes = HoursField(label=_("Hours"), most=24)
    what = LineField(label=_("What was done"), max_length=300)

    def __init__(self, *args: Any, days: Sequence[date], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["day"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 (declared above)
        field.choices = [(day.isoformat(), deadline_day_text(day)) for day in days]


class TimesheetForm(SiteForm):
    """A week's hours, line by line."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        days: Sequence[date],
        sheet: Timesheet | None,
    ) -> None:
        def row(*args: Any, **options: Any) -> LineRow:
            return LineRow(*args, days=days, **options)

        written = sheet.lines.all() if sheet else ()
        self.lines = Rows(
            row,
            prefix="lines",
            most=MOST_LINES,
            data=data,
            initial=[
                {"day": line.day.isoformat(), "minutes": line.minutes, "what": line.what}
                for line in written
            ],
        )
        super().__init__(data if self.lines.is_bound else None)

    @property
    def errors(self) -> ErrorDict:
        """What is wrong with the week, or with a line of it."""
        rows = self.lines.errors
        return ErrorDict(super().errors | ({"lines": rows} if rows else {}))

    @property
    def written(self) -> list[Line]:
        """What the service is given."""
        return [Line(**row) for row in self.lines.cleaned_data]


class QueryForm(SiteForm):
    """What the client wants to know before they approve."""

    question = TextField(
        label=_("Your question"),
        max_length=1000,
        rows=4,
        help_text=_("Name the day and what is unclear. The expert corrects the hours or explains."),
    )


class ApproveHoursForm(SiteForm):
    """The one tick before money leaves, and what becomes of the rest."""

    rest = forms.ChoiceField(
        label=_("What is left over"),
        choices=[("rolls", _("Keep it for the next week")), ("returns", _("Send it back to me"))],
        widget=forms.RadioSelect,
        initial="rolls",
    )
    is_checked = forms.BooleanField(
        label=_("I have read what was done in these hours"),
        error_messages={"required": _("Tick this once you have read the hours")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, has_left_over: bool) -> None:
        super().__init__(data)
        if not has_left_over:
            del self.fields["rest"]

    @property
    def is_sent_back(self) -> bool:
        """Whether what is left over goes back now."""
        return self.cleaned_data.get("rest") == "returns"
