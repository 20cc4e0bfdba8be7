"""Amounts: the smallest unit of a currency, what Stripe takes, and how a page writes it."""

from marketplace.local.fakestripe.errors import WrongValue

SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£"}
# https://docs.stripe.com/currencies#zero-decimal
WITHOUT_CENTS = frozenset({"clp", "jpy", "krw", "pyg", "vnd"})
WITH_CENTS = frozenset({"aud", "cad", "chf", "dkk", "nok", "nzd", "pln", "sek", "sgd"})
SUPPORTED = frozenset(SYMBOLS) | WITHOUT_CENTS | WITH_CENTS
MINUS = "\N{MINUS SIGN}"
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
SMALLEST_CHARGE = 50
LARGEST_CHARGE = 99_999_999


def known(currency: str, *, param: str = "currency") -> str:
    """Return a currency the way Stripe writes it.

    :raises WrongValue: if Stripe does not settle in it.
    """
    code = currency.lower()
    if code not in SUPPORTED:
        raise WrongValue(param, f"Invalid currency: {currency}.", code="invalid_currency")
    return code


def chargeable(amount: int, currency: str) -> None:
    """Check that a card can be charged with an amount in minor units.

    :raises WrongValue: if it is too little or too much.
    """
    if amount < SMALLEST_CHARGE:
        least = written(SMALLEST_CHARGE, currency)
        raise WrongValue("amount", f"Amount must be at least {least}.", code="amount_too_small")
    if amount > LARGEST_CHARGE:
        most = written(LARGEST_CHARGE, currency)
        raise WrongValue("amount", f"Amount must be no more than {most}.", code="amount_too_large")


def positive(amount: int) -> int:
    """Return an amount that can move between balances.

    :raises WrongValue: unless it is at least one minor unit.
    """
    if amount < 1:
        raise WrongValue(
            "amount",
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
        )
    if amount > LARGEST_CHARGE:
        raise WrongValue("amount", "The amount is too large.", code="amount_too_large")
    return amount


def written(amount: int, currency: str) -> str:
    """Return an amount of minor units as people read it: `$1,250.00`."""
    sign = MINUS if amount < 0 else ""
    number = f"{abs(amount):,}" if currency in WITHOUT_CENTS else f"{abs(amount) / 100:,.2f}"
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"
