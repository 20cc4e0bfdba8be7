"""Anything that can happen to money, in any order: the books are right, and equal Stripe's.

Hypothesis draws histories of people, banks, lost and doubled events, workers that die, and time.
After each history the sweeps run until nothing is due; then every question of `invariants` has the
answer "none" and our balance is the stand-in's.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from contracts import gateway, invariants
from contracts.models import Answer, Chargeback, Milestone, Operation, Payment, PayoutAccount
from contracts.models.operation import UNSETTLED
from contracts.services import (
    answers,
    clawbacks,
    disputes,
    funding,
    inbox,
    milestones,
    onboarding,
    operations,
    senders,
)
from contracts.services.statements import Told
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.local.fakestripe.remote import NotDone
from tests import factories
from tests.conftest import NOON

# How many steps `make drills-money` takes, and how many every test run.
MANY_STEPS, FEW_STEPS = 20_000, 600
STEPS_OF_A_HISTORY = 40
REFUSALS = (DomainError, PermissionDenied, gateway.GatewayError, NotDone)
AMOUNTS = (3_000_00, 1_000_01, 50_00)
# What a bank may say; what it cannot say now, the stand-in refuses.
STAGES = (
    *("needs_response", "warning_needs_response", "warning_closed", "prevented", "under_review"),
    *("appeal_under_review", "network_arbitration", "won", "lost"),
)
FAULTS = ("before", "after", "429", "500", "409", "garbage")
WAITS = (timedelta(minutes=1), timedelta(hours=2), timedelta(hours=25), timedelta(days=15))

pick = st.integers(0, len(AMOUNTS) - 1)
taken: Counter[str] = Counter()


@contextmanager
def refusals_are_fine() -> Iterator[None]:
    """Whatever is not allowed now is refused; the savepoint undoes what a refusal had begun."""
    try:
        with transaction.atomic():
            yield
    except REFUSALS:
        taken["refused"] += 1


class MoneyMachine(RuleBasedStateMachine):
    """One contract, its two people, their banks, our workers and the clock."""

    world: Callable[[], Any]

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.acme, self.ada, self.stripe = type(self).world()
        organisation = self.acme.memberships.get().organisation
        self.contract = factories.contract(organisation, self.ada.expert, amounts=AMOUNTS)
        self.now = NOON
        self.seen: set[str] = set()

    # --- People

    @rule(number=pick)
    def open_page(self, number: int) -> None:
        with refusals_are_fine():
            funding.checkout_url(self.part(number), by=self.acme, at=self.now)

    @rule(
        number=pick, outcome=st.sampled_from(["paid", "paid", "paid", "card_declined", "expired"])
    )
    def at_the_page(self, number: int, outcome: str) -> None:
        payment = self.part(number).payments.order_by("-pk").first()
        if payment and payment.session_id:
            with refusals_are_fine():
                self.stripe.pay(payment.session_id, outcome)

    @rule(number=pick)
    def hand_in(self, number: int) -> None:
        with refusals_are_fine():
            milestones.submit(
                self.part(number), note="Done.", link="", readings={}, by=self.ada, at=self.now
            )

    @rule(number=pick)
    def ask_for_changes(self, number: int) -> None:
        if work := self.part(number).submissions.first():
            with refusals_are_fine():
                milestones.ask_for_changes(
                    work, note="More.", failing=[], by=self.acme, at=self.now
                )

    @rule(number=pick)
    def approve(self, number: int) -> None:
        if work := self.part(number).submissions.first():
            with refusals_are_fine():
                milestones.approve(work, by=self.acme, at=self.now)

    @rule(number=pick, minor=st.integers(-1, 1_500_00))
    def release_part(self, number: int, minor: int) -> None:
        milestone = self.part(number)
        with refusals_are_fine():
            milestones.release_part(
                milestone,
                Money(minor, "usd"),
                number=milestone.releases.count() + 1,
                by=self.acme,
                at=self.now,
            )

    @rule(number=pick)
    def give_back(self, number: int) -> None:
        with refusals_are_fine():
            milestones.give_back(self.part(number), by=self.ada, at=self.now)

    @rule(number=pick, minor=st.integers(1, 1_500_00))
    def return_released(self, number: int, minor: int) -> None:
        amount = Money(minor, "usd")
        with refusals_are_fine():
            clawbacks.give_back(self.part(number), amount, reason="Less.", by=self.ada, at=self.now)

    @rule(number=pick, minor=st.integers(0, 1_500_00), by_client=st.booleans())
    def dispute(self, number: int, minor: int, by_client: bool) -> None:
        by, said = self.acme if by_client else self.ada, Told("It is not what we agreed.")
        with refusals_are_fine():
            disputes.open_on(
                self.part(number), wants=Money(minor, "usd"), told=said, by=by, at=self.now
            )

    @rule(number=pick, concedes=st.booleans())
    def end_the_dispute(self, number: int, concedes: bool) -> None:
        for row in self.part(number).disputes.going_on():
            by = self.acme if concedes != (row.opener == "expert") else self.ada
            with refusals_are_fine():
                (disputes.concede if concedes else disputes.withdraw)(row, by=by, at=self.now)

    @rule(state=st.sampled_from(["active", "active", "restricted", "rejected"]))
    def onboard(self, state: str) -> None:
        with refusals_are_fine():
            onboarding.start(self.ada.expert, by=self.ada, at=self.now)
        if account := self.account():
            with refusals_are_fine():
                self.stripe.onboard(account.stripe_id, state)
                onboarding.sync(account, at=self.now)

    # --- Banks

    @rule()
    def a_refund_comes_back(self) -> None:
        done = Operation.objects.filter(kind="refund", status="succeeded").first()
        if done:
            with refusals_are_fine():
                self.stripe.fail_refund(done.stripe_id)

    @rule(number=pick, stage=st.sampled_from(STAGES), part=st.sampled_from([1, 1, 3]))
    def a_bank_acts(self, number: int, stage: str, part: int) -> None:
        payment = self.part(number).payments.exclude(charge_id=None).last()
        if payment and payment.charge_id:
            with refusals_are_fine():
                self.stripe.dispute(payment.charge_id, stage, amount=payment.total.minor // part)

    @rule()
    def answer_the_banks(self) -> None:
        for row in Chargeback.objects.going_on():
            soon = row.due_at - timedelta(hours=1) if row.due_at else self.now
            with refusals_are_fine():
                answers.answer_unanswered(row, at=max(self.now, soon))
        for answer in Answer.objects.filter(status="decided"):
            answers.send(answer.pk, at=max(self.now, answer.due_at))

    # --- The network

    @rule(
        path=st.sampled_from(["transfers", "refunds", "checkout/sessions", "disputes"]),
        mode=st.sampled_from(FAULTS),
    )
    def a_call_will_go_wrong(self, path: str, mode: str) -> None:
        self.stripe.plant(f"POST /v1/{path}*", mode, times=3)

    @rule(copies=st.integers(1, 3), backwards=st.booleans())
    def events_arrive(self, copies: int, backwards: bool) -> None:
        events = [one for one in self.events() if one.id not in self.seen]
        for event in reversed(events) if backwards else events:
            self.seen.add(event.id)
            self.deliver(event, copies)

    @rule()
    def an_event_is_lost(self) -> None:
        self.seen.update(one.id for one in list(self.events())[-1:])

    # --- Workers

    @rule()
    def work(self) -> None:
        for key in inbox.due(at=self.now):
            self.handle(key)
        for key in operations.due(at=self.now):
            operations.send(key, at=self.now)

    @rule(after_the_call=st.booleans())
    def a_worker_dies_sending(self, after_the_call: bool) -> None:
        for key in operations.due(at=self.now)[:1]:
            claimed = operations._claim(key, self.now)
            if claimed and after_the_call and senders.of(claimed).is_ready(claimed, self.now):
                with refusals_are_fine():
                    operations._prepare(claimed, self.now)
                    senders.of(claimed).send(claimed)

    @rule()
    def ask_about_payments(self) -> None:
        for key in funding.unsettled(at=self.now):
            with refusals_are_fine():
                funding.sync(Payment.objects.get(pk=key), at=self.now)

    @rule()
    def release_what_nobody_answered(self) -> None:
        for key in milestones.unanswered(at=self.now):
            milestones.release_unanswered(Milestone.objects.get(pk=key), at=self.now)

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        self.now += wait
        self.stripe.advance(int(wait.total_seconds()))

    # --- What must hold

    @invariant()
    def nothing_is_out_of_balance(self) -> None:
        if hasattr(self, "contract"):
            taken["steps"] += 1
            connection.check_constraints()

    def teardown(self) -> None:
        try:
            if not hasattr(self, "contract"):
                return
            self.come_to_rest()
            assert invariants.violations() == []
            theirs = {code: one.total for code, one in gateway.provider().balance().items()}
            assert invariants.differences(theirs) == []
            assert self.stripe.invariants()["problems"] == []
            # What was won back may have to wait for money on our own balance.
            waiting = Operation.objects.filter(status__in=["pending", "sending"])
            assert not waiting.exclude(error_code="balance_insufficient").exists()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def come_to_rest(self) -> None:
        """Let networks and accounts be well, and every sweep run until nothing is due."""
        self.stripe.clear_faults()
        self.onboard("active")
        self.banks_decide()
        for _ in range(60):
            self.time_passes(timedelta(hours=2))
            for event in self.events():
                self.deliver(event, 1)
            self.ask_about_payments()
            if (account := self.account()) and Operation.objects.filter(status="blocked").exists():
                onboarding.sync(account, at=self.now)
            self.work()
            if not Operation.objects.filter(status__in=[*UNSETTLED[:3], "submitted"]).exists():
                return

    def banks_decide(self) -> None:
        """Let every bank that still thinks keep the money, or stop asking."""
        for event in self.events():
            self.deliver(event, 1)
        for row in Chargeback.objects.going_on().select_related("payment"):
            for verdict in ("warning_closed", "lost"):
                with refusals_are_fine():
                    self.stripe.dispute(row.payment.charge_id, verdict)

    # --- Hands

    def part(self, number: int) -> Milestone:
        return self.contract.milestones.select_related("contract").get(position=number + 1)

    def account(self) -> Any:
        return PayoutAccount.objects.filter(expert=self.contract.expert).first()

    def events(self) -> Iterator[gateway.Notice]:
        since = datetime.fromtimestamp(NOON.timestamp() - 60, UTC)
        return gateway.provider().events_since(since, list(inbox.REDUCERS["platform"]))

    def deliver(self, event: gateway.Notice, copies: int) -> None:
        for _ in range(copies):
            row, _is_new = inbox.receive(event, endpoint="platform", at=self.now)
            self.handle(row.pk)

    def handle(self, key: int) -> None:
        with refusals_are_fine():
            inbox.handle(key, at=self.now)


@pytest.fixture
def world(acme, ada, stripe, stand_in):
    """Hand each history the same two people and a Stripe in which nothing has happened."""

    def world() -> Any:
        stripe.reset()
        stripe.advance(int(NOON.timestamp()) - stripe.clock())
        return acme, ada, stripe

    return world


def run(world: Any, steps: int) -> None:
    taken.clear()
    machine = type("Histories", (MoneyMachine,), {"world": staticmethod(world)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, steps // STEPS_OF_A_HISTORY),
            stateful_step_count=STEPS_OF_A_HISTORY,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"\nmoney machine: {taken['steps']} steps, {taken['refused']} refusals")


@pytest.mark.drills
def test_short_histories_leave_the_books_right(world):
    run(world, FEW_STEPS)


@pytest.mark.drills
def test_twenty_thousand_steps_leave_the_books_right(world):
    steps = int(os.environ.get("STEPS", MANY_STEPS))

    # Some histories end early, so more are begun than would be needed.
    run(world, steps + steps // 4)

    assert taken["steps"] >= steps
