"""Questions about the stand-in's own books; every answer must be "none"."""

from collections import Counter
from collections.abc import Callable, Iterator

from marketplace.local.fakestripe import (
    accounts,
    balance,
    disputes,
    payments,
    payouts,
    refunds,
    transfers,
)
from marketplace.local.fakestripe.store import Obj, Store
from marketplace.local.fakestripe.world import PLATFORM, World


def report(world: World) -> Obj:
    """Return the money of every account by currency, and whatever does not add up."""
    found = [problem for question in QUESTIONS for problem in question(world)]
    return {
        "ok": not found,
        "problems": found,
        "platform": books(world.seen_by(PLATFORM)),
        "accounts": {
            account_id: books(world.seen_by(account_id)) for account_id in _accounts(world.store)
        },
    }


def books(world: World) -> Obj:
    """Return this account's money by currency, in minor units.

    `gross` is what the balance would be without Stripe's fees; `by_type` sums the movements.
    """
    told: Obj = {}
    for entry in world.find(balance.TRANSACTION):
        one = told.setdefault(
            entry["currency"],
            {"available": 0, "pending": 0, "total": 0, "fees": 0, "gross": 0, "by_type": Counter()},
        )
        one[entry["status"]] += entry["net"]
        one["total"] += entry["net"]
        one["fees"] += entry["fee"]
        one["gross"] += entry["amount"]
        one["by_type"][entry["type"]] += entry["amount"]
    return told


def balances_that_differ(world: World) -> Iterator[str]:
    """Every balance is the sum of its movements."""
    for account_id in (PLATFORM, *_accounts(world.store)):
        seen = world.seen_by(account_id)
        for code, one in books(seen).items():
            if balance.total(seen, code) != one["total"]:
                yield f"{account_id or 'platform'}: balance is not the sum of movements in {code}"


def charges_with_wrong_refunds(world: World) -> Iterator[str]:
    """A charge knows exactly what was given back of it, and that is never more than it."""
    for charge in world.seen_by(PLATFORM).find(payments.CHARGE):
        given = refunds.given_back(world, charge)
        if charge["amount_refunded"] != given or given > charge["amount"]:
            yield f"{charge['id']}: {given} given back, {charge['amount_refunded']} noted"


def charges_sent_on_twice(world: World) -> Iterator[str]:
    """No more of a charge is with connected accounts than was paid."""
    for charge in world.seen_by(PLATFORM).find(payments.CHARGE):
        sent = transfers.sent_from(world, charge)
        if sent > charge["amount"]:
            yield f"{charge['id']}: {sent} sent on of {charge['amount']}"


def payments_without_one_movement(world: World) -> Iterator[str]:
    """A paid charge is on the balance exactly once."""
    entries = Counter(
        entry["source"] for entry in world.find(balance.TRANSACTION) if entry["type"] == "charge"
    )
    for charge in world.find(payments.CHARGE):
        expected = 1 if charge["status"] == "succeeded" else 0
        if entries[charge["id"]] != expected:
            yield f"{charge['id']}: {entries[charge['id']]} movements, {expected} expected"


def transfers_that_leak(world: World) -> Iterator[str]:
    """What leaves the platform by transfer arrives at an account, and what is reversed returns."""
    gone = Counter[str]()
    for entry in world.find(balance.TRANSACTION):
        if entry["type"] in {"transfer", "transfer_refund"}:
            gone[entry["currency"]] -= entry["amount"]
    for account_id in _accounts(world.store):
        for entry in world.seen_by(account_id).find(balance.TRANSACTION):
            if entry["type"] in {"payment", "payment_refund"}:
                gone[entry["currency"]] -= entry["amount"]
    for code, amount in gone.items():
        if amount:
            yield f"{amount} {code} left by transfer and did not arrive"


def refunds_that_leak(world: World) -> Iterator[str]:
    """A refund has left the balance once, and is there again if it did not reach the payer."""
    yield from _that_leak(world, refunds.REFUND, "refund", refunds.NOT_GIVEN_BACK)


def payouts_that_leak(world: World) -> Iterator[str]:
    """A payout has left its balance once, and is there again if it did not reach the bank."""
    for account_id in (PLATFORM, *_accounts(world.store)):
        seen = world.seen_by(account_id)
        yield from _that_leak(seen, payouts.PAYOUT, "payout", frozenset({"failed", "canceled"}))


def disputes_that_leak(world: World) -> Iterator[str]:
    """A dispute holds its amount, unless it never took it or the platform has won."""
    entries = world.find(balance.TRANSACTION)
    for one in world.find(disputes.DISPUTE):
        taken = -sum(entry["amount"] for entry in entries if entry["source"] == one["id"])
        never = not one["balance_transactions"]
        expected = 0 if never or one["status"] == disputes.Stage.WON else one["amount"]
        if taken != expected:
            yield f"{one['id']}: {taken} taken, {expected} expected"


def transfers_with_wrong_reversals(world: World) -> Iterator[str]:
    """A transfer knows exactly what came back of it."""
    for transfer in world.find(transfers.TRANSFER):
        reversals = world.find(transfers.REVERSAL, transfer=transfer["id"])
        back = sum(one["amount"] for one in reversals)
        if transfer["amount_reversed"] != back or back > transfer["amount"]:
            yield f"{transfer['id']}: {back} reversed, {transfer['amount_reversed']} noted"


QUESTIONS: tuple[Callable[[World], Iterator[str]], ...] = (
    balances_that_differ,
    charges_with_wrong_refunds,
    charges_sent_on_twice,
    payments_without_one_movement,
    transfers_that_leak,
    transfers_with_wrong_reversals,
    refunds_that_leak,
    payouts_that_leak,
    disputes_that_leak,
)


def _that_leak(world: World, kind: str, named: str, came_back: frozenset[str]) -> Iterator[str]:
    gone = Counter[str]()
    for entry in world.find(balance.TRANSACTION):
        if entry["type"].startswith(named):
            gone[entry["source"]] -= entry["amount"]
    for one in world.find(kind):
        has_left = one["balance_transaction"] is not None and one["status"] not in came_back
        expected = one["amount"] if has_left else 0
        if gone[one["id"]] != expected:
            yield f"{one['id']}: {gone[one['id']]} gone, {expected} expected"


def _accounts(store: Store) -> list[str]:
    rows = store.rows("SELECT id FROM object WHERE kind = ? ORDER BY seq", accounts.ACCOUNT)
    return [row["id"] for row in rows]
