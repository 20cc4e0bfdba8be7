"""The control plane below /_fake/: tests use it to play the payer, the bank, Stripe and the clock.

It answers callers on this machine that are no browsers, so that no page anywhere can play Stripe.
"""

import ipaddress
import json
from collections.abc import Callable
from typing import Any

from marketplace.local.fakestripe import (
    accounts,
    checkout,
    contract,
    courier,
    disputes,
    endpoints,
    events,
    faults,
    invariants,
    journal,
    operations,
    pace,
    payouts,
    refunds,
    timers,
    wall,
)
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.courier import Courier
from marketplace.local.fakestripe.endpoints import Scope, Subscription
from marketplace.local.fakestripe.errors import BreaksContract, NoSuchObject, Refused
from marketplace.local.fakestripe.payments import CHARGE, INTENT
from marketplace.local.fakestripe.store import Obj, Store
from marketplace.local.fakestripe.wire import Answer, Request, as_json
from marketplace.local.fakestripe.world import PLATFORM, World, new_id, public

# A browser sends one of these with everything that a page makes it send.
BROWSER_HEADERS = {"origin", "sec-fetch-site"}


class FromElsewhere(Refused):
    """Only tests on this machine may play Stripe."""

    def __init__(self) -> None:
        super().__init__(
            "The control plane answers programs on this machine and nobody else.", status=403
        )


class Unreadable(Refused):
    """The call is not one of the control plane's."""

    def __init__(self, problem: object) -> None:
        super().__init__(f"The control plane cannot read this: {problem}", code="unreadable")


