"""What the API shows and takes of experts that somebody keeps in view."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import In
from experts.serializers.profiles import ProfileOut


class SavedExpertOut(serializers.Serializer[Any]):
    """An expert you keep in view; nobody else sees that, the expert neither."""

    expert = ProfileOut()
    saved_at = serializers.DateTimeField(source="created_at")


class SaveExpertIn(In):
    """Whom to keep in view."""

    expert = serializers.CharField(max_length=40, help_text="The id of an expert.")
