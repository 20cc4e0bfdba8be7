"""How amounts and moments are written, in the reader's language and zone: on pages and in mails."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from django.conf import settings
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, override, to_locale

from marketplace.kit.money import Money, minor_digits

P = ParamSpec("P")
R = TypeVar("R")


def filled_in(text: Any, values: Any) -> Any:
    """Put values into a text that is translated when it is read, such as a field's help.

    `%` alone would translate it there and then, for whoever reads it first.
    """
    return lazy(lambda: str(text) % values, str)()


def in_sites_language(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function speak the site's language, whoever calls it.

    (`translation.override` is a decorator too, but one that all threads share.)
    """

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with override(settings.LANGUAGE_CODE):
            return function(*args, **kwargs)

    return wrapper


def reader_locale() -> Locale:
    """Return the reader's language without its country.

    A site of one currency needs no country's view of it: British English would write US$ each time.
    """
    return Locale.parse(to_locale(get_language() or "en").split("_")[0])


def money_text(amount: Money) -> str:
    """Write an amount with its sign and all its decimals: $3,000.00."""
    return written(amount, minor_digits(amount.currency))


def written(amount: Money, digits: int) -> str:
    """Write an amount with this many decimals and a true minus sign."""
    value = Decimal(amount.minor).scaleb(-minor_digits(amount.currency))
    locale = reader_locale()
    decimals = f".{'0' * digits}" if digits else ""
    pattern = locale.currency_formats["standard"].pattern.replace(".00", decimals)
    text = format_currency(
        value, amount.currency.upper(), pattern, locale=locale, currency_digits=False
    )
    return text.replace("-", "\N{MINUS SIGN}")


def percent_text(basis_points: int) -> str:
    """Write basis points as per cent: 500 is 5%, 1250 is 12.5%."""
    share = Decimal(basis_points) / 10_000
    # Half a per cent is the finest step of a fee; German sets a space before the sign.
    locale = reader_locale()
    return str(format_percent(share, locale=locale, decimal_quantization=False))


def listed(names: Sequence[str]) -> str:
    """Write names one after the other: Ada, Bo, and Cy."""
    return str(format_list(list(names), locale=reader_locale()))


def hours_text(minutes: int) -> str:
    """Write a stretch of time: 90 minutes are 1.5 h."""
    return f"{format_decimal(Decimal(minutes) / 60, '0.##', locale=reader_locale())} h"


def day_text(moment: date) -> str:
    """Write a day: 17 Mar 2026. A moment is read in the reader's zone first."""
    local = in_reader_zone(moment).date() if isinstance(moment, datetime) else moment
    # Translators: how a day is written, in letters of CLDR; German sets a point after the number.
    return format_date(local, gettext("d MMM y"), locale=reader_locale())


def long_day_text(day: date) -> str:
    """Write a day with the whole name of its month: 17 March 2026."""
    return format_date(day, gettext("d MMMM y"), locale=reader_locale())


def long_clock_text(moment: datetime) -> str:
    """Write what the clock of the moment's own zone shows: Tuesday 17 March 2026, 17:00."""
    return format_datetime(moment, gettext("EEEE d MMMM y, HH:mm"), locale=reader_locale())


def deadline_day_text(moment: date) -> str:
    """Write a day with its weekday: Tue 17 Mar 2026."""
    return format_date(moment, gettext("EEE d MMM y"), locale=reader_locale())


def month_text(month: date) -> str:
    """Write a month as a chart's axis does: Mar."""
    return format_date(month, "MMM", locale=reader_locale())


def month_and_year_text(month: date) -> str:
    """Write a month with its year: January 2030."""
    return format_date(month, "LLLL y", locale=reader_locale())


def moment_text(moment: datetime) -> str:
    """Write a moment in the reader's zone: 17 Mar 2026, 17:00 GMT."""
    return _in_zone(moment, gettext("d MMM y, HH:mm"))


def deadline_text(moment: datetime) -> str:
    """Write a moment somebody has to meet, with its weekday: Tue 17 Mar 2026, 17:00 GMT."""
    return _in_zone(moment, gettext("EEE d MMM y, HH:mm"))


def clock_text(moment: datetime) -> str:
    """Write what the clock of the moment's own zone shows, with its weekday: Tue 17:00."""
    return format_datetime(moment, "EEE HH:mm", locale=reader_locale())


def in_reader_zone(moment: datetime) -> datetime:
    """Return the same moment on the reader's clock."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _in_zone(moment: datetime, pattern: str) -> str:
    local = in_reader_zone(moment)
    text = format_datetime(local, pattern, locale=reader_locale())
    return f"{text} {_zone_of(local)}".strip()


def _zone_of(moment: datetime) -> str:
    """Return the zone's abbreviation, or its offset where it has none ("UTC+03")."""
    name = moment.tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" else name
