"""The process is killed at every point of every money flow; what remains comes to one effect.

A point lies before and after each commit and each call to Stripe, so none can be forgotten: a
child process counts them as it goes and kills itself at the one it was told. Then the sweeps, and
the person who saw an error page and clicks again, bring the money to where it was going.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe as sdk_module
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from contracts import gateway, invariants
from contracts.models import (
    Answer,
    Chargeback,
    Clawback,
    Contract,
    LedgerTransaction,
    Milestone,
    Operation,
    Payment,
    PayoutAccount,
    Submission,
)
from contracts.services import (
    answers,
    clawbacks,
    funding,
    inbox,
    milestones,
    onboarding,
    operations,
    platform_payouts,
)
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.local.fakestripe.remote import Remote
from tests import factories
from tests.conftest import NOON
from tests.contracts.conftest import KEY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drills]

# Everything has come to rest this long after the kill, by our own clock.
CONVERGES_WITHIN_SECONDS = 60
# Every flow commits what it decides and what came of it: fewer kills met only some of it.
FEWEST_POINTS = 2
FINISHED, BROKEN = 0, 3
USD_100 = Money(100_00, "usd")


# --- Being killed


def dies_at(point: int, act: Callable[[], object]) -> bool:
    """Do it in a child process that is killed at this point; return whether it was."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        plant(point)
        try:
            act()
        except BaseException:  # noqa: BLE001 (a child says how it ended by its exit code)
            os._exit(BROKEN)
        os._exit(FINISHED)
    _, ended = os.waitpid(child, 0)
    assert os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) == FINISHED, "the flow itself failed"
    return os.WIFSIGNALED(ended)


def plant(point: int) -> None:
    """Count commits and calls to Stripe in this process, and die at the one that was named."""
    passed = 0

    def reached() -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(owner: Any, name: str) -> None:
        whole = getattr(owner, name)

        def between(*args: Any, **kwargs: Any) -> Any:
            reached()
            answer = whole(*args, **kwargs)
            reached()
            return answer

        setattr(owner, name, between)

    around(DatabaseWrapper, "_commit")
    around(sdk_module.RequestsClient, "request")


# --- The world


@pytest.fixture(scope="module")
def address():
    """A stand-in in a process of its own, so that a killed child leaves no lock of it behind."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "marketplace.local.fakestripe", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:
        remote = Remote(f"http://127.0.0.1:{port}")
        for _ in range(200):
            try:
                remote.clock()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        run.terminate()


@dataclass
class World:
    """One contract of acme with ada, its Stripe, and the time of its people."""

    stripe: Remote
    acme: Any
    ada: Any
    contract: Contract
    at: datetime

    @property
    def milestone(self) -> Milestone:
        return self.contract.milestones.select_related("contract").get(position=1)

    @property
    def payment(self) -> Payment:
        return self.milestone.payments.get()

    @property
    def work(self) -> Submission:
        return self.milestone.submissions.get()

    @property
    def operation(self) -> Operation:
        return Operation.objects.filter(contract=self.contract).latest("pk")


@pytest.fixture
def new_world(address, settings, acme, ada):
    """Make a fresh contract, and a Stripe in which nothing has happened."""
    settings.STRIPE_API_BASE = address
    settings.STRIPE_SECRET_KEY = KEY
    settings.PAYOUT_RESERVE_MINOR = 0

    def new_world() -> World:
        remote = Remote(address)
        remote.reset()
        remote.advance(int(NOON.timestamp()) - remote.clock())
        organisation = acme.memberships.get().organisation
        contract = factories.contract(organisation, ada.expert, amounts=(3_000_00, 1_000_01))
        return World(remote, acme, ada, contract, NOON)

    return new_world


# --- Flows: how one gets there, what is done, and what there is once it has come to rest


@dataclass(frozen=True)
class Flow:
    """`again` is what the person does who saw an error page; `effect` must hold in the end."""

    before: tuple[Callable[[World], object], ...]
    act: Callable[[World], object]
    effect: Callable[[World], bool]
    again: bool = True


def open_page(world: World) -> object:
    return funding.checkout_url(world.milestone, by=world.acme, at=world.at)


def pay(world: World) -> object:
    return world.stripe.pay(world.payment.session_id)


def take_note(world: World) -> object:
    return funding.sync(world.payment, at=world.at)


def be_told(world: World) -> None:
    for event in told(world):
        row, _ = inbox.receive(event, endpoint="platform", at=world.at)
        inbox.handle(row.pk, at=world.at)


def hand_in(world: World) -> object:
    return milestones.submit(
        world.milestone, note="Done.", link="", readings={}, by=world.ada, at=world.at
    )


def approve(world: World) -> object:
    return milestones.approve(world.work, by=world.acme, at=world.at)


def release_part(world: World) -> object:
    return milestones.release_part(world.milestone, USD_100, number=1, by=world.acme, at=world.at)


def release_all(world: World) -> object:
    """Let all of it go although nobody handed anything in: no cover for the expert."""
    price = world.milestone.amount
    return milestones.release_part(world.milestone, price, number=1, by=world.acme, at=world.at)


def give_back(world: World) -> object:
    return milestones.give_back(world.milestone, by=world.ada, at=world.at)


def nobody_answers(world: World) -> None:
    milestones.release_unanswered(world.milestone, at=world.at + timedelta(days=15))


def set_up_payouts(world: World) -> object:
    return onboarding.start(world.ada.expert, by=world.ada, at=world.at)


def be_ready(world: World) -> None:
    set_up_payouts(world)
    account = PayoutAccount.objects.get(expert=world.ada.expert)
    world.stripe.onboard(account.stripe_id)
    onboarding.sync(account, at=world.at)


def send(world: World) -> None:
    operations.send(world.operation.pk, at=world.at)


def return_released(world: World) -> object:
    return clawbacks.give_back(
        world.milestone, USD_100, reason="We agreed on less.", by=world.ada, at=world.at
    )


def bank(stage: str, **details: Any) -> Callable[[World], object]:
    """Let the client's bank do something about the payment."""
    return lambda world: world.stripe.dispute(world.payment.charge_id, stage, **details)


