"""What the words of a question mean: skills by name or alias, families of models, or just words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from django.utils.translation import gettext

from experts import facets
from experts.facets import Kind
from experts.models import ModelRelease
from experts.models.model_registry import RETIRING
from experts.nearness import nearest
from marketplace.kit import reads

# Words beyond these narrow nothing and cost a scan each; longer ones are nobody's.
MOST_WORDS = 8
LONGEST_WORD = 40
# The beginning of a name means the name from so many letters on: "embed", not "a".
FEWEST_LETTERS = 3
# How alike a mistyped word and a name are at least, 0 to 1: one letter in five may be wrong.
ALIKE = 0.8
TOKENS = re.compile(r"[^\W_]+(?:[.+-][^\W_]+)*")
# The dictionary knows how English words end; as typed, they are found in names.
QUERIES = """
SELECT plainto_tsquery('english', word)::text, plainto_tsquery('simple', word)::text
FROM unnest(%s::text[]) WITH ORDINALITY AS typed (word, place) ORDER BY place
"""
TERMS = """
SELECT 'skill', id, slug, name, title, facet, is_badgeable, false, NULL::bigint, '', position
FROM experts_skill
UNION ALL
SELECT 'alias', skill_id, '', alias, '', '', false, false, release_id, hint, 0
FROM experts_skillalias
UNION ALL
SELECT 'family', family.id, family.slug, family.name, string_agg(model.api_id, ' '), '', false,
    bool_and(model.lifecycle = ANY (%s)), NULL, '', family.position
FROM experts_modelfamily AS family JOIN experts_modelrelease AS model ON model.family_id = family.id
GROUP BY family.id
UNION ALL
SELECT 'domain', id, slug, name, '', '', false, false, NULL, '', position
FROM experts_domain
UNION ALL
SELECT 'work', id, slug, english_name, '', '', false, false, NULL, '', position
FROM experts_kindofwork
ORDER BY 1, 11, 2
"""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question: the skills (keys) and other facets it names, and its stem."""

    typed: str
    skills: frozenset[int]
    families: frozenset[int]
    # What finds it in texts; nothing where it is too common to say anything.
    query: str
    stems: tuple[str, ...] = ()

    @property
    def condition(self) -> str:
        """The text query for those who say the word, or prove or claim a skill that it names."""
        named = [
            *(facets.skill(key, 1) for key in sorted(self.skills)),
            *(facets.facet(Kind.CLAIM, key) for key in sorted(self.skills)),
            *(facets.facet(Kind.FAMILY, key) for key in sorted(self.families)),
        ]
        alternatives = [*([self.query] if self.query else []), *map(facets.lexeme, named)]
        return f"({' | '.join(alternatives)})" if alternatives else ""


@dataclass(frozen=True, slots=True)
class Term:
    """A name of something one can ask for, by its key; an alias has the key of its skill."""

    kind: str
    key: int
    slug: str
    # In English, as people type it.
    english_name: str
    # The longer name of a skill, the models of a family.
    more: str
    facet: str
    is_badgeable: bool
    is_retiring: bool
    release: int | None
    hint: str

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return gettext(self.english_name)


