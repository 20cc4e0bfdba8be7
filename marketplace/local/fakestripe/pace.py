"""The rate limit: so many requests in one second, as in Stripe's sandboxes, and no more.

https://docs.stripe.com/rate-limits. There is none until the control plane sets one.
"""

import threading
from collections import deque

from marketplace.local.fakestripe import wall
from marketplace.local.fakestripe.errors import Refused
from marketplace.local.fakestripe.store import Store

SETTING = "requests_per_second"


class TooFast(Refused):
    """The request was not looked at; the caller should slow down."""

    def __init__(self) -> None:
        super().__init__(
            "Request rate limit exceeded. You can learn more about rate limits here "
            "https://docs.stripe.com/rate-limits.",
            status=429,
            code="rate_limit",
            headers={"Stripe-Rate-Limited-Reason": "global-rate"},
        )


class Pace:
    """Counts the requests of the last second by the real clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: deque[float] = deque()

    def check(self, store: Store) -> None:
        """Take note of a request.

        :raises TooFast: if there were too many in the last second.
        """
        most: int = store.setting(SETTING, 0)
        if not most:
            return
        now = wall.seconds()
        with self._lock:
            while self._taken and self._taken[0] <= now - 1:
                self._taken.popleft()
            if len(self._taken) >= most:
                raise TooFast
            self._taken.append(now)
