"""What a check is: what it shows, the tests that show it, and the faults that turn them red."""

from dataclasses import dataclass

from tests.mutants.guards import GUARDS, Guard


@dataclass(frozen=True, slots=True)
class Check:
    """One of the 97.

    It passes when every test of `tests` passed. It is armed when each of `faults`, planted alone,
    made a test fail, or when `controls` passed: tests that plant a fault themselves and see it
    found. A check without either, or with `left_out`, does not count.
    """

    id: str
    priority: str
    shows: str
    tests: tuple[str, ...] = ()
    faults: tuple[Guard, ...] = ()
    controls: tuple[str, ...] = ()
    # What the design asks for besides, where the check counts without it.
    narrower: str = ""
    # Why it does not count.
    left_out: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Every test that has to pass for it."""
        return (*self.tests, *self.controls)


def guard(name: str) -> Guard:
    """Return one of the guards of the money, whose absence arms a check as well."""
    return next(row for row in GUARDS if row.name == name)


def left_out(id: str, priority: str, shows: str, why: str) -> Check:
    """Return a check that nothing shows yet."""
    return Check(id, priority, shows, left_out=why)
