"""What the API shows and takes of proposals."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from accounts.serializers import In, Line, MoneyIn, MoneyOut, Page, PublicModelOut
from jobs.models import Proposal
from jobs.models.plan import refuse_due
from jobs.models.proposal import MOST_MILESTONES
from jobs.services.proposals import Part

# More badges or checks than anything here has.
MANY = 50


def _page(row: Any) -> str:
    if row.status == Proposal.Status.DRAFT:
        return reverse("jobs:propose", args=[row.job.public_id])
    return reverse("jobs:proposal", args=[row.public_id])


def _offer_page(row: Any) -> str:
    return reverse("contracts:make-offer", args=[row.public_id])


class ProposedMilestoneOut(serializers.Serializer[Any]):
    """One part of the work at its price."""

    title = serializers.CharField()
    amount = MoneyOut()
    due_on = serializers.DateField()


class ProposalOut(PublicModelOut):
    """A proposal, to its author and to the client who received it."""

    url = Page(_page)
    job = serializers.CharField(source="job.public_id")
    expert = serializers.CharField(source="expert.public_id")
    status = serializers.CharField()
    total = MoneyOut()
    milestones = ProposedMilestoneOut(many=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    viewed_at = serializers.DateTimeField(allow_null=True)


class CheckAnswerOut(serializers.Serializer[Any]):
    """A word on one acceptance check: a commitment, or what instead and why."""

    position = serializers.IntegerField(source="job_check.position")
    metric = serializers.CharField(source="job_check.metric")
    commits = serializers.BooleanField()
    counter = serializers.CharField()


class MustAnswerOut(serializers.Serializer[Any]):
    """How the expert covers a must-have without a badge."""

    skill = serializers.CharField(source="skill.slug")
    text = serializers.CharField()


class ProposalDetailOut(ProposalOut):
    """A proposal with its words."""

    cover_note = serializers.CharField()
    answer = serializers.CharField()
    ai_use = serializers.CharField(help_text="Whether AI wrote with the expert; empty in a draft.")
    checks = CheckAnswerOut(many=True, source="answers")
    musts = MustAnswerOut(many=True, source="must_answers")
    offer_url = Page(_offer_page, said="Where the client makes an offer, which binds.")
    badges = serializers.SerializerMethodField()

    def get_badges(self, proposal: Proposal) -> list[str]:
        """Name the badges whose evidence the expert lays beside it."""
        return [badge.public_id for badge in proposal.shown_badges.all()]


class PartIn(In):
    """One part of the work at its price."""

    title = Line(max_length=120)
    amount = MoneyIn(least=settings.MILESTONE_MIN_MINOR, most=settings.MILESTONE_MAX_MINOR)
    due_on = serializers.DateField()

    def validate_due_on(self, due_on: Any) -> Any:
        """Refuse the past and slips of the keyboard, as the page does."""
        refuse_due(due_on, today=self.context["today"])
        return due_on

    def to_internal_value(self, data: Any) -> Part:
        """Read it."""
        return Part(**super().to_internal_value(data))


class CheckAnswerIn(In):
    """A word on one acceptance check, which is named twice: checks may change meanwhile."""

    position = serializers.IntegerField(min_value=1, max_value=MANY)
    metric = Line(max_length=120)
    commits = serializers.BooleanField()
    counter = Line(max_length=300, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the number and the reason where it is not a commitment.

        :raises ValidationError: without.
        """
        if not attrs["commits"] and not attrs["counter"]:
            raise serializers.ValidationError({"counter": ["Which number instead, and why?"]})
        return attrs | {"counter": "" if attrs["commits"] else attrs["counter"]}


class MustAnswerIn(In):
    """How you cover a must-have without a badge."""

    skill = serializers.SlugField()
    text = Line(max_length=300)


class ProposalIn(In):
    """What a proposal says; what is not sent stays as it is."""

    cover_note = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    answer = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    ai_use = serializers.ChoiceField(choices=Proposal.AIUse.values, required=False)
    milestones = serializers.ListField(child=PartIn(), required=False, max_length=MOST_MILESTONES)
    checks = serializers.ListField(child=CheckAnswerIn(), required=False, max_length=MANY)
    musts = serializers.ListField(child=MustAnswerIn(), required=False, max_length=MANY)
    badges = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=MANY,
        required=False,
        help_text="Ids of valid badges of yours whose evidence the client opens from it.",
    )


class DeclineIn(In):
    """Why a client says no."""

    reason = serializers.ChoiceField(choices=Proposal.DeclineReason.values)
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")
