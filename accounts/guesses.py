"""How many wrong passwords are looked at, so that whoever guesses locks out nobody else (ADR 37).

Of one account, within five minutes: from a browser its owner has signed in with before, 5, whoever
else guesses; from a network, 5; from all networks together, 20. A right password costs nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from accounts import devices
from marketplace.kit import limits
from marketplace.kit.limits import A_MINUTE, Rate

FROM_A_DEVICE = Rate("password-device", 5, 5 * A_MINUTE)
FROM_A_NETWORK = Rate("password-network", 5, 5 * A_MINUTE)
FROM_ANYWHERE = Rate("password-anywhere", 20, 5 * A_MINUTE)
# What somebody rents or is given at the least: other addresses in it are no other place.
V4_PREFIX, V6_PREFIX = 24, 48


@dataclass(frozen=True, slots=True)
class Guess:
    """A password that is about to be looked at, and where it was counted."""

    counts: tuple[tuple[Rate, str], ...]
    at: datetime

    def was_right(self) -> None:
        """Give back what it was counted for."""
        for rate, who in self.counts:
            limits.give_back(rate, who, at=self.at)


def begin(*, email: str, shown: str, address: str, at: datetime) -> Guess:
    """Count a password for the account with this address, whether or not there is one.

    :param shown: what the cookie of `accounts.devices` says, if there is one.
    :param address: of the browser on the net.
    :raises TooOften: when it may not be looked at; a network that is refused costs others nothing.
    """
    account = email.strip().lower()
    if device := devices.known(shown, account):
        counts = [(FROM_A_DEVICE, f"{account} {device}")]
    else:
        counts = [(FROM_A_NETWORK, f"{account} {network(address)}"), (FROM_ANYWHERE, account)]
    for rate, who in counts:
        limits.spend(rate, who, at=at)
    return Guess(tuple(counts), at)


def network(address: str) -> str:
    """Return the network of an address on the net; what is none is one of its own."""
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    prefix = V4_PREFIX if version == 4 else V6_PREFIX  # noqa: PLR2004 (the protocol's name)
    return str(ip_network((address, prefix), strict=False))
