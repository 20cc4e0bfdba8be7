"""Lists in a form that grow and shrink by buttons, so that they need no script."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.forms import BoundField, Form
from django.forms.utils import ErrorDict

Values = Mapping[str, Any]


class Rows:
    """From `least` to `most` copies of one small form, posted as `prefix-0-…`, `prefix-1-…`.

    A press of the button `prefix-add`, of `prefix-remove` (its value is the row) or of
    `prefix-update` shows the form again with what was typed, and checks nothing. For templates it
    answers like a form: `{% errors form rows %}`.
    """

    def __init__(
        self,
        row_form: Callable[..., Form],
        *,
        prefix: str,
        most: int,
        least: int = 1,
        data: Values | None = None,
        initial: Sequence[Values] = (),
    ) -> None:
        self.prefix, self.least, self.most = prefix, least, most
        self.row_form = row_form
        self.is_changing = data is not None and any(
            f"{prefix}-{press}" in data for press in ("add", "remove", "update")
        )
        self.is_bound = data is not None and not self.is_changing
        self.forms = self._built(data, initial)

    def __iter__(self) -> Iterator[Form]:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    @property
    def may_grow(self) -> bool:
        """Whether one more row fits."""
        return len(self.forms) < self.most

    @property
    def may_shrink(self) -> bool:
        """Whether a row can go."""
        return len(self.forms) > self.least

    def is_valid(self) -> bool:
        """Whether every row was filled in right; false while rows are added or removed."""
        return self.is_bound and not any(form.errors for form in self.forms)

    @property
    def cleaned_data(self) -> list[dict[str, Any]]:
        """What every row says, in order."""
        return [form.cleaned_data for form in self.forms]

    @property
    def errors(self) -> list[ErrorDict]:
        """What is wrong, row by row; empty when nothing is."""
        return [form.errors for form in self.forms if self.is_bound and form.errors]

    def non_field_errors(self) -> list[Any]:
        """What is wrong with whole rows."""
        return [error for form in self.forms for error in form.non_field_errors()]

    def hidden_fields(self) -> list[BoundField]:
        """The fields nobody sees."""
        return [field for form in self.forms for field in form.hidden_fields()]

    def visible_fields(self) -> list[BoundField]:
        """The fields of all rows, in order."""
        return [field for form in self.forms for field in form.visible_fields()]

    def _built(self, data: Values | None, initial: Sequence[Values]) -> list[Form]:
        if data is None:
            return self._unbound(list(initial))
        count = self._posted(data)
        if not self.is_changing:
            return [self.row_form(data, prefix=f"{self.prefix}-{row}") for row in range(count)]
        return self._unbound(self._changed([self._typed(data, row) for row in range(count)], data))

    def _unbound(self, rows: list[Values]) -> list[Form]:
        return [
            self.row_form(prefix=f"{self.prefix}-{row}", initial=values)
            for row, values in enumerate(rows or [{}] * self.least)
        ]

    def _posted(self, data: Values) -> int:
        """How many rows came: never fewer than there must be, never more than fit."""
        text = str(data.get(f"{self.prefix}-count", ""))
        if not text.isascii() or not text.isdigit():
            return self.least
        # Python refuses to read numbers of thousands of digits.
        count = int(text) if len(text) < len("1000") else self.most
        return min(max(count, self.least), self.most)

    def _typed(self, data: Values, row: int) -> Values:
        form = self.row_form(data, prefix=f"{self.prefix}-{row}")
        return {name: form[name].data for name in form.fields}

    def _changed(self, rows: list[Values], data: Values) -> list[Values]:
        if f"{self.prefix}-add" in data:
            return [*rows, {}][: self.most]
        gone = str(data.get(f"{self.prefix}-remove", ""))
        return [values for row, values in enumerate(rows) if str(row) != gone]
