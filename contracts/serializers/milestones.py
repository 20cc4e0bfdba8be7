"""What the API takes of work that is handed in, and shows of it."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import In, Line, PublicModelOut
from contracts.services.declarations import Declared
from experts.models import ModelRelease

# More checks than any contract has, and more models than any work runs on.
MANY = 50
MOST_MODELS = 8


class ReadingOut(serializers.Serializer[Any]):
    """What was measured for one agreed check."""

    position = serializers.IntegerField(source="agreed_check.position")
    metric = serializers.CharField(source="agreed_check.metric")
    value = serializers.CharField()
    explanation = serializers.CharField()
    is_met = serializers.BooleanField(
        allow_null=True, help_text="Nothing when only a reader can tell."
    )


class SubmissionOut(PublicModelOut):
    """Work that was handed in."""

    note = serializers.CharField()
    link = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of all that was handed in.")
    created_at = serializers.DateTimeField()
    readings = ReadingOut(many=True, source="measures")


class ReadingIn(In):
    """A value for one agreed check; one that is missed or not measured takes a sentence."""

    position = serializers.IntegerField(min_value=1, max_value=MANY)
    value = Line(max_length=60, allow_blank=True, default="")
    explanation = Line(max_length=400, allow_blank=True, default="")


class DeclarationIn(In):
    """What the client has to know of the models to run the work without you."""

    others = Line(
        max_length=300,
        allow_blank=True,
        default="",
        help_text="Models that the registry does not have.",
    )
    adaptation = serializers.CharField(max_length=2000)
    data_used = serializers.CharField(max_length=2000)
    limits = serializers.CharField(max_length=2000)
    operators = serializers.CharField(max_length=2000)

    def to_internal_value(self, data: Any) -> Declared:
        """Read it."""
        return Declared(**super().to_internal_value(data))


class SubmissionIn(In):
    """Work to hand in, with a reading for every agreed check."""

    note = serializers.CharField(max_length=4000)
    link = serializers.URLField(max_length=500, allow_blank=True, default="")
    readings = serializers.ListField(child=ReadingIn(), max_length=MANY, default=list)
    built_on = serializers.ListField(
        child=serializers.SlugRelatedField(
            slug_field="api_id", queryset=ModelRelease.objects.all()
        ),
        max_length=MOST_MODELS,
        default=list,
        help_text="Models it runs on, as the registry names them.",
    )
    declaration = DeclarationIn(
        allow_null=True,
        default=None,
        help_text="Asked for with the last work of a contract, if it runs on a model.",
    )


class ChangesIn(In):
    """What has to change, and which agreed checks fail."""

    note = serializers.CharField(max_length=2000)
    failing = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MANY),
        max_length=MANY,
        default=list,
        help_text="Their positions.",
    )
