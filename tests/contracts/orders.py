"""The same fact told before, after and instead of the answer to our own call.

Stripe's webhook and its answer are two ways to hear of one thing; nothing says which is first, or
that both come. A test that takes `order` runs three times and has to end the same each time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

import stripe as sdk_module

from contracts import gateway
from contracts.models import PayoutAccount, StripeEvent
from contracts.services import inbox
from contracts.services.reducers import REDUCERS
from marketplace.kit.errors import DomainError
from marketplace.local.fakestripe.remote import Remote
from tests.conftest import NOON
from tests.contracts.test_webhook import EVENT, send

ORDERS = ("before", "after", "instead")
# Our own answers are lost for this many requests: the first one and the SDK's retries.
TRIES = 3
LONG_BEFORE = NOON - timedelta(days=1)
SECRETS = {endpoint: [f"whsec_{endpoint}"] for endpoint in ("platform", "connect", "thin")}
SHUT_OUT = EVENT | {
    "type": "account.application.deauthorized",
    "data": {"object": {"id": "ca_1", "object": "application"}},
}


class Killed(BaseException):
    """The process ends here."""


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

    # --- With Stripe's own events, through the webhook

    def happen(
        self,
        ask: Callable[[], Any],
        *,
        request: str,
        meanwhile: Callable[[], Any] = lambda: None,
        at: datetime = NOON,
    ) -> None:
        """Have Stripe do something, and hear of all that came of it by its webhooks, in this order.

        :param ask: our own call, which takes note of the answer.
        :param request: the request whose answer the webhooks come before, after or instead of.
        :param meanwhile: what others do at Stripe before anything is told.
        """

        def tell() -> None:
            meanwhile()
            self.deliver(at)

        if self.name == "before":
            with once_answered(request, tell):
                self._ask(ask)
            return
        if self.name == "instead":
            self.stripe.plant(request, "after", times=TRIES)
        self._ask(ask)
        self.stripe.clear_faults()
        tell()

    def end_the_worker(
        self, ask: Callable[[datetime], Any], *, request: str, later: datetime, at: datetime = NOON
    ) -> None:
        """Kill the process between Stripe's answer and our commit; then another one may ask again.

        Where the webhooks come instead of the answer, nobody does.
        """

        def die() -> None:
            if self.name == "before":
                self.deliver(at)
            raise Killed

        with once_answered(request, die), suppress(Killed):
            ask(at)
        if self.name == "after":
            self._ask(lambda: ask(later))
        self.deliver(later)

    def deliver(self, at: datetime) -> None:
        """Send us every event that Stripe has and we have not, signed, to where it belongs."""
        accounts = PayoutAccount.objects.values_list("stripe_id", flat=True)
        lists = [("platform", ""), ("thin", ""), *(("connect", account) for account in accounts)]
        for endpoint, account in lists:
            for event in _happened(endpoint, account):
                assert send(event, to=endpoint, signed_with=f"whsec_{endpoint}").status_code == 200
        for key in inbox.due(at=at):
            inbox.handle(key, at=at)

    # --- Both

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


def _happened(endpoint: str, account: str) -> list[dict[str, Any]]:
    """What Stripe has to tell an endpoint, the oldest on top."""
    try:
        kinds = REDUCERS[endpoint]
        found = list(gateway.provider().events_since(LONG_BEFORE, kinds, account=account))
    except gateway.Declined:
        # An account that has shut us out lists nothing: this webhook is all there is.
        return [SHUT_OUT | {"id": f"evt_{account}", "account": account}]
    return [dict(notice.payload) for notice in reversed(found)]


@contextmanager
def once_answered(pattern: str, do: Callable[[], Any]) -> Iterator[None]:
    """Do something when Stripe has answered a request and our code has yet to see the answer."""
    whole = sdk_module.RequestsClient.request
    has_been = False

    def request(client: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        nonlocal has_been
        answer = whole(client, method, url, *args, **kwargs)
        target = f"{method.upper()} {urlsplit(url).path}"
        if not has_been and fnmatchcase(target, pattern):
            has_been = True
            do()
        return answer

    sdk_module.RequestsClient.request = request  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        sdk_module.RequestsClient.request = whole  # type: ignore[method-assign]
    assert has_been, f"nothing was asked: {pattern}"
