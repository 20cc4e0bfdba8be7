"""What people fill in for consultations; cleaning only, the services decide."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.models.consultation import LENGTHS
from contracts.selectors.consultations import Time
from contracts.services.consultations import TimeIsTaken
from contracts.services.consulting import PRICE_LEAST_MINOR, PRICE_MOST_MINOR
from marketplace.kit.forms import MoneyField, SiteForm, TextField
from marketplace.kit.words import filled_in, money_text

MOST_WEEKS = 8


class PriceForm(SiteForm):
    """What thirty minutes cost."""

    price = MoneyField(
        label=_("Price for 30 minutes, USD"),
        currency=settings.CURRENCY,
        least=PRICE_LEAST_MINOR,
        most=PRICE_MOST_MINOR,
        help_text=_("Before our fee. Consultations that are booked keep theirs."),
    )


class TimesForm(SiteForm):
    """A time on the expert's own clock, once or every week."""

    first = forms.DateTimeField(
        label=_("Date and time, on your clock"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    minutes = forms.TypedChoiceField(
        label=_("Length"),
        coerce=int,
        choices=[(row, filled_in(_("%d minutes"), row)) for row in LENGTHS],
    )
    weeks = forms.TypedChoiceField(
        label=_("Repeat"),
        coerce=int,
        choices=[(1, _("Once"))]
        + [(row, filled_in(_("Every week, %d times"), row)) for row in range(2, MOST_WEEKS + 1)],
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a week in which the clock skips this time."""
        if "first" in self.cleaned_data and "weeks" in self.cleaned_data:
            zone = timezone.get_current_timezone()
            for start in self.starts:
                if start.astimezone(zone).time() != self._local.time():
                    message = _("In one of these weeks the clock skips this time. Choose another.")
                    self.add_error("first", message)
                    break
        return self.cleaned_data

    @property
    def starts(self) -> list[datetime]:
        """The moments: the same time of day every week, also over a change of the clock."""
        zone = timezone.get_current_timezone()
        return [
            (self._local + timedelta(weeks=number)).replace(tzinfo=zone).astimezone(UTC)
            for number in range(self.cleaned_data["weeks"])
        ]

    @property
    def _local(self) -> datetime:
        local: datetime = timezone.localtime(self.cleaned_data["first"]).replace(tzinfo=None)
        return local


class BookForm(SiteForm):
    """Which time, and what it is about."""

    slot = forms.ChoiceField(
        label=_("Time"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": TimeIsTaken.sentence},
    )
    question = TextField(
        label=_("What you want to talk about"),
        max_length=2000,
        rows=5,
        help_text=_("The expert reads it before you meet."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, times: Sequence[Time]) -> None:
        super().__init__(data)
        field = self.fields["slot"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [(row.slot.public_id, _label(row)) for row in times]
        field.initial = times[0].slot.public_id if times else None


class NotesForm(SiteForm):
    """What was said, for the client to keep."""

    notes = TextField(
        label=_("Your notes for the client"),
        max_length=4000,
        rows=6,
        help_text=_("What you advised, and what they should do next."),
    )


def _label(row: Time) -> str:
    words = {
        "yours": row.yours,
        "theirs": row.theirs,
        "minutes": row.slot.minutes,
        "price": money_text(row.price.amount) if row.price else "",
    }
    return _("%(yours)s (for the expert: %(theirs)s), %(minutes)d minutes, %(price)s") % words
