"""Two people decide about one offer, one piece of work or one rating in the same moment."""

from datetime import timedelta

import pytest

from contracts.models import (
    ChangeRequest,
    Contract,
    Feedback,
    Offer,
    Operation,
    Release,
    Submission,
)
from contracts.models.feedback import ClientScoreKey
from contracts.services import feedback, milestones, offers
from experts.models import ScoreKey, WorkRecord
from jobs.models import Job, Proposal
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed

pytestmark = pytest.mark.django_db(transaction=True)

A_WEEK = timedelta(days=7)


def scores(who):
    """Six sub-scores as this person is asked for them."""
    keys = ClientScoreKey if hasattr(who, "expert") else ScoreKey
    return {key.value: 5 for key in keys}


def fresh(row):
    """The same row as another request would have read it."""
    return type(row).objects.get(pk=row.pk)


def refused(outcomes) -> list[type]:
    return [type(one) for one in outcomes if isinstance(one, Exception)]


# --- Offers


@pytest.mark.parametrize("turn", range(3))
def test_naming_other_terms_meets_withdrawing(offer, acme, ada, at_once, turn):
    first, second = fresh(offer), fresh(offer)
    terms = agreed.terms(offer.proposal, milestones=[agreed.part()])

    outcomes = at_once(
        lambda: offers.counter(first, **terms, by=ada, at=NOON),
        lambda: offers.withdraw(second, by=acme, at=NOON),
    )

    assert refused(outcomes) == [IllegalMove]
    found = set(Offer.objects.values_list("side", "status"))
    was_countered = isinstance(outcomes[0], Offer)
    both = {("client", "countered"), ("expert", "sent")}
    assert found == (both if was_countered else {("client", "withdrawn")})


@pytest.mark.parametrize("turn", range(5))
def test_accepting_meets_withdrawing(offer, acme, ada, at_once, turn):
    first, second = fresh(offer), fresh(offer)

    outcomes = at_once(
        lambda: offers.accept(first, by=ada, at=NOON),
        lambda: offers.withdraw(second, by=acme, at=NOON),
    )

    assert refused(outcomes) == [IllegalMove]
    was_accepted = isinstance(outcomes[0], Contract)
    assert Contract.objects.count() == was_accepted
    assert Offer.objects.get().status == ("accepted" if was_accepted else "withdrawn")
    assert Proposal.objects.get().status == ("hired" if was_accepted else "shortlisted")
    assert Job.objects.get().status == ("filled" if was_accepted else "open")


def test_accepting_five_times_makes_one_contract(offer, ada, at_once):
    rows = [fresh(offer) for _ in range(5)]

    outcomes = at_once(*(lambda row=row: offers.accept(row, by=ada, at=NOON) for row in rows))

    assert refused(outcomes) == [IllegalMove] * 4
    assert Contract.objects.count() == 1


def test_accepting_meets_the_sweep_that_expires(offer, ada, at_once):
    row = fresh(offer)
    a_second_before = NOON + A_WEEK - timedelta(seconds=1)

    outcomes = at_once(
        lambda: offers.accept(row, by=ada, at=a_second_before),
        lambda: offers.expire_due(at=NOON + A_WEEK),
    )

    was_accepted = isinstance(outcomes[0], Contract)
    assert refused(outcomes) == ([] if was_accepted else [IllegalMove])
    assert Offer.objects.get().status == ("accepted" if was_accepted else "expired")
    assert Proposal.objects.get().status == ("hired" if was_accepted else "shortlisted")


@pytest.mark.parametrize("turn", range(3))
def test_two_experts_accept_offers_for_one_job(offer, job, acme, ada, at_once, turn):
    rival = factories.proposal(job, factories.expert(factories.user("Noor Haddad")))
    terms = agreed.terms(rival, milestones=[agreed.part()])
    other = offers.make(rival, **terms, by=acme, at=NOON)
    first, second = fresh(offer), fresh(other)

    outcomes = at_once(
        lambda: offers.accept(first, by=ada, at=NOON),
        lambda: offers.accept(second, by=rival.expert.user, at=NOON),
    )

    assert refused(outcomes) == [IllegalMove]
    assert Contract.objects.count() == 1
    assert sorted(Offer.objects.values_list("status", flat=True)) == ["accepted", "withdrawn"]
    assert sorted(Proposal.objects.values_list("status", flat=True)) == ["closed", "hired"]


def test_two_colleagues_send_one_offer(proposal, acme, at_once):
    rows = [Proposal.objects.select_related("job").get() for _ in range(2)]

    outcomes = at_once(
        *(lambda row=row: offers.make(row, **agreed.terms(row), by=acme, at=NOON) for row in rows)
    )

    assert refused(outcomes) == [IllegalMove]
    assert Offer.objects.count() == 1


# --- Work


def test_work_is_handed_in_once(funded, ada, at_once):
    rows = [fresh(funded) for _ in range(3)]

    outcomes = at_once(*(lambda row=row: agreed.handed_in(row) for row in rows))

    assert refused(outcomes) == [IllegalMove] * 2
    assert Submission.objects.count() == 1


def test_work_is_approved_once(submission, acme, at_once):
    rows = [fresh(submission) for _ in range(4)]

    outcomes = at_once(*(lambda row=row: milestones.approve(row, by=acme, at=NOON) for row in rows))

    assert refused(outcomes) == [IllegalMove] * 3
    assert Release.objects.count() == Operation.objects.count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_approving_meets_asking_for_changes(submission, acme, at_once, turn):
    first, second = fresh(submission), fresh(submission)

    outcomes = at_once(
        lambda: milestones.approve(first, by=acme, at=NOON),
        lambda: milestones.ask_for_changes(second, note="More", failing=[], by=acme, at=NOON),
    )

    assert refused(outcomes) == [IllegalMove]
    assert Release.objects.count() + ChangeRequest.objects.count() == 1


# --- Feedback


@pytest.fixture
def complete(submission, contract, pay, acme):
    """The contract with everything released."""
    milestones.approve(submission, by=acme, at=NOON)
    second = contract.milestones.get(position=2)
    pay(second)
    milestones.approve(agreed.handed_in(second), by=acme, at=NOON)
    return contract


def test_both_sides_speak_at_once_and_are_published_once(complete, acme, ada, at_once):
    outcomes = at_once(
        *(
            lambda who=who: feedback.give(
                complete, rating=5, scores=scores(who), text="Good.", by=who, at=NOON
            )
            for who in (acme, ada)
        ),
        lambda: feedback.publish_due(at=NOON + timedelta(days=14)),
    )

    assert refused(outcomes) == []
    assert not Feedback.objects.filter(published_at=None).exists()
    assert WorkRecord.objects.count() == 1


def test_one_side_speaking_twice_is_heard_once(complete, acme, at_once):
    say = lambda: feedback.give(  # noqa: E731
        complete, rating=5, scores=scores(acme), text="Good.", by=acme, at=NOON
    )

    outcomes = at_once(say, say, say)

    assert refused(outcomes) == [feedback.FeedbackWasGiven] * 2
    assert Feedback.objects.count() == 1
