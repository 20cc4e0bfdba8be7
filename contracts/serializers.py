"""What the API shows of contracts."""

from rest_framework import serializers

from accounts.serializers import MoneyOut, PublicModelOut
from jobs.serializers import CheckOut


class MilestoneOut(PublicModelOut):
    """A milestone and where it stands."""

    title = serializers.CharField()
    amount = MoneyOut()
    due_on = serializers.DateField()
    status = serializers.CharField()
    review_due_at = serializers.DateTimeField()


class ContractOut(PublicModelOut):
    """A contract you are part of."""

    title = serializers.CharField()
    job = serializers.CharField(source="job.public_id")
    client = serializers.CharField(source="organisation.name")
    expert = serializers.CharField(source="expert.public_id")
    status = serializers.CharField()
    started_at = serializers.DateTimeField()
    milestones = MilestoneOut(many=True)


class ContractDetailOut(ContractOut):
    """A contract with its agreed checks and the terms of its money."""

    checks = CheckOut(many=True)
    client_fee_bps = serializers.IntegerField(help_text="Basis points: 500 are five per cent.")
    expert_fee_bps = serializers.IntegerField(help_text="Basis points: 500 are five per cent.")
    review_window_days = serializers.IntegerField()
