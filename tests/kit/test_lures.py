"""Lures: what leads people away from the site is named, and plain figures and dates are not."""

import pytest

from marketplace.kit import lures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to dana@globex.example", ["email"]),
        ("dana [at] globex [dot] example", ["email"]),
        ("Call +49 170 1234567 or (020) 7946 0958", ["phone"]),
        ("415-555-0134, after six", ["phone"]),
        ("Let us talk on WhatsApp: wa.me/4917", ["messenger"]),
        ("I take PayPal and USDT", ["payment"]),
        ("My IBAN is GB82 WEST 1234 5698 7654 32", ["payment"]),
        ("We could settle it outside the platform", ["payment"]),
        ("Install AnyDesk, then pay the registration fee", ["remote", "upfront"]),
    ],
)
def test_finds(text, found):
    assert lures.find(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "On 2030-01-15 10:00 at the latest, for 49 000 000 rows and $14,000.00.",
        "p95 is 0.123456789 s; the signal is weak, and co22 some more words here come.",
        "Meet me @ the office. The transfer learning run took 120 000 steps.",
        "Use gpt-6-sol-2030-01-15 with 1,000,000 tokens, ids 0001 to 0450.",
    ],
)
def test_leaves_plain_words_alone(text):
    assert lures.find(text) == []


def test_names_what_it_knows():
    assert lures.words(["email", "forgotten"]) == ["an e-mail address"]


def test_a_very_long_word_is_read_once():
    assert lures.find("x" * 1_000_000) == []
