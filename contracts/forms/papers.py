"""Which lines of a book somebody wants to see; cleaning only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from contracts.selectors.books import Search, next_month
from marketplace.kit.forms import SiteForm
from marketplace.kit.words import month_and_year_text


class LinesForm(SiteForm):
    """Which lines of a book: everything is optional, and what cannot be read is left out."""

    kind = forms.ChoiceField(label=_("Type"), required=False)
    contract = forms.ChoiceField(label=_("Contract"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        kinds: Sequence[tuple[str, str]],
        contracts: Sequence[Contract],
        months: Sequence[date],
    ) -> None:
        super().__init__(data)
        self.contracts = {row.public_id: row for row in contracts}
        self._offer("kind", kinds)
        self._offer("contract", [(row.public_id, row.title) for row in contracts])
        years = [(str(year), str(year)) for year in sorted({m.year for m in months}, reverse=True)]
        named = [(f"{month:%Y-%m}", month_and_year_text(month)) for month in months]
        self._offer("period", [*years, *named])
        self.full_clean()

    @property
    def search(self) -> Search:
        """What could be read of it."""
        since, until = self._days()
        return Search(
            kind=self.cleaned_data.get("kind", ""),
            contract=self.contracts.get(self.cleaned_data.get("contract", "")),
            since=since,
            until=until,
        )

    @property
    def query(self) -> str:
        """The search as a query string that a page number can be put after."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return f"{urlencode(chosen)}&" if chosen else ""

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", _("All")), *choices]

    def _days(self) -> tuple[date | None, date | None]:
        """Return the first day of the period and the first one after it."""
        period = self.cleaned_data.get("period", "")
        if not period:
            return None, None
        year, _dash, month = period.partition("-")
        since = date(int(year), int(month or 1), 1)
        return since, next_month(since) if month else date(since.year + 1, 1, 1)
