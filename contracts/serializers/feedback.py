"""What the API shows and takes of what each side says of the other."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import In
from contracts.models.feedback import SCORE_KEYS, Feedback

KEYS = [key.value for keys in SCORE_KEYS.values() for key in keys]


class PointsOut(serializers.Serializer[Any]):
    """A sub-score of 1 to 5."""

    key = serializers.CharField()
    points = serializers.IntegerField()


class FeedbackOut(serializers.Serializer[Any]):
    """What one side said, and the one reply to it."""

    side = serializers.CharField()
    rating = serializers.IntegerField()
    scores = serializers.SerializerMethodField()
    text = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)
    reply = serializers.CharField()
    reply_until = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(PointsOut(many=True))
    def get_scores(self, row: Feedback) -> Any:
        """Show the sub-scores in the order of their names."""
        rows = [{"key": key, "points": row.scores[key]} for key in sorted(row.scores)]
        return PointsOut(rows, many=True).data


class BothSidesOut(serializers.Serializer[Any]):
    """What your side said, and what the other did once it is public."""

    own = FeedbackOut(allow_null=True)
    others = FeedbackOut(allow_null=True)


class PointsIn(In):
    """A sub-score of 1 to 5."""

    key = serializers.ChoiceField(choices=sorted(set(KEYS)))
    points = serializers.IntegerField(min_value=1, max_value=5)


class FeedbackIn(In):
    """A rating, the six sub-scores of your side, and a few words; it cannot be changed."""

    rating = serializers.IntegerField(min_value=1, max_value=5)
    scores = serializers.ListField(child=PointsIn(), min_length=1, max_length=len(set(KEYS)))
    text = serializers.CharField(max_length=1500)

    def validate_scores(self, rows: Any) -> dict[str, int]:
        """Read them as the service knows them."""
        return {row["key"]: row["points"] for row in rows}


class ReplyIn(In):
    """The one answer to what was said; it is public at once and cannot be changed."""

    text = serializers.CharField(max_length=1000)
