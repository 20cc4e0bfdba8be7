"""How often one account is tried, so that whoever tries keeps nobody else out of it (ADR 37).

Passwords are looked at within five minutes: 5 from a browser its owner has signed in with before,
whoever else guesses; 5 from a network; 20 from all networks together. A right one costs nothing.
Codes are mailed within an hour: 10 asked for in such a browser, 10 from a network, 20 from all.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Self

from accounts import devices
from marketplace.kit import limits
from marketplace.kit.limits import A_MINUTE, AN_HOUR, Rate

# What somebody rents or is given at the least: other addresses in it are no other place.
V4_PREFIX, V6_PREFIX = 24, 48


@dataclass(frozen=True, slots=True)
class Door:
    """A way into an account, and how often it is tried from where."""

    from_a_device: Rate
    from_a_network: Rate
    from_anywhere: Rate

    @classmethod
    def named(cls, name: str, *, one: int, everybody: int, seconds: int) -> Self:
        """Return a door that one device or network may try so often, and all networks so often."""
        return cls(
            Rate(f"{name}-device", one, seconds),
            Rate(f"{name}-network", one, seconds),
            Rate(f"{name}-anywhere", everybody, seconds),
        )


PASSWORDS = Door.named("password", one=5, everybody=20, seconds=5 * A_MINUTE)
MAILED_CODES = Door.named("mailed-code", one=10, everybody=20, seconds=AN_HOUR)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An account that is about to be tried, and where it was counted."""

    counts: tuple[tuple[Rate, str], ...]
    at: datetime

    def was_right(self) -> None:
        """Give back what it was counted for."""
        for rate, who in self.counts:
            limits.give_back(rate, who, at=self.at)


def begin(door: Door, *, email: str, shown: str, address: str, at: datetime) -> Attempt:
    """Count an attempt at the account with this address, whether or not there is one.

    :param shown: what the cookie of `accounts.devices` says, if there is one.
    :param address: of the browser on the net.
    :raises TooOften: when it may not go on; a network that is refused costs others nothing.
    """
    account = email.strip().lower()
    if device := devices.known(shown, account):
        counts = [(door.from_a_device, f"{account} {device}")]
    else:
        place = f"{account} {network(address)}"
        counts = [(door.from_a_network, place), (door.from_anywhere, account)]
    for rate, who in counts:
        limits.spend(rate, who, at=at)
    return Attempt(tuple(counts), at)


def network(address: str) -> str:
    """Return the network of an address on the net; what is none is one of its own."""
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    prefix = V4_PREFIX if version == 4 else V6_PREFIX  # noqa: PLR2004 (the protocol's name)
    return str(ip_network((address, prefix), strict=False))
