"""What the API shows and takes of jobs."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import Code, In, Line, MoneyIn, MoneyOut, Page, PublicModelOut
from experts.models import Skill
from experts.models.skill import Level
from experts.serializers.experts import ChoiceOut
from jobs import clauses
from jobs.job_board import BUDGETS
from jobs.models import Job, UseCase
from jobs.models.job import (
    HIGHEST_RATE_MINOR,
    MOST_CHECKS,
    MOST_MUST_HAVES,
    MOST_NICE_TO_HAVES,
    MOST_WEEKS,
    NOT_CHOSEN,
)
from jobs.models.plan import Comparator
from jobs.services.briefs import Check, Wish
from marketplace.kit.forms import MOST_LANGUAGES
from marketplace.kit.places import languages, time_zones

WORKING_HOURS = 8
MOST_SKILLS = MOST_MUST_HAVES + MOST_NICE_TO_HAVES


def _page(job: Any) -> str:
    name = "jobs:preview" if job.status == Job.Status.DRAFT else "jobs:detail"
    return reverse(name, args=[job.public_id])


class JobSkillOut(serializers.Serializer[Any]):
    """A skill the job asks for, at least at this level."""

    slug = serializers.CharField(source="skill.slug")
    name = serializers.CharField(source="skill.english_name")
    level = serializers.IntegerField()
    is_must = serializers.BooleanField()


class CheckOut(serializers.Serializer[Any]):
    """One acceptance check."""

    position = serializers.IntegerField()
    metric = serializers.CharField()
    comparator = serializers.CharField()
    target = serializers.CharField()
    unit = serializers.CharField()
    how = serializers.CharField()


class RangeOut(serializers.Serializer[Any]):
    """A range of money."""

    least = MoneyOut()
    most = MoneyOut()


class JobOut(PublicModelOut):
    """A job; what is a draft has not been published."""

    url = Page(_page)
    title = serializers.CharField()
    use_case = serializers.CharField(source="use_case.slug")
    client = serializers.CharField(source="organisation.name")
    status = serializers.CharField()
    budget = serializers.SerializerMethodField()
    weeks = serializers.IntegerField()
    sensitivity = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    skills = JobSkillOut(many=True)
    published_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(RangeOut(allow_null=True))
    def get_budget(self, job: Job) -> Any:
        """Show the range the client means to spend."""
        if job.budget is None:
            return None
        least, most = job.budget
        return RangeOut({"least": least, "most": most}).data


class BoardFacetsOut(serializers.Serializer[Any]):
    """How many jobs each choice would show, each group counted without its own filter."""

    skills = ChoiceOut(many=True)
    use_case = ChoiceOut(many=True)
    language = ChoiceOut(many=True)
    hours = ChoiceOut(many=True)
    days = ChoiceOut(many=True)
    sensitivity = ChoiceOut(many=True)


class JobsFoundOut(serializers.Serializer[Any]):
    """The answer to a question to the job board."""

    total = serializers.IntegerField()
    meant = serializers.CharField(
        source="correction", help_text="What was answered instead of words that find nothing."
    )
    hint = serializers.CharField(help_text="What to know about a model that retires.")
    facets = serializers.SerializerMethodField()
    budgets = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="How many have their highest budget in each step; the steps begin at"
        f" {', '.join(map(str, BUDGETS))}; the last is open.",
    )
    after = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField()

    @extend_schema_field(BoardFacetsOut)
    def get_facets(self, _: Any) -> Any:
        """Show the choices of every filter."""
        return BoardFacetsOut(self.context["facets"]).data

    def get_after(self, _: Any) -> str:
        """Say where the next page begins; nothing on the last."""
        return str(self.context["after"])

    @extend_schema_field(JobOut(many=True))
    def get_results(self, _: Any) -> Any:
        """Show the jobs of the page in their order."""
        return JobOut(self.context["jobs"], many=True).data


class JobDetailOut(JobOut):
    """A job with its scope, its checks and its terms."""

    scope = serializers.CharField()
    today = serializers.CharField()
    screening_question = serializers.CharField()
    checks = CheckOut(many=True)
    max_rate = MoneyOut(allow_null=True)
    shared_hours = serializers.IntegerField()
    time_zone = serializers.CharField()
    visibility = serializers.CharField()
    clauses = serializers.SerializerMethodField()

    def get_clauses(self, job: Job) -> list[str]:
        """Name the clauses an offer for this job begins with."""
        return clauses.usual(job)


class WishIn(In):
    """A skill the work takes, at least at this level."""

    slug = serializers.SlugRelatedField(
        slug_field="slug", queryset=Skill.objects.filter(is_badgeable=True)
    )
    level = serializers.ChoiceField(choices=[level.value for level in Level])
    is_must = serializers.BooleanField()


class CheckIn(In):
    """One acceptance check; they stand in the order in which they are sent."""

    metric = Line(max_length=120)
    comparator = serializers.ChoiceField(choices=Comparator.values)
    target = Line(max_length=60)
    unit = Line(max_length=20, allow_blank=True, default="")
    how = Line(max_length=300, allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> Check:
        """Read it."""
        return Check(**super().to_internal_value(data))


class RangeIn(In):
    """A range of money."""

    least = MoneyIn(least=settings.MILESTONE_MIN_MINOR)
    most = MoneyIn(least=settings.MILESTONE_MIN_MINOR)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold the two ends against each other.

        :raises ValidationError: when they are the wrong way round.
        """
        if attrs["most"] < attrs["least"]:
            raise serializers.ValidationError({"most": ["Below the least."]})
        return attrs


