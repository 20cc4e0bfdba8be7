"""VAT numbers as they are written; whether one is in force only the tax office knows."""

import re

# Member states of the European Union begin their numbers with their own code; Greece with EL.
UNION = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
PREFIXES = {"GR": "EL"}
SHAPE = re.compile(r"[A-Z0-9]{4,20}")


def plain(text: str) -> str:
    """Return a number without what people put between its parts."""
    return re.sub(r"[\s.\-]", "", text).upper()


def is_number(text: str) -> bool:
    """Whether this could be a VAT number at all."""
    return SHAPE.fullmatch(text) is not None and any(sign.isdigit() for sign in text)


def prefix_of(country: str) -> str:
    """Return how numbers of a country begin; nothing where they begin in any way."""
    return PREFIXES.get(country, country) if country in UNION else ""
