"""What the API shows of contracts."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import MoneyOut, Page, PublicModelOut
from contracts.models import Contract, Milestone
from contracts.selectors import addresses, next_steps
from contracts.serializers.milestones import SubmissionOut
from jobs.serializers.jobs import CheckOut


def _page(contract: Any) -> str:
    return reverse("contracts:detail", args=[contract.public_id])


def _place_of(milestone: Any) -> str:
    return addresses.of_milestone(milestone.contract.public_id, milestone.position)


class MilestoneOut(PublicModelOut):
    """A milestone and where it stands."""

    url = Page(_place_of)
    kind = serializers.CharField(
        help_text="`work` was agreed, a `bonus` paid beyond that, `hours` are prepaid."
    )
    title = serializers.CharField()
    amount = MoneyOut()
    due_on = serializers.DateField()
    status = serializers.CharField()
    review_due_at = serializers.DateTimeField(
        allow_null=True, help_text="Released then, if nobody answers."
    )
    hold_until = serializers.DateTimeField(allow_null=True, help_text="Held no longer than that.")


class ContractOut(PublicModelOut):
    """A contract you are part of."""

    url = Page(_page)
    kind = serializers.CharField(help_text="`fixed`, `hourly`, or a `consultation`, without job.")
    title = serializers.CharField()
    job = serializers.CharField(source="job.public_id", allow_null=True, default=None)
    client = serializers.CharField(source="organisation.name")
    expert = serializers.CharField(source="expert.public_id")
    status = serializers.CharField()
    started_at = serializers.DateTimeField()
    milestones = MilestoneOut(many=True)


class TermsVersionOut(serializers.Serializer[Any]):
    """The version of the terms that holds now."""

    number = serializers.IntegerField()
    agreed_at = serializers.DateTimeField()
    sha256 = serializers.CharField(help_text="Of the text both sides can download.")


class DeclarationOut(serializers.Serializer[Any]):
    """What the expert declared of the models in the last work."""

    submission = serializers.CharField(source="submission.public_id")
    declared_at = serializers.DateTimeField(source="submission.created_at")
    models = serializers.ListField(
        source="model_ids",
        child=serializers.CharField(),
        help_text="As the registry names them.",
    )
    others = serializers.CharField(help_text="Models that the registry does not have.")
    adaptation = serializers.CharField()
    data_used = serializers.CharField()
    limits = serializers.CharField()
    operators = serializers.CharField()


class MilestoneDetailOut(MilestoneOut):
    """A milestone with the work that was handed in last."""

    submission = serializers.SerializerMethodField()

    @extend_schema_field(SubmissionOut(allow_null=True))
    def get_submission(self, milestone: Milestone) -> Any:
        """Show what waits for a review, or was reviewed last."""
        latest = next(iter(milestone.submissions.all()), None)
        return SubmissionOut(latest).data if latest else None


class WaitsForOut(serializers.Serializer[Any]):
    """What a contract waits for; what moves money is done at `url`, in a browser."""

    side = serializers.CharField(help_text="Whose move it is; empty while a bank is at work.")
    text = serializers.CharField()
    url = Page(lambda step: step.url)
    deadline = serializers.DateTimeField(allow_null=True)
    consequence = serializers.CharField(help_text="What happens if nobody acts.")
    moves_money = serializers.BooleanField()


class ContractDetailOut(ContractOut):
    """A contract with its agreed checks, the terms of its money and where the money is."""

    milestones = MilestoneDetailOut(many=True)
    waits_for = serializers.SerializerMethodField()
    declaration = DeclarationOut(source="latest_declaration", allow_null=True)
    checks = CheckOut(many=True, source="agreed_checks")
    terms = TermsVersionOut(source="latest_terms", allow_null=True)
    held = MoneyOut(help_text="Before fees.")
    released = MoneyOut(help_text="To the expert, before fees.")
    returned = MoneyOut(help_text="To the client, the fee on it apart.")
    is_on_hold = serializers.BooleanField(
        source="is_frozen", help_text="No money of it moves and its clocks stand still."
    )
    client_fee_bps = serializers.IntegerField(help_text="Basis points: 500 are five per cent.")
    expert_fee_bps = serializers.IntegerField(help_text="Basis points: 500 are five per cent.")
    review_window_days = serializers.IntegerField()

    @extend_schema_field(WaitsForOut(many=True))
    def get_waits_for(self, contract: Contract) -> Any:
        """Say whose move it is, most urgent first."""
        return WaitsForOut(next_steps.of(contract, self.context["at"]), many=True).data