class Control:
    """Answers every request below /_fake/."""

    def __init__(
        self, store: Store, courier: Courier, subscriptions: tuple[Subscription, ...] = ()
    ) -> None:
        self._store = store
        self._courier = courier
        self._subscriptions = subscriptions
        self._calls: dict[tuple[str, str], Callable[[Obj], Any]] = {
            ("GET", "health"): lambda _: {"ok": True},
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._turn_clock,
            ("GET", "faults"): lambda _: store.setting("faults", []),
            ("POST", "faults"): lambda order: faults.plant(store, order),
            ("DELETE", "faults"): lambda _: store.set("faults", []),
            ("POST", "pay"): self._pay,
            ("POST", "onboard"): self._onboard,
            ("POST", "dispute"): self._dispute,
            ("POST", "payout"): self._payout,
            ("POST", "refund"): self._refund,
            ("POST", "by_hand"): self._by_hand,
            ("POST", "limit"): lambda order: store.set(pace.SETTING, int(order["per_second"])),
            ("GET", "webhooks"): self._deliveries,
            ("GET", "journal"): self._journal,
            ("DELETE", "journal"): lambda _: store.run("DELETE FROM journal") and None,
            ("GET", "invariants"): lambda _: invariants.report(self._world()),
            ("POST", "reset"): self._reset,
            ("GET", "picture"): self._picture,
            ("POST", "picture"): self._restore,
        }
        # These wait for endpoints, which may call us meanwhile: they hold no transaction.
        self._unlocked: dict[str, Callable[[Obj], Any]] = {
            "pause": lambda _: self._weather(paused=True),
            "resume": lambda _: self._weather(paused=False),
            "drop": lambda order: self._weather(
                drop={"count": int(order.get("count", 1)), "types": order.get("types", [])}
            ),
            "duplicate": lambda order: self._weather(copies=int(order["copies"])),
            "delay": lambda order: self._weather(delay=float(order["seconds"])),
            "clear": lambda _: self._clear_weather(),
            "deliver": self._deliver,
            "replay": self._replay,
            "forge": self._forge,
            "wait": self._wait,
        }

    def answer(self, request: Request) -> Answer:
        """Return the answer to a call of the control plane."""
        try:
            _check_near(request)
            result = self._call(request, request.path.removeprefix("/_fake/").strip("/"))
        except Refused as refusal:
            return as_json(refusal.body, status=refusal.status)
        except (KeyError, TypeError, ValueError) as problem:
            return as_json(Unreadable(repr(problem)).body, status=400)
        finally:
            self._courier.wake()
        return as_json(public(result) if result is not None else {"ok": True})

    def _call(self, request: Request, name: str) -> Any:
        order = _order(request)
        if (request.method, name) == ("POST", "webhooks"):
            return self._unlocked[order["action"]](order)
        call = self._calls.get((request.method, name))
        if call is None:
            raise Refused(f"No such call: {request.method} {request.path}", status=404)
        with self._store.transaction():
            timers.run_due(self._world())
            return call(order)

    def _world(self, account: str = PLATFORM) -> World:
        return World.opened(self._store, account=account)

    # --- The clock

    def _clock(self, _order: Obj) -> Obj:
        return {"now": self._world().now, "ahead_by": self._store.setting("clock", 0)}

    def _turn_clock(self, order: Obj) -> Obj:
        if "begin_at" in order:
            return self._begin_clock(int(order["begin_at"]))
        seconds = int(order["advance"])
        if seconds < 0:
            raise Refused("The clock only goes forward.")
        self._store.set("clock", self._store.setting("clock", 0) + seconds)
        timers.run_due(self._world())
        return self._clock(order)

    def _begin_clock(self, at: int) -> Obj:
        """Let a world without money begin in the past, so that a history can be played in it."""
        if self._store.rows("SELECT 1 FROM object WHERE kind = ? LIMIT 1", CHARGE):
            raise Refused("Money has moved already: the clock only goes forward.")
        self._store.set("clock", at - int(wall.seconds()))
        return self._clock({})

    # --- Payers, experts, banks

    def _pay(self, order: Obj) -> Obj:
        world = self._world()
        session = world.get(checkout.SESSION, order["session"])
        outcome = order.get("outcome", checkout.Outcome.PAID)
        if order.keys() & {"amount", "currency", "settles_in"}:
            checkout.tamper(
                world,
                session,
                amount=order.get("amount"),
                code=order.get("currency"),
                settles_in=order.get("settles_in"),
            )
        if outcome == "expired":
            return checkout.expire_now(world, session)
        return checkout.apply(world, session, checkout.Outcome(outcome))

    def _onboard(self, order: Obj) -> Obj:
        world = self._world()
        record = accounts.connected(world, order["account"])
        if order.get("state") == "deauthorized":
            return accounts.deauthorize(world, record)
        standing = accounts.Standing(order.get("state", accounts.Standing.ACTIVE))
        if standing is accounts.Standing.ACTIVE and not record["_legal_name"]:
            accounts.tell_about_person(
                world,
                record,
                legal_name=str(order.get("legal_name", record["_name"] or "Test Person")),
                country=record["country"],
                born="1990-01-01",
                bank_last4="6789",
            )
        return accounts.bring_to(world, record, standing)

    def _dispute(self, order: Obj) -> Obj:
        world = self._world()
        charge = _charge(world, order)
        dispute = disputes.of_charge(world, charge)
        if dispute is not None and order.get("stage") not in disputes.KNOWN:
            return disputes.bring_to_unheard_of(world, dispute, str(order["stage"]))
        stage = disputes.Stage(order.get("stage", disputes.Stage.NEEDS_RESPONSE))
        if dispute is not None and not order.get("again"):
            return disputes.bring_to(world, dispute, stage)
        if stage not in disputes.OPENING:
            raise Refused(f"A dispute opens as one of {', '.join(disputes.OPENING)}.")
        return disputes.open_dispute(
            world,
            charge,
            stage=stage,
            amount=int(order.get("amount") or charge["amount"]),
            reason=order.get("reason", "fraudulent"),
        )

    def _payout(self, order: Obj) -> Obj | list[Obj]:
        world = self._world(order.get("account", PLATFORM))
        if order.get("everybody"):
            return payouts.run_schedules(world)
        if "payout" not in order:
            return payouts.pay_out(
                world,
                amount=int(order["amount"]),
                code=order.get("currency", "usd"),
                automatic=True,
                metadata={},
            )
        payout = world.get(payouts.PAYOUT, order["payout"])
        return payouts.bring_to(world, payout, payouts.State(order["state"]))

    def _refund(self, order: Obj) -> Obj | None:
        world = self._world()
        if "slow" in order:
            self._store.set(refunds.SLOW, int(order["slow"]))
            return None
        refund = world.get(refunds.REFUND, order["refund"])
        return refunds.bring_to(world, refund, refunds.State(order["state"]))

    def _by_hand(self, order: Obj) -> Obj:
        """Do what a person does in the dashboard: any operation, without a request of ours."""
        params, problems = contract.read_request(
            "POST", order["path"], order["params"], from_form=False
        )
        if problems:
            raise BreaksContract(problems)
        world = self._world(order.get("account", PLATFORM))
        return operations.find("POST", order["path"])(Call(world, params))

    # --- Webhooks

    def _deliveries(self, order: Obj) -> list[Obj]:
        rows = self._store.rows(
            "SELECT d.*, json_extract(o.body, '$.type') AS type FROM delivery d"
            " JOIN object o ON o.id = d.event ORDER BY d.id"
        )
        return [dict(row) for row in rows if order.get("state", row["state"]) == row["state"]]

    def _weather(self, **changes: Any) -> Obj:
        with self._store.transaction():
            weather: Obj = {**self._store.setting("weather", {}), **changes}
            self._store.set("weather", weather)
        return weather

    def _clear_weather(self) -> None:
        with self._store.transaction():
            self._store.set("weather", {})

    def _deliver(self, order: Obj) -> list[Obj]:
        newest_first = order.get("order", "oldest_first") == "newest_first"
        return self._courier.deliver_now(newest_first=newest_first, types=order.get("types", ()))

    def _wait(self, order: Obj) -> Obj:
        return {"quiet": self._courier.wait_until_quiet(float(order.get("seconds", 10)))}

    def _replay(self, order: Obj) -> list[Obj]:
        event = self._world().any_by_id(order["event"])
        if event is None:
            raise NoSuchObject("event", order["event"], param="event")
        rows = self._store.rows(
            "SELECT DISTINCT endpoint FROM delivery WHERE event = ?", event["id"]
        )
        return [self._send(row["endpoint"], events.notification(event), order) for row in rows]

    def _forge(self, order: Obj) -> list[Obj]:
        world = self._world()
        scope = Scope(order.get("endpoint", Scope.PLATFORM))
        listening = endpoints.listening(world, scope, "*")
        body = json.dumps(order.get("event") or _made_up(world))
        return [self._send(one["id"], body, order) for one in listening]

    def _send(self, endpoint_id: str, body: str, order: Obj) -> Obj:
        endpoint = self._world().any_by_id(endpoint_id) or {}
        status = courier.send(
            endpoint["_url"],
            body,
            secret=str(order.get("secret", endpoint["_secret"])),
            signed_at=int(wall.seconds()) - int(order.get("age", 0)),
        )
        return {"endpoint": endpoint_id, "status": status}

    # --- The rest

    def _journal(self, order: Obj) -> list[Obj]:
        return journal.entries(
            self._store, path=order.get("path", ""), method=order.get("method", "")
        )

    def _reset(self, _order: Obj) -> None:
        self._store.empty()
        endpoints.subscribe(self._world(), self._subscriptions)

    def _picture(self, _order: Obj) -> Obj:
        return {"now": self._world().now, "tables": self._store.picture()}

    def _restore(self, order: Obj) -> None:
        self._store.restore(order["tables"])
        self._store.set("clock", order["now"] - int(wall.seconds()))


def _check_near(request: Request) -> None:
    near = ipaddress.ip_address(request.peer).is_loopback
    if not near or BROWSER_HEADERS & request.headers.keys():
        raise FromElsewhere


def _order(request: Request) -> Obj:
    if request.method == "GET":
        return request.params()
    order = json.loads(request.body or b"{}")
    if not isinstance(order, dict):
        raise Unreadable("expected a JSON object")
    return order


def _charge(world: World, order: Obj) -> Obj:
    if "charge" in order:
        return world.get(CHARGE, order["charge"], param="charge")
    intent = world.get(INTENT, order["payment_intent"], param="payment_intent")
    return world.get(CHARGE, intent["latest_charge"], param="payment_intent")


def _made_up(world: World) -> Obj:
    """Return an event that never happened, about a session that never was."""
    session = {"id": new_id("cs_test"), "object": "checkout.session", "payment_status": "paid"}
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": events.API_VERSION,
        "created": world.now,
        "data": {"object": session},
        "livemode": False,
        "pending_webhooks": 1,
        "request": None,
        "type": "checkout.session.completed",
    }
