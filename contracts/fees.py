"""What we earn: pure arithmetic on frozen basis points, with an example in `docs/money.md`."""

from marketplace.kit.money import Money


def client_fee(price: Money, *, bps: int) -> Money:
    """Return what the client pays on top of a milestone's price."""
    return price.share(bps)


def earned_by(part: Money, *, released_before: Money, bps: int) -> Money:
    """Return the fee on one released part of a milestone.

    It is the fee of all that is released now less the fee of what was released before, so that the
    parts, in whatever order and number, add up to the fee of the whole without a lost cent.
    """
    return (released_before + part).share(bps) - released_before.share(bps)
