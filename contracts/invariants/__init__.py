"""Questions about the money whose answer must be "none"; asked by a command and after every test.

Each question yields a sentence per violation. They read committed rows only, so ask them between
transactions; while a payment is under way, Stripe may know of it a moment before we do.
"""

from collections.abc import Callable, Iterator, Mapping

from django.db import connection
from django.db.models import Model

from contracts.invariants.books import (
    balances_that_drifted,
    chains_that_are_broken,
    debts_not_covered,
    facts_not_posted_once,
    reversals_that_do_not_undo,
    statements_that_differ,
    transactions_that_do_not_balance,
)
from contracts.invariants.chargebacks import (
    chargebacks_not_borne,
    chargebacks_not_frozen,
    clawbacks_refunded_first,
)
from contracts.invariants.consultations import consultations_that_do_not_fit
from contracts.invariants.disputes import awards_that_do_not_add_up, disputes_that_do_not_fit
from contracts.invariants.hours import hours_that_do_not_fit, hours_that_wait_for_nothing
from contracts.invariants.milestones import (
    holds_past_their_limit,
    milestones_not_paid_once,
    milestones_over_with_money,
)
from contracts.invariants.operations import (
    operations_done_without_an_object,
    payouts_that_wait_for_nobody,
    releases_not_sent_once,
)
from contracts.invariants.papers import numbers_with_gaps, papers_not_issued
from contracts.invariants.pauses import pauses_that_do_not_fit
from contracts.invariants.pots import (
    debts_that_differ,
    deferred_fees_that_differ,
    escrow_that_differs,
    payables_that_differ,
    refunds_that_differ,
)
from contracts.invariants.sums import balances_of
from contracts.invariants.terms import (
    offers_that_changed,
    terms_that_are_broken,
    works_that_changed,
)
from contracts.models import (
    Chargeback,
    Clawback,
    Consultation,
    Contract,
    Dispute,
    Document,
    DocumentSeries,
    Freeze,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Milestone,
    Offer,
    Operation,
    Payment,
    Period,
    Recovery,
    Refund,
    Release,
    Submission,
    TermsVersion,
    Timesheet,
)
from contracts.models.ledger import Pot
from marketplace.kit.money import Money

LEDGER = (LedgerTransaction, LedgerAccount, LedgerEntry)
QUESTIONS: dict[Callable[[], Iterator[str]], tuple[type[Model], ...]] = {
    transactions_that_do_not_balance: LEDGER,
    balances_that_drifted: LEDGER,
    chains_that_are_broken: LEDGER,
    escrow_that_differs: (*LEDGER, Payment, Release, Refund),
    deferred_fees_that_differ: (*LEDGER, Payment, Release, Refund),
    payables_that_differ: (*LEDGER, Release, Operation),
    refunds_that_differ: (*LEDGER, Refund),
    debts_that_differ: (*LEDGER, Recovery, Release),
    chargebacks_not_borne: (Chargeback,),
    chargebacks_not_frozen: (Chargeback, Freeze),
    clawbacks_refunded_first: (Clawback,),
    milestones_not_paid_once: (Milestone,),
    milestones_over_with_money: LEDGER,
    disputes_that_do_not_fit: (Milestone,),
    awards_that_do_not_add_up: (Dispute,),
    facts_not_posted_once: (LedgerTransaction, Payment, Operation),
    reversals_that_do_not_undo: (LedgerTransaction,),
    consultations_that_do_not_fit: (Consultation,),
    hours_that_do_not_fit: (Period, Timesheet, Release),
    hours_that_wait_for_nothing: (Timesheet,),
    statements_that_differ: LEDGER,
    releases_not_sent_once: (Release,),
    operations_done_without_an_object: (Operation,),
    payouts_that_wait_for_nobody: (Operation,),
    debts_not_covered: LEDGER,
    papers_not_issued: (Payment, Document),
    numbers_with_gaps: (Document, DocumentSeries),
    terms_that_are_broken: (TermsVersion,),
    offers_that_changed: (Offer,),
    works_that_changed: (Submission,),
    pauses_that_do_not_fit: (Contract,),
    holds_past_their_limit: (Milestone,),
}


def violations() -> list[str]:
    """Return a sentence for everything about the money that is not as it must be.

    Where there is none of what a question is about, it is not asked.
    """
    there = _with_rows({model for about in QUESTIONS.values() for model in about})
    asked = [question for question, about in QUESTIONS.items() if not there.isdisjoint(about)]
    return [sentence for question in asked for sentence in question()]


def differences(theirs: Mapping[str, Money]) -> list[str]:
    """Compare what we believe to have at Stripe with what Stripe says, by currency."""
    ours = {code.split(":")[-1]: minor for code, minor in balances_of(Pot.STRIPE).items()}
    return [
        f"stripe:{currency}: we have {ours.get(currency, 0)}, Stripe has {amount.minor}"
        for currency, amount in theirs.items()
        if ours.get(currency, 0) != amount.minor
    ]


def _with_rows(models: set[type[Model]]) -> set[type[Model]]:
    """Return which of these have any rows."""
    tables = {model._meta.db_table: model for model in models}
    there = ", ".join(f"EXISTS (SELECT FROM {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {there}")
        return {
            model for model, any_ in zip(tables.values(), cursor.fetchone(), strict=True) if any_
        }
