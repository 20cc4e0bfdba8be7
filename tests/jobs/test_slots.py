"""So many proposals of an expert may wait at a time; a slot always comes back."""

from datetime import timedelta

import pytest

from jobs.models import Job, Proposal
from jobs.selectors.slots import MOST_SLOTS, SLOTS, slots_of
from jobs.services import invitations, jobs, messages, proposals, received
from jobs.services.proposals import NoSlotLeft
from tests import factories
from tests.conftest import NOON
from tests.jobs import written

WEEK = timedelta(days=7)
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def others(organisation, expert, job) -> list[Proposal]:
    """As many proposals of ada's as may wait, sent at noon to other jobs of acme's."""
    total = slots_of(expert, NOON).total
    return [
        factories.proposal(factories.job(organisation), expert, submitted_at=NOON)
        for _ in range(total)
    ]


def test_each_valid_badge_adds_a_slot_up_to_twice_as_many(expert):
    badges = expert.badges.count()
    assert slots_of(expert, NOON).total == SLOTS + badges

    for number in range(12):
        factories.badge(expert, factories.skill(f"skill-{number}"))

    assert slots_of(expert, NOON).total == MOST_SLOTS


def test_without_a_slot_nothing_is_sent_and_the_sentence_says_until_when(
    others, job, ada, expert, answers
):
    with pytest.raises(NoSlotLeft, match="on Tue 8 Jan 2030"):
        proposals.send(job, **answers, by=ada, at=NOON)

    assert not job.proposals.exists()
    assert slots_of(expert, NOON).left == 0


def test_a_draft_takes_no_slot(others, job, ada, answers):
    draft = proposals.save(job, **answers, by=ada, at=NOON)

    assert draft.status == Proposal.Status.DRAFT


def test_after_a_week_of_silence_it_is_back(others, job, ada, answers, expert):
    with pytest.raises(NoSlotLeft):
        proposals.send(job, **answers, by=ada, at=NOON + WEEK - A_MOMENT)

    proposals.send(job, **answers, by=ada, at=NOON + WEEK)

    assert slots_of(expert, NOON + WEEK).taken == 1


GIVES_BACK = {
    "shortlisted": lambda row, by: received.shortlist(row, by=by, at=NOON),
    "declined": lambda row, by: received.decline(row, reason="price", note="", by=by, at=NOON),
    "written to": lambda row, by: messages.begin(row, text="When?", files=[], by=by, at=NOON),
    "job closed": lambda row, by: jobs.close(row.job, outcome="cancelled", by=by, at=NOON),
}


@pytest.mark.parametrize("act", GIVES_BACK.values(), ids=GIVES_BACK)
def test_an_answer_gives_it_back(others, expert, acme, act):
    act(others[0], acme)

    assert slots_of(expert, NOON).left == 1


def test_to_be_read_or_put_aside_is_no_answer(others, expert, acme):
    received.mark_viewed(others[0], by=acme, at=NOON)
    received.archive(others[0], by=acme, at=NOON)
    jobs.pause(others[1].job, by=acme, at=NOON)

    assert slots_of(expert, NOON).left == 0


def test_what_is_taken_back_holds_its_slot_for_the_rest_of_its_week(others, expert, ada):
    proposals.withdraw(others[0], by=ada, at=NOON)

    assert slots_of(expert, NOON).left == 0
    assert slots_of(expert, NOON + WEEK).left > 0


def test_whoever_was_invited_needs_no_slot(others, job, ada, acme, expert, answers):
    invitations.invite(job, expert, note="", by=acme, at=NOON)

    proposals.send(job, **answers, by=ada, at=NOON)

    assert job.proposals.get().status == Proposal.Status.SUBMITTED
    assert slots_of(expert, NOON).taken == len(others)


def test_the_pages_say_how_many_are_left(client, proposal, ada, expert, organisation):
    client.force_login(ada)
    total = slots_of(expert, NOON).total
    other = factories.job(organisation)

    for page in ("/proposals/", f"/jobs/{other.public_id}/propose/"):
        assert f"{total - 1} of your {total} slots are free" in client.get(page).text


def test_what_was_typed_is_not_lost(client, others, job, ada):
    client.force_login(ada)
    Proposal.objects.update(submitted_at=NOON + 4000 * WEEK)

    answer = client.post(f"/jobs/{job.public_id}/propose/", written.proposal_form(job))

    assert answer.status_code == 422
    assert "are waiting" in answer.text
    assert "I have built this twice." in answer.text
    assert Job.objects.get(pk=job.pk).proposals.count() == 0
