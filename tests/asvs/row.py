"""What a line of the ledger says of one requirement of ASVS 5.0."""

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How a requirement is met, or why not."""

    SHOWN = "shown by a test"
    BUILT = "met by how it is built"
    DEPLOYED = "met by whoever deploys it, as the runbook says"
    MISSING = "missing"
    ABSENT = "does not apply"


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement: its number, how it stands, in our own words, and the tests that show it."""

    id: str
    state: State
    says: str
    tests: tuple[str, ...] = ()


def shown(id: str, says: str, *tests: str) -> Row:
    """Return one that tests show."""
    return Row(id, State.SHOWN, says, tests)


def built(id: str, says: str) -> Row:
    """Return one that follows from how the site is made, or that a document is."""
    return Row(id, State.BUILT, says)


def deployed(id: str, says: str) -> Row:
    """Return one that is met outside of this code."""
    return Row(id, State.DEPLOYED, says)


def missing(id: str, why: str) -> Row:
    """Return one that is not met."""
    return Row(id, State.MISSING, why)


def absent(id: str, why: str) -> Row:
    """Return one about something the site does not have."""
    return Row(id, State.ABSENT, why)
