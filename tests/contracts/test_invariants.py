"""The questions to the books find what was planted, and nothing on clean books."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contracts import invariants
from contracts.models import (
    Consultation,
    Milestone,
    Operation,
    Payment,
    Release,
    Slot,
)
from contracts.models.ledger import LedgerTransaction
from contracts.services import instructions, ledger
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts import hourly as hourly_rows
from tests.contracts.test_release import approved
from tests.laid import laid

Kind = LedgerTransaction.Kind


@pytest.fixture(autouse=True)
def books_are_right():
    """Here they are wrong on purpose."""


@laid
def books(pay, contract):
    """One milestone released, one held, nothing sent."""
    first, second = contract.milestones.all()
    pay(first)
    pay(second)
    agreed.let_go(approved(first), by=contract.job.posted_by, at=NOON)
    return contract


def found(question):
    """Ask one question, and see that it is among those that are always asked."""
    answers = list(question())
    assert set(answers) <= set(invariants.violations())
    return answers


def past_the_triggers(statement):
    """Do what only the owner of the database can: switch the rules off and write."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_clean_books_answer_none(books):
    assert invariants.violations() == []


def test_a_changed_entry_is_found(books):
    past_the_triggers("UPDATE ledger_entry SET amount = amount + 1 WHERE amount = 300000")

    assert "is out of balance by 1" in found(invariants.transactions_that_do_not_balance)[0]
    assert len(found(invariants.balances_that_drifted)) == 1


def test_a_removed_entry_is_found(books):
    past_the_triggers("DELETE FROM ledger_entry WHERE amount = 315000")

    assert found(invariants.transactions_that_do_not_balance)


def test_a_transaction_with_one_leg_is_found(books):
    past_the_triggers(
        "INSERT INTO ledger_transaction"
        " (idem_key, kind, happened_at, legs, position, previous, hash)"
        " VALUES ('lonely', 'fund', now(), '', 1, '', '')"
    )

    assert "lonely has fewer than two legs" in invariants.violations()
    assert "lonely, number 1 of the platform" in found(invariants.chains_that_are_broken)[0]


def test_a_fee_of_stripe_nobody_posted_is_found(books):
    Payment.objects.filter(pk=Payment.objects.first().pk).update(balance_transaction_id="txn_x")

    assert "bt:txn_x is not posted" in found(invariants.facts_not_posted_once)


def test_a_reversal_that_undoes_something_else_is_found(books):
    past_the_triggers(
        "UPDATE ledger_transaction SET kind = 'reversing', reverses_id = ("
        "SELECT min(id) FROM ledger_transaction) WHERE kind = 'release'"
    )

    assert "is not the opposite of" in found(invariants.reversals_that_do_not_undo)[0]


def test_held_money_that_another_contract_moved_is_found(books):
    past_the_triggers("UPDATE ledger_transaction SET contract_id = NULL WHERE kind = 'release'")

    assert "was moved by a posting of None" in found(invariants.statements_that_differ)[0]


def test_a_changed_balance_is_found(books):
    past_the_triggers("UPDATE ledger_account SET balance = balance - 5 WHERE code LIKE 'stripe:%'")

    assert found(invariants.balances_that_drifted)


def test_a_payment_whose_amount_was_changed_is_found(books):
    Payment.objects.filter(amount_minor=1_000_01).update(amount_minor=1_000_00)

    assert len(found(invariants.escrow_that_differs)) == 1


def test_a_fee_that_was_changed_is_found(books):
    Payment.objects.filter(amount_minor=1_000_01).update(fee_minor=1)

    assert len(found(invariants.deferred_fees_that_differ)) == 1


def test_a_release_that_was_changed_is_found(books):
    Release.objects.update(expert_fee_minor=0)

    assert len(found(invariants.payables_that_differ)) == 1


def test_a_payment_that_disappeared_is_found(books):
    Payment.objects.filter(amount_minor=1_000_01).update(status="failed")

    assert len(found(invariants.milestones_not_paid_once)) == 1
    assert len(found(invariants.escrow_that_differs)) == 1
    assert "posted without its fact" in found(invariants.facts_not_posted_once)[0]


def test_a_milestone_that_was_made_funded_is_found(books):
    factories.milestone(books, status=Milestone.Status.FUNDED)

    assert len(found(invariants.milestones_not_paid_once)) == 1


