"""Compares texts by their wording: which passage of one is also in the other.

A text becomes shingles of five words; winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003) keeps
some of their hashes, so that every passage of eight words that two texts share is found by at
least one hash both have kept.

Texts whose words were exchanged here and there share few passages of eight words and still many of
four: those are compared as sets.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

SHINGLE = 5
WINDOW = 4
# Every shared run of this many words is found: SHINGLE + WINDOW - 1.
SURE_RUN = 8
WORD = re.compile(r"\w+")
HASH_BYTES = 8
# For runs of words: a Mersenne prime, and a number that Python's own hashes do not depend on.
PRIME, BASE = 2**61 - 1, 1_000_003
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
    start, length = _longest_run(ours, theirs) if jaccard else (0, 0)
    return Likeness(jaccard, " ".join(ours[start : start + length]), length)


def visible_text(html: str) -> str:
    """Return what a reader of an HTML page sees, with single blanks.

    What begins like a tag and never ends is not seen. Python's parser would read it to the end of
    the page from each of its brackets; so it is not asked what is left over, but given an end.
    """
    reader = _Visible()
    reader.feed(f"{html}<br>")
    return " ".join(" ".join(reader.seen).split())


def _shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)]


def _hashed(shingle: Iterable[str]) -> int:
    digest = hashlib.blake2b(" ".join(shingle).encode(), digest_size=HASH_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


def _longest_run(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int]:
    """Return where in `ours` the longest shared run of at least five words begins, and its length.

    Of a shared run every part is shared, so its length is found by halving: what a text costs does
    not depend on how often it repeats itself.
    """
    best, shortest, longest = (0, 0), SHINGLE, min(len(ours), len(theirs))
    while shortest <= longest:
        length = (shortest + longest) // 2
        start = _first_shared(ours, theirs, length)
        if start is None:
            longest = length - 1
        else:
            best, shortest = (start, length), length + 1
    return best


def _first_shared(ours: Sequence[str], theirs: Sequence[str], length: int) -> int | None:
    there = set(_runs(theirs, length))
    return next((at for at, run in enumerate(_runs(ours, length)) if run in there), None)


def _runs(words: Sequence[str], length: int) -> Iterator[int]:
    """Yield a hash of every run of so many words, each from the one before (Karp and Rabin)."""
    leaving = pow(BASE, length, PRIME)
    run = 0
    for at, word in enumerate(words):
        run = (run * BASE + hash(word)) % PRIME
        if at >= length:
            run = (run - hash(words[at - length]) * leaving) % PRIME
        if at >= length - 1:
            yield run


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
