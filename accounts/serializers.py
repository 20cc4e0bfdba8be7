"""Shapes that every API answer shares."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from marketplace.kit.money import Money


class MoneyOut(serializers.Serializer[Money]):
    """An amount: whole minor units and a lower-case ISO 4217 currency."""

    amount = serializers.IntegerField(source="minor")
    currency = serializers.CharField()


class PublicModelOut(serializers.Serializer[Any]):
    """The base of what the API shows of a row; `id` is its public id."""

    id = serializers.CharField(source="public_id")


class In(serializers.Serializer[Any]):
    """The base of what the API takes: a field it does not know is a mistake, and refused.

    So nobody believes to have set what only we set, and a name that is misspelt is not lost.
    """

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse unknown fields.

        :raises ValidationError: naming each of them.
        """
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError(
                {name: ["Unknown field."] for name in sorted(unknown)}
            )
        return attrs


class Nothing(In):
    """What a move takes that needs no words: an empty object, or no body at all."""


def cleaned(form: type[In], request: Request) -> dict[str, Any]:
    """Return what was sent, by the names the service knows.

    :raises ValidationError: naming what is missing, unknown or wrong.
    """
    sent = form(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)
