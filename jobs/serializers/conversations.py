"""What the API shows and takes of conversations."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from accounts.serializers import In, Page, PublicModelOut


def _page(row: Any) -> str:
    return reverse("contracts:conversation", args=[row.public_id])


class ConversationOut(PublicModelOut):
    """A conversation of a client and an expert about a job."""

    url = Page(_page)
    job = serializers.CharField(source="job.public_id")
    expert = serializers.CharField(source="expert.public_id")
    client = serializers.CharField(source="job.organisation.name")
    unread = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class MessageOut(PublicModelOut):
    """What one side wrote."""

    side = serializers.CharField()
    by = serializers.CharField(source="by.shown_name")
    text = serializers.CharField()
    leads_away = serializers.ListField(source="lures", child=serializers.CharField())
    created_at = serializers.DateTimeField()


class MessageIn(In):
    """A message; files are sent in the browser."""

    text = serializers.CharField(max_length=4000)
