"""What the API shows and takes of interviews."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from accounts.serializers import In, Line, Page, PublicModelOut
from jobs.models.interview import LENGTHS, MOST_TIMES


def _page(row: Any) -> str:
    return reverse("contracts:conversation", args=[row.conversation.public_id]) + "#talks"


class InterviewTimeOut(PublicModelOut):
    """A time that was proposed."""

    starts_at = serializers.DateTimeField()


class InterviewOut(PublicModelOut):
    """A talk of the two of a conversation; `side` proposed it, and the other picks a time."""

    url = Page(_page)
    side = serializers.CharField()
    status = serializers.CharField()
    times = InterviewTimeOut(many=True)
    starts_at = serializers.DateTimeField(allow_null=True, help_text="The time that was picked.")
    minutes = serializers.IntegerField()
    link = serializers.CharField()
    note = serializers.CharField()


class InterviewIn(In):
    """One to three different times within the next 60 days."""

    times = serializers.ListField(
        child=serializers.DateTimeField(), min_length=1, max_length=MOST_TIMES
    )
    minutes = serializers.ChoiceField(choices=LENGTHS)
    link = serializers.URLField(max_length=500, allow_blank=True, default="")
    note = Line(max_length=500, allow_blank=True, default="")
