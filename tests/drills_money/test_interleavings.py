"""Somebody else does all of theirs at each point of what one does: the money still goes one way.

At a point the first stands still, and a rival acts on a connection of their own: to the end, or
until they wait for a lock of the first. Then the first goes on, and whoever waited goes on when the
lock is given back, before the first does anything else. So each case happens in one order, which no
race comes to at will. Afterwards the sweeps run, and everything that must hold is asked.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as conf
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import User
from contracts import gateway
from contracts.models import Contract, StripeEvent
from contracts.models.pause import PauseReason
from contracts.services import (
    clawbacks,
    contracts,
    disputes,
    endings,
    funding,
    holds,
    inbox,
    milestones,
    onboarding,
    pauses,
    platform_payouts,
    settlements,
)
from marketplace.kit.errors import DomainError
from marketplace.local.fakestripe.remote import NotDone
from tests import factories
from tests.conftest import NOON
from tests.contracts import disputed
from tests.drills_money.flows import (
    FUNDED,
    IN_REVIEW,
    PAID_OUT,
    UNCOVERED,
    USD_100,
    World,
    answer_the_bank,
    approve,
    bank,
    be_ready,
    be_told,
    come_to_rest,
    evidence_is_decided,
    give_back,
    hand_in,
    money_is_available,
    nobody_answers,
    open_page,
    pay,
    pay_our_fees_out,
    release_all,
    release_part,
    return_released,
    send,
    take_note,
    told,
    what_is_wrong,
)
from tests.drills_money.points import watched
from tests.laid import Rows, bring_back, everything
from tests.state_table import off_the_table

pytestmark = pytest.mark.django_db(transaction=True)

Verb = Callable[[World], object]
# What a person or a worker may be told when somebody else was faster.
REFUSALS = (DomainError, PermissionDenied, gateway.GatewayError, NotDone)
# Whoever waits this long for a lock waits for ever.
PATIENCE_SECONDS = 10
# Before a lock, behind it, and after the commit.
FEWEST_CASES_OF_A_RIVAL = 3
# All of them take minutes; these few seconds are no drill.
IN_EVERY_RUN = ("release a part", "pay our fees out")


# --- Verbs that the flows do not have


def dispute_as_the_client(world: World) -> object:
    return disputed.opened(world.milestone, by=world.acme, at=world.at)


def dispute_as_the_expert(world: World) -> object:
    return disputed.opened(world.milestone, by=world.ada, wants=3_000_00, at=world.at)


def answer_the_dispute(world: World) -> object:
    return disputed.answered(world.milestone.disputes.get(), by=world.ada, at=world.at)


def agree(world: World) -> object:
    return disputes.concede(world.milestone.disputes.get(), by=world.ada, at=world.at)


def withdraw(world: World) -> object:
    return disputes.withdraw(world.milestone.disputes.get(), by=world.acme, at=world.at)


def meet_in_the_middle(world: World) -> object:
    dispute = world.milestone.disputes.get()
    disputed.named(dispute, 2_000_00, by=world.acme, at=world.at)
    return settlements.offer(dispute, disputed.usd(1_000_00), by=world.ada, at=world.at)


def nobody_settles(world: World) -> object:
    return disputes.send_to_staff(world.milestone.disputes.get(), at=disputed.SETTLE_DUE)


def ask_for_changes(world: World) -> object:
    return milestones.ask_for_changes(
        world.work, note="More.", failing=[], by=world.acme, at=world.at
    )


def be_held_too_long(world: World) -> object:
    limit = timedelta(days=conf.HOLD_LIMIT_DAYS)
    return holds.decide(world.milestone, at=world.at + limit)


def stop_the_money(world: World) -> object:
    return contracts.stop_money(
        world.contract, reason="We look at it.", by=factories.finance("Finn"), at=world.at
    )


def take_released_back(world: World) -> object:
    return clawbacks.decide(
        world.milestone, USD_100, reason="Not done.", by=factories.finance("Finn"), at=world.at
    )


def end(world: World) -> object:
    reason = Contract.EndReason.BUDGET
    return endings.end(world.contract, reason=reason, note="", by=world.acme, at=world.at)


def pause(world: World) -> object:
    return pauses.pause(world.contract, reason=PauseReason.AWAY, note="", by=world.ada, at=world.at)


def give_the_milestone_up(world: World) -> object:
    return endings.cancel_milestone(world.milestone, by=world.ada, at=world.at)


def give_paying_up(world: World) -> object:
    return funding.cancel(world.milestone, by=world.acme, at=world.at)


def pay_at_last(world: World) -> None:
    pay(world)
    be_told(world)


def lose_the_account(world: World) -> object:
    account = world.ada.expert.payout_account
    world.stripe.onboard(account.stripe_id, "restricted")
    return onboarding.sync(account, at=world.at)


def empty_the_account(world: World) -> object:
    """Let the expert's bank have all they got, so that nothing can be taken back."""
    return world.stripe.pay_out(world.ada.expert.payout_account.stripe_id, 2_820_00)


