"""The real clock, by which webhooks are signed and retried; all else goes by the stand-in's own."""

import time


def seconds() -> float:
    """Return the seconds since 1970, UTC."""
    return time.time()
