"""Every machine of contracts moves along its table and nowhere else."""

import pytest

from contracts.models import (
    Amendment,
    Answer,
    Chargeback,
    Clawback,
    Contract,
    Decision,
    Difference,
    Dispute,
    ExpertPayout,
    Milestone,
    Offer,
    Operation,
    Payment,
    StripeEvent,
    Timesheet,
)
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts import hourly as rows
from tests.contracts.disputed import decided, named
from tests.state_table import cases, moves_only_as_its_table_says


@pytest.fixture
def free_books(monkeypatch):
    """Moving a row by hand, without its money, leaves books that no invariant would accept."""
    monkeypatch.setattr("contracts.invariants.violations", list)


@pytest.mark.parametrize(("verb", "status"), cases(Offer))
def test_offers(offer, verb, status):
    moves_only_as_its_table_says(offer, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Contract))
def test_contracts(free_books, contract, verb, status):
    contract.completed_at = NOON
    contract.save()

    moves_only_as_its_table_says(contract, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Amendment))
def test_proposals_to_change(contract, ada, verb, status):
    amendment = Amendment.objects.create(
        contract=contract,
        kind=Amendment.Kind.CHANGE,
        side="expert",
        made_by=ada,
        created_at=NOON,
        expires_at=NOON,
    )

    moves_only_as_its_table_says(amendment, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Milestone))
def test_milestones(free_books, submission, verb, status):
    moves_only_as_its_table_says(submission.milestone, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Timesheet))
def test_timesheets(free_books, prepaid, hourly, verb, status):
    moves_only_as_its_table_says(rows.handed_in(hourly, 1), verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Payment))
def test_payments(free_books, pay, milestone, verb, status):
    moves_only_as_its_table_says(pay(milestone), verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Operation))
def test_operations(free_books, submission, acme, verb, status):
    milestone = submission.milestone
    milestone.move("release", by=acme, at=NOON)
    agreed.let_go(milestone, by=acme, at=NOON)

    moves_only_as_its_table_says(Operation.objects.get(), verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Dispute))
def test_disputes(free_books, answered, ada, verb, status):
    named(answered, 1, by=ada)
    Dispute.objects.update(award_minor=1, outcome="decided", ended_at=NOON)

    moves_only_as_its_table_says(answered, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Decision))
def test_decisions(free_books, with_staff, dan, eve, settings, verb, status):
    settings.DISPUTE_TWO_PERSONS_MINOR = 0
    decision = decided(with_staff, 1, by=dan)
    Decision.objects.update(second=eve)

    moves_only_as_its_table_says(decision, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(StripeEvent))
def test_events(db, verb, status):
    event = StripeEvent.objects.create(
        event_id="evt_1",
        endpoint="platform",
        kind="checkout.session.completed",
        livemode=False,
        payload={},
        received_at=NOON,
        due_at=NOON,
    )

    moves_only_as_its_table_says(event, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Chargeback))
def test_chargebacks(free_books, pay, milestone, verb, status):
    moves_only_as_its_table_says(factories.chargeback(pay(milestone)), verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Answer))
def test_answers(free_books, pay, milestone, verb, status):
    chargeback = factories.chargeback(pay(milestone))
    row = Answer.objects.create(
        chargeback=chargeback, kind="evidence", created_at=NOON, due_at=NOON
    )

    moves_only_as_its_table_says(row, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Clawback))
def test_clawbacks(free_books, pay, milestone, ada, verb, status):
    pay(milestone)
    agreed.let_go(milestone, by=ada, at=NOON)
    row = factories.clawback(milestone, ada)

    moves_only_as_its_table_says(row, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(ExpertPayout))
def test_expert_payouts(ada, verb, status):
    row = ExpertPayout.objects.create(
        account=factories.payout_account(ada.expert),
        stripe_id="po_1",
        amount_minor=1,
        currency="usd",
        arrives_on=NOON.date(),
        is_automatic=True,
        noticed_at=NOON,
    )

    moves_only_as_its_table_says(row, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Difference))
def test_differences(db, verb, status):
    row = Difference.objects.create(kind="orphan", about="txn_1", day=NOON.date(), found_at=NOON)

    moves_only_as_its_table_says(row, verb, status)
