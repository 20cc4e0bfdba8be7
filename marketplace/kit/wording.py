"""Compares texts by their wording: which passage of one is also in the other.

A text becomes shingles of five words; winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003) keeps
some of their hashes, so that every passage of eight words that two texts share is found by at
least one hash both have kept.

Texts whose words were exchanged here and there share few passages of eight words and still many of
four: those are compared as sets.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

SHINGLE = 5
WINDOW = 4
# Every shared run of this many words is found: SHINGLE + WINDOW - 1.
SURE_RUN = 8
WORD = re.compile(r"\w+")
HASH_BYTES = 8
# Two people who write about the same thing share next to no passages of this many words; a copy in
# which every fifth word is another one still has two fifths of them (0.8 to the fourth).
PASSAGE = 4
NUMBER = re.compile(r"\d+")
# What a reader of a page does not see.
UNSEEN = frozenset({"script", "style", "template", "noscript", "svg"})


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are: Jaccard of their shingles, and the longest passage they share."""

    jaccard: float
    passage: str
    words: int


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case and in order."""
    return WORD.findall(text.lower())


def sketch(text: str) -> list[int]:
    """Return the hashes winnowing keeps of a text, as signed 64-bit numbers."""
    hashes = [_hashed(shingle) for shingle in _shingles(words_of(text))]
    windows = range(max(len(hashes) - WINDOW + 1, 1 if hashes else 0))
    return sorted({min(hashes[at : at + WINDOW]) for at in windows})


def passages(text: str) -> frozenset[int]:
    """Return the hashes of all passages of four words; one number is as good as another."""
    words = ["0" if NUMBER.fullmatch(word) else word for word in words_of(text)]
    ends = range(PASSAGE, len(words) + 1)
    return frozenset(_hashed(words[end - PASSAGE : end]) for end in ends)


def compare(text: str, other: str) -> Likeness:
    """Compare two texts word by word, whatever their case and punctuation."""
    ours, theirs = words_of(text), words_of(other)
    here, there = _shingles(ours), _shingles(theirs)
    both = set(here) | set(there)
    jaccard = len(set(here) & set(there)) / len(both) if both else 0.0
    start, length = _longest_run(ours, theirs)
    return Likeness(jaccard, " ".join(ours[start : start + length]), length)


def visible_text(html: str) -> str:
    """Return what a reader of an HTML page sees, with single blanks."""
    reader = _Visible()
    reader.feed(html)
    reader.close()
    return " ".join(" ".join(reader.seen).split())


def _shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)]


def _hashed(shingle: Iterable[str]) -> int:
    digest = hashlib.blake2b(" ".join(shingle).encode(), digest_size=HASH_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


def _longest_run(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int]:
    """Return where in `ours` the longest shared run of at least five words begins, and its length.

    Runs grow from shingle to shingle, so the cost is that of the matches and not of all pairs.
    """
    places: dict[tuple[str, ...], list[int]] = {}
    for at, shingle in enumerate(_shingles(theirs)):
        places.setdefault(shingle, []).append(at)
    best, before = (0, 0), dict[int, int]()
    for at, shingle in enumerate(_shingles(ours)):
        runs = {place: before.get(place - 1, SHINGLE - 1) + 1 for place in places.get(shingle, ())}
        longest = max(runs.values(), default=0)
        if longest > best[1]:
            best = (at + SHINGLE - longest, longest)
        before = runs
    return best


class _Visible(HTMLParser):
    """Collects the text outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (HTMLParser's)
        self.hidden += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in UNSEEN and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.seen.append(data)
