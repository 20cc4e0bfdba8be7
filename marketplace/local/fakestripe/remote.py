"""The control plane as Python calls, for tests: `Remote(url).pay(session.id, "card_declined")`."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

PATIENCE = 30.0


class NotDone(Exception):
    """The stand-in refused a call of its control plane, and says why."""


class Remote:
    """A running stand-in, steered from the same machine; docs/stand-in.md lists the calls."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    # --- Payers, experts, banks

    def pay(self, session: str, outcome: str = "paid", **tampered: Any) -> Any:
        """Let the payer of a checkout session pay, fail to, or leave; see `checkout.Outcome`.

        With `amount` or `currency` they are asked for something else than the session says; with
        `settles_in` the money comes onto the balance in another currency, one for one.
        """
        return self._post("pay", session=session, outcome=outcome, **tampered)

    def onboard(self, account: str, state: str = "active") -> Any:
        """Let Stripe decide about an expert's account; see `accounts.Standing`."""
        return self._post("onboard", account=account, state=state)

    def dispute(self, charge: str, stage: str = "needs_response", **details: Any) -> Any:
        """Open a dispute over a charge, or bring it further; see `disputes.Stage`.

        A stage that nobody has heard of is taken as well; `again` opens a second one.
        """
        return self._post("dispute", charge=charge, stage=stage, **details)

    def pay_out(self, account: str, amount: int, currency: str = "usd") -> Any:
        """Pay out from an account's balance, as Stripe's schedule would."""
        return self._post("payout", account=account, amount=amount, currency=currency)

    def pay_everybody_out(self) -> Any:
        """Let a day of Stripe's automatic payouts pass, for the platform's balance too."""
        return self._post("payout", everybody=True)

    def bring_payout(self, payout: str, state: str, account: str = "") -> Any:
        """Let a payout arrive or fail; see `payouts.State`."""
        return self._post("payout", payout=payout, state=state, account=account)

    def slow_refunds(self, count: int = 1) -> None:
        """Let the next refunds stay pending until they are brought further."""
        self._post("refund", slow=count)

    def bring_refund(self, refund: str, state: str) -> Any:
        """Let a refund arrive or fail; see `refunds.State`."""
        return self._post("refund", refund=refund, state=state)

    def fail_refund(self, refund: str) -> Any:
        """Let the payer's bank send a refund back."""
        return self.bring_refund(refund, "failed")

    def by_hand(self, path: str, *, account: str = "", **params: Any) -> Any:
        """Do what a person can do in the dashboard: `by_hand("/v1/refunds", charge=…)`."""
        return self._post("by_hand", path=path, account=account, params=params)

    # --- The clock and the network

    def clock(self) -> int:
        """Return the stand-in's time in seconds since 1970."""
        now: int = self._get("clock")["now"]
        return now

    def begin_at(self, moment: int) -> Any:
        """Let a world in which no money has moved begin at a moment, seconds since 1970."""
        return self._post("clock", begin_at=moment)

    def advance(self, seconds: int) -> Any:
        """Turn the stand-in's clock forward; what is due by then happens at once."""
        return self._post("clock", advance=seconds)

    def plant(self, match: str, mode: str, **details: Any) -> Any:
        """Let the nth matching request go wrong; see `faults.Mode`."""
        return self._post("faults", match=match, mode=mode, **details)

    def limit(self, per_second: int) -> None:
        """Take no more requests in a second than Stripe's sandboxes do; 0 takes all."""
        self._post("limit", per_second=per_second)

    def clear_faults(self) -> None:
        """Let every request go well again."""
        self._call("DELETE", "faults", {})

    # --- Webhooks

    def webhooks(self, action: str, **details: Any) -> Any:
        """Pause, lose, double, delay, deliver, replay, forge or await webhooks."""
        return self._post("webhooks", action=action, **details)

    def wait_for_webhooks(self, seconds: float = 10) -> bool:
        """Wait until every webhook was taken, and tell whether that came to pass."""
        quiet: bool = self.webhooks("wait", seconds=seconds)["quiet"]
        return quiet

    def deliveries(self, **narrowed: str) -> Any:
        """Return the webhooks sent and to be sent; `state` is waiting, done or dropped."""
        return self._get("webhooks", **narrowed)

    # --- What happened

    def journal(self, path: str = "", method: str = "") -> Any:
        """Return the requests the API got, oldest first."""
        return self._get("journal", path=path, method=method)

    def invariants(self) -> Any:
        """Return the money of every account, and whatever does not add up."""
        return self._get("invariants")

    def reset(self) -> None:
        """Forget everything but the webhook endpoints."""
        self._post("reset")

    def picture(self) -> Any:
        """Return all that the stand-in knows, and what time it is there."""
        return self._get("picture")

    def restore(self, picture: Any) -> None:
        """Bring back what it knew, and the time it was."""
        self._post("picture", **picture)

    def _get(self, name: str, **query: str) -> Any:
        return self._call("GET", f"{name}?{urlencode(query)}", None)

    def _post(self, name: str, **order: Any) -> Any:
        return self._call("POST", name, order)

    def _call(self, method: str, name: str, order: dict[str, Any] | None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - a test gave the address
            f"{self._url}/_fake/{name}",
            data=None if order is None else json.dumps(order).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise NotDone(json.load(refused)["error"]["message"]) from refused
