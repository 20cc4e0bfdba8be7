"""Names by their look: none is like one of ours, hides a sign or mixes alphabets (ADR 39).

Two names with one `look` are one name to the eye. It is the skeleton of Unicode's TR39 (disarm
has its tables), and beyond it whatever people do not see in a hurry: accents, spaces, dots, rn for
m. What people wrote is kept and shown as they wrote it.
"""

import re
import unicodedata
from functools import cache

from disarm import Script, detect_scripts, is_zalgo, skeleton_key
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.kit.errors import DomainError

# Whom people would believe anything about this site, its subject and its money.
OTHERS_WE_NAME = ("OpenAI", "ChatGPT", "Stripe")
# What those who speak for a site are called, and what is put beside it.
OFFICES = (
    "support", "helpdesk", "admin", "administrator", "administration", "moderator",
    "moderation", "staff", "official", "security", "billing", "system", "sysadmin", "root",
    "noreply", "no-reply", "postmaster", "webmaster", "kundendienst", "kundenservice",
    "verwaltung", "sicherheit", "offiziell",
)  # fmt: skip
BESIDE = (
    "team", "teams", "desk", "the", "of", "and", "customer", "customers", "client",
    "clients", "service", "services", "center", "centre", "account", "accounts", "trust",
    "safety", "verified", "verification", "payment", "payments", "finance", "compliance",
    "dispute", "disputes", "review", "reviewer", "reviewers", "vetting", "help", "info",
    "contact", "hilfe", "zahlung", "zahlungen", "prüfung", "und",
)  # fmt: skip

# Letters and their marks, digits, punctuation, one kind of space, and a few signs: C++, AT&T, =.
WRITTEN = ("L", "M", "N", "P")
SIGNS = frozenset(" +=|~^$€£¥")
# Letters and marks by their category that nobody sees: fillers, joiners, chosen variants.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# They join letters, or keep them apart, where a script needs that.
JOINERS = "\u200c\u200d"
JOINED = frozenset(
    {
        *(Script.ARABIC, Script.BENGALI, Script.DEVANAGARI, Script.GUJARATI, Script.GURMUKHI),
        *(Script.KANNADA, Script.KHMER, Script.MALAYALAM, Script.MYANMAR, Script.ORIYA),
        *(Script.SINHALA, Script.TAMIL, Script.TELUGU),
    }
)
# Scripts that are written together; Latin stands beside Han and is not taken for it (TR39, 5.2).
TOGETHER = (
    frozenset({Script.HAN, Script.HIRAGANA, Script.KATAKANA, Script.LATIN}),
    frozenset({Script.HAN, Script.HANGUL, Script.LATIN}),
    frozenset({Script.HAN, Script.BOPOMOFO, Script.LATIN}),
)
ACCENTS = re.compile("[\u0300-\u036f]+")
NO_WORD = re.compile(r"[\W_]+")


class NameHasSigns(DomainError):
    """It has a symbol, or a sign that nobody sees."""

    code, field = "name_has_signs", "name"
    sentence = _(
        "Write the name with letters, digits and punctuation. It has a symbol, or a sign that"
        " nobody sees."
    )


class NameIsMixed(DomainError):
    """One of its words is written in two alphabets."""

    code, field = "name_is_mixed", "name"

    def __init__(self, word: str) -> None:
        super().__init__(
            gettext("Write each word of the name in one alphabet. “%(word)s” has letters of two.")
            % {"word": word}
        )


class NameIsOurs(DomainError):
    """It looks like our name, an office of ours, or a company this site is about."""

    code, field = "name_is_ours", "name"
    sentence = _(
        "This looks like our own name, or that of a company we work with. Enter a name that is"
        " yours alone."
    )


def check(name: str) -> None:
    """Refuse a name of a person or an organisation that could be taken for somebody else's.

    :raises NameHasSigns:
    :raises NameIsMixed:
    :raises NameIsOurs:
    """
    if _has_signs(name):
        raise NameHasSigns
    for word in unicodedata.normalize("NFKC", name).split():
        scripts = set(detect_scripts(word))
        if len(scripts) > 1 and not any(scripts <= allowed for allowed in TOGETHER):
            raise NameIsMixed(word)
    if is_ours(name):
        raise NameIsOurs


def is_ours(name: str) -> bool:
    """Whether it names us or a company of `OTHERS_WE_NAME`, or is nothing but an office."""
    words = [_squeezed(word) for word in NO_WORD.split(_skeleton(name))]
    ours, nothing_else = _reserved()
    runs = ("".join(words[at:end]) for at in range(len(words)) for end in range(at + 1, at + 12))
    return any(run in ours for run in runs) or bool(nothing_else.fullmatch("".join(words)))


def look(name: str) -> str:
    """Return what is equal for names that an eye does not tell apart."""
    return _squeezed(_skeleton(name))


def _skeleton(name: str) -> str:
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", UNSEEN.sub("", name)))
    return skeleton_key(unicodedata.normalize("NFC", bare), digit_policy="tr39")


def _squeezed(skeleton: str) -> str:
    """Leave letters and digits; a lower i is a capital one, which the skeleton takes for l."""
    return NO_WORD.sub("", skeleton).replace("i", "l").replace("rn", "m").replace("vv", "w")


@cache
def _reserved() -> tuple[frozenset[str], re.Pattern[str]]:
    ours = {look(name) for name in (settings.SITE_NAME, *OTHERS_WE_NAME)}
    offices = "|".join(sorted({*ours, *map(look, OFFICES)}))
    beside = "|".join(sorted(set(map(look, BESIDE))))
    return frozenset(ours), re.compile(f"(?:{beside})*(?:{offices})(?:{beside}|{offices})*")


def _has_signs(name: str) -> bool:
    return (
        any(not _is_written(name, at) for at in range(len(name)))
        or UNSEEN.search(name) is not None
        or is_zalgo(name)
    )


def _is_written(name: str, at: int) -> bool:
    sign = name[at]
    if sign in JOINERS:
        beside = [set(detect_scripts(each)) for each in (name[:at][-1:], name[at + 1 :][:1])]
        return all(scripts and scripts <= JOINED for scripts in beside)
    return sign in SIGNS or unicodedata.category(sign).startswith(WRITTEN)
