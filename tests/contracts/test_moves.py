"""Every machine of contracts moves along its table and nowhere else."""

import pytest

from contracts.models import (
    Amendment,
    Answer,
    Consultation,
    Decision,
    Difference,
    Dispute,
    ExpertPayout,
    Instruction,
    Operation,
    PayoutCase,
    Slot,
    StripeEvent,
)
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts import hourly as rows
from tests.contracts.disputed import decided, named
from tests.state_table import moves_only_as_its_table_says


@pytest.fixture
def free_books(monkeypatch):
    """Moving a row by hand, without its money, leaves books that no invariant would accept."""
    monkeypatch.setattr("contracts.invariants.violations", list)


def test_offers(offer):
    moves_only_as_its_table_says(offer)


def test_contracts(free_books, contract):
    contract.completed_at = NOON
    contract.save()

    moves_only_as_its_table_says(contract)


def test_proposals_to_change(contract, ada):
    amendment = Amendment.objects.create(
        contract=contract,
        kind=Amendment.Kind.CHANGE,
        side="expert",
        made_by=ada,
        created_at=NOON,
        expires_at=NOON,
    )

    moves_only_as_its_table_says(amendment)


def test_milestones(free_books, submission):
    moves_only_as_its_table_says(submission.milestone)


def test_timesheets(free_books, prepaid, hourly):
    moves_only_as_its_table_says(rows.handed_in(hourly, 1))


def test_consultations(free_books, contract, ada):
    slot = Slot.objects.create(expert=ada.expert, starts_at=NOON, minutes=30, created_at=NOON)

    moves_only_as_its_table_says(Consultation.objects.create(slot=slot, contract=contract))


def test_payments(free_books, pay, milestone):
    moves_only_as_its_table_says(pay(milestone))


def test_payout_cases(ada):
    case = PayoutCase.objects.create(
        expert=ada.expert, opened_at=NOON, look_until=NOON, reason="Seen on both invoices."
    )

    moves_only_as_its_table_says(case)


def test_operations(free_books, submission, acme):
    milestone = submission.milestone
    milestone.move("release", by=acme, at=NOON)
    agreed.let_go(milestone, by=acme, at=NOON)

    moves_only_as_its_table_says(Operation.objects.get())


def test_disputes(free_books, answered, ada):
    named(answered, 1, by=ada)
    Dispute.objects.update(award_minor=1, outcome="decided", ended_at=NOON)

    moves_only_as_its_table_says(answered)


def test_decisions(free_books, with_staff, dan, eve, settings):
    settings.DISPUTE_TWO_PERSONS_MINOR = 0
    decision = decided(with_staff, 1, by=dan)
    Decision.objects.update(second=eve)

    moves_only_as_its_table_says(decision)


def test_events(db):
    event = StripeEvent.objects.create(
        event_id="evt_1",
        endpoint="platform",
        kind="checkout.session.completed",
        livemode=False,
        payload={},
        received_at=NOON,
        due_at=NOON,
    )

    moves_only_as_its_table_says(event)


def test_chargebacks(free_books, pay, milestone):
    moves_only_as_its_table_says(factories.chargeback(pay(milestone)))


def test_answers(free_books, pay, milestone):
    chargeback = factories.chargeback(pay(milestone))
    row = Answer.objects.create(
        chargeback=chargeback, kind="evidence", created_at=NOON, due_at=NOON
    )

    moves_only_as_its_table_says(row)


def test_instructions(pay, milestone, acme, ada):
    row = Instruction.objects.create(
        kind="return_held",
        milestone=milestone,
        amount_minor=1,
        reason="Less work.",
        by=acme,
        second=ada,
        created_at=NOON,
    )

    moves_only_as_its_table_says(row)


def test_clawbacks(free_books, pay, milestone, ada):
    pay(milestone)
    agreed.let_go(milestone, by=ada, at=NOON)
    row = factories.clawback(milestone, ada)

    moves_only_as_its_table_says(row)


def test_expert_payouts(ada):
    row = ExpertPayout.objects.create(
        account=factories.payout_account(ada.expert),
        stripe_id="po_1",
        amount_minor=1,
        currency="usd",
        arrives_on=NOON.date(),
        is_automatic=True,
        noticed_at=NOON,
    )

    moves_only_as_its_table_says(row)


def test_differences(db):
    row = Difference.objects.create(kind="orphan", about="txn_1", day=NOON.date(), found_at=NOON)

    moves_only_as_its_table_says(row)
