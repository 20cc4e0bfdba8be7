"""What the API shows of proposals to change or end a contract, and takes in answer to them."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import In, MoneyOut, Page, PublicModelOut
from contracts.models import Amendment
from contracts.selectors import terms
from marketplace.kit.money import Money


def _page(row: Any) -> str:
    return reverse("contracts:amendment", args=[row.contract.public_id, row.public_id])


class ChangedPartOut(serializers.Serializer[Any]):
    """One value as it is agreed and as it would be, as people read it."""

    what = serializers.CharField(source="label")
    was = serializers.CharField()
    now = serializers.CharField()


class DifferenceOut(serializers.Serializer[Any]):
    """What it is about, and each value that would be another."""

    about = serializers.CharField(source="label")
    name = serializers.CharField()
    parts = ChangedPartOut(many=True)


class ShareOut(serializers.Serializer[Any]):
    """What the expert would get of the money a milestone holds; the client has the rest back."""

    milestone = serializers.CharField(source="milestone.public_id")
    to_expert = serializers.SerializerMethodField(help_text="Before fees.")

    @extend_schema_field(MoneyOut())
    def get_to_expert(self, line: Any) -> Any:
        """Read it as money."""
        currency = line.amendment.contract.currency
        return MoneyOut(Money(line.after["expert_minor"], currency)).data


class ChangeOut(PublicModelOut):
    """A wish of one side to change or to end a contract; the other accepts it at `url`."""

    url = Page(_page)
    kind = serializers.CharField(help_text="`change` of terms, or `end` by agreement.")
    side = serializers.CharField(help_text="Who wishes it.")
    status = serializers.CharField()
    message = serializers.CharField()
    differences = serializers.SerializerMethodField()
    shares = ShareOut(many=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    answer_note = serializers.CharField()

    @extend_schema_field(DifferenceOut(many=True))
    def get_differences(self, row: Amendment) -> Any:
        """Say line by line what would be another."""
        return DifferenceOut(terms.differences(row), many=True).data


class DeclineChangeIn(In):
    """Why a side says no; the other side reads it."""

    note = serializers.CharField(max_length=1000, allow_blank=True, default="")
