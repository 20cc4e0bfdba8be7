"""Interviews: times are proposed, one is picked by the other side, and each hears of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from jobs.models import Conversation, Interview, InterviewTime, Proposal
from jobs.services import interviews, messages
from jobs.services.interviews import TimeHasPassed, TimesRefused
from jobs.services.messages import Blocked, ConversationIsOver
from marketplace.kit.states import IllegalMove
from tests import state_table
from tests.conftest import NOON

DAY = timedelta(days=1)
TIMES = (NOON + DAY, NOON + 2 * DAY)


@pytest.fixture
def conversation(proposal, acme) -> Conversation:
    """Acme has written to Ada."""
    return messages.begin(proposal, text="Hello", files=[], by=acme, at=NOON).conversation


def propose(conversation, by, starts=TIMES, minutes=30) -> Interview:
    words = {"link": "https://meet.example/acme", "note": "Your second milestone"}
    return interviews.propose(conversation, starts=starts, minutes=minutes, **words, by=by, at=NOON)


@pytest.fixture
def proposed(conversation, acme) -> Interview:
    """Acme has proposed two times."""
    return propose(conversation, acme)


def subjects(user) -> list[str]:
    return list(Notification.objects.filter(user=user).values_list("subject", flat=True))


def test_the_moves_are_those_of_the_table(proposed):
    Interview.objects.filter(pk=proposed.pk).update(starts_at=NOON)

    state_table.moves_only_as_its_table_says(proposed)


def test_proposing_asks_the_other_side(proposed, acme, ada):
    assert proposed.status == "proposed"
    assert [row.starts_at for row in proposed.times.all()] == list(TIMES)
    assert any(one.startswith("Pick a time to talk") for one in subjects(ada))
    assert not any("talk" in one for one in subjects(acme))


def test_the_other_side_picks_one_and_the_first_is_told_on_its_own_clock(proposed, acme, ada):
    acme.time_zone = "Europe/Berlin"
    acme.save()

    row = interviews.agree(proposed.times.all()[1], by=ada, at=NOON)

    assert (row.status, row.starts_at) == ("agreed", NOON + 2 * DAY)
    assert row.ends_at == NOON + 2 * DAY + timedelta(minutes=30)
    told = Notification.objects.get(user=acme)
    assert "Thu 3 Jan 2030, 13:00 CET" in told.body
    with pytest.raises(IllegalMove):
        interviews.agree(proposed.times.all()[0], by=ada, at=NOON)


@pytest.mark.parametrize("verb", ["agree", "decline"])
def test_only_the_side_that_was_asked_answers(proposed, acme, viewer, mallory, verb):
    subject = proposed.times.all()[0] if verb == "agree" else proposed
    for user in (acme, viewer, mallory):
        with pytest.raises(PermissionDenied):
            getattr(interviews, verb)(subject, by=user, at=NOON)

    assert Interview.objects.get().status == "proposed"


def test_only_the_side_that_proposed_takes_back(proposed, acme, ada):
    with pytest.raises(PermissionDenied):
        interviews.withdraw(proposed, by=ada, at=NOON)

    assert interviews.withdraw(proposed, by=acme, at=NOON).status == "withdrawn"


def test_a_time_that_is_over_is_picked_by_nobody(proposed, ada):
    first, second = proposed.times.all()
    with pytest.raises(TimeHasPassed):
        interviews.agree(first, by=ada, at=NOON + DAY)
    assert Interview.objects.get().starts_at is None

    interviews.agree(second, by=ada, at=NOON + DAY)


def test_other_times_answer_the_others_and_replace_ones_own(conversation, proposed, acme, ada):
    counter = propose(conversation, ada, starts=[NOON + 3 * DAY])
    again = propose(conversation, ada, starts=[NOON + 4 * DAY])

    found = dict(Interview.objects.values_list("pk", "status"))
    assert found == {
        proposed.pk: "declined",
        counter.pk: "withdrawn",
        again.pk: "proposed",
    }


@pytest.mark.parametrize(
    "starts",
    [[], [NOON], [NOON + DAY] * 2, [NOON + 61 * DAY], [NOON + n * DAY for n in range(1, 5)]],
)
def test_refuses_times_at_which_nobody_can_meet(conversation, acme, starts):
    with pytest.raises(TimesRefused):
        propose(conversation, acme, starts=starts)

    assert not InterviewTime.objects.exists()


def test_refuses_a_length_nobody_offers(conversation, acme):
    with pytest.raises(TimesRefused):
        propose(conversation, acme, minutes=500)


def test_either_side_calls_it_off_until_it_is_over(proposed, acme, ada):
    row = interviews.agree(proposed.times.all()[0], by=ada, at=NOON)
    with pytest.raises(TimeHasPassed):
        interviews.cancel(row, by=acme, at=NOON + 2 * DAY)
    assert Interview.objects.get().status == "agreed"

    interviews.cancel(row, by=acme, at=NOON)
    assert Interview.objects.get().status == "cancelled"
    assert any(one.startswith("No talk at that time") for one in subjects(ada))


def test_who_cannot_write_cannot_propose(conversation, proposal, acme, ada, viewer):
    with pytest.raises(PermissionDenied):
        propose(conversation, viewer)
    messages.block(conversation, by=ada, at=NOON)
    with pytest.raises(Blocked):
        propose(conversation, acme)
    Proposal.objects.filter(pk=proposal.pk).update(status="declined")
    with pytest.raises(ConversationIsOver):
        propose(conversation, acme)

    assert not Interview.objects.exists()