def test_a_milestone_that_was_made_released_is_found(books):
    Milestone.objects.filter(status="funded").update(status="released")

    assert len(found(invariants.milestones_over_with_money)) == 1


def test_a_release_nobody_posted_is_found(books):
    milestone = books.milestones.get(status="funded")
    row = Release.objects.create(
        milestone=milestone,
        gross_minor=1,
        expert_fee_minor=0,
        client_fee_minor=0,
        by=books.job.posted_by,
        created_at=NOON,
    )

    assert f"release:{row.public_id} is not posted" in invariants.violations()
    assert len(found(invariants.releases_not_sent_once)) == 1


def test_an_operation_that_was_made_done_is_found(books):
    Operation.objects.update(status="succeeded")

    assert len(found(invariants.operations_done_without_an_object)) == 1

    Operation.objects.update(moved_at=NOON)

    assert len(found(invariants.facts_not_posted_once)) == 1
    assert len(found(invariants.payables_that_differ)) == 1


def test_a_chargeback_without_its_freeze_is_found(books, finn):
    """Money that two of our staff had returned for another reason is no answer to the bank."""
    milestone = books.milestones.get(position=2)
    part = {"amount": Money(1_00, "usd"), "reason": "Agreed on less."}
    proposed = instructions.return_held(milestone, **part, by=finn, at=NOON)
    instructions.confirm(proposed, by=factories.finance("Second"), at=NOON)
    row = factories.chargeback(milestone.payments.get(), status="needs_response", noticed_at=NOON)

    said = f"{row.public_id} is open and its contract is not frozen"
    assert found(invariants.chargebacks_not_frozen) == [said]


def test_a_debt_that_nothing_covers_is_found(books):
    amount = Money(9_999_99, "usd")
    ledger.post(
        Kind.MISMATCH,
        "planted",
        [
            ledger.debit(ledger.fee_revenue("usd"), amount),
            ledger.credit(ledger.stripe("usd"), amount),
        ],
        contract=None,
        at=NOON,
    )

    assert len(found(invariants.debts_not_covered)) == 1


def test_a_booked_time_without_money_is_found(acme, ada):
    organisation = acme.memberships.get().organisation
    contract = factories.contract(organisation, ada.expert, kind="consultation")
    slot = Slot.objects.create(expert=ada.expert, starts_at=NOON, minutes=30, created_at=NOON)
    row = Consultation.objects.create(
        slot=slot, contract=contract, question="How?", status="booked"
    )
    assert found(invariants.consultations_that_do_not_fit) == [
        f"{row.public_id} is booked and holds nothing"
    ]

    contract.milestones.update(status="funded")
    assert found(invariants.consultations_that_do_not_fit) == []
    Consultation.objects.update(status="lapsed")
    assert found(invariants.consultations_that_do_not_fit) == [
        f"{row.public_id} is lapsed and holds money"
    ]


def test_hours_that_cost_more_than_is_held_for_them_are_found(prepaid, hourly):
    sheet = hourly_rows.handed_in(hourly, 8, 8)
    assert found(invariants.hours_that_wait_for_nothing) == []

    Milestone.objects.update(taken_minor=900_00)
    assert found(invariants.hours_that_wait_for_nothing) == [
        f"{sheet.public_id} and those before it cost more than the 90000 held for them"
    ]


# --- The command


def test_the_command_says_that_nothing_is_wrong(books):
    said = StringIO()

    call_command("invariants", "--offline", stdout=said)

    assert said.getvalue().splitlines()[-1] == "invariants: 0 violated"


def test_the_command_names_what_is_wrong_and_fails(books):
    Release.objects.update(expert_fee_minor=0)
    said = StringIO()

    with pytest.raises(CommandError, match="3 violated"):
        call_command("invariants", "--offline", stderr=said)

    assert f"payable:{books.expert.public_id}:usd" in said.getvalue()
    assert f"{Release.objects.get().public_id} is 3000" in said.getvalue()


def test_the_command_agrees_with_stripe_about_real_payments(held, account, work, capsys):
    agreed.let_go(approved(held.milestone), by=held.by, at=NOON)
    work()

    call_command("invariants")

    assert "invariants: 0 violated" in capsys.readouterr().out


def test_the_command_sees_money_stripe_has_and_we_do_not(stripe, open_payment):
    stripe.pay(open_payment.session_id)
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("invariants", stderr=said)

    assert "stripe:usd: we have 0, Stripe has 305835" in said.getvalue()