def evidence_is_decided(world: World) -> object:
    chargeback = Chargeback.objects.get(payment=world.payment)
    assert chargeback.due_at
    world.at = chargeback.due_at - timedelta(hours=1)
    return answers.answer_unanswered(chargeback, at=world.at)


def answer_the_bank(world: World) -> None:
    answers.send(Answer.objects.get().pk, at=world.at)


def money_is_available(world: World) -> None:
    """Let the two days pass for which a card payment is pending."""
    world.stripe.advance(3 * 24 * 3600)
    world.at += timedelta(days=3)


def pay_our_fees_out(world: World) -> object:
    return platform_payouts.pay_out(at=world.at)


def is_funded_once(world: World) -> bool:
    paid = world.contract.milestones.get(position=1).payments.filter(status="held").count()
    return paid == 1 and posted(world, "fund") == 1


def is_released_once(world: World) -> bool:
    return world.milestone.releases.count() == 1 == posted(world, "release")


def has_an_account(world: World) -> bool:
    return PayoutAccount.objects.filter(expert=world.ada.expert).exists()


def waits_for_an_account(world: World) -> bool:
    return world.operation.status == "blocked"


def is_sent_once(world: World) -> bool:
    row = world.operation
    return row.status == "succeeded" and row.moved_at is not None


def has_come_back_once(world: World) -> bool:
    row = Clawback.objects.get()
    kinds = Counter(Operation.objects.values_list("kind", "status"))
    return (
        row.status == "returned"
        and kinds["reversal", "succeeded"] == kinds["refund", "succeeded"] == 1
        and posted(world, "clawback") == 1
    )


def stands(status: str, **postings: int) -> Callable[[World], bool]:
    """Where the one chargeback is in the end, and how often what was posted."""

    def effect(world: World) -> bool:
        return Chargeback.objects.get().status == status and all(
            posted(world, kind) == times for kind, times in postings.items()
        )

    return effect


def is_answered_once(_world: World) -> bool:
    return Answer.objects.get().status == "sent" and bool(Chargeback.objects.get().answered_at)


def is_paid_out_once(_world: World) -> bool:
    row = Operation.objects.get(kind="payout")
    return row.moved_at is not None


