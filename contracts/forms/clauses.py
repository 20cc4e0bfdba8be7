"""The choice of a clause for each topic, as a part of the forms of offers."""

from collections.abc import Iterator, Sequence

from django import forms
from django.forms import BoundField

from jobs import clauses
from jobs.clauses import Topic
from marketplace.kit.forms import ChoiceCards, SiteForm


class ClauseForm(SiteForm):
    """A form that names one clause of the library for each topic, besides what else it asks."""

    def offer_clauses(self, refs: Sequence[str]) -> None:
        """Add a field for each topic, with these clauses chosen.

        An older version that is chosen may stay; besides it only the latest may be chosen.
        """
        chosen = {row.topic: row for row in clauses.named(refs)}
        for topic in Topic:
            rows = list(clauses.current(topic))
            old = chosen.get(topic)
            if old and old not in rows:
                rows.append(old)
            self.fields[_name(topic)] = forms.ChoiceField(
                label=topic.label,
                choices=[(row.ref, row.title) for row in rows],
                initial=old.ref if old else rows[0].ref,
                widget=ChoiceCards(hints={row.ref: row.plain for row in rows}),
            )

    @property
    def clause_fields(self) -> Iterator[BoundField]:
        """The fields of the topics, in their order."""
        return (self[_name(topic)] for topic in Topic)

    @property
    def has_clause_errors(self) -> bool:
        """Whether one of them has to be looked at, so that the page unfolds them."""
        return any(_name(topic) in self.errors for topic in Topic)

    @property
    def clauses(self) -> list[str]:
        """What was chosen, as the services are given it."""
        return [self.cleaned_data[_name(topic)] for topic in Topic]


def _name(topic: Topic) -> str:
    return f"clause_{topic.value}"
