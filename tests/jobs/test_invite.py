"""A client asks an expert to propose; the expert proposes, says no, or lets the week pass."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Mail, Notification, Standing, User
from experts.models import Expert
from experts.models.badge import BadgeStatus
from jobs.models import Block, Invitation, Job, Match
from jobs.selectors import invitations as reads
from jobs.selectors import todos
from jobs.services import invitations, jobs, proposals
from jobs.services.invitations import (
    A_DAY,
    AlreadyInvited,
    CannotBeInvited,
    TooManyInvitations,
    TooManyToday,
)
from jobs.services.proposals import JobNotOpen
from marketplace.kit.states import IllegalMove
from tests import factories, state_table
from tests.conftest import NOON
from tests.laid import laid

WEEK = timedelta(days=7)
Status = Invitation.Status


@laid
def invitation(job, ada, acme) -> Invitation:
    """Acme asked ada at noon."""
    return invitations.invite(job, ada.expert, note="Your RAG badge.", by=acme, at=NOON)


def test_an_invitation_reaches_the_expert_with_its_day(invitation, ada):
    notice = Notification.objects.get(user=ada)

    assert notice.subject == "Acme invites you: Support assistant that cites or stays silent"
    assert "Your RAG badge." in notice.body
    assert "Tue 8 Jan 2030" in notice.body
    assert Mail.objects.filter(to=ada.email).count() == 1
    [todo] = [row for row in todos.needs_you(ada, NOON) if "invites you" in row.text]
    assert todo.deadline == invitation.expires_at == NOON + WEEK


def test_it_breaks_the_clients_silence(invitation):
    assert Job.objects.get(pk=invitation.job_id).acted_at == NOON


def test_whoever_proposes_has_accepted(invitation, ada, answers):
    proposals.send(invitation.job, **answers, by=ada, at=NOON)

    invitation.refresh_from_db()
    assert invitation.status == Status.ACCEPTED
    assert not reads.waiting_for(ada).exists()


def test_the_client_sees_that_it_was_read_and_why_it_was_declined(client, invitation, ada, acme):
    client.force_login(ada)
    page = client.get(f"/jobs/{invitation.job.public_id}/").text
    assert "Acme invites you to propose" in page
    assert "Your RAG badge." in page
    invitation.refresh_from_db()
    assert invitation.status == Status.VIEWED

    client.post(f"/invitations/{invitation.public_id}/decline/", {"reason": "busy"})

    invitation.refresh_from_db()
    assert (invitation.status, invitation.decline_reason) == (Status.DECLINED, "busy")
    assert Notification.objects.get(user=acme).body == "I have no time for it"
    assert not Mail.objects.filter(to=acme.email).exists()
    client.force_login(acme)
    assert "I have no time for it" in client.get(address(invitation.job)).text


def test_after_a_week_it_is_over(invitation, ada):
    assert invitations.expire_due(at=NOON + WEEK - timedelta(seconds=1)) == 0

    assert invitations.expire_due(at=NOON + WEEK) == 1

    invitation.refresh_from_db()
    assert invitation.status == Status.EXPIRED
    with pytest.raises(IllegalMove):
        invitations.decline(invitation, reason="busy", by=ada, at=NOON + WEEK)


def test_a_job_that_closes_asks_nobody_any_more(invitation, acme):
    jobs.close(invitation.job, outcome="cancelled", by=acme, at=NOON)

    invitation.refresh_from_db()
    assert invitation.status == Status.EXPIRED


def test_who_is_invited_sees_a_job_for_the_invited(client, job, ada, acme, mallory):
    Job.objects.filter(pk=job.pk).update(visibility=Job.Visibility.INVITED)
    assert not Job.objects.visible_to(ada).exists()

    invitations.invite(job, ada.expert, note="", by=acme, at=NOON)

    assert Job.objects.visible_to(ada).get() == job
    client.force_login(mallory)
    assert client.get(f"/jobs/{job.public_id}/").status_code == 404


def test_an_invitation_moves_only_as_its_table_says(invitation):
    state_table.moves_only_as_its_table_says(invitation)


# --- Refusals


def test_nobody_is_asked_twice_or_after_proposing(invitation, proposal, ada, acme):
    with pytest.raises(AlreadyInvited):
        invitations.invite(invitation.job, ada.expert, note="", by=acme, at=NOON)
    Invitation.objects.filter(pk=invitation.pk).delete()

    with pytest.raises(AlreadyInvited):
        invitations.invite(proposal.job, ada.expert, note="", by=acme, at=NOON)


def test_an_expert_who_blocks_the_client_or_has_no_badge_is_not_asked(job, ada, acme, organisation):
    novice = factories.expert(factories.user("Nia Novice"))
    busy = factories.expert(factories.user("Bea Busy"), is_open=False)
    factories.badge(busy, factories.skill("rag"))
    Block.objects.create(
        organisation=organisation, expert=ada.expert, side="expert", by=ada, since=NOON
    )

    for expert in (ada.expert, novice, busy):
        with pytest.raises(CannotBeInvited):
            invitations.invite(job, expert, note="", by=acme, at=NOON)

    assert not Invitation.objects.exists()
    assert not Notification.objects.exists()


def test_a_viewer_and_an_outsider_invite_nobody(job, ada, viewer, mallory):
    for person in (viewer, mallory):
        with pytest.raises(PermissionDenied):
            invitations.invite(job, ada.expert, note="", by=person, at=NOON)

    assert not Invitation.objects.exists()


def test_a_paused_job_asks_nobody(job, ada, acme):
    jobs.pause(job, by=acme, at=NOON)

    with pytest.raises(JobNotOpen):
        invitations.invite(job, ada.expert, note="", by=acme, at=NOON)


def test_thirty_are_enough(job, ada, acme):
    for number in range(30):
        expert = factories.expert(factories.user(f"Expert {number}"))
        Invitation.objects.create(job=job, expert=expert, by=acme, created_at=NOON, expires_at=NOON)

    with pytest.raises(TooManyInvitations):
        invitations.invite(job, ada.expert, note="", by=acme, at=NOON)


def test_nobody_declines_for_another(invitation, mallory):
    with pytest.raises(PermissionDenied):
        invitations.decline(invitation, reason="busy", by=mallory, at=NOON)

    invitation.refresh_from_db()
    assert invitation.status == Status.SENT


# --- Pages


def address(job: Job) -> str:
    return f"/client/jobs/{job.public_id}/invite/"


def test_the_page_offers_whom_the_job_fits_and_invites_one(client, job, ada, acme):
    Match.objects.create(job=job, expert=ada.expert, score=91, algorithm="1", created_at=NOON)
    client.force_login(acme)
    assert ada.expert.name in client.get(address(job)).text

    client.post(address(job), {"expert": ada.expert.slug, "note": "Please."})

    assert Invitation.objects.get().note == "Please."
    page = client.get(address(job)).text
    assert "Nobody else was found" in page
    assert "Invited" in page


@pytest.fixture
def shortlisted(job, ada):
    """Six experts the job fits, ada the fifth."""
    experts = [factories.expert(factories.user(f"Expert {number}")) for number in range(5)]
    for expert in experts:
        factories.badge(expert, factories.skill("rag"), level=2)
    for place, expert in enumerate((*experts[:4], ada.expert, experts[4])):
        reasons = [
            {"code": "nice", "points": 0, "most": 15, "values": {"skill": "RAG", "level": 2}}
        ]
        Match.objects.create(
            job=job, expert=expert, score=90 - place, reasons=reasons, algorithm="1",
            created_at=NOON,
        )  # fmt: skip
    Job.objects.filter(pk=job.pk).update(matched_at=NOON)
    return experts


def test_a_new_job_shows_whom_to_invite_and_the_best_are_ticked(client, job, shortlisted, acme):
    client.force_login(acme)

    page = client.get(f"/jobs/{job.public_id}/").text

    assert "6 experts fit. Invite the best?" in page
    assert page.count('name="expert"') == 5
    assert page.count(" checked>") == 3
    ticked = [expert.slug for expert in shortlisted[:3]]
    answer = client.post(address(job), {"expert": ticked}, follow=True).text
    assert "Expert 0, Expert 1, and Expert 2 are invited and have a week." in answer
    assert Invitation.objects.count() == 3
    assert "Invite the best?" not in client.get(f"/jobs/{job.public_id}/").text


def block(job, expert):
    Block.objects.create(
        organisation=job.organisation, expert=expert, side="expert", by=expert.user, since=NOON
    )


def test_of_several_all_are_invited_or_none(client, job, shortlisted, ada, acme):
    block(job, ada.expert)
    client.force_login(acme)
    ticked = [shortlisted[0].slug, ada.expert.slug]

    answer = client.post(address(job), {"expert": ticked, "note": "Please."})

    assert answer.status_code == 422
    assert not Invitation.objects.exists()
    assert f"{ada.expert.name} takes no invitations to this job." in answer.text
    for slug in ticked:
        assert f'type="checkbox" name="expert" value="{slug}" checked>' in answer.text
    assert "Please.</textarea>" in answer.text


def test_who_would_be_refused_is_not_offered(client, job, shortlisted, organisation, acme):
    blocks, limited, lapsed, closed, member = shortlisted
    block(job, blocks)
    User.objects.filter(pk=limited.user_id).update(standing=Standing.LIMITED)
    lapsed.badges.update(status=BadgeStatus.LAPSED)
    Expert.objects.filter(pk=closed.pk).update(is_open=False)
    organisation.memberships.create(user=member.user, role="viewer", created_at=NOON)

    assert [row.expert.name for row in reads.shortlist(job)] == ["Ada Okonkwo"]

    for expert in shortlisted:
        with pytest.raises(CannotBeInvited, match=f"^{expert.name} takes no invitations"):
            invitations.invite(job, expert, note="", by=acme, at=NOON)


def test_a_block_that_was_lifted_or_is_anothers_hides_nobody(job, shortlisted, ada):
    block(job, shortlisted[0])
    Block.objects.update(lifted_at=NOON)
    other = factories.organisation(factories.user("Greta"), "Globex")
    for organisation, side in ((other, "expert"), (job.organisation, "client")):
        Block.objects.create(
            organisation=organisation, expert=ada.expert, side=side, by=ada, since=NOON
        )

    assert len(reads.candidates(job)) == 6


def test_nobody_else_sees_the_shortlist(client, job, shortlisted, ada, viewer):
    for person in (ada, viewer):
        client.force_login(person)
        assert 'name="expert"' not in client.get(f"/jobs/{job.public_id}/").text


def test_until_its_experts_are_found_the_page_asks_again(client, job, acme):
    client.force_login(acme)

    assert 'hx-select="#shortlist"' in client.get(f"/jobs/{job.public_id}/").text


def test_a_job_that_fits_nobody_says_so(client, job, acme):
    Job.objects.filter(pk=job.pk).update(matched_at=NOON)
    client.force_login(acme)

    assert "No expert fits it yet." in client.get(f"/jobs/{job.public_id}/").text


def test_the_client_reads_how_the_points_come_about(client, job, shortlisted, acme):
    client.force_login(acme)

    page = client.get(address(job)).text

    assert "How the 90 points come about" in page
    assert "RAG level 2, which you would like" in page
    assert "0/15" in page
    assert "Not proven at this level." in page


NONE_OF_THEM = "Choose an expert from the list"
TYPED = {"": NONE_OF_THEM, "nobody": NONE_OF_THEM, "x" * 999: NONE_OF_THEM, "a\x00b": "Null char"}


@pytest.mark.parametrize(("typed", "sentence"), TYPED.items())
def test_an_expert_that_is_none_is_refused_beside_the_list(client, job, acme, typed, sentence):
    client.force_login(acme)

    answer = client.post(address(job), {"expert": typed})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Invitation.objects.exists()


def test_from_a_profile_one_chooses_the_job(client, job, ada, acme):
    client.force_login(acme)
    page = f"/experts/{ada.expert.slug}/invite/"
    assert job.title in client.get(page).text
    assert client.post(page, {}).status_code == 422

    client.post(page, {"job": job.public_id, "note": ""})

    assert Invitation.objects.get().expert == ada.expert
    assert "No open job to invite to" in client.get(page).text


def test_the_list_asks_no_more_for_more(client, job, acme, django_assert_max_num_queries):
    for number in range(15):
        expert = factories.expert(factories.user(f"Expert {number}"))
        factories.badge(expert, factories.skill("rag"))
        Match.objects.create(job=job, expert=expert, score=50, algorithm="1", created_at=NOON)
    client.force_login(acme)
    client.get(address(job))

    with django_assert_max_num_queries(12):
        client.get(address(job))


def test_an_organisation_invites_so_many_a_day_whatever_its_jobs(
    invitation, organisation, acme, monkeypatch
):
    monkeypatch.setattr(invitations, "MOST_A_DAY", 1)
    other = factories.job(organisation)

    with pytest.raises(TooManyToday):
        invitations.invite(other, invitation.expert, note="", by=acme, at=NOON + A_DAY / 2)
    assert not other.invitations.exists()

    invitations.invite(other, invitation.expert, note="", by=acme, at=NOON + A_DAY)


def test_a_note_that_leads_away_is_not_mailed_and_read_with_a_warning(client, job, ada, acme):
    note = "Write to me on Telegram."
    invitations.invite(job, ada.expert, note=note, by=acme, at=NOON)
    client.force_login(ada)
    page = client.get(f"/jobs/{job.public_id}/").text

    assert note not in Notification.objects.get(user=ada).body
    assert note in page
    assert "this leads away from here" in page
