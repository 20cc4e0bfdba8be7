"""A contract between acme and ada, a Stripe that speaks HTTP, and books that must be right."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from django.db import connection
from stripe import StripeClient

from accounts.models import Membership, User
from contracts import gateway, invariants
from contracts.models import (
    Contract,
    ContractCheck,
    Dispute,
    Milestone,
    Offer,
    Operation,
    Payment,
    Submission,
)
from contracts.services import funding, inbox, milestones, offers, onboarding, operations, payments
from jobs.models import Job, JobCheck, Proposal, ProposedMilestone
from marketplace.kit.money import Money
from marketplace.local.fakestripe.remote import Remote
from marketplace.local.fakestripe.server import StandIn
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, disputed
from tests.contracts import hourly as hourly_rows
from tests.laid import ground, laid

KEY = "sk_test_fake_local"
CHECKS = (
    ("Faithfulness", ">=", "0.95", ""),
    ("p95 latency", "<=", "2.5", "s"),
    ("Behaviour when unsure", "is", "Refuses", ""),
)


@pytest.fixture(autouse=True)
def books_are_right(db):
    """Whatever a test did to the money, every question about it has the answer "none".

    Of rows that were only laid down and looked at, they are asked once.
    """
    yield
    if ground.is_known and ground.path in ground.in_order:
        return
    with connection.execute_wrapper(planned_once):
        assert invariants.violations() == []
    if ground.is_known:
        ground.in_order.add(ground.path)


@cache
def plans(_connection: Any) -> dict[str, str]:
    """The names under which this connection knows the plans of statements."""
    return {}


def planned_once(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Let Postgres plan a statement the first time only: of few rows, planning is most of it."""
    whole = context["cursor"].mogrify(sql, params).decode()
    known = plans(context["connection"].connection)
    if whole not in known:
        known[whole] = f"question_{len(known)}"
        execute(f"PREPARE {known[whole]} AS {whole}", None, many, context)
    return execute(f"EXECUTE {known[whole]}", None, many, context)


@laid
def contract(acme, ada) -> Contract:
    """Two milestones, of $3,000.00 and $1,000.01, nothing paid."""
    organisation = acme.memberships.get().organisation
    return factories.contract(organisation, ada.expert, amounts=(3_000_00, 1_000_01))


@pytest.fixture
def milestone(contract) -> Milestone:
    """The first milestone, of $3,000.00; the client's fee is $150.00, the expert's $180.00."""
    return contract.milestones.get(position=1)


@pytest.fixture(scope="session")
def stand_in():
    """One Stripe for all tests, over real HTTP."""
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def stripe(stand_in, settings) -> Remote:
    """Stripe at noon, with nothing in it: the hand that plays payers, banks and faults."""
    settings.STRIPE_API_BASE = stand_in.url
    settings.STRIPE_SECRET_KEY = KEY
    remote = Remote(stand_in.url)
    remote.reset()
    remote.advance(int(NOON.timestamp()) - remote.clock())
    ground.stripe = remote
    return remote


@pytest.fixture
def sdk(stand_in, stripe) -> StripeClient:
    """The SDK itself, to see what Stripe has."""
    bases = dict.fromkeys(("api", "connect", "files", "meter_events"), stand_in.url)
    return StripeClient(KEY, base_addresses=bases)


@laid
def open_payment(stripe, milestone, acme) -> Payment:
    """A payment page acme has opened."""
    funding.checkout_url(milestone, by=acme, at=NOON)
    return milestone.payments.get()


@laid
def held(stripe, open_payment) -> Payment:
    """A payment that has arrived."""
    stripe.pay(open_payment.session_id)
    return funding.sync(open_payment, at=NOON)


@laid
def account(stripe, ada):
    """Ada's account at Stripe, ready to be paid."""
    onboarding.start(ada.expert, by=ada, at=NOON)
    stripe.onboard(ada.expert.payout_account.stripe_id)
    return onboarding.sync(ada.expert.payout_account, at=NOON)


@pytest.fixture
def pay():
    """Pay for a milestone without asking Stripe, for tests that are not about paying."""

    def pay(milestone: Milestone, *, at=NOON) -> Payment:
        number = Payment.objects.count() + 1
        fee = milestone.amount.share(milestone.contract.client_fee_bps)
        payment = Payment.objects.create(
            milestone=milestone,
            by=milestone.contract.job.posted_by,
            amount_minor=milestone.amount.minor,
            fee_minor=fee.minor,
            currency=fee.currency,
            created_at=at,
            expires_at=at + timedelta(hours=1),
        )
        charge = gateway.Charge(f"ch_{number}", f"txn_{number}", Money(91_80, "usd"))
        intent = gateway.Intent(
            f"pi_{number}", "succeeded", payment.total, payment.public_id, charge
        )
        session = gateway.Session(
            id=f"cs_{number}",
            url="",
            status="complete",
            is_paid=True,
            payment_id=payment.public_id,
            livemode=False,
            intent=intent,
        )
        payment = payments.settle(payment, session, at=at)
        milestone.refresh_from_db()
        return payment

    return pay


