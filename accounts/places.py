"""Countries, languages and time zones, named in the reader's language by the CLDR (Babel)."""

from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from django.utils.translation import get_language, to_locale

# Codes the CLDR names that are no country: unions, test and unknown regions.
NOT_COUNTRIES = frozenset(["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"])
# Languages a client may ask for: those with the most speakers, and those of our experts.
LANGUAGES = (
    *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "gu"),
    *("ha", "he", "hi", "hr", "hu", "id", "ig", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv"),
    *("ml", "mr", "ms", "nb", "nl", "pa", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv"),
    *("sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "yo", "zh", "zu"),
)
CONTINENTS = frozenset(
    [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ]
)

Choices = list[tuple[str, str]]


def countries() -> Choices:
    """Return (ISO 3166 code, name) pairs, by name."""
    return _named(_country_names(_locale()).items())


def country(code: str) -> str:
    """Return a country's name; an unknown code is its own name."""
    return _country_names(_locale()).get(code, code)


def languages() -> Choices:
    """Return (ISO 639 code, name) pairs, by name."""
    return _named((code, language(code)) for code in LANGUAGES)


def language(code: str) -> str:
    """Return a language's name, as a heading writes it; an unknown code is its own name."""
    name: str = Locale.parse(_locale()).languages.get(code, code)
    return name[:1].upper() + name[1:]


@cache
def zones() -> Choices:
    """Return (IANA name, the same to read) pairs: UTC, then by continent and city."""
    cities = sorted(name for name in available_timezones() if name.partition("/")[0] in CONTINENTS)
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in cities)]


def _locale() -> str:
    return to_locale(get_language() or "en").split("_")[0]


@cache
def _country_names(locale: str) -> dict[str, str]:
    names = Locale.parse(locale).territories
    return {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES  # noqa: PLR2004 (ISO 3166 alpha-2)
    }


def _named(pairs: Iterable[tuple[str, str]]) -> Choices:
    return sorted(pairs, key=lambda pair: pair[1])