def pay_for_the_second(world: World) -> object:
    """Have money on our balance that is not ours."""
    second = world.contract.milestones.select_related("contract").get(position=2)
    funding.checkout_url(second, by=world.acme, at=world.at)
    payment = second.payments.get()
    world.stripe.pay(payment.session_id)
    return funding.sync(payment, at=world.at)


def it_is_late(world: World) -> None:
    world.at += timedelta(hours=11, minutes=59)


def pay_our_fees_out_after_midnight(world: World) -> object:
    return platform_payouts.pay_out(at=world.at + timedelta(minutes=2))


def lose_a_chargeback(world: World) -> None:
    bank("needs_response")(world)
    bank("lost")(world)
    be_told(world)


def get_a_chargeback(world: World) -> None:
    bank("needs_response")(world)
    be_told(world)


def lose_it_at_last(world: World) -> None:
    bank("lost")(world)
    be_told(world)


def win_it_back(world: World) -> None:
    bank("won")(world)
    be_told(world)


def a_refund_comes_by_hand(world: World) -> object:
    return world.stripe.by_hand("/v1/refunds", charge=world.payment.charge_id, amount=100_00)


def a_transfer_comes_by_hand(world: World) -> object:
    return world.stripe.by_hand(
        "/v1/transfers",
        amount=100_00,
        currency="usd",
        destination=world.ada.expert.payout_account.stripe_id,
        source_transaction=world.payment.charge_id,
    )


def a_reversal_comes_by_hand(world: World) -> object:
    path = f"/v1/transfers/{world.operation.stripe_id}/reversals"
    return world.stripe.by_hand(path, amount=100_00)


def a_payout_comes_by_hand(world: World) -> object:
    made = world.stripe.by_hand("/v1/payouts", amount=100_00, currency="usd")
    return world.stripe.bring_payout(made["id"], "paid")


def hears(kind: str) -> Verb:
    """Keep the newest event of a kind, and do nothing about it yet."""

    def hear(world: World) -> object:
        newest = next(event for event in told(world) if event.kind == kind)
        return inbox.receive(newest, endpoint="platform", at=world.at)

    return hear


def handle_it(world: World) -> None:
    inbox.handle(StripeEvent.objects.latest("pk").pk, at=world.at)


# --- Who comes between what


@dataclass(frozen=True)
class Scene:
    """What has happened, what the first does, and who may come between."""

    before: tuple[Verb, ...]
    first: Verb
    rivals: tuple[Verb, ...]


