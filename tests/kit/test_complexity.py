"""What reads people's words is as fast as they are long, whatever they are (check T-07)."""

from collections.abc import Callable
from time import perf_counter

import pytest

from marketplace.kit import leaks, lures, wording

# The longest text that any of our forms takes.
MOST = 20_000
MOST_SECONDS = 0.25
# Twice the text takes twice the time, and half as much again for a busy machine.
MOST_GROWTH = 3.0
# Below this a clock tells nothing about growth: two workers share what runs the tests.
TELLING = 0.1
TRIES = 3
WORST = {
    "one letter": "a",
    "a word and a blank": "a ",
    "digits": "1",
    "digits in groups": "+49 170 1234567 ",
    "dots": "a.",
    "signs of an address": "a@a.",
    "at": "a at a dot ",
    "brackets": "[",
    "open tags": "<a ",
    "tags": "<b><i>",
    "comments": "<!--",
    "entities": "&amp;",
    "a key begins": "sk-",
    "a token begins": "eyJhbGciOi.",
    "pem": "-----BEGIN ",
    "one passage": "the same five words again ",
    "iban": "DE89 3704 ",
}
READERS: dict[str, Callable[[str], object]] = {
    "lures": lures.find,
    "leaks": leaks.find,
    "passages": wording.passages,
    "sketch": wording.sketch,
    "visible text": wording.visible_text,
    "likeness": lambda text: wording.compare(text, text[:2_000]),
}


def seconds(read: Callable[[str], object], text: str) -> float:
    """The least of some tries: what the machine does besides only ever adds."""
    took = []
    for _ in range(TRIES):
        began = perf_counter()
        read(text)
        took.append(perf_counter() - began)
    return min(took)


@pytest.mark.parametrize("reader", READERS)
def test_twice_the_text_takes_twice_the_time(reader):
    read = READERS[reader]
    slow = {}
    for name, piece in WORST.items():
        text = (piece * MOST)[:MOST]
        half, whole = seconds(read, text[: MOST // 2]), seconds(read, text)
        is_steep = whole > TELLING and whole > half * MOST_GROWTH
        if whole > MOST_SECONDS or is_steep:
            slow[name] = f"{half:.3f} s, then {whole:.3f} s"
    assert slow == {}
