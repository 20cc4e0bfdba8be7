"""What the API shows of contracts."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import MoneyOut, PublicModelOut
from jobs.serializers.jobs import CheckOut


class MilestoneOut(PublicModelOut):
    """A milestone and where it stands."""

    kind = serializers.CharField(
        help_text="`work` was agreed, a `bonus` paid beyond that, `hours` are prepaid."
    )
    title = serializers.CharField()
    amount = MoneyOut()
    due_on = serializers.DateField()
    status = serializers.CharField()
    review_due_at = serializers.DateTimeField(help_text="Released then, if nobody answers.")
    hold_until = serializers.DateTimeField(help_text="Held no longer than that.")


class ContractOut(PublicModelOut):
    """A contract you are part of."""

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


class ContractDetailOut(ContractOut):
    """A contract with its agreed checks, the terms of its money and where the money is."""

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
