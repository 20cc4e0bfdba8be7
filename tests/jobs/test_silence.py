"""A job whose client says nothing pauses itself, then closes: whoever proposed gets an answer."""

from datetime import timedelta

import pytest

from accounts.models import Mail, Notification
from jobs import tasks
from jobs.models import Job, Proposal
from jobs.selectors import todos
from jobs.services import jobs, messages, proposals, received, silence
from tests import factories
from tests.conftest import NOON

DAY = timedelta(days=1)
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def quiet(job) -> Job:
    """The job, about which acme last did something at noon."""
    silence.heard(job, at=NOON)
    job.refresh_from_db()
    return job


def sweep(at) -> None:
    """Do what the sweep does."""
    for key in silence.silent(at=at):
        silence.end_silence(key, at=at)


def test_a_week_of_silence_pauses_the_job_and_tells_the_client(quiet, acme, client):
    sweep(NOON + 7 * DAY - A_MOMENT)
    quiet.refresh_from_db()
    assert quiet.status == Job.Status.OPEN

    sweep(NOON + 7 * DAY)
    sweep(NOON + 7 * DAY)

    quiet.refresh_from_db()
    assert (quiet.status, quiet.history.get().verb) == (Job.Status.PAUSED, "fall_silent")
    notice = Notification.objects.get(user=acme)
    assert "Paused after a week of silence" in notice.subject
    assert "by Thu 31 Jan 2030" in notice.body
    assert quiet.title not in client.get("/jobs/").text


def test_a_month_of_silence_closes_it_and_answers_everyone(quiet, proposal, acme, ada):
    sweep(NOON + 7 * DAY)

    sweep(NOON + 30 * DAY)

    quiet.refresh_from_db()
    proposal.refresh_from_db()
    assert (quiet.status, quiet.outcome) == (Job.Status.CLOSED, Job.Outcome.NO_ANSWER)
    assert quiet.closed_at == NOON + 30 * DAY
    assert proposal.status == Proposal.Status.CLOSED
    assert "did not come back" in Notification.objects.get(user=ada).body
    assert "Closed after a month" in Notification.objects.filter(user=acme)[0].subject


def test_resuming_begins_a_new_week(quiet, acme):
    sweep(NOON + 7 * DAY)
    quiet.refresh_from_db()
    jobs.resume(quiet, by=acme, at=NOON + 8 * DAY)

    sweep(NOON + 15 * DAY - A_MOMENT)
    quiet.refresh_from_db()
    assert quiet.status == Job.Status.OPEN

    sweep(NOON + 15 * DAY)
    quiet.refresh_from_db()
    assert quiet.status == Job.Status.PAUSED


LATER = NOON + 6 * DAY
ACTS = {
    "reads a proposal": lambda row, by: received.mark_viewed(row, by=by, at=LATER),
    "shortlists": lambda row, by: received.shortlist(row, by=by, at=LATER),
    "archives": lambda row, by: received.archive(row, by=by, at=LATER),
    "declines": lambda row, by: received.decline(row, reason="price", note="", by=by, at=LATER),
    "writes": lambda row, by: messages.begin(row, text="When?", files=[], by=by, at=LATER),
    "pauses": lambda row, by: jobs.pause(row.job, by=by, at=LATER),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_whatever_the_client_does_breaks_the_silence(quiet, proposal, acme, act):
    act(proposal, acme)

    quiet.refresh_from_db()
    assert quiet.acted_at == LATER


def test_what_the_expert_does_is_not_the_clients_word(quiet, proposal, acme, ada):
    sent = messages.begin(proposal, text="When?", files=[], by=acme, at=NOON)
    messages.send(sent.conversation, text="Now.", files=[], by=ada, at=LATER)
    received.mark_viewed(proposal, by=ada, at=LATER)
    proposals.withdraw(proposal, by=ada, at=LATER)

    quiet.refresh_from_db()
    assert quiet.acted_at == NOON


def test_the_memory_does_not_go_back(quiet):
    silence.heard(quiet, at=NOON - DAY)

    quiet.refresh_from_db()
    assert quiet.acted_at == NOON


def test_the_client_is_warned_once_before_each_end(quiet, acme):
    for days in (4.9, 5, 6):
        silence.warn(at=NOON + days * DAY)
    assert "pauses on Tue 8 Jan" in Notification.objects.get(user=acme).subject
    sweep(NOON + 7 * DAY)

    for days in (22, 23, 29):
        silence.warn(at=NOON + days * DAY)

    subjects = Notification.objects.filter(user=acme).values_list("subject", flat=True)
    assert ["closes on Thu 31 Jan" in subject for subject in subjects].count(True) == 1
    assert Mail.objects.filter(to=acme.email).count() == len(subjects) == 3


def test_the_to_do_list_asks_in_time(quiet, acme):
    assert not [todo for todo in todos.needs_you(acme, NOON + 4 * DAY) if "pauses" in todo.text]

    [todo] = [todo for todo in todos.needs_you(acme, NOON + 5 * DAY) if "pauses" in todo.text]
    assert todo.deadline == NOON + 7 * DAY
    sweep(NOON + 7 * DAY)

    [todo] = [todo for todo in todos.needs_you(acme, NOON + 24 * DAY) if "closes" in todo.text]
    assert todo.deadline == NOON + 30 * DAY


def test_both_sides_read_when_it_pauses(client, quiet, proposal, acme, ada):
    client.force_login(acme)
    assert "it pauses on" in client.get(f"/jobs/{quiet.public_id}/").text
    client.force_login(ada)

    page = client.get(f"/proposals/{proposal.public_id}/").text

    assert "0 of 1" in page
    assert "pauses by itself on" in page


@pytest.mark.parametrize("status", ["draft", "filled", "closed", "removed"])
def test_what_is_not_on_show_stays_as_it_is(quiet, status):
    Job.objects.update(status=status)

    assert silence.silent(at=NOON + 90 * DAY) == []
    assert silence.end_silence(quiet.pk, at=NOON + 90 * DAY).status == status


def test_nobody_can_choose_that_they_did_not_come_back(client, quiet, acme):
    client.force_login(acme)

    answer = client.post(f"/client/jobs/{quiet.public_id}/close/", {"outcome": "no_answer"})

    assert answer.status_code == 422
    quiet.refresh_from_db()
    assert quiet.status == Job.Status.OPEN


def test_the_sweep_hands_out_a_message_a_job(
    quiet, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(tasks.end_silence, "apply_async", lambda **m: sent.append(m["kwargs"]))
    factories.job(quiet.organisation)  # of which nobody knows when the client did something
    Job.objects.filter(pk=quiet.pk).update(acted_at=NOON - 10_000 * DAY)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_silence.run()

    assert sent == [{"job_pk": quiet.pk}]
    tasks.end_silence.run(**sent[0])
    quiet.refresh_from_db()
    assert quiet.status == Job.Status.CLOSED
