"""Two hands at once: one effect, and the other is told so."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import Notification
from jobs.models import Job, Proposal
from jobs.selectors.slots import slots_of
from jobs.services import jobs, proposals, received
from jobs.services.proposals import AlreadyProposed, JobNotOpen, NoSlotLeft
from marketplace.kit.errors import DomainError
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run these in threads that start together; return what each gave or refused with."""
    together, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        together.wait()
        try:
            outcomes[number] = act()
        except DomainError as refusal:
            outcomes[number] = type(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_pressing_send_twice_sends_one_proposal(job, ada, acme, answers):
    outcomes = at_once(*[lambda: proposals.send(job, **answers, by=ada, at=NOON)] * 2)

    assert AlreadyProposed in outcomes
    assert Proposal.objects.count() == 1
    assert Notification.objects.filter(user=acme).count() == 1


def test_the_last_slot_is_taken_once(job, ada, organisation, answers):
    expert = ada.expert
    others = [factories.job(organisation, screening_question="") for _ in range(2)]
    for _ in range(slots_of(expert, NOON).total - 1):
        factories.proposal(factories.job(organisation), expert, submitted_at=NOON)
    plain = answers | {"checks": {}}

    outcomes = at_once(
        *(lambda to=to: proposals.send(to, **plain, by=ada, at=NOON) for to in others)
    )

    assert NoSlotLeft in outcomes
    assert slots_of(expert, NOON).left == 0
    assert Proposal.objects.filter(job__in=others).count() == 1


def test_closing_while_somebody_sends_leaves_nobody_without_an_answer(job, ada, acme, answers):
    outcomes = at_once(
        lambda: proposals.send(job, **answers, by=ada, at=NOON),
        lambda: jobs.close(Job.objects.get(), outcome="cancelled", by=acme, at=NOON),
    )

    left = list(Proposal.objects.values_list("status", flat=True))
    assert left == ([] if JobNotOpen in outcomes else [Proposal.Status.CLOSED])


def test_shortlisting_while_the_job_closes_ends_closed_or_is_refused(proposal, acme):
    outcomes = at_once(
        lambda: received.shortlist(Proposal.objects.get(), by=acme, at=NOON),
        lambda: jobs.close(Job.objects.get(), outcome="cancelled", by=acme, at=NOON),
    )

    assert Proposal.objects.get().status == Proposal.Status.CLOSED
    assert Job.objects.get().status == Job.Status.CLOSED
    assert outcomes[0] is IllegalMove or outcomes[0] == proposal


def test_an_offer_and_a_withdrawal_end_in_one_of_them(proposal, acme, ada):
    outcomes = at_once(
        lambda: received.offer(Proposal.objects.get(), by=acme, at=NOON),
        lambda: proposals.withdraw(Proposal.objects.get(), by=ada, at=NOON),
    )

    assert outcomes.count(IllegalMove) == 1
    assert proposal.history.count() == 1


def test_two_people_publishing_publish_once(draft, acme):
    outcomes = at_once(*[lambda: jobs.publish(Job.objects.get(pk=draft.pk), by=acme, at=NOON)] * 2)

    assert outcomes.count(IllegalMove) == 1
    assert draft.history.count() == 1
