"""The order of fit: levels in what was asked, then how well the text says it, then all proof.

How well a document says a word changes only with the document, so it is asked once and remembered
with the gathering; a question adds up what is known of its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from experts import facets
from experts.counting import ask
from experts.gathered import Present

# Of those who fit a question, so many with the most proof are put in the order of fit.
BEST = 500
# How much a word counts in an overview, in evidence, in a headline, in a name (ts_rank).
WEIGHTS = "{0.1, 0.6, 0.4, 1.0}"
RANK_UNIT = 1_000_000
SAID = f"(ts_rank('{WEIGHTS}', lexemes, %s::tsquery) * {RANK_UNIT})::int"
LEVEL_IN = (
    "CASE WHEN facets @> '{{{0}}}' THEN 3 WHEN facets @> '{{{1}}}' THEN 2"
    " WHEN facets @> '{{{2}}}' THEN 1 ELSE 0 END"
)
PUBLIC_ID = "(SELECT public_id FROM experts_expert WHERE id = expert_id)"


class Place(NamedTuple):
    """Where an expert (key) stands: the sums of their levels and of what their text says."""

    expert: int
    asked: int
    fit: int
    quality: int

    @property
    def order(self) -> tuple[int, int, int, int]:
        """What puts the better first."""
        return -self.asked, -self.fit, -self.quality, self.expert


@dataclass(frozen=True, slots=True)
class Fit:
    """What decides the order of one question: skills (keys), and words as text queries."""

    skills: frozenset[int]
    words: tuple[str, ...]

    def of_documents(self, where: str, given: Sequence[Any]) -> tuple[str, list[Any]]:
        """Return a statement for places by documents: key, levels, text, proof and public id."""
        sql = (
            f"WITH best AS MATERIALIZED (SELECT expert_id, quality, facets, lexemes"  # noqa: S608
            f" FROM experts_searchdocument WHERE {where}"
            f" ORDER BY quality DESC, expert_id LIMIT {BEST}),"
            f" document AS (SELECT expert_id, {self._levels} AS asked,"
            f" {' + '.join(self._said) or '0'} AS fit, quality FROM best)"
            f" SELECT expert_id, asked, fit, quality, {PUBLIC_ID} FROM document"
        )
        return sql, [*given, *self.words]

    def of_gathered(
        self, present: Present, places: Mapping[int, int], fresh: tuple[str, list[Any]]
    ) -> list[Place]:
        """Return where those stand of whom the gathering knows, and those who changed since.

        :param places: the places of the first, with the sum of their levels.
        :param fresh: the condition of the others as SQL; their documents say all of them.
        """
        base, said = present.base, present.said(self.words)
        unsaid = [place for known in said for place in places if place not in known]
        missing = {base.experts[place]: place for place in unsaid}
        found = []
        for expert, asked, ranks, quality in self._ask(list(missing), fresh):
            if expert in missing:
                for known, rank in zip(said, ranks, strict=True):
                    known[missing[expert]] = rank
            else:
                found.append(Place(expert, asked, sum(ranks), quality))
        for place, asked in places.items():
            ranks = [known[place] for known in said if place in known]
            # A document that went meanwhile was not found; the next question does not know it.
            if len(ranks) == len(said):
                found.append(Place(base.experts[place], asked, sum(ranks), base.qualities[place]))
        return found

    def _ask(
        self, experts: Sequence[int], fresh: tuple[str, list[Any]]
    ) -> Sequence[tuple[Any, ...]]:
        """Ask the documents of experts (keys), and of those who changed; one statement, or none."""
        where, given = fresh
        if not experts and not where:
            return []
        either = f"expert_id = ANY (%s) OR ({where})" if where else "expert_id = ANY (%s)"
        sql = (
            f"SELECT expert_id, {self._levels}, ARRAY[{', '.join(self._said)}]::int[], quality"  # noqa: S608
            f" FROM experts_searchdocument WHERE {either}"
        )
        return ask(sql, [*self.words, list(experts), *given])

    @property
    def _levels(self) -> str:
        codes = ([facets.skill(key, level) for level in (3, 2, 1)] for key in sorted(self.skills))
        return " + ".join(LEVEL_IN.format(*each) for each in codes) or "0"

    @property
    def _said(self) -> list[str]:
        return [SAID] * len(self.words)
