"""What the API shows of offers, and takes in answer to them."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.selectors import membership
from accounts.serializers import In, MoneyOut, Page, PublicModelOut
from contracts import policies
from contracts.models import Contract, Offer
from jobs.serializers.jobs import CheckOut
from jobs.serializers.proposals import ProposedMilestoneOut


def _page(offer: Any) -> str:
    return reverse("contracts:offer", args=[offer.public_id])


class OfferOut(PublicModelOut):
    """Terms that one side named, and the other accepts, declines or answers with others."""

    url = Page(_page)
    proposal = serializers.CharField(source="proposal.public_id")
    job = serializers.CharField(source="proposal.job.public_id")
    client = serializers.CharField(source="proposal.job.organisation.name")
    expert = serializers.CharField(source="proposal.expert.public_id")
    title = serializers.CharField()
    status = serializers.CharField()
    side = serializers.CharField(help_text="Who names these terms.")
    number = serializers.IntegerField(help_text="Which version it is, from 1 on.")
    total = MoneyOut(help_text="Of all milestones, before fees.")
    rate = serializers.SerializerMethodField(help_text="The price of an hour, before fees.")
    weekly_minutes = serializers.IntegerField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(MoneyOut(allow_null=True))
    def get_rate(self, offer: Offer) -> Any:
        """Show it where hours are offered."""
        return MoneyOut(offer.rate).data if offer.is_hourly else None


class BindingStepOut(serializers.Serializer[Any]):
    """What you may do now that binds you, and where a person does it in a browser."""

    verb = serializers.CharField()
    url = Page(lambda step: step["path"])


class OfferDetailOut(OfferOut):
    """An offer with all of its terms."""

    message = serializers.CharField()
    answers = serializers.CharField(
        source="answers.public_id", allow_null=True, default=None, help_text="The version before."
    )
    milestones = ProposedMilestoneOut(many=True)
    checks = CheckOut(many=True)
    review_window_days = serializers.IntegerField()
    clauses = serializers.ListField(child=serializers.CharField())
    client_fee_bps = serializers.IntegerField(help_text="Basis points: 500 are five per cent.")
    expert_fee_bps = serializers.IntegerField(help_text="Basis points: 500 are five per cent.")
    sha256 = serializers.CharField(help_text="Of the text both sides can download.")
    decline_note = serializers.CharField()
    contract = serializers.SerializerMethodField(help_text="Which it became.")
    in_browser = serializers.SerializerMethodField()

    def get_contract(self, offer: Offer) -> str | None:
        """Name it, once it was accepted."""
        return Contract.objects.filter(offer=offer).values_list("public_id", flat=True).first()

    @extend_schema_field(BindingStepOut(many=True))
    def get_in_browser(self, offer: Offer) -> Any:
        """Lead whoever may answer to the pages on which they agree, or name other terms."""
        by = self.context["by"]
        member = membership(by, offer.proposal.job.organisation)
        if not (offer.may("accept") and policies.may_answer_offer(by, member, offer)):
            return []
        other_terms = reverse("contracts:counter-offer", args=[offer.public_id])
        steps = [{"verb": "accept", "path": _page(offer)}, {"verb": "counter", "path": other_terms}]
        return BindingStepOut(steps, many=True).data


class DeclineOfferIn(In):
    """Why a side says no; the other side reads it."""

    note = serializers.CharField(max_length=1000, allow_blank=True, default="")
