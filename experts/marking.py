"""Marks the words of a question in a text, as HTML; nothing else of the text is trusted."""

import re
from collections.abc import Sequence

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

# So many characters are shown before the first word that was found.
BEFORE = 60
MARK, UNMARK = SafeString("<mark>"), SafeString("</mark>")


def pattern(stems: Sequence[str]) -> re.Pattern[str]:
    """Return what finds the words that begin with one of these stems."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, stems))})\w*", re.IGNORECASE)


def marked(text: str, stems: Sequence[str]) -> SafeString:
    """Return a text as HTML with the words of the question marked."""
    if not stems:
        return format_html_join("", "{}", [(text,)])
    places = [match.span() for match in pattern(stems).finditer(text)]
    pieces, last = [], 0
    for start, end in places:
        pieces += [("", text[last:start], ""), (MARK, text[start:end], UNMARK)]
        last = end
    return format_html_join("", "{}{}{}", [*pieces, ("", text[last:], "")])


def excerpt(text: str, stems: Sequence[str], size: int) -> SafeString:
    """Return the beginning of a text, or where it first says a word of the question; as `marked`.

    :param size: in characters.
    """
    first = pattern(stems).search(text) if stems else None
    begins = text.rfind(" ", 0, max(0, first.start() - BEFORE)) + 1 if first else 0
    is_within = first is None or first.end() < size
    piece = text if is_within else f"…{text[begins:]}"
    return marked(Truncator(piece).chars(size), stems)
