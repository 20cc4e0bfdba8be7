"""What the API shows of jobs and proposals."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import In, MoneyOut, PublicModelOut
from jobs import clauses
from jobs.models import Job, Proposal
from jobs.models.job import NOT_CHOSEN


class JobSkillOut(serializers.Serializer[Any]):
    """A skill the job asks for, at least at this level."""

    slug = serializers.CharField(source="skill.slug")
    name = serializers.CharField(source="skill.english_name")
    level = serializers.IntegerField()
    is_must = serializers.BooleanField()


class CheckOut(serializers.Serializer[Any]):
    """One acceptance check."""

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
    """A published job."""

    title = serializers.CharField()
    use_case = serializers.CharField(source="use_case.slug")
    client = serializers.CharField(source="organisation.name")
    status = serializers.CharField()
    budget = serializers.SerializerMethodField()
    weeks = serializers.IntegerField()
    sensitivity = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    skills = JobSkillOut(many=True)
    published_at = serializers.DateTimeField()

    @extend_schema_field(RangeOut(allow_null=True))
    def get_budget(self, job: Job) -> Any:
        """Show the range the client means to spend."""
        if job.budget is None:
            return None
        least, most = job.budget
        return RangeOut({"least": least, "most": most}).data


class JobDetailOut(JobOut):
    """A published job with its scope and checks."""

    scope = serializers.CharField()
    today = serializers.CharField()
    screening_question = serializers.CharField()
    checks = CheckOut(many=True)
    clauses = serializers.SerializerMethodField()

    def get_clauses(self, job: Job) -> list[str]:
        """Name the clauses an offer for this job begins with."""
        return clauses.usual(job)


class ProposedMilestoneOut(serializers.Serializer[Any]):
    """One part of the work at its price."""

    title = serializers.CharField()
    amount = MoneyOut()
    due_on = serializers.DateField()


class ProposalOut(PublicModelOut):
    """A proposal, to its author and to the client who received it."""

    job = serializers.CharField(source="job.public_id")
    expert = serializers.CharField(source="expert.public_id")
    status = serializers.CharField()
    total = MoneyOut()
    milestones = ProposedMilestoneOut(many=True)
    submitted_at = serializers.DateTimeField()
    viewed_at = serializers.DateTimeField()


class ProposalDetailOut(ProposalOut):
    """A proposal with its words."""

    cover_note = serializers.CharField()
    answer = serializers.CharField()


class CloseIn(In):
    """How a search ended."""

    outcome = serializers.ChoiceField(
        choices=[one.value for one in Job.Outcome if one not in NOT_CHOSEN]
    )


class DeclineIn(In):
    """Why a client says no."""

    reason = serializers.ChoiceField(choices=Proposal.DeclineReason.values)
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")


class ConversationOut(PublicModelOut):
    """A conversation of a client and an expert about a job."""

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
    created_at = serializers.DateTimeField()


class MessageIn(In):
    """A message; files are sent in the browser."""

    text = serializers.CharField(max_length=4000)
