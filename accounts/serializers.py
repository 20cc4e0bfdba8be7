"""Shapes that every API answer shares, and how what is sent is read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request

from accounts.emails import absolute
from marketplace.kit.forms import LARGEST_MINOR
from marketplace.kit.money import Money


class MoneyOut(serializers.Serializer[Money]):
    """An amount: whole minor units and a lower-case ISO 4217 currency."""

    amount = serializers.IntegerField(source="minor")
    currency = serializers.CharField()


class PublicModelOut(serializers.Serializer[Any]):
    """The base of what the API shows of a row; `id` is its public id."""

    id = serializers.CharField(source="public_id")


class Page(serializers.URLField):
    """The page of a row, where people see the same and do what they do in a browser only.

    :param path: returns it, without the host.
    :param said: what is done there, for the document.
    """

    def __init__(
        self,
        path: Callable[[Any], str],
        said: str = "Where people see the same, and finish what is finished in a browser.",
    ) -> None:
        super().__init__(source="*", read_only=True, help_text=said)
        self.path = path

    def to_representation(self, value: Any) -> str:
        """Return it with the host."""
        return absolute(self.path(value))


class In(serializers.Serializer[Any]):
    """The base of what the API takes: a field it does not know is a mistake, and refused.

    So nobody believes to have set what only we set, and a name that is misspelt is not lost.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown fields.

        :raises ValidationError: naming each of them.
        """
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else ()
        if unknown:
            raise serializers.ValidationError(
                {name: ["Unknown field."] for name in sorted(unknown)}
            )
        self._refuse_numbers(data)
        return super().to_internal_value(data)

    def _refuse_numbers(self, data: Any) -> None:
        """Refuse a number where a text is asked for; DRF would write it down as one."""
        texts = [
            name for name, field in self.fields.items() if isinstance(field, serializers.CharField)
        ]
        given = data if isinstance(data, Mapping) else {}
        numbers = [name for name in texts if isinstance(given.get(name), int | float)]
        if numbers:
            raise serializers.ValidationError({name: ["Not a valid string."] for name in numbers})


class Nothing(In):
    """What a move takes that needs no words: an empty object, or no body at all."""


class Line(serializers.CharField):
    """One line of text, as our forms take it: white space between words is one space."""

    def to_internal_value(self, data: Any) -> str:
        """Read it."""
        return " ".join(super().to_internal_value(data).split())


class Code(serializers.CharField):
    """One of so many codes that the document does not list them.

    :param known: returns them, each with its name.
    """

    default_error_messages = {"unknown": "We do not know “{code}”."}

    def __init__(self, known: Callable[[], Iterable[tuple[str, Any]]], **options: Any) -> None:
        super().__init__(max_length=64, **options)
        self.known = known

    def to_internal_value(self, data: Any) -> str:
        """Read it.

        :raises ValidationError: when it is none of them.
        """
        code: str = super().to_internal_value(data)
        if code not in dict(self.known()):
            self.fail("unknown", code=code)
        return code


class MoneyIn(In):
    """An amount: whole minor units and a lower-case ISO 4217 currency, which is the site's.

    :param least: in minor units; so is `most`.
    """

    amount = serializers.IntegerField(min_value=1, max_value=LARGEST_MINOR)
    currency = serializers.ChoiceField(choices=[settings.CURRENCY])

    def __init__(self, *, least: int = 1, most: int = LARGEST_MINOR, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def to_internal_value(self, data: Any) -> Money:
        """Read it.

        :raises ValidationError: when it is less or more than it may be.
        """
        said = super().to_internal_value(data)
        if not self.least <= said["amount"] <= self.most:
            between = f"Between {self.least} and {self.most} minor units."
            raise serializers.ValidationError({"amount": [between]})
        return Money(said["amount"], said["currency"])


def cleaned(form: type[In], request: Request, **context: Any) -> dict[str, Any]:
    """Return what was sent, by the names the service knows.

    :param context: what the form has to know beside it.
    :raises ValidationError: naming what is missing, unknown or wrong.
    """
    sent = form(data=request.data, context=context)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)