class Taxonomy:
    """The names of everything one can ask for, in their order; one statement."""

    @cached_property
    def terms(self) -> list[Term]:
        """All of them."""
        with reads.cursor() as cursor:
            cursor.execute(TERMS, [list(RETIRING)])
            return [Term(*row[:-1]) for row in cursor.fetchall()]

    @cached_property
    def skills(self) -> list[Term]:
        """The skills, also those we do not vet."""
        return [term for term in self.terms if term.kind == "skill"]

    @cached_property
    def families(self) -> list[Term]:
        """The families that have models."""
        return [term for term in self.terms if term.kind == "family"]

    @cached_property
    def domains(self) -> list[Term]:
        """The industries."""
        return [term for term in self.terms if term.kind == "domain"]

    @cached_property
    def works(self) -> list[Term]:
        """The kinds of work."""
        return [term for term in self.terms if term.kind == "work"]

    @cached_property
    def aliases(self) -> list[Term]:
        """What people call skills."""
        return [term for term in self.terms if term.kind == "alias"]

    @cached_property
    def skill_names(self) -> list[tuple[int, frozenset[str]]]:
        """Every skill (key) with the tokens of its name, its title, and each alias."""
        named = (*self.skills, *self.aliases)
        return [(term.key, tokens_of(f"{term.english_name} {term.more}")) for term in named]

    @cached_property
    def family_names(self) -> list[tuple[int, frozenset[str]]]:
        """Every family (key) with the tokens of its name and of its models."""
        return [(term.key, tokens_of(f"{term.english_name} {term.more}")) for term in self.families]

    def spelled(self, word: str) -> str:
        """Return the token of a name that a mistyped word is most like, or nothing."""
        known = {
            token for _key, names in (*self.skill_names, *self.family_names) for token in names
        }
        return "" if word in known else next(iter(get_close_matches(word, known, 1, ALIKE)), "")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The words of a question, and what to know about a model it names that retires."""

    words: Sequence[Word]
    hint: str = ""

    @property
    def stems(self) -> list[str]:
        """The words as a text has them."""
        stems = [word.stems or (word.typed,) for word in self.words]
        return [stem for several in stems for stem in several]


def words_of(text: str) -> list[str]:
    """Return the words of a question, so many as count."""
    cleaned = text.replace("\x00", " ").lower().split()
    return [word[:LONGEST_WORD] for word in cleaned[:MOST_WORDS]]


def meaning_of(text: str, taxonomy: Taxonomy) -> Meaning:
    """Return what a question means; one statement beside the names."""
    typed = words_of(text)
    if not typed:
        return Meaning([])
    phrase = " ".join(typed)
    hints = (_advice(term) for term in taxonomy.aliases if term.english_name.lower() in phrase)
    said = list(zip(typed, _queries(typed), strict=True))
    # "the" alone is looked for as typed, and beside other words it says nothing.
    tells = any(english for _word, (english, _simple) in said)
    words = [
        _word(word, english, simple, taxonomy)
        for word, (english, simple) in said
        if english or not tells
    ]
    return Meaning(words, next(filter(None, hints), ""))


def corrected(text: str, taxonomy: Taxonomy) -> str:
    """Return the question with mistyped words as the names have them, or nothing if none is."""
    typed = words_of(text)
    better = [taxonomy.spelled(word) or word for word in typed]
    return " ".join(better) if better != typed else ""


def meant(text: str, taxonomy: Taxonomy) -> Iterator[list[str]]:
    """Yield what to try instead of words that find nobody, in turns.

    As the names are spelled; then, with the extra, the names of the skills nearest in meaning,
    which nobody is asked for before their turn.
    """
    yield [*filter(None, [corrected(text, taxonomy)])]
    yield nearest(text)


def tokens_of(name: str) -> frozenset[str]:
    """Return the words of a name, also the parts of those with hyphens."""
    whole = TOKENS.findall(name.lower())
    return frozenset(whole) | {part for word in whole for part in word.split("-")}


def names(word: str, named: Iterable[tuple[int, frozenset[str]]]) -> frozenset[int]:
    """Return what a word names: all of a token, or its beginning if that is long enough."""
    begins = len(word) >= FEWEST_LETTERS and not word[-1].isdigit()
    return frozenset(
        key
        for key, tokens in named
        if word in tokens or (begins and any(token.startswith(word) for token in tokens))
    )


def _word(typed: str, english: str, simple: str, taxonomy: Taxonomy) -> Word:
    queries = [f"({query})" for query in dict.fromkeys((english, simple)) if query]
    return Word(
        typed,
        names(typed, taxonomy.skill_names),
        names(typed, taxonomy.family_names),
        f"({' | '.join(queries)})" if queries else "",
        tuple(re.findall(r"'([^']+)'", english)),
    )


def _advice(alias: Term) -> str:
    """Return what to know about what an alias names; of a model the registry itself says it."""
    if alias.release is None:
        return gettext(alias.hint)
    return ModelRelease.objects.get(pk=alias.release).advice


def _queries(words: Sequence[str]) -> list[tuple[str, str]]:
    with reads.cursor() as cursor:
        cursor.execute(QUERIES, [list(words)])
        return list(cursor.fetchall())