THE_BANK = (get_a_chargeback, lose_a_chargeback)
IN_DISPUTE = (*IN_REVIEW, be_ready, dispute_as_the_client, answer_the_dispute)
SCENES = {
    "open the payment page": Scene(
        (), open_page, (open_page, give_the_milestone_up, end, pause, stop_the_money)
    ),
    "ask about a payment": Scene(
        (open_page, pay),
        take_note,
        (take_note, be_told, give_paying_up, end, stop_the_money),
    ),
    "give paying up": Scene(
        (open_page,),
        give_paying_up,
        (give_paying_up, pay_at_last, open_page, give_the_milestone_up, end, pause),
    ),
    "approve": Scene(
        (*IN_REVIEW, be_ready),
        approve,
        (
            *(approve, ask_for_changes, release_part, give_back, nobody_answers, be_held_too_long),
            *(dispute_as_the_client, dispute_as_the_expert, end, stop_the_money, *THE_BANK),
        ),
    ),
    "dispute": Scene(
        IN_REVIEW,
        dispute_as_the_client,
        (dispute_as_the_expert, approve, nobody_answers, give_back, release_part, *THE_BANK),
    ),
    "release what nobody answered": Scene(
        IN_REVIEW,
        nobody_answers,
        (nobody_answers, approve, ask_for_changes, dispute_as_the_client, *THE_BANK),
    ),
    "give back": Scene(
        IN_REVIEW,
        give_back,
        (give_back, approve, release_part, dispute_as_the_client, nobody_answers, *THE_BANK),
    ),
    "release a part": Scene(
        (*FUNDED, be_ready),
        release_part,
        (release_part, release_all, give_back, hand_in, dispute_as_the_client, *THE_BANK),
    ),
    "agree in a dispute": Scene(
        IN_DISPUTE,
        agree,
        (withdraw, meet_in_the_middle, nobody_settles, stop_the_money, *THE_BANK),
    ),
    "send a transfer": Scene(
        (*IN_REVIEW, be_ready, approve),
        send,
        (
            *(send, return_released, take_released_back, lose_the_account, stop_the_money),
            *THE_BANK,
        ),
    ),
    "send a refund": Scene((*FUNDED, give_back), send, (send, be_told, *THE_BANK)),
    "return released money": Scene(
        (*IN_REVIEW, be_ready, approve),
        return_released,
        (return_released, take_released_back, send, stop_the_money, *THE_BANK),
    ),
    "take a transfer back": Scene(
        (*PAID_OUT, return_released), send, (send, stop_the_money, *THE_BANK)
    ),
    "take in vain what was returned": Scene(
        (*PAID_OUT, return_released, money_is_available, empty_the_account),
        send,
        (send, stop_the_money, *THE_BANK),
    ),
    "take in vain what a bank has taken": Scene(
        (
            *UNCOVERED,
            bank("needs_response"),
            bank("lost"),
            be_told,
            money_is_available,
            empty_the_account,
        ),
        send,
        (send, win_it_back, stop_the_money),
    ),
    "hear that a bank takes it": Scene(
        (*IN_REVIEW, be_told, bank("needs_response"), hears("charge.dispute.created")),
        handle_it,
        (
            *(be_told, approve, release_part, give_back, dispute_as_the_client, nobody_answers),
            lose_it_at_last,
        ),
    ),
    "lose what was released": Scene(
        (
            *(*UNCOVERED, be_told, bank("needs_response"), be_told, bank("lost")),
            hears("charge.dispute.closed"),
        ),
        handle_it,
        (be_told, stop_the_money, lose_the_account, pay_our_fees_out),
    ),
    "win it back on appeal": Scene(
        (
            *(*UNCOVERED, be_told, bank("needs_response"), bank("lost"), be_told, send),
            *(bank("won"), hears("charge.dispute.funds_reinstated")),
        ),
        handle_it,
        (be_told, stop_the_money),
    ),
    "answer a bank": Scene(
        (*FUNDED, bank("needs_response"), be_told, evidence_is_decided),
        answer_the_bank,
        (answer_the_bank, lose_it_at_last),
    ),
    "hear of a refund made by hand": Scene(
        (*FUNDED, be_told, a_refund_comes_by_hand, hears("refund.created")),
        handle_it,
        (be_told, give_back, release_all, hand_in),
    ),
    "hear of a transfer made by hand": Scene(
        (*FUNDED, be_ready, be_told, a_transfer_comes_by_hand, hears("transfer.created")),
        handle_it,
        (be_told, give_back, release_all, hand_in),
    ),
    "hear of a transfer taken back by hand": Scene(
        (*PAID_OUT, be_told, a_reversal_comes_by_hand, hears("transfer.reversed")),
        handle_it,
        (be_told, return_released, get_a_chargeback),
    ),
    "hear of a payout made by hand": Scene(
        (*PAID_OUT, money_is_available, be_told, a_payout_comes_by_hand, hears("payout.created")),
        handle_it,
        (be_told, pay_our_fees_out),
    ),
    "pay our fees out": Scene(
        (*PAID_OUT, pay_for_the_second, money_is_available, it_is_late),
        pay_our_fees_out,
        (
            pay_our_fees_out,
            pay_our_fees_out_after_midnight,
            return_released,
            get_a_chargeback,
            lose_a_chargeback,
        ),
    ),
    "set up payouts": Scene((*IN_REVIEW, approve), be_ready, (be_ready, send, return_released)),
}


# --- Coming between


