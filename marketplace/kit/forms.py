"""The form every page builds on: our field markup, and fields that read what people really type."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.kit.money import Money, minor_digits
from marketplace.kit.places import language_name, languages

# Stripe refuses amounts of more than eight digits (docs.stripe.com/api/charges/create, "amount").
LARGEST_MINOR = 99_999_999
# Spaces people and spreadsheets put between thousands: ordinary, no-break, narrow no-break, thin.
SPACES = " \u00a0\u202f\u2009"
AMOUNT = re.compile(rf"([0-9]+|[0-9]{{1,3}}(?:[,{SPACES}][0-9]{{3}})+)(?:\.([0-9]+))?")
MOST_LANGUAGES = 8


class SiteRenderer(TemplatesSetting):
    """Renders whole forms and fields with our markup; widgets stay Django's own."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


def what_is_missing(field: forms.Field) -> str:
    """Say what to do about an empty field; Django says that it is required, which helps nobody."""
    if isinstance(field, forms.BooleanField):
        return gettext("Tick the box")
    if isinstance(field, forms.ChoiceField):
        return gettext("Choose an answer")
    if isinstance(field, forms.FileField):
        return gettext("Choose a file")
    return gettext("Enter an answer")


class SiteForm(forms.Form):
    """The base of every form on the site.

    The renderer is set here and not by FORM_RENDERER, so that the admin keeps its own markup.
    """

    default_renderer = SiteRenderer
    use_required_attribute = False  # our own messages, in one summary, instead of browser bubbles

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = what_is_missing(field)


class LineField(forms.CharField):
    """One line of text. Django refuses NUL bytes itself; the length is always capped."""

    def __init__(self, *, max_length: int = 200, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return " ".join(text.split()) if text and "\x00" not in text else text


class LanguagesField(LineField):
    """Languages by name, separated by commas, read as ISO 639 codes."""

    def prepare_value(self, value: Any) -> Any:
        """Write codes as names; what a person typed stays as it was."""
        return value if isinstance(value, str) else ", ".join(map(language_name, value or ()))

    def clean(self, value: Any) -> list[str]:
        """Return the codes, each once, in the order given."""
        known = {name.lower(): code for code, name in languages()}
        names = [name.strip() for name in super().clean(value).split(",") if name.strip()]
        codes = list(dict.fromkeys(known.get(name.lower(), "") for name in names))
        if not codes:
            raise ValidationError(self.error_messages["required"], code="required")
        if "" in codes:
            unknown = next(name for name in names if name.lower() not in known)
            raise ValidationError(
                _("We do not know the language “%(name)s”. Write its English name."),
                params={"name": unknown},
            )
        if len(codes) > MOST_LANGUAGES:
            raise ValidationError(_("List eight languages at most."))
        return codes


class TextField(forms.CharField):
    """Several lines of text, with the line ends of one system."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = 5_000, rows: int = 4, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str | None:
        # Browsers send \r\n and count it as one character; so do we, or the cap would lie.
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class MoneyField(forms.CharField):
    """An amount as people write it ("1,500", "1 500", "1500.00", "$1,500"), read as `Money`.

    :param currency: lower-case ISO 4217; the label or the prefix of the field names it.
    :param least: smallest amount allowed, in minor units.
    :param most: largest amount allowed, in minor units.
    """

    default_error_messages = {
        "required": _("Enter an amount"),
        "not_an_amount": _("Enter an amount in numbers, like %(example)s"),
        "too_precise": _("Enter an amount with at most %(digits)s decimals"),
        "too_small": _("Enter an amount of %(least)s or more"),
        "too_large": _("Enter an amount of %(most)s or less"),
    }

    def __init__(
        self, *, currency: str, least: int = 1, most: int = LARGEST_MINOR, **options: Any
    ) -> None:
        self.currency, self.least, self.most = currency, least, most
        super().__init__(max_length=40, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # type=number would refuse "1,500", spin on scroll and speak badly (GOV.UK design system).
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return self.written(value.minor) if isinstance(value, Money) else value

    def clean(self, value: Any) -> Money | None:
        text = super().clean(value)
        if not text:
            return None
        amount = Money(self.minor_from(text), self.currency)
        if amount.minor < self.least:
            raise self.error("too_small", least=self.written(self.least))
        if amount.minor > self.most:
            raise self.error("too_large", most=self.written(self.most))
        return amount

    def minor_from(self, text: str) -> int:
        """Return the minor units that `text` spells."""
        digits = minor_digits(self.currency)
        found = AMOUNT.fullmatch(text.strip("$€£" + SPACES))
        if not found:
            raise self.error("not_an_amount", example=self.written(1500 * 10**digits))
        whole, decimals = found[1], found[2] or ""
        if len(decimals.rstrip("0")) > digits:
            raise self.error("too_precise", digits=digits)
        return int(re.sub(r"[^0-9]", "", whole) + decimals[:digits].ljust(digits, "0"))

    def written(self, minor: int) -> str:
        """Return an amount the way this field accepts it back."""
        digits = minor_digits(self.currency)
        whole, rest = divmod(minor, 10**digits)
        return f"{whole:,}.{rest:0{digits}d}" if digits else f"{whole:,}"

    def error(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


class ChoiceCards(forms.RadioSelect):
    """Radio buttons as cards; `hints` says one sentence more about a choice, by its value."""

    def __init__(self, *, hints: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.hints = hints or {}

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **options)
        return option | {"hint": self.hints.get(str(option["value"]), "")}


class Scores(forms.RadioSelect):
    """Radio buttons as a row of boxes, for marks on a scale."""


class CodeInput(forms.TextInput):
    """A code from a mail or an app: large, spaced, offered by the phone's keyboard."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        spoken = {"class": "code", "autocomplete": "one-time-code", "spellcheck": "false"}
        super().__init__(attrs=spoken | (attrs or {}))
