"""An amount of money is a whole number of minor units and a currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class CurrencyMismatch(TypeError):
    """Two amounts in different currencies met: a bug, never a refusal."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`minor` counts the currency's smallest unit (cents); `currency` is lower-case ISO 4217."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._in_same_currency(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._in_same_currency(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._in_same_currency(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._in_same_currency(other)

    def share(self, basis_points: int) -> Money:
        """Return the share of this amount, rounded half up; 100 basis points are one per cent."""
        return Money((self.minor * basis_points + 5_000) // 10_000, self.currency)

    def split(self, basis_points: int) -> tuple[Money, Money]:
        """Return (share, rest); the rest is a subtraction, so share + rest == self."""
        share = self.share(basis_points)
        return share, self - share

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Cut this amount by weight without losing a unit; the last part takes the rest."""
        total = sum(weights)
        parts = [Money(self.minor * weight // total, self.currency) for weight in weights[:-1]]
        return [*parts, self - total_of(parts, self.currency)]

    def _in_same_currency(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")
        return other.minor


def total_of(amounts: Iterable[Money], currency: str) -> Money:
    """Add up amounts of one currency; nothing adds up to zero of it."""
    return sum(amounts, start=Money(0, currency))


# ISO 4217 currencies without a minor unit that Stripe charges in whole units
# (docs.stripe.com/currencies, "Zero-decimal currencies").
WITHOUT_MINOR_UNIT = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency's amounts are written with."""
    return 0 if currency.lower() in WITHOUT_MINOR_UNIT else 2
