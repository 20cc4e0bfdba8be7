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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mine: de89.3704.0044.0532.0130.00 as ever", ["payment"]),
        ("Let us go on in T\u200bele\u200bgram", ["messenger"]),
        ("Text me on \uff34\uff45\uff4c\uff45\uff47\uff52\uff41\uff4d", ["messenger"]),
        ("Pay me by \u0420ay\u0420al", ["payment"]),
        ("zero one seven zero, four four five six one two", ["phone"]),
        ("Charge 4111 1111 1111 1111.", ["payment"]),
        ("To bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 please", ["payment"]),
        ("Open attest-payouts.com or paypa1.com/login", ["imitation"]),
        ("Send us your passport and the SMS code", ["secrets"]),
        ("Earn $300 per day, no experience needed", ["clicks"]),
    ],
)
def test_sees_through_disguises_and_checks_digits(text, found):
    assert lures.find(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "GB83 WEST 1234 5698 7654 32 is the number of a part.",  # one digit off
        "Batch 4111 1111 1111 1112 failed.",
        "Read openai.com and docs.stripe.com first; our attestation is at attestation.org.",
        "Our customers write to the bot on WhatsApp and pay by PayPal.",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert lures.find(text) == []


def test_under_a_contract_only_what_leads_money_away_is_left():
    assert lures.about_money(["email", "payment", "messenger", "imitation"]) == [
        "payment",
        "imitation",
    ]


def test_names_what_it_knows():
    assert lures.words(["email", "forgotten"]) == ["an e-mail address"]


def test_a_very_long_word_is_read_once():
    assert lures.find("x" * 200_000) == []
