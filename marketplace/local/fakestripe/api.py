"""The Stripe API: who may call, what a call does exactly once, and how it is answered."""

from marketplace.local.fakestripe import (
    accounts,
    contract,
    expansion,
    faults,
    idempotency,
    journal,
    operations,
    pace,
    timers,
)
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.contract import Problem
from marketplace.local.fakestripe.errors import BreaksContract, NoSuchAccount, Refused, WrongKey
from marketplace.local.fakestripe.events import API_VERSION
from marketplace.local.fakestripe.faults import Fault
from marketplace.local.fakestripe.idempotency import KeysInFlight
from marketplace.local.fakestripe.store import Store
from marketplace.local.fakestripe.wire import Answer, Params, Request, as_json
from marketplace.local.fakestripe.world import PLATFORM, World, new_id

KEY_PREFIX = "sk_test_fake"


class BrokenAnswer(Exception):
    """A bug of the stand-in: the installed SDK says that Stripe would not answer like this."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))


class Api:
    """Answers every request below /v1/ and /v2/."""

    def __init__(self, store: Store, *, public_url: str | None = None) -> None:
        self._store = store
        self._public_url = public_url
        self._keys = KeysInFlight()
        self._pace = pace.Pace()

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request, and note both in the journal.

        :raises HungUp: if a planted fault ends the connection.
        """
        request_id = new_id("req")
        answer: Answer | None = None
        try:
            answer = self._answer(request, request_id)
        except Refused as refusal:
            answer = as_json(refusal.body, status=refusal.status, headers=refusal.headers)
        finally:
            # A lost answer is journalled as well: this is where tests look for what happened.
            journal.note(self._store, request, answer, request_id)
        return _labelled(answer, request, request_id)

    def _answer(self, request: Request, request_id: str) -> Answer:
        _check_key(request)
        self._pace.check(self._store)
        account = self._account(request)
        with self._store.transaction():
            fault = faults.strike(self._store, request)
        if (instead := fault.before(request)) is not None:
            return instead
        key = idempotency.key_of(request)
        with self._keys.hold(account, key):
            fault.delay()
            with self._store.transaction():
                world = World.opened(
                    self._store,
                    account=account,
                    base_url=self._public_url or request.origin,
                    request_id=request_id,
                    idempotency_key=key or None,
                )
                answer = _once(world, request, fault)
        return fault.after(answer)

    def _account(self, request: Request) -> str:
        account = request.headers.get("stripe-account") or request.headers.get("stripe-context")
        if not account:
            return PLATFORM
        row = self._store.object(account)
        if row is None or row["kind"] != accounts.ACCOUNT:
            raise NoSuchAccount(account)
        accounts.connected(World.opened(self._store), account)
        return account


def _check_key(request: Request) -> None:
    key = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not key.startswith(KEY_PREFIX):
        raise WrongKey(key)


def _once(world: World, request: Request, fault: Fault) -> Answer:
    """Do the work of a request unless its key says that it was done before.

    :raises Refused: if the request is not even begun; nothing of it is saved.
    """
    timers.run_due(world)
    params = request.params()
    if (saved := idempotency.replay(world, request, params)) is not None:
        return saved
    typed = _within_contract(request, params)
    answer = _perform(world, request, typed, fault)
    idempotency.save(world, request, params, answer)
    return answer


def _within_contract(request: Request, params: Params) -> Params:
    # The token of a v2 page is part of an address Stripe gives out, so no type lists it.
    paging = {"page": params["page"]} if request.is_v2 and "page" in params else {}
    rest = {name: value for name, value in params.items() if name not in paging}
    typed, problems = contract.read_request(
        request.method, request.path, rest, from_form=request.speaks_form
    )
    if problems:
        raise BreaksContract(problems)
    return {**typed, **paging}


def _perform(world: World, request: Request, params: Params, fault: Fault) -> Answer:
    """Run the operation; a refusal undoes what it began and is an answer like any other."""
    operation = operations.find(request.method, request.path)
    try:
        with world.store.savepoint():
            fault.instead()
            result = operation(Call(world, params))
            shown = expansion.served(world, result, params.get("expand", []))
            # A page of v2 does not say what it is.
            if problems := contract.problems_in_object({"object": "list", **shown}):
                raise BrokenAnswer(problems)
            return as_json(shown)
    except Refused as refusal:
        return as_json(refusal.body, status=refusal.status, headers=refusal.headers)


def _labelled(answer: Answer, request: Request, request_id: str) -> Answer:
    labels = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    if key := request.headers.get("idempotency-key"):
        labels["Idempotency-Key"] = key
    return Answer(
        answer.status, answer.body, answer.content_type, headers={**labels, **answer.headers}
    )
