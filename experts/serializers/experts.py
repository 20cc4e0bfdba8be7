"""What the API shows of experts and badges."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import In, Page, PublicModelOut
from experts.directory import Directory
from experts.models import Badge, Evidence, Expert
from experts.selectors import reputation_from
from experts.serializers.profiles import ProfileOut
from experts.verification import Report
from marketplace.kit.jws import MOST_CHARACTERS


class SkillOut(serializers.Serializer[Any]):
    """A skill by its slug, with the name people read."""

    slug = serializers.CharField()
    name = serializers.CharField(source="english_name")


def _badge_page(badge: Any) -> str:
    return reverse("experts:badge", args=[badge.public_id])


class BadgeOut(PublicModelOut):
    """A badge as others may check it."""

    url = Page(_badge_page)
    skill = SkillOut()
    level = serializers.IntegerField()
    status = serializers.CharField()
    issued_on = serializers.DateField()
    valid_until = serializers.DateField()


class EvidenceOut(PublicModelOut):
    """One piece of evidence; of one shown by its title alone, the rest is empty."""

    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    own_share = serializers.IntegerField(
        allow_null=True, help_text="Per cent of the work that was theirs."
    )

    def to_representation(self, instance: Evidence) -> dict[str, Any]:
        """Tell no more than its owner shows."""
        told: dict[str, Any] = super().to_representation(instance)
        return told if instance.is_public else told | {"kind": "", "url": "", "own_share": None}


class BadgeDetailOut(BadgeOut):
    """A badge with its holder and its public evidence."""

    expert = serializers.CharField(source="expert.public_id")
    evidence = serializers.SerializerMethodField()

    @extend_schema_field(EvidenceOut(many=True))
    def get_evidence(self, badge: Badge) -> Any:
        """Show what the holder did not keep confidential."""
        return EvidenceOut(badge.application.shown_evidence, many=True).data


class CredentialOut(serializers.Serializer[Any]):
    """A badge's signed credential, and what it says."""

    number = serializers.CharField(help_text="The certificate number.")
    jwt = serializers.CharField(help_text="The signed credential.")
    claims = serializers.DictField(help_text="What it says, for reading.")


class VerifyIn(In):
    """A credential somebody showed, and the address they gave."""

    credential = serializers.CharField(
        max_length=MOST_CHARACTERS, help_text="A token, its JSON envelope or its SVG picture."
    )
    holder = serializers.CharField(
        max_length=254, required=False, default="", allow_blank=True,
        help_text="The e-mail address of the person who showed it.",
    )  # fmt: skip


class StepOut(serializers.Serializer[Any]):
    """One thing that was checked."""

    key = serializers.CharField()
    outcome = serializers.CharField(source="outcome.value", help_text="passed, failed or skipped.")
    words = serializers.CharField()


class ReportOut(serializers.Serializer[Any]):
    """What came of it; `claims` is empty unless we signed them."""

    is_verified = serializers.BooleanField()
    steps = StepOut(many=True)
    claims = serializers.SerializerMethodField()

    def get_claims(self, report: Report) -> dict[str, Any]:
        """Repeat nothing that is not proven to be ours."""
        return report.claims if report.is_signed else {}


class ScoreOut(serializers.Serializer[Any]):
    """What clients' words come to, with what it stands on."""

    score = serializers.FloatField(help_text="1 to 5; begins at the prior.")
    low = serializers.FloatField(help_text="Lower end of the 90 % interval.")
    high = serializers.FloatField(help_text="Upper end.")
    count = serializers.IntegerField(help_text="Contracts that count.")
    on = serializers.DateField(help_text="The day it was computed for; weights fade with time.")


class RuleOut(serializers.Serializer[Any]):
    """The constants of the score."""

    half_life_days = serializers.IntegerField()
    prior_mean = serializers.FloatField()
    prior_weight = serializers.FloatField()
    prior_variance = serializers.FloatField()
    z = serializers.FloatField()
    after_lost_dispute = serializers.FloatField(help_text="Its weight is multiplied by this.")
    too_small = serializers.ListField(child=serializers.CharField())


class ContributionOut(serializers.Serializer[Any]):
    """One finished contract: all that goes into the score, and what it adds."""

    source = serializers.CharField(source="said.source")  # type: ignore[assignment]
    completed_on = serializers.DateField(source="said.completed_on")
    rating = serializers.IntegerField(source="said.rating")
    scores = serializers.DictField(source="said.scores")
    amount_band = serializers.CharField(source="said.amount_band")
    is_linked = serializers.BooleanField(source="said.is_linked")
    follows_lost_dispute = serializers.BooleanField(source="said.follows_lost_dispute")
    outcome = serializers.CharField(source="said.outcome")
    weight = serializers.FloatField()
    why = serializers.CharField(help_text="Why it counts nothing or half, if it does.")


