"""W and L: webhooks, the ledger, races, rules of business."""

from dataclasses import replace

from tests.checks.check import Check, guard
from tests.mutants.guards import Guard

HOOK = "tests/contracts/test_webhook.py"
OUTGOING = "tests/accounts/test_webhooks.py"
RACES = "tests/races"
DRILLS = "tests/drills_money"
BETWEEN = f"{DRILLS}/test_interleavings.py"
RIGHT = "test_whoever_comes_between_the_books_are_right"
REFUSES = "tests/contracts/test_ledger_refuses.py"
CHAIN = "tests/contracts/test_ledger_chain.py"
ACCEPTED = "tests/contracts/test_record_of_acceptance.py"
ALTERED = f"{ACCEPTED}::test_an_offer_that_is_altered_afterwards_is_found"
COPIES = f"{HOOK}::test_64_copies_now_an_hour_later_and_with_a_clock_that_went_back_are_one_row"

WEBHOOKS = (
    Check(
        "W-01",
        "P0",
        "Nothing forged leaves anything but a count: tampered, unsigned, of the future, too large,"
        " of the other mode, of somebody else's account.",
        tests=(HOOK,),
        faults=(
            guard("a webhook's signature"),
            guard("a webhook from the future"),
            guard("an endpoint with an empty secret"),
            guard("an event of the other mode"),
        ),
    ),
    Check(
        "W-02",
        "P0",
        "64 copies, now, an hour later and with a clock that went back, have one effect.",
        tests=(COPIES, f"{RACES}/test_money.py", f"{RACES}/test_delivery.py"),
        faults=(guard("an event is finished once"),),
    ),
    Check(
        "W-03",
        "P0",
        "All 120 orders of the events of a life end the same.",
        tests=(
            f"{DRILLS}/test_orders.py",
            (
                "tests/contracts/test_inbox.py"
                "::test_three_events_of_one_fact_are_one_posting_in_any_order"
            ),
            "tests/contracts/test_chargebacks.py::test_a_life_ends_the_same_in_any_order",
        ),
        faults=(guard("an older answer about a chargeback is dropped"),),
    ),
    Check(
        "W-04",
        "P1",
        "Messages to programs are signed, told again eight times, then given up with a word to"
        " their owner; none goes to an address that is not public, and no redirect is followed.",
        tests=(OUTGOING,),
        faults=(
            Guard(
                "a message is signed with its time",
                "accounts/services/webhooks.py",
                'f"{message_id}.{timestamp}.{body}"',
                'f"{message_id}.{body}"',
                (OUTGOING,),
            ),
        ),
    ),
)

LEDGER = (
    Check(
        "L-01",
        "P0",
        "Random histories of 20,000 steps: model and database agree after each, the sum is zero,"
        " no pot is below it.",
        tests=(f"{DRILLS}/test_machine.py",),
        faults=(guard("the parts' fees add up"),),
        narrower="the million of a nightly run.",
    ),
    Check(
        "L-02",
        "P0",
        "Two who want what excludes each other: one has their way, and the other is told.",
        tests=(
            f"{RACES}/test_money.py",
            f"{RACES}/test_agreeing.py",
            f"{RACES}/test_disputes.py",
            f"{RACES}/test_lifecycle.py",
            f"{RACES}/test_members.py",
            f"{RACES}/test_hours.py",
            "tests/jobs/test_race.py",
        ),
        faults=(guard("the contract's lock"),),
    ),
    Check(
        "L-03",
        "P0",
        "Killed at every commit and every call to Stripe, each flow of money comes to one effect.",
        tests=(f"{DRILLS}/test_crash_points.py",),
        faults=(
            guard("only a definite refusal leads to a new key"),
            guard("two looks have to miss it"),
        ),
    ),
    Check(
        "L-04",
        "P0",
        "What eight writers and two readers saw has an order in which it happened.",
        tests=(f"{RACES}/test_ledger_history.py", f"{RACES}/test_ledger.py"),
        faults=(guard("entries go in by one order of accounts"),),
        narrower="Elle's search for cycles; one statement is one moment here.",
    ),
    Check(
        "L-05",
        "P1",
        "Whoever does all of theirs at a named point of what another does, before or after each"
        " commit, each call to Stripe, and in each transaction the first lock of a table and the"
        " first posting: each waits for a lock at most, and the books are right.",
        tests=(BETWEEN,),
        faults=(
            replace(
                guard("the contract's lock"),
                name="the contract's lock where one comes between",
                tests=(f"{BETWEEN}::{RIGHT}[release a part]",),
            ),
        ),
    ),
    Check(
        "L-06",
        "P0",
        "The database refuses whoever attacks the ledger with SQL, as its owner and as the site.",
        tests=(REFUSES,),
        faults=(
            guard("both sides of a posting are equal"),
            guard("balances are moved by postings alone"),
            guard("entries come from postings alone"),
        ),
    ),
    Check(
        "L-07",
        "P1",
        "Whoever changes one row as a superuser is found, and the row is named.",
        tests=(f"{DRILLS}/test_tampering.py",),
        controls=(
            f"{CHAIN}::test_whoever_changes_one_row_of_thousands_is_found_and_the_row_named",
        ),
    ),
    Check(
        "L-08",
        "P1",
        "Reconciliation finds 20 of 20 planted drifts and nothing on clean books.",
        tests=(
            (
                "tests/contracts/test_reconcile.py"
                "::test_nothing_is_found_on_clean_books_after_a_rich_history"
            ),
        ),
        controls=("tests/contracts/test_reconcile.py::test_20_of_20_planted_drifts_are_found",),
    ),
    Check(
        "L-09",
        "P2",
        "An offer that is altered after it was accepted is found.",
        tests=(ACCEPTED,),
        faults=(
            Guard(
                "the fingerprint is compared",
                "contracts/services/offers.py",
                "    offer.sha256 = fingerprint(written.of_offer(offer))\n",
                '    offer.sha256 = "0" * 64\n',
                (ACCEPTED,),
            ),
        ),
        controls=(ALTERED,),
    ),
)