class JobIn(In):
    """What is said of a job; what is not sent stays as it is."""

    title = Line(max_length=120, allow_blank=True, required=False)
    scope = serializers.CharField(max_length=6000, allow_blank=True, required=False)
    today = serializers.CharField(max_length=3000, allow_blank=True, required=False)
    sensitivity = serializers.ChoiceField(choices=Job.Sensitivity.values, required=False)
    screening_question = Line(max_length=300, allow_blank=True, required=False)
    checks = serializers.ListField(child=CheckIn(), required=False, max_length=MOST_CHECKS)
    skills = serializers.ListField(child=WishIn(), required=False, max_length=MOST_SKILLS)
    budget = RangeIn(required=False, allow_null=True)
    max_rate = MoneyIn(least=1_00, most=HIGHEST_RATE_MINOR, required=False, allow_null=True)
    weeks = serializers.IntegerField(min_value=1, max_value=MOST_WEEKS, required=False)
    shared_hours = serializers.IntegerField(min_value=0, max_value=WORKING_HOURS, required=False)
    time_zone = Code(time_zones, required=False, help_text="An IANA name.")
    languages = serializers.ListField(
        child=Code(languages, help_text="ISO 639-1."),
        min_length=1,
        max_length=MOST_LANGUAGES,
        required=False,
    )
    visibility = serializers.ChoiceField(choices=Job.Visibility.values, required=False)

    def validate_skills(self, wishes: list[dict[str, Any]]) -> dict[str, list[Wish]]:
        """Sort them by whether one has to have them.

        :raises ValidationError: when there are too many.
        """
        sorted_out: dict[str, list[Wish]] = {"must_have": [], "nice_to_have": []}
        for wish in wishes:
            name = "must_have" if wish["is_must"] else "nice_to_have"
            sorted_out[name].append(Wish(wish["slug"], wish["level"]))
        most = {"must_have": MOST_MUST_HAVES, "nice_to_have": MOST_NICE_TO_HAVES}
        if any(len(found) > most[name] for name, found in sorted_out.items()):
            raise serializers.ValidationError(["At most four that are a must, and four others."])
        return sorted_out

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return it by the names the services know."""
        said = {name: value for name, value in attrs.items() if name not in {"skills", "budget"}}
        if "languages" in said:
            said["languages"] = list(dict.fromkeys(said["languages"]))
        if "budget" in attrs:
            ends = attrs["budget"] or {"least": None, "most": None}
            said |= {"budget_min": ends["least"], "budget_max": ends["most"]}
        said |= attrs.get("skills", {})
        return said


class NewJobIn(JobIn):
    """A draft: its use case fills in what is not sent, in the language of `Accept-Language`."""

    use_case = serializers.SlugRelatedField(slug_field="slug", queryset=UseCase.objects.all())


class CloseIn(In):
    """How a search ended."""

    outcome = serializers.ChoiceField(
        choices=[one.value for one in Job.Outcome if one not in NOT_CHOSEN]
    )
