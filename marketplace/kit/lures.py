"""Finds what leads people away from a site that protects them: addresses, messengers, payments.

It warns and forbids nothing: who writes a price of 49 000 000 is told at worst of a telephone.
"""

import re
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What each is called in "This message has …".
NAMES: Mapping[str, str | Promise] = {
    "email": _("an e-mail address"),
    "phone": _("a telephone number"),
    "messenger": _("the way to another messenger"),
    "payment": _("a payment outside this site"),
    "remote": _("a request to let somebody onto your computer"),
    "upfront": _("a request to pay before you are paid"),
}
FORMS: Mapping[str, re.Pattern[str]] = {
    # From the beginning of a word only, or a long word would be read once from each letter.
    "email": re.compile(
        r"(?<![\w.+-])[\w.+-]+\s?(?:@|[\[(]\s?at\s?[\])])\s?[\w-]+\s?(?:\.|[\[(]\s?dot\s?[\])])\s?[a-z]{2,}",
        re.IGNORECASE,
    ),
    # Written as a number to call, so that a date with its time is none: +49 170 1234567,
    # 0170/1234567, (020) 7946-0958, 415-555-0134.
    "phone": re.compile(
        r"(?<![\w.,-])(?:\+|0|\(\d{2,5}\))[ /-]?\d(?:[ /\u00a0-]?\d){6,13}(?!\w|,\d)"
        r"|(?<![\w.,-])\d{3}[-. ]\d{3}[-. ]\d{4}(?!\w|,\d)"
    ),
    "messenger": re.compile(
        r"\b(?:telegram|whats\s?app|wechat|viber|snapchat|discord(?:app)?|skype)\b"
        r"|\b(?:t|wa)\.me/|\bsignal\s+(?:number|app|messenger)\b",
        re.IGNORECASE,
    ),
    "payment": re.compile(
        r"\b(?:pay\s?pal|western\s+union|money\s?gram|zelle|cash\s?app|venmo|gift\s?cards?|usdt"
        r"|bitcoin|btc|crypto(?:currency)?\s+(?:wallet|payment)|(?:bank|wire)\s+transfer|iban)\b"
        r"|\b(?:outside|off)\s+(?:of\s+)?(?:the|this)\s+(?:site|platform)\b"
        r"|(?-i:\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}\b)",
        re.IGNORECASE,
    ),
    "remote": re.compile(
        r"\b(?:any\s?desk|team\s?viewer|rust\s?desk|remote\s+access\s+to\s+your)\b", re.IGNORECASE
    ),
    "upfront": re.compile(
        r"\b(?:registration|security|activation|training|equipment)\s+(?:fee|deposit)\b",
        re.IGNORECASE,
    ),
}


def find(text: str) -> list[str]:
    """Return which of these a text has, by their names above, in that order."""
    return [name for name, pattern in FORMS.items() if pattern.search(text)]


def words(found: Iterable[str]) -> list[str]:
    """Return what to call them; one that is no longer known is left out."""
    return [str(NAMES[name]) for name in found if name in NAMES]
