"""Shapes that every API answer shares."""

from typing import Any

from rest_framework import serializers

from marketplace.kit.money import Money


class MoneyOut(serializers.Serializer[Money]):
    """An amount: whole minor units and a lower-case ISO 4217 currency."""

    amount = serializers.IntegerField(source="minor")
    currency = serializers.CharField()


class PublicModelOut(serializers.Serializer[Any]):
    """The base of what the API shows of a row; `id` is its public id."""

    id = serializers.CharField(source="public_id")
