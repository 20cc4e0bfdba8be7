"""What a client is asked to pay: a price with our fee on top, as the button says it."""

from dataclasses import dataclass

from contracts import fees
from marketplace.kit.money import Money


@dataclass(frozen=True, slots=True)
class Price:
    """What a payment is made up of."""

    amount: Money
    fee: Money

    @property
    def total(self) -> Money:
        """What the card is charged."""
        return self.amount + self.fee


def price(amount: Money, *, bps: int) -> Price:
    """Add our fee, in basis points, to what the expert charges."""
    return Price(amount=amount, fee=fees.client_fee(amount, bps=bps))
