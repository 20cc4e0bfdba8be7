"""Countries, languages and time zones as people pick them, named by Unicode CLDR through Babel."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

Choices = list[tuple[str, str]]

# ISO 3166-1 and ISO 639-1 codes have two letters; CLDR has longer ones for regions and dialects.
ISO_LENGTH = 2
# CLDR also names places that are not countries: outlying areas, pseudo-locales, groupings.
NOT_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)


def countries() -> Choices:
    """Return (ISO 3166 code, name) in the reader's language, by name."""
    return _countries(_locale())


def country_name(code: str) -> str:
    """Return a country's name in the reader's language; an unknown code names itself."""
    return dict(countries()).get(code, code)


def languages() -> Choices:
    """Return (ISO 639-1 code, name) in the reader's language, by name."""
    return _languages(_locale())


def language_name(code: str) -> str:
    """Return a language's name in the reader's language; an unknown code names itself."""
    return dict(languages()).get(code, code)


@cache
def time_zones() -> Choices:
    """Return (IANA name, name without underscores): the places, without technical aliases."""
    places = sorted(name for name in available_timezones() if "/" in name)
    places = [name for name in places if not name.startswith(("Etc/", "SystemV/", "US/"))]
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def country_at(time_zone: str) -> str:
    """Return the ISO 3166 code of the country CLDR puts an IANA zone in; empty for none, as UTC."""
    zone = get_global("zone_aliases").get(time_zone, time_zone)
    code = str(get_global("zone_territories").get(zone, ""))
    return "" if code in NOT_COUNTRIES or len(code) != ISO_LENGTH else code


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not an IANA zone."""
    if name not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."), code="unknown_zone")


def _locale() -> str:
    return to_locale(get_language() or "en")


@cache
def _countries(locale: str) -> Choices:
    names = {str(code): name for code, name in Locale.parse(locale).territories.items()}
    codes = (code for code in names if len(code) == ISO_LENGTH and code.isalpha())
    return _by_name({code: names[code] for code in codes if code not in NOT_COUNTRIES})


@cache
def _languages(locale: str) -> Choices:
    names = {str(code): name for code, name in Locale.parse(locale).languages.items()}
    return _by_name({code: name for code, name in names.items() if len(code) == ISO_LENGTH})


def _by_name(names: dict[str, str]) -> Choices:
    return sorted(names.items(), key=lambda pair: pair[1])
