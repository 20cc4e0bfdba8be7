"""Reads a text as an eye does: what is hidden in it is gone, what imitates a letter is that letter.

Only for looking something up; what people wrote is kept and shown as they wrote it.
"""

# ruff: noqa: RUF001 (letters that look like others are what this is about)

import re
import unicodedata

# Each Latin letter with those of other scripts that are drawn like it.
LOOK_ALIKES = {
    "a": "аα", "b": "ьβ", "c": "сϲ", "d": "ԁ", "e": "еε", "g": "ɡ", "h": "һ", "i": "іιı", "j": "ј",
    "k": "кκ", "l": "ӏℓ", "m": "м", "n": "η", "o": "оοσ", "p": "рρ", "q": "ԛ", "s": "ѕ", "t": "тτ",
    "u": "υ", "v": "ѵν", "w": "ԝω", "x": "хχ", "y": "уγ",
    "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "J": "Ј", "K": "КΚ", "M": "МΜ",
    "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "ҮΥ", "Z": "Ζ",
}  # fmt: skip
IMITATED = {ord(sign): letter for letter, signs in LOOK_ALIKES.items() for sign in signs}
# Signs nobody sees (Cf), and strokes that are laid over letters (Mn).
UNSEEN = frozenset({"Cf", "Mn"})
# A word drawn apart: "w h a t s", "p.a.y.p.a.l".
DRAWN_APART = re.compile(r"(?<!\w)(?:\w[ ._*-]){3,}\w(?!\w)")
BETWEEN = re.compile(r"[ ._*-]")


def plain(text: str) -> str:
    """Return a text in letters as they are read: compatible forms, nothing unseen, words whole."""
    if not text.isascii():
        text = "".join(
            sign
            for sign in unicodedata.normalize("NFKC", text)
            if sign.isascii() or unicodedata.category(sign) not in UNSEEN
        ).translate(IMITATED)
    return DRAWN_APART.sub(lambda word: BETWEEN.sub("", word[0]), text)
