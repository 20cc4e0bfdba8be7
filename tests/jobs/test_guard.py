"""What holds a proposal back, what is only advice, and how the client's list shows it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from experts.models import Badge
from jobs import selectors
from jobs.models import HeldNote, Match, Proposal
from jobs.selectors.likeness import LOOKS_BACK
from jobs.services import proposals, received
from jobs.services.guard import OK, WARN, HeldBack, Words
from tests import factories
from tests.conftest import NOON
from tests.jobs import written
from tests.laid import laid

NOTE = (
    "Before any index I would collect real questions with your people, mark which ones the shelf "
    "cannot answer, and measure how long a search takes today. That settles half of the design. "
    "The pilot then runs with colleagues who are allowed to be sceptical, and every miss goes "
    "into the next round of tests with its cause beside it."
)
# Every fifth word or so is another one.
SPUN = (
    "Before any index I would gather real questions with your team, mark which ones the shelf "
    "cannot answer, and measure how long a lookup takes today. That settles half of the plan. "
    "The pilot then runs with people who are allowed to be sceptical, and every error goes "
    "into the next round of checks with its cause beside it."
)
OTHER = (
    "Editions are what breaks these systems. My first week would go into a table of which manual "
    "was valid when, because two of my last three clients had answers from the wrong year. Only "
    "then do I look at ranking, with thirty disputed cases from your own archive as the measure."
)

FRESH = (
    "What a lecturer asks in March differs from what a student asks in October. So the sample has "
    "to follow a whole term, and I would rather start late with it than early with one week."
)


@laid
def elsewhere(organisation):
    """Another open job of Acme's that asks for nothing."""
    return factories.job(organisation, title="Another one")


@laid
def bo(db):
    """Another vetted expert."""
    expert = factories.expert(factories.user("Bo Halvorsen"))
    factories.badge(expert, factories.skill("evals"))
    return expert.user


@laid
def cy(db):
    """A third one."""
    expert = factories.expert(factories.user("Cy Okafor"))
    factories.badge(expert, factories.skill("evals"))
    return expert.user


def send(job, by, note=NOTE, at=NOON, **changes):
    return proposals.send(job, **written.proposal(job, cover_note=note, **changes), by=by, at=at)


def states(job, expert, note, musts=(), rest=()):
    words = Words(note, dict(musts), rest)
    levels = selectors.levels_of(expert)
    found = proposals.look_over(job, expert, words, levels=levels, at=NOON)
    return [point.state for point in found]


# --- What holds it back


def held_back(job, by, note, at=NOON):
    there, told = Proposal.objects.count(), Notification.objects.count()
    with pytest.raises(HeldBack) as refusal:
        send(job, by, note, at=at)
    assert (Proposal.objects.count(), Notification.objects.count()) == (there, told)
    return str(refusal.value)


def test_one_cannot_send_the_same_to_two_jobs(job, elsewhere, ada):
    send(elsewhere, ada)

    assert "Only 0% of your note is new" in held_back(job, ada, NOTE)


def test_half_of_it_may_be_who_one_is(job, elsewhere, ada):
    send(elsewhere, ada)

    assert send(job, ada, f"{NOTE} {OTHER}").status == Proposal.Status.SUBMITTED


def test_after_a_month_it_is_new_again(job, elsewhere, ada):
    send(elsewhere, ada)

    assert send(job, ada, at=NOON + LOOKS_BACK).status == Proposal.Status.SUBMITTED


def test_whoever_withdrew_may_send_it_again_to_the_same_job(job, ada):
    proposals.withdraw(send(job, ada), by=ada, at=NOON)

    assert send(job, ada).alike_to is None


@pytest.mark.parametrize("note", [NOTE, SPUN], ids=["copied", "spun"])
def test_one_cannot_send_to_another_job_what_somebody_else_sent(job, elsewhere, ada, bo, note):
    send(elsewhere, ada)

    assert "of your note to other jobs, or tried to. Say it" in held_back(job, bo, note)


def test_what_was_held_back_from_one_is_known_when_another_tries_it(job, elsewhere, ada, bo, cy):
    send(elsewhere, ada)
    held_back(job, bo, f"{NOTE} {OTHER}")

    assert "of your note to other jobs" in held_back(job, cy, OTHER)
    assert send(job, cy, FRESH).status == Proposal.Status.SUBMITTED


def test_nobody_is_held_back_for_what_somebody_tried_to_copy_from_them(job, elsewhere, ada, bo):
    send(elsewhere, ada)
    held_back(job, bo, NOTE)

    assert send(job, ada, f"{NOTE} {OTHER}").status == Proposal.Status.SUBMITTED


def test_one_may_send_elsewhere_what_was_held_back_at_first(job, elsewhere, ada, bo):
    send(elsewhere, ada)
    held_back(job, bo, f"{NOTE} {OTHER}")

    assert send(job, bo, OTHER).status == Proposal.Status.SUBMITTED


def test_of_what_was_too_short_nothing_is_kept(job, ada):
    held_back(job, ada, "I can do it. Hire me.")

    assert not HeldNote.objects.exists()


