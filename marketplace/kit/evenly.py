"""Answers that leave on whole steps after work on them began, so that time tells nothing (ADR 36).

Whoever asks says how long a step is; how long the work took is seen only if it went over one.
"""

from time import monotonic, sleep
from typing import Any

from django.conf import settings

from marketplace.kit.metrics import LATE_AT_DOORS

# Shares of `DOOR_STEP_MS`: a door that hashes a password needs its half, one that only looks
# somebody up and queues a mail some hundredths.
HASHES, LOOKS_UP = 1.0, 0.2


def leave_on_a_step(request: Any, share: float) -> None:
    """Have the answer to this request wait for a step of `share` times `DOOR_STEP_MS`."""
    step = share * settings.DOOR_STEP_MS / 1000
    request.leaves_every = step  # seconds; read below


def wait_for_the_step(request: Any, *, since: float) -> None:
    """Sleep until the next step, if this request has steps.

    :param since: when work on it began, by `time.monotonic`.
    """
    step: float = getattr(request, "leaves_every", 0.0)
    if not step:
        return
    passed = monotonic() - since
    if passed > step:
        LATE_AT_DOORS.inc()
    sleep(step - passed % step)
