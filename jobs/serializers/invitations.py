"""What the API shows and takes of matches and invitations."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import In, Page, PublicModelOut
from jobs.models import Invitation, Match


def _job_page(row: Any) -> str:
    return reverse("jobs:detail", args=[row.job.public_id])


def _profile(row: Any) -> str:
    return reverse("experts:profile", args=[row.expert.slug])


class ReasonOut(serializers.Serializer[Any]):
    """One factor of a score, in words."""

    text = serializers.CharField()
    points = serializers.IntegerField()
    most = serializers.IntegerField(help_text="The most it could have.")
    raised_by = serializers.CharField(help_text="What would raise it; empty when nothing would.")


class MatchOut(serializers.Serializer[Any]):
    """A job that fits you: the score and every factor of it."""

    url = Page(_job_page)
    job = serializers.CharField(source="job.public_id")
    title = serializers.CharField(source="job.title")
    score = serializers.IntegerField(help_text="Of 100.")
    reasons = serializers.SerializerMethodField()

    def get_reasons(self, match: Match) -> list[dict[str, Any]]:
        """Explain the score."""
        names = ("text", "points", "most", "raised_by")
        rows = [dict(zip(names, factor, strict=True)) for factor in match.factors]
        return list(ReasonOut(rows, many=True).data)


class FactorOut(serializers.Serializer[Any]):
    """One factor of a score, in the client's words."""

    text = serializers.CharField()
    points = serializers.IntegerField()
    most = serializers.IntegerField(help_text="The most it could have.")
    lacking = serializers.CharField(help_text="Why it has not all of them; empty when it has.")


class CandidateOut(serializers.Serializer[Any]):
    """An expert a job of yours fits, and what speaks for them."""

    url = Page(_profile)
    expert = serializers.CharField(source="expert.public_id")
    name = serializers.CharField(source="expert.name")
    score = serializers.IntegerField(help_text="Of 100.")
    reasons = serializers.SerializerMethodField()
    factors = serializers.SerializerMethodField()

    @extend_schema_field(FactorOut(many=True))
    def get_factors(self, match: Match) -> Any:
        """Explain the score."""
        names = ("text", "points", "most", "lacking")
        rows = [dict(zip(names, factor, strict=True)) for factor in match.factors_to_client]
        return FactorOut(rows, many=True).data

    def get_reasons(self, match: Match) -> list[str]:
        """Say what speaks for them, in the order it was weighed."""
        return [text for text, _is_proven in match.sentences_to_client]


class InvitationOut(PublicModelOut):
    """A client's question to an expert: will you propose to this job?"""

    url = Page(_job_page)
    job = serializers.CharField(source="job.public_id")
    expert = serializers.CharField(source="expert.public_id")
    note = serializers.CharField()
    status = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    decline_reason = serializers.CharField()


class InvitationIn(In):
    """Whom to invite, and a word to them."""

    expert = serializers.CharField(max_length=40, help_text="The id of an expert.")
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class DeclineInvitationIn(In):
    """Why you say no; the client reads it."""

    reason = serializers.ChoiceField(choices=Invitation.Reason.values)