def test_a_note_has_to_say_something_of_its_own(job, ada):
    job.scope = NOTE
    job.save()

    for note in ("I can do it. Hire me.", f"{NOTE} I can do it."):
        assert "ten words of your own" in held_back(job, ada, note)


def test_ai_use_is_asked_of_everybody(job, ada):
    with pytest.raises(proposals.ProposalIsIncomplete, match="whether AI wrote"):
        send(job, ada, ai_use="")

    assert not Proposal.objects.exists()


# --- What is only advice


def test_a_good_note_has_nothing_to_say_about(job, ada):
    assert states(job, ada.expert, NOTE) == [OK] * 5


def test_a_short_note_contact_data_and_a_silent_must_have_are_advised_on(job, ada):
    evals = factories.skill("evals")
    job.skills.create(skill=evals, is_must=True, level=1)
    note = "I have built this twice; write to ada@code.attest.example for more of it."

    assert states(job, ada.expert, note)[:3] == [WARN, WARN, WARN]
    assert states(job, ada.expert, NOTE, {evals: "I ran them for a bank."})[1] == OK
    assert states(job, ada.expert, NOTE, rest=["+49 170 1234567"])[2] == WARN
    assert send(job, ada, note).status == Proposal.Status.SUBMITTED


def test_the_form_says_it_while_one_writes_and_loses_nothing(client, job, elsewhere, ada):
    send(elsewhere, ada, at=timezone.now())
    client.force_login(ada)
    page = reverse("jobs:propose", args=[job.public_id])
    sent = written.proposal_form(job, cover_note=NOTE)

    part = client.post(page, sent | {"part-update": "1"}, headers={"HX-Request": "true"})
    whole = client.post(page, sent)

    assert part.status_code == 200
    assert whole.status_code == 422
    for answer in (part, whole):
        assert "Only 0% of your note is new" in answer.text
    assert "every miss goes into the next round" in whole.text
    assert not job.proposals.exists()


def test_a_must_have_without_a_badge_gets_a_sentence_and_badges_are_shown(client, job, ada, acme):
    evals = factories.skill("evals")
    job.skills.create(skill=evals, is_must=True, level=1)
    badge = Badge.objects.get()
    client.force_login(ada)
    page = reverse("jobs:propose", args=[job.public_id])
    said = {f"must{evals.pk}": "I ran them for a bank.", "badges": badge.public_id}

    assert f'value="{badge.public_id}" id="id_badges_0" checked' in client.get(page).text
    kept = client.post(page, written.proposal_form(job, **said) | {"part-add": "1"})
    client.post(page, written.proposal_form(job, **said))
    client.force_login(acme)
    shown = client.get(reverse("jobs:proposal", args=[Proposal.objects.get().public_id]))

    assert "I ran them for a bank." in kept.text
    assert f'value="{badge.public_id}" id="id_badges_0" checked' in kept.text
    assert "I ran them for a bank." in shown.text
    assert reverse("experts:badge", args=[badge.public_id]) in shown.text
    assert "AI helped me to draft it" in shown.text


def test_nobody_shows_the_badge_of_somebody_else(job, ada, bo):
    assert not send(job, ada, badges=list(bo.expert.badges.all())).shown_badges.exists()


# --- The client's list


def shown(job, tab="all"):
    return [row.expert.user for row in selectors.received_proposals(job, tab=tab)]


def test_nearly_the_same_note_to_one_job_is_one_item(client, job, ada, bo, acme):
    first, second = send(job, ada), send(job, bo, SPUN, at=NOON + timedelta(hours=1))

    assert second.alike_to == first
    assert shown(job) == [ada]
    client.force_login(acme)
    page = client.get(reverse("jobs:received-proposals", args=[job.public_id])).text
    assert "Nearly the same note came from" in page
    assert reverse("jobs:proposal", args=[second.public_id]) in page


def test_the_item_outlives_its_first(job, ada, bo, acme):
    first = send(job, ada)
    send(job, bo, SPUN)

    received.archive(first, by=acme, at=NOON)

    assert shown(job) == [bo]
    assert shown(job, "archived") == [ada]


def test_what_was_taken_back_is_not_among_those_to_choose_from(job, ada):
    proposals.withdraw(send(job, ada), by=ada, at=NOON)

    assert shown(job) == []
    assert [tab.count for tab in selectors.tabs(job)] == [0, 0, 0, 0]


def test_covered_must_haves_come_first_then_the_match(job, ada, bo):
    evals = factories.skill("evals")
    job.skills.create(skill=evals, is_must=True, level=2)
    cy, di = (factories.expert(factories.user(name)) for name in ("Cy", "Di"))
    for expert in (cy, di, bo.expert, ada.expert):
        row = factories.proposal(job, expert)
    row.must_answers.create(skill=evals, text="For a bank.")  # ada: a badge and a sentence
    Match.objects.create(job=job, expert=di, score=9, algorithm="x", created_at=NOON)

    assert [user.shown_name for user in shown(job)] == [
        "Ada Okonkwo",
        "Bo Halvorsen",
        "Di",
        "Cy",
    ]
