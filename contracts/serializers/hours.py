"""What the API shows and takes of the hours of a week."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from accounts.serializers import In, Line, MoneyOut, Page, PublicModelOut
from contracts.models.hourly import A_DAY, MOST_LINES, QUARTER
from contracts.services import timesheets


def _page(sheet: Any) -> str:
    return reverse("contracts:timesheet", args=[sheet.contract.public_id, sheet.starts_on])


class LineOut(serializers.Serializer[Any]):
    """Some hours of one day, and what was done in them."""

    day = serializers.DateField()
    minutes = serializers.IntegerField()
    what = serializers.CharField()


class TimesheetOut(PublicModelOut):
    """The hours of one week; approving them lets money go, so it is done at `url`."""

    url = Page(_page)
    starts_on = serializers.DateField(help_text="A Monday.")
    status = serializers.CharField()
    minutes = serializers.IntegerField()
    amount = MoneyOut(help_text="Before fees.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    review_due_at = serializers.DateTimeField(
        allow_null=True, help_text="Released then, if nobody answers."
    )
    question = serializers.CharField(help_text="What the client asked last.")
    lines = LineOut(many=True)


class LineIn(In):
    """Some hours of one day; they are counted in quarters."""

    day = serializers.DateField()
    minutes = serializers.IntegerField(min_value=QUARTER, max_value=A_DAY)
    what = Line(max_length=300)

    def to_internal_value(self, data: Any) -> timesheets.Line:
        """Read it."""
        return timesheets.Line(**super().to_internal_value(data))


class WeekIn(In):
    """A week's hours, instead of those that were written down for it."""

    starts_on = serializers.DateField(help_text="A Monday, of this week or one of the four before.")
    lines = serializers.ListField(child=LineIn(), min_length=1, max_length=MOST_LINES)


class QuestionIn(In):
    """What the client wants to know before they approve."""

    question = serializers.CharField(max_length=1000)