@pytest.fixture
def work():
    """Do what the sweeps would find to do, until nothing is due."""

    def work(at=NOON) -> None:
        for _ in range(20):
            events, sends = inbox.due(at=at), operations.due(at=at)
            if not events and not sends:
                return
            for key in events:
                inbox.handle(key, at=at)
            for key in sends:
                operations.send(key, at=at)

    return work


def hurry(operation: Operation, at=NOON) -> None:
    """Make an operation due, as time would."""
    Operation.objects.filter(pk=operation.pk).update(due_at=at)


# --- Before there is a contract


@laid
def job(acme) -> Job:
    """Acme's open job with two checks: faithfulness and latency."""
    row = factories.job(acme.memberships.get().organisation)
    for position, (metric, comparator, target, unit) in enumerate(CHECKS[:2], start=1):
        JobCheck.objects.create(
            job=row,
            position=position,
            metric=metric,
            comparator=comparator,
            target=target,
            unit=unit,
        )
    return row


@laid
def proposal(job, ada) -> Proposal:
    """Ada's proposal: two milestones; the second check answered with another figure."""
    row = factories.proposal(job, ada.expert)
    for position, amount in enumerate((3_000_00, 4_200_00), start=1):
        ProposedMilestone.objects.create(
            proposal=row,
            position=position,
            title=f"Part {position}",
            amount_minor=amount,
            due_on=date(2030, 1, 10 + position),
        )
    first, second = job.checks.all()
    row.answers.create(job_check=first, commits=True)
    row.answers.create(job_check=second, commits=False, counter="3.0, with scanned tables")
    return row


@laid
def offer(proposal, acme) -> Offer:
    """Acme's offer to Ada, as she proposed it, open until 8 January."""
    return offers.make(proposal, **agreed.terms(proposal), by=acme, at=NOON)


# --- Other people of Acme


@pytest.fixture
def member(acme):
    """Add a person to Acme in a role."""

    def member(role: str) -> User:
        user = factories.user(f"{role} member")
        Membership.objects.create(
            organisation=acme.memberships.get().organisation,
            user=user,
            role=role,
            created_at=NOON,
        )
        return user

    return member


@laid
def finn(db) -> User:
    """Our own staff who watch the money."""
    return factories.finance("Finn Aldous")


# --- Work


@laid
def checks(contract) -> list[ContractCheck]:
    """What the contract's work is measured by: two figures and one that only a reader judges."""
    return [
        ContractCheck.objects.create(
            contract=contract,
            position=position,
            metric=metric,
            comparator=comparator,
            target=target,
            unit=unit,
        )
        for position, (metric, comparator, target, unit) in enumerate(CHECKS, start=1)
    ]


@laid
def funded(pay, checks, milestone) -> Milestone:
    """The first milestone, paid for."""
    pay(milestone)
    return milestone


@laid
def submission(funded) -> Submission:
    """The first milestone's work, handed in at noon with every check met."""
    return agreed.handed_in(funded)


@laid
def complete(submission, contract, pay, acme) -> Contract:
    """The contract, its last milestone released at noon."""
    milestones.approve(submission, by=acme, at=NOON)
    second = contract.milestones.get(position=2)
    pay(second)
    milestones.approve(agreed.handed_in(second), by=acme, at=NOON)
    contract.refresh_from_db()
    return contract


# --- Disputes


@laid
def dispute(submission, acme) -> Dispute:
    """Acme wants all $3,000.00 of work in review back; Ada has three days to answer."""
    return disputed.opened(submission.milestone, by=acme)


@laid
def answered(dispute, ada) -> Dispute:
    """Ada wants all of it for herself; both have four days to settle."""
    return disputed.answered(dispute, by=ada)


@laid
def with_staff(answered) -> Dispute:
    """Nobody settled it."""
    return disputed.unsettled(answered)


@laid
def dan(db) -> User:
    """Somebody who decides disputes and has nothing to do with anybody."""
    return disputed.staff("Dan Decider")


@laid
def eve(db) -> User:
    """Another one."""
    return disputed.staff("Eve Decider")


# --- By the hour


@laid
def hourly(acme, ada) -> Contract:
    """$90.00 an hour, up to 20 hours a week; nothing paid."""
    return factories.contract(
        acme.memberships.get().organisation,
        ada.expert,
        amounts=(),
        kind=Contract.Kind.HOURLY,
        rate_minor=90_00,
        weekly_minutes=20 * 60,
    )


@laid
def prepaid(pay, hourly) -> Milestone:
    """Twenty hours of this week, $1,800.00, paid for."""
    milestone = hourly_rows.week(hourly)
    pay(milestone)
    return milestone