FUNDED = (open_page, pay, take_note)
IN_REVIEW = (*FUNDED, hand_in)
PAID_OUT = (*IN_REVIEW, be_ready, approve, send)
UNCOVERED = (*FUNDED, be_ready, release_all, send)
FLOWS: dict[str, Flow] = {
    "open the payment page": Flow(
        (), open_page, lambda world: bool(world.payment.session_id), again=True
    ),
    "hear of a payment": Flow((open_page, pay), be_told, is_funded_once, again=False),
    "ask about a payment": Flow((open_page, pay), take_note, is_funded_once, again=False),
    "hand work in": Flow(FUNDED, hand_in, lambda world: world.milestone.status == "submitted"),
    "approve": Flow(
        IN_REVIEW,
        approve,
        is_released_once,
    ),
    "release a part": Flow(
        FUNDED, release_part, lambda world: world.milestone.releases.get().gross == USD_100
    ),
    "release what nobody answered": Flow(
        IN_REVIEW, nobody_answers, lambda world: world.milestone.releases.count() == 1
    ),
    "give back": Flow(FUNDED, give_back, lambda world: world.milestone.refunds.count() == 1),
    "set up payouts": Flow(
        (),
        set_up_payouts,
        has_an_account,
    ),
    "send a transfer": Flow((*IN_REVIEW, be_ready, approve), send, is_sent_once, again=False),
    "send a refund": Flow((*FUNDED, give_back), send, is_sent_once, again=False),
    "return released money": Flow(PAID_OUT, return_released, has_come_back_once),
    "take a transfer back": Flow(
        (*PAID_OUT, return_released), send, has_come_back_once, again=False
    ),
    "hear that a bank takes it": Flow(
        (*FUNDED, be_told, bank("needs_response")),
        be_told,
        stands("needs_response", chargeback=1),
        again=False,
    ),
    "lose what was held": Flow(
        (*FUNDED, bank("needs_response"), be_told, bank("lost")),
        be_told,
        stands("lost", chargeback=1, chargeback_lost=1),
        again=False,
    ),
    "lose what was released": Flow(
        (*UNCOVERED, bank("needs_response"), be_told, bank("lost")),
        be_told,
        stands("lost", chargeback=1, chargeback_lost=2, reversal=1),
        again=False,
    ),
    "win it back on appeal": Flow(
        (*UNCOVERED, bank("needs_response"), bank("lost"), be_told, send, bank("won")),
        be_told,
        stands("won", chargeback=1, chargeback_won=1, transfer=2),
        again=False,
    ),
    "answer a bank": Flow(
        (*FUNDED, bank("needs_response"), be_told, evidence_is_decided),
        answer_the_bank,
        is_answered_once,
        again=False,
    ),
    "pay our fees out": Flow((*PAID_OUT, money_is_available), pay_our_fees_out, is_paid_out_once),
    "wait for an account": Flow((*IN_REVIEW, approve), send, waits_for_an_account, again=False),
}


@pytest.mark.parametrize("name", FLOWS)
def test_killed_anywhere_it_comes_to_one_effect(name, new_world):
    flow = FLOWS[name]
    for point in range(1, 100):
        world = new_world()
        forget_the_account(world)
        for step in flow.before:
            step(world)
        was_killed = dies_at(point, lambda world=world: flow.act(world))
        began = time.monotonic()
        come_to_rest(world, flow)
        assert time.monotonic() - began < CONVERGES_WITHIN_SECONDS
        assert flow.effect(world), f"{name}, point {point}"
        assert invariants.violations() == [], f"{name}, point {point}"
        assert_stripe_agrees(world, f"{name}, point {point}")
        clear(world)
        if not was_killed:
            break
    print(f"\n{name}: {point - 1} points")
    assert point > FEWEST_POINTS


def come_to_rest(world: World, flow: Flow) -> None:
    """Let the person click again and the sweeps find what is due, as minutes pass."""
    if flow.again:
        again(world, flow)
    for _ in range(12):
        world.at += timedelta(minutes=11)
        be_told(world)
        for key in funding.unsettled(at=world.at):
            funding.sync(Payment.objects.get(pk=key), at=world.at)
        for key in inbox.due(at=world.at):
            inbox.handle(key, at=world.at)
        for key in operations.due(at=world.at):
            operations.send(key, at=world.at)
        for key in answers.due(at=world.at):
            answers.send(key, at=world.at)
        if not Operation.objects.filter(status__in=["pending", "sending"]).exists():
            return


def again(world: World, flow: Flow) -> None:
    # It may have been done: then the page says so.
    with contextlib.suppress(DomainError, PermissionDenied):
        flow.act(world)


def assert_stripe_agrees(world: World, where: str) -> None:
    theirs = {code: one.total for code, one in gateway.provider().balance().items()}
    assert invariants.differences(theirs) == [], where


def posted(world: World, kind: str) -> int:
    return LedgerTransaction.objects.filter(contract=world.contract, kind=kind).count()


def told(world: World) -> list[gateway.Notice]:
    since = datetime.fromtimestamp(NOON.timestamp() - 60, UTC)
    return list(gateway.provider().events_since(since, list(inbox.REDUCERS["platform"])))


def forget_the_account(world: World) -> None:
    PayoutAccount.objects.filter(expert=world.ada.expert).delete()


def clear(world: World) -> None:
    """Empty the tables, so that the next kill meets a Stripe and books that are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE ledger_entry, ledger_transaction, ledger_account, ledger_chain,"
            " contracts_contract, contracts_stripeevent, contracts_documentseries CASCADE"
        )
