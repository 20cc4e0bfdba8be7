"""Two sides, a sweep and a bank in the same moment: one of them is first, and money moves once."""

from collections import Counter
from datetime import timedelta

import pytest

from contracts import gateway
from contracts.models import (
    Amendment,
    Contract,
    LedgerTransaction,
    Milestone,
    Operation,
    Payment,
    Refund,
    Release,
    TermsVersion,
)
from contracts.services import (
    amendments,
    endings,
    funding,
    holds,
    instructions,
    milestones,
    payments,
)
from contracts.services.differences import Planned
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.contracts.test_end_contract import share

pytestmark = pytest.mark.django_db(transaction=True)

S = Milestone.Status
WINDOW = timedelta(days=14)


def errors(outcomes) -> Counter[str]:
    return Counter(type(one).__name__ for one in outcomes if isinstance(one, Exception))


def fresh(row):
    """A copy of its own for each thread, as each request has."""
    return type(row).objects.get(pk=row.pk)


def postings(kind) -> int:
    return LedgerTransaction.objects.filter(kind=kind).count()


# --- The end of the review window


def test_two_sweeps_and_a_client_at_the_same_moment_release_once(submission, acme, at_once):
    due = NOON + WINDOW
    sweep = lambda: milestones.release_unanswered(fresh(submission.milestone), at=due)  # noqa: E731
    approve = lambda: milestones.approve(fresh(submission), by=acme, at=due)  # noqa: E731

    outcomes = at_once(sweep, approve, sweep, approve)

    assert errors(outcomes).keys() <= {"IllegalMove"}
    assert Release.objects.count() == Operation.objects.count() == 1
    assert postings(LedgerTransaction.Kind.RELEASE) == 1
    assert Milestone.objects.get(pk=submission.milestone_id).status == S.RELEASED


def test_a_client_who_asks_for_changes_while_the_sweep_comes(submission, acme, at_once):
    due = NOON + WINDOW
    outcomes = at_once(
        lambda: milestones.release_unanswered(fresh(submission.milestone), at=due),
        lambda: milestones.ask_for_changes(
            fresh(submission), note="More", failing=[], by=acme, at=due
        ),
    )

    status = Milestone.objects.get(pk=submission.milestone_id).status
    assert (status, Release.objects.count(), errors(outcomes)) in [
        (S.RELEASED, 1, {"IllegalMove": 1}),
        (S.CHANGES_ASKED, 0, {}),
    ]


def test_the_hold_limit_and_the_review_window_on_one_day_move_it_once(submission, at_once):
    late = NOON + timedelta(days=80)
    milestone = submission.milestone

    outcomes = at_once(
        *(lambda: holds.decide(fresh(milestone), at=late) for _ in range(2)),
        *(lambda: milestones.release_unanswered(fresh(milestone), at=late) for _ in range(2)),
    )

    assert errors(outcomes) == {}
    assert Release.objects.count() == Operation.objects.count() == 1


def test_the_hold_limit_and_an_expert_who_gives_back(funded, ada, at_once):
    late = NOON + timedelta(days=80)

    outcomes = at_once(
        lambda: holds.decide(fresh(funded), at=late),
        lambda: milestones.give_back(fresh(funded), by=ada, at=late),
        lambda: holds.decide(fresh(funded), at=late),
    )

    assert errors(outcomes).keys() <= {"IllegalMove"}
    assert Refund.objects.count() == Operation.objects.count() == 1


def test_one_click_in_two_tabs_is_one_part(funded, acme, at_once):
    part = Money(1_000_00, "usd")
    click = lambda: milestones.release_part(fresh(funded), part, number=1, by=acme, at=NOON)  # noqa: E731

    outcomes = at_once(*[click] * 4)

    assert errors(outcomes) == {"PartWasReleased": 3}
    assert Release.objects.get().gross == part


def test_thirty_parts_at_once_never_come_to_more_than_is_held(funded, acme, at_once):
    """Each knows of the ones before it as a page would, so most of them are late."""
    part = Money(1_000_00, "usd")

    def click():
        number = funded.releases.count() + 1
        return milestones.release_part(fresh(funded), part, number=number, by=acme, at=NOON)

    outcomes = [one for _wave in range(3) for one in at_once(*[click] * 10)]

    assert errors(outcomes).keys() <= {"PartWasReleased", "MoreThanIsHeld", "IllegalMove"}
    total = sum(row.gross_minor for row in Release.objects.all())
    assert 0 < total <= 3_000_00
    assert total == 1_000_00 * Release.objects.count()


def test_two_of_our_staff_who_confirm_at_once_return_it_once(funded, at_once):
    first, second, third = (factories.finance(name) for name in ("First", "Second", "Third"))
    wish = instructions.return_held(
        funded, Money(3_000_00, "usd"), reason="The scope fell away.", by=first, at=NOON
    )

    outcomes = at_once(
        *(
            lambda by=by: instructions.confirm(fresh(wish), by=by, at=NOON)
            for by in (second, third, second)
        )
    )

    assert errors(outcomes) == {"IllegalMove": 2}
    assert Refund.objects.count() == Operation.objects.count() == 1
    assert postings(LedgerTransaction.Kind.REFUND) == 1


