"""Kills parts of a stack, and not so fast that its supervisor gives them up."""

import os
import signal
import time
from collections import Counter

from marketplace.local.supervisor import ATTEMPTS, QUICK
from tests.local.processes import eventually
from tests.local.run import Run

PATIENCE = 300.0


class Killer:
    """Whoever is killed again and again lives for a while after some quick deaths."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.deaths: Counter[str] = Counter()
        self.last: dict[str, float] = {}

    def kill(self, name: str) -> None:
        """Kill a part once it is there; after some quick deaths let it live for a while first."""
        if self.deaths[name] and self.deaths[name] % ATTEMPTS == 0:
            lived_enough = self.last[name] + QUICK + 10.0
            eventually(lambda: time.monotonic() > lived_enough, PATIENCE)
        eventually(lambda: self.run.part(name), PATIENCE)
        os.kill(self.run.part(name), signal.SIGKILL)
        self.deaths[name] += 1
        self.last[name] = time.monotonic()
