"""Forms made of smaller ones, some of them in lists that grow and shrink."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms import BoundField, Form
from django.forms.utils import ErrorDict

from marketplace.kit.forms import SiteForm
from marketplace.kit.rows import Rows

Data = Mapping[str, Any]


class FormWithParts(SiteForm):
    """Valid when its parts are, and the one place that lists what is wrong with any of them.

    While a row is added or removed nothing is checked: then the form and its parts are not bound,
    and show what was typed as their first words.
    """

    parts: Mapping[str, Rows | Form]

    @property
    def errors(self) -> ErrorDict:
        """Its own and, under the name of a part, those of the part."""
        wrong = {name: self.parts[name].errors for name in self.wrong_parts}
        return ErrorDict(super().errors | wrong)

    @property
    def wrong_parts(self) -> list[str]:
        """The names of the parts that cannot be taken as they were typed."""
        return [name for name, part in self.parts.items() if part.is_bound and not part.is_valid()]

    @property
    def are_own_fields_right(self) -> bool:
        """Whether nothing is wrong but in parts."""
        return not super().errors

    def non_field_errors(self) -> list[Any]:  # type: ignore[override]
        """Return what is wrong with the form and with its parts as a whole."""
        general = [error for part in self.parts.values() for error in part.non_field_errors()]
        return [*super().non_field_errors(), *general]

    def visible_fields(self) -> list[BoundField]:
        """Return its own fields and those of its parts."""
        fields = [field for part in self.parts.values() for field in part.visible_fields()]
        return [*super().visible_fields(), *fields]


def beside(rows: Rows, form: Callable[..., Any], data: Data | None, **options: Any) -> Any:
    """Build a form that stands beside rows: while they change, it shows what was typed in it."""
    made = form(data, **options)
    if data is None or not rows.is_changing:
        return made
    typed = {name: made[name].data for name in made.fields}
    return form(**options | {"initial": typed})


def filled(forms: Iterable[Form]) -> list[dict[str, Any]]:
    """Return what was typed, form by form, without the empty and the wrong ones."""
    return [form.cleaned_data for form in forms if form.is_valid() and form.cleaned_data]


# Longer than any field takes; what is kept as it was typed ends there, so that a draft stays small.
LONGEST = 8_000


def as_typed(form: FormWithParts | SiteForm) -> dict[str, Any]:
    """Return what a form was sent, right or wrong, to be kept and shown again."""
    return {
        name: value[:LONGEST] if isinstance(value, str) else value
        for name, value in as_if_sent(form).items()
    }


def as_if_sent(form: FormWithParts | SiteForm) -> dict[str, Any]:
    """Return what a browser would send if the form were left as it is: to find what is missing."""
    parts = form.parts.values() if isinstance(form, FormWithParts) else ()
    fields = [*form, *(field for part in parts for field in part.visible_fields())]
    counts = {f"{part.prefix}-count": len(part) for part in parts if isinstance(part, Rows)}
    values = {field.html_name: field.value() for field in fields}
    return counts | {name: value for name, value in values.items() if value is not None}