# --- Terms


def propose(contract, by) -> Amendment:
    second = contract.milestones.get(position=2)
    first = contract.milestones.get(position=1)
    rows = [
        Planned(row.title, amount, row.due_on, of=row)
        for row, amount in ((first, first.amount), (second, Money(1_500_00, "usd")))
        if row.status in {S.PLANNED, S.FUNDING}
    ]
    return amendments.propose_change(
        contract, planned=rows, checks=[], review_window_days=14, message="", by=by, at=NOON
    )


def test_of_two_proposals_at_once_one_is_open(contract, acme, ada, at_once):
    outcomes = at_once(
        *(lambda by=by: propose(fresh(contract), by) for by in (acme, ada, acme, ada))
    )

    assert errors(outcomes) == {"AnotherProposalIsOpen": 3}
    assert Amendment.objects.count() == 1


def test_a_proposal_is_answered_once(contract, acme, ada, at_once):
    amendment = propose(contract, ada)

    outcomes = at_once(
        *(lambda: amendments.accept(fresh(amendment), by=acme, at=NOON) for _ in range(2)),
        lambda: amendments.decline(fresh(amendment), note="", by=acme, at=NOON),
        lambda: amendments.withdraw(fresh(amendment), by=ada, at=NOON),
        lambda: amendments.expire_due(at=NOON + timedelta(days=7)),
    )

    assert len([one for one in outcomes if not isinstance(one, Exception)]) <= 2  # the sweep too
    assert errors(outcomes).keys() <= {"IllegalMove", "ProposalHasExpired"}
    assert amendment.history.count() == 2
    accepted = Amendment.objects.get().status == "accepted"
    assert TermsVersion.objects.count() == int(accepted)


def test_a_price_that_is_agreed_while_it_is_paid(stripe, contract, acme, ada, at_once):
    """Either the old price was paid and the proposal is stale, or the new one holds, unpaid."""
    second = contract.milestones.get(position=2)
    amendment = propose(contract, ada)
    funding.checkout_url(second, by=acme, at=NOON)
    payment = second.payments.get()
    stripe.pay(payment.session_id)
    session = gateway.provider().checkout(payment.session_id)

    outcomes = at_once(
        lambda: amendments.accept(fresh(amendment), by=acme, at=NOON),
        lambda: payments.settle(fresh(payment), session, at=NOON),
    )

    second.refresh_from_db()
    assert errors(outcomes) == {"TermsHaveChanged": 1}
    assert (second.status, second.amount_minor) == (S.FUNDED, 1_000_01)


def test_funding_begun_while_the_price_changes_is_for_one_of_the_two(
    stripe, contract, acme, ada, at_once
):
    second = contract.milestones.get(position=2)
    amendment = propose(contract, ada)

    outcomes = at_once(
        lambda: amendments.accept(fresh(amendment), by=acme, at=NOON),
        lambda: funding.checkout_url(fresh(second), by=acme, at=NOON),
    )

    second.refresh_from_db()
    payment = Payment.objects.exclude(status="expired").first()
    if payment is None:
        # The page was closed again because the price had changed under it.
        assert second.amount_minor == 1_500_00
    elif errors(outcomes):
        assert errors(outcomes) == {"TermsHaveChanged": 1}
        assert (second.amount_minor, payment.amount_minor) == (1_000_01, 1_000_01)
    else:
        assert (second.amount_minor, payment.amount_minor) == (1_500_00, 1_500_00)


def test_money_is_shared_or_released_and_never_both(submission, contract, acme, ada, at_once):
    amendment = share(contract, by=ada, to_expert=1_000_00)

    outcomes = at_once(
        lambda: amendments.accept(fresh(amendment), by=acme, at=NOON),
        lambda: milestones.approve(fresh(submission), by=acme, at=NOON),
        lambda: milestones.release_unanswered(fresh(submission.milestone), at=NOON + WINDOW),
    )

    milestone = Milestone.objects.get(pk=submission.milestone_id)
    assert errors(outcomes).keys() <= {"TermsHaveChanged", "IllegalMove"}
    assert milestone.released + milestone.returned == milestone.amount
    assert milestone.status in {S.RELEASED, S.SETTLED}


def test_both_sides_end_it_at_once(contract, acme, ada, at_once):
    outcomes = at_once(
        *(
            lambda by=by: endings.end(fresh(contract), reason="fit", note="", by=by, at=NOON)
            for by in (acme, ada, acme)
        )
    )

    assert errors(outcomes) == {"IllegalMove": 2}
    assert Contract.objects.get().history.filter(verb="end").count() == 1


def test_a_milestone_given_up_while_it_is_paid_is_one_or_the_other(
    stripe, contract, milestone, open_payment, ada, at_once
):
    stripe.pay(open_payment.session_id)
    session = gateway.provider().checkout(open_payment.session_id)

    outcomes = at_once(
        lambda: endings.cancel_milestone(fresh(milestone), by=ada, at=NOON),
        lambda: payments.settle(fresh(open_payment), session, at=NOON),
    )

    milestone.refresh_from_db()
    assert errors(outcomes) == {"IllegalMove": 1}
    assert (milestone.status, Payment.objects.get().status) == (S.FUNDED, "held")