class PartOut(serializers.Serializer[Any]):
    """One sub-score."""

    key = serializers.CharField()
    mean = serializers.FloatField()
    count = serializers.IntegerField()


class ReputationOut(ScoreOut):
    """A score with everything it was made from, so that anyone can make it again."""

    on_time = serializers.IntegerField()
    timed = serializers.IntegerField(help_text="Contracts of which we know whether it was on time.")
    parts = PartOut(many=True)
    contributions = ContributionOut(many=True)
    rule = RuleOut()


class ExpertOut(ProfileOut):
    """A vetted expert."""

    reputation = serializers.SerializerMethodField()
    badges = serializers.SerializerMethodField()

    @extend_schema_field(ScoreOut)
    def get_reputation(self, expert: Expert) -> Any:
        """Show the score of the day the view names."""
        records = expert.work_records.all()
        return ScoreOut(reputation_from(records, on=self.context["on"])).data

    @extend_schema_field(BadgeOut(many=True))
    def get_badges(self, expert: Expert) -> Any:
        """Show the badges that are valid today."""
        rows = [badge for badge in expert.badges.all() if badge.is_valid]
        return BadgeOut(rows, many=True).data


class ChoiceOut(serializers.Serializer[Any]):
    """One value of a filter."""

    value = serializers.CharField()
    name = serializers.CharField(source="label")
    count = serializers.IntegerField(help_text="How many it would show.")


class StepCountOut(serializers.Serializer[Any]):
    """The least of a scale, and how many it would show."""

    value = serializers.IntegerField()
    count = serializers.IntegerField()


def _steps(counts: Iterable[tuple[int, int]]) -> Any:
    rows = [{"value": least, "count": count} for least, count in counts]
    return StepCountOut(rows, many=True).data


class FacetsOut(serializers.Serializer[Any]):
    """How many experts each choice would show, each group counted without its own filter."""

    skill = ChoiceOut(many=True, source="skills")
    safety = ChoiceOut(many=True, source="assurances")
    family = ChoiceOut(many=True, source="families")
    domain = ChoiceOut(many=True, source="domains")
    work = ChoiceOut(many=True, source="works")
    language = ChoiceOut(many=True, source="languages")
    country = ChoiceOut(many=True, source="countries")
    level = serializers.SerializerMethodField()
    shared = serializers.SerializerMethodField()
    rating = serializers.SerializerMethodField()
    soon = serializers.IntegerField(help_text="How many are free within a week.")
    hours = serializers.IntegerField(
        source="many_hours", help_text="How many have thirty hours a week or more."
    )
    rates = serializers.ListField(
        child=serializers.IntegerField(), help_text="By steps of $20 an hour; the last is open."
    )

    @extend_schema_field(StepCountOut(many=True))
    def get_level(self, directory: Directory) -> Any:
        """Count those who reach each level."""
        return _steps(directory.levels)

    @extend_schema_field(StepCountOut(many=True))
    def get_shared(self, directory: Directory) -> Any:
        """Count those who share so many working hours."""
        return _steps(directory.shared)

    @extend_schema_field(StepCountOut(many=True))
    def get_rating(self, directory: Directory) -> Any:
        """Count those with at least such a score, in hundredths."""
        return _steps((least, count) for least, _score, count in directory.ratings)


class FoundOut(serializers.Serializer[Any]):
    """The answer to a question to the directory."""

    total = serializers.IntegerField()
    is_exact = serializers.BooleanField(help_text="If not, every figure is within a few per cent.")
    meant = serializers.CharField(
        source="correction", help_text="What was answered instead of words that find nobody."
    )
    hint = serializers.CharField(help_text="What to know about a model that retires.")
    facets = FacetsOut(source="*")
    after = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField()

    def get_after(self, _: Any) -> str:
        """Say where the next page begins; nothing on the last."""
        return str(self.context["page"].after)

    @extend_schema_field(ExpertOut(many=True))
    def get_results(self, _: Any) -> list[dict[str, Any]]:
        """Show the experts of the page in their order."""
        return ExpertOut(self.context["experts"], many=True, context=self.context).data  # type: ignore[return-value]


class ExpertDetailOut(ExpertOut):
    """A vetted expert with what they say of themselves."""

    overview = serializers.CharField()
