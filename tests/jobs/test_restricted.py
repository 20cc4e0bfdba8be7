"""Whoever has a sanction in force begins nothing new; what is begun goes on, and comes back."""

import pytest

from accounts.models import Membership, Sanction, User
from accounts.services import sanctions
from accounts.services.sanctions import AccountIsRestricted
from experts.models import Expert, SearchDocument
from experts.services import search_documents
from jobs.models import Conversation, Invitation, Job, Proposal
from jobs.services import briefs, invitations, jobs, matching, messages, proposals, received
from jobs.services.invitations import CannotBeInvited
from jobs.services.received import ExpertTakesNoWork
from tests import factories
from tests.conftest import NOON


def restrict(person, by, level="limit") -> Sanction:
    """Impose something on a person; of two people, as a ban asks for."""
    second = User.objects.create_user(f"{level}@attest.example", is_staff=True)
    row = sanctions.propose(
        person, level=level, rule_code="M1", facts="f", evidence="e", flag=None,
        days=30 if level in {"limit", "suspend"} else None, by=by, at=NOON,
    )  # fmt: skip
    return sanctions.impose(row, by=second, at=NOON)


def take_back(sanction):
    third = User.objects.create_user("third@attest.example", is_staff=True)
    sanctions.reverse(sanction, answer="Sorry.", by=third, at=NOON)


def fresh(person) -> User:
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize("level", ["limit", "suspend", "ban"])
def test_a_client_posts_and_invites_nothing(draft, organisation, acme, ada, rhea, level):
    restrict(acme, rhea, level)
    acme = fresh(acme)
    open_job = factories.job(organisation)

    for begin in (
        lambda: briefs.start(organisation, use_case=draft.use_case, by=acme, at=NOON),
        lambda: jobs.publish(draft, by=acme, at=NOON),
        lambda: invitations.invite(open_job, ada.expert, note="", by=acme, at=NOON),
    ):
        with pytest.raises(AccountIsRestricted):
            begin()

    draft.refresh_from_db()
    assert draft.status == Job.Status.DRAFT
    assert Job.objects.count() == 2
    assert not Invitation.objects.exists()


def test_an_expert_proposes_nothing_and_keeps_a_draft(job, ada, rhea, answers):
    restrict(ada, rhea)
    ada = fresh(ada)

    with pytest.raises(AccountIsRestricted):
        proposals.send(job, **answers, by=ada, at=NOON)
    assert not Proposal.objects.exists()

    assert proposals.save(job, **answers, by=ada, at=NOON).status == Proposal.Status.DRAFT


def test_what_was_typed_is_not_lost(client, job, ada, rhea):
    restrict(ada, rhea)
    client.force_login(ada)

    page = client.get(f"/jobs/{job.public_id}/propose/")

    assert page.status_code == 200
    assert "begin nothing new" in page.text


def test_nobody_invites_is_matched_with_or_offers_to_a_restricted_expert(
    job, proposal, acme, ada, rhea
):
    restrict(ada, rhea)
    proposal.expert.user.refresh_from_db()

    with pytest.raises(ExpertTakesNoWork):
        received.offer(proposal, by=acme, at=NOON)
    proposal.refresh_from_db()
    assert proposal.status == Proposal.Status.SUBMITTED

    other = factories.job(job.organisation)
    with pytest.raises(CannotBeInvited):
        invitations.invite(other, fresh(ada).expert, note="", by=acme, at=NOON)
    matching.match(job.pk, at=NOON)
    assert not job.matches.exists()


def test_they_write_to_nobody_first_and_go_on_where_they_write(proposal, acme, rhea):
    restrict(acme, rhea)
    with pytest.raises(AccountIsRestricted):
        messages.begin(proposal, text="Hello", files=[], by=fresh(acme), at=NOON)
    assert not Conversation.objects.exists()

    acme.refresh_from_db()
    talk = Conversation.objects.create(
        job=proposal.job, expert=proposal.expert, created_at=NOON, last_at=NOON
    )
    assert messages.begin(proposal, text="Hello", files=[], by=acme, at=NOON).conversation == talk


def test_a_client_with_a_sanction_still_says_no_and_closes(job, proposal, acme, rhea):
    restrict(acme, rhea)
    acme = fresh(acme)

    received.decline(proposal, reason="price", note="", by=acme, at=NOON)
    jobs.close(job, outcome="cancelled", by=acme, at=NOON)

    assert Job.objects.get(pk=job.pk).status == Job.Status.CLOSED


def test_a_ban_hides_the_profile_and_taken_back_it_is_found_again(client, ada, rhea, mallory):
    page = f"/experts/{ada.expert.slug}/"
    ban = restrict(ada, rhea, "ban")
    client.force_login(mallory)

    assert client.get(page).status_code == 404
    assert ada.expert.headline not in client.get("/experts/").text
    assert Expert.objects.visible_to(ada).filter(user=ada).exists()
    assert not SearchDocument.objects.filter(expert=ada.expert).exists()

    take_back(ban)
    assert client.get(page).status_code == 200
    assert ada.expert.slug in client.get("/experts/").text
    assert SearchDocument.objects.filter(expert=ada.expert).exists()
    assert search_documents.drifted() == []


def test_a_limit_does_not_hide(client, ada, rhea):
    restrict(ada, rhea)

    assert client.get(f"/experts/{ada.expert.slug}/").status_code == 200


def test_suspended_the_open_jobs_pause_and_taken_back_only_those_open_again(
    job, proposal, organisation, acme, rhea
):
    by_hand = factories.job(organisation)
    jobs.pause(by_hand, by=acme, at=NOON)
    suspension = restrict(acme, rhea, "suspend")
    job.refresh_from_db()
    assert job.status == Job.Status.PAUSED
    assert Proposal.objects.get().status == Proposal.Status.SUBMITTED

    take_back(suspension)

    job.refresh_from_db()
    by_hand.refresh_from_db()
    assert (job.status, by_hand.status) == (Job.Status.OPEN, Job.Status.PAUSED)
    assert Proposal.objects.get().status == Proposal.Status.SUBMITTED


def test_a_job_somebody_else_answers_for_stays_open(job, organisation, acme, rhea):
    colleague = factories.user("Cole Hirer")
    Membership.objects.create(
        organisation=organisation, user=colleague, role=Membership.Role.HIRING, created_at=NOON
    )
    restrict(acme, rhea, "suspend")

    job.refresh_from_db()
    assert job.status == Job.Status.OPEN


def test_what_two_sanctions_paused_opens_after_the_second(job, acme, rhea):
    first = restrict(acme, rhea, "suspend")
    second = restrict(acme, rhea, "ban")
    take_back(second)
    job.refresh_from_db()
    assert job.status == Job.Status.PAUSED

    sanctions.expire_due(at=first.ends_at)

    job.refresh_from_db()
    assert job.status == Job.Status.OPEN