class Rival:
    """Somebody with a connection of their own, and what came of what they did."""

    def __init__(self, verb: Verb, world: World, watcher: Any) -> None:
        self._thread = Thread(target=self._act, args=(verb, world))
        self._watcher = watcher
        self._backend = 0
        self.has_waited = False
        self.outcome: Exception | None = None

    def _act(self, verb: Verb, world: World) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{PATIENCE_SECONDS}s'")
                cursor.execute("SELECT pg_backend_pid()")
                (self._backend,) = cursor.fetchone()
            self.outcome = tried(verb, world)
        finally:
            connection.close()

    def begin(self) -> None:
        """Act until all is done, or the first is in the way."""
        self._thread.start()
        self.go_on()
        self.has_waited = self._thread.is_alive()

    def go_on(self) -> None:
        """Return when all is done, or the first is in the way."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self._thread.is_alive() and not self._waits():
            assert time.monotonic() < until, "neither done nor waiting for a lock"
            self._thread.join(0.002)

    def end(self) -> None:
        """Nobody is in the way any more."""
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive(), "waits although nobody is in the way"

    def _waits(self) -> bool:
        with self._watcher.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self._backend])
            return bool(cursor.fetchone()[0])


def tried(verb: Verb, world: World) -> Exception | None:
    """Do it; return what was raised."""
    try:
        verb(world)
    except Exception as error:  # noqa: BLE001 (an outcome like any other)
        return error
    return None


@contextmanager
def coming_between(rival: Rival, point: int) -> Iterator[None]:
    """Have the rival act when this thread comes to its point of that number, the first being 1."""
    passed = 0

    def reached(name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            rival.begin()
        elif passed > point and name == "after commit":
            rival.go_on()

    with watched(reached, statements=True):
        yield
    assert passed >= point
    rival.end()


def points_of(verb: Verb, world: World) -> list[str]:
    """Return the names of the points one comes to whom nobody disturbs, in their order."""
    names: list[str] = []
    with watched(names.append, statements=True):
        verb(world)
    return names


# --- The world, again and again


@dataclass
class Kept:
    """A world as it was before anything happened at once."""

    world: World
    rows: Rows
    stripe: Any

    def again(self) -> World:
        """Bring it back, and return it with nothing remembered of what has happened since."""
        bring_back(self.rows)
        self.world.stripe.restore(self.stripe)
        return self.seen()

    def seen(self) -> World:
        """Return it as somebody sees it who comes now."""
        known = self.world
        return World(
            known.stripe,
            User.objects.get(pk=known.acme.pk),
            User.objects.get(pk=known.ada.pk),
            Contract.objects.get(pk=known.contract.pk),
            known.at,
        )


@pytest.fixture
def keep(stripe, acme, ada, settings):
    """Make a contract, and let happen what has happened before a scene."""
    settings.PAYOUT_RESERVE_MINOR = 0

    def keep(before: tuple[Verb, ...]) -> Kept:
        organisation = acme.memberships.get().organisation
        contract = factories.contract(organisation, ada.expert, amounts=(3_000_00, 1_000_01))
        world = World(stripe, acme, ada, contract, NOON)
        for step in before:
            step(world)
        return Kept(world, everything(), stripe.picture())

    return keep


@pytest.fixture
def watcher(transactional_db):
    """Look at who waits for whom, on a connection that takes part in nothing."""
    watcher = connection.copy()
    yield watcher
    watcher.close()


def is_out_of_order(outcome: Exception | None) -> bool:
    return outcome is not None and not isinstance(outcome, REFUSALS)


def wrong_after(world: World) -> list[str]:
    """Let everything come to rest, and return what must not be."""
    come_to_rest(world)
    return [
        *what_is_wrong(),
        *off_the_table("contracts"),
        *world.stripe.invariants()["problems"],
    ]


def wrong_between(
    scene: Scene, act: Verb, points: list[str], kept: Kept, watcher: Any
) -> list[Any]:
    """Have a rival act at each point of a scene; return what was wrong, for each case a list.

    Whoever waits for a lock waits at every point until the commit, and for the same: one of them
    stands for all.
    """
    cases, has_waited = [], False
    for number, point in enumerate(points, start=1):
        if has_waited and point != "after commit":
            continue
        world = kept.again()
        rival = Rival(act, kept.seen(), watcher)
        with coming_between(rival, number):
            outcome = tried(scene.first, world)
        has_waited = rival.has_waited
        wrong = [repr(one) for one in (outcome, rival.outcome) if is_out_of_order(one)]
        wrong += wrong_after(world)
        cases.append([f"{act.__name__} {point} ({number}): {what}" for what in wrong])
    return cases


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in IN_EVERY_RUN else pytest.mark.drills)
        for name in SCENES
    ],
)
def test_whoever_comes_between_the_books_are_right(name, keep, watcher, record_property):
    scene = SCENES[name]
    kept = keep(scene.before)
    points = points_of(scene.first, kept.seen())
    cases = []
    for act in scene.rivals:
        # What is refused anyway comes between nothing.
        assert tried(act, kept.again()) is None, act.__name__
        cases += wrong_between(scene, act, points, kept, watcher)
    record_property("figure", f"{len(cases)} cases of “{name}”")

    assert [what for case in cases for what in case] == []
    assert len(cases) >= FEWEST_CASES_OF_A_RIVAL * len(scene.rivals)
