"""The same fact told before, after and instead of the answer to our own call.

Stripe's webhook and its answer are two ways to hear of one thing; nothing says which is first, or
that both come. A test that takes `order` runs three times and has to end the same each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts import gateway
from contracts.models import StripeEvent
from contracts.services import inbox
from marketplace.kit.errors import DomainError
from marketplace.local.fakestripe.remote import Remote
from tests.conftest import NOON

ORDERS = ("before", "after", "instead")
# Our own answers are lost for this many requests: the first one and the SDK's retries.
TRIES = 3


@dataclass
class Order:
    """In which order an answer and its events arrive."""

    name: str
    stripe: Remote

    def hear(
        self,
        ask: Callable[[], Any],
        *told: tuple[str, str],
        request: str = "GET /v1/checkout/sessions/*",
        at: datetime = NOON,
    ) -> None:
        """Ask Stripe something and be told of it, in this order.

        :param ask: our own call, which takes note of the answer.
        :param told: each event, as its kind and the id of its object.
        :param request: the request whose answer is lost where the events come instead.
        """
        if self.name == "before":
            self._tell(told, at)
            self._ask(ask)
        elif self.name == "after":
            self._ask(ask)
            self._tell(told, at)
        else:
            self.stripe.plant(request, "after", times=TRIES)
            self._ask(ask)
            self.stripe.clear_faults()
            self._tell(told, at)

    def _ask(self, ask: Callable[[], Any]) -> None:
        try:
            ask()
        except (DomainError, gateway.Unavailable):
            # What the call comes to is asserted by what holds at the end.
            return

    def _tell(self, told: tuple[tuple[str, str], ...], at: datetime) -> None:
        for kind, object_id in told:
            number = StripeEvent.objects.count() + 1
            notice = gateway.Notice(f"evt_order_{number}", kind, object_id, "", False, {})
            event, _is_new = inbox.receive(notice, endpoint="platform", at=at)
            inbox.handle(event.pk, at=at)
