"""The flows of money that drills break into: how one gets there, what is done, what comes of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

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
    StripeEvent,
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
from marketplace.kit.money import Money
from marketplace.local.fakestripe.remote import Remote
from tests.conftest import NOON

USD_100 = Money(100_00, "usd")


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


@dataclass(frozen=True)
class Flow:
    """`again` is what the person does who saw an error page; `effect` must hold in the end."""

    before: tuple[Callable[[World], object], ...]
    act: Callable[[World], object]
    effect: Callable[[World], bool]
    again: bool = True


# --- Steps


def open_page(world: World) -> object:
    return funding.checkout_url(world.milestone, by=world.acme, at=world.at)


def pay(world: World) -> object:
    return world.stripe.pay(world.payment.session_id)


def take_note(world: World) -> object:
    return funding.sync(world.payment, at=world.at)


def be_told(world: World) -> None:
    done = set(StripeEvent.objects.exclude(status="new").values_list("event_id", flat=True))
    for event in (one for one in told(world) if one.id not in done):
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


# --- What there is once it has come to rest


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


# --- Afterwards


def come_to_rest(world: World) -> None:
    """Let the sweeps find what is due, as minutes pass."""
    last = world.at + timedelta(minutes=12 * 11)
    while world.at < last:
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
        on_their_way = Operation.objects.filter(status__in=["pending", "sending"])
        if not on_their_way.filter(due_at__lte=last).exists():
            return


def what_is_wrong() -> list[str]:
    """Return a sentence for whatever our books have against themselves, or against Stripe's."""
    theirs = {code: one.total for code, one in gateway.provider().balance().items()}
    return invariants.violations() + invariants.differences(theirs)


def posted(world: World, kind: str) -> int:
    """Return how many facts of a kind were posted about the world's contract."""
    return LedgerTransaction.objects.filter(contract=world.contract, kind=kind).count()


def told(world: World) -> list[gateway.Notice]:
    """Return all that Stripe has told so far."""
    since = datetime.fromtimestamp(NOON.timestamp() - 60, UTC)
    return list(gateway.provider().events_since(since, list(inbox.REDUCERS["platform"])))
