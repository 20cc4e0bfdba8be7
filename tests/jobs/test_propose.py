"""An expert proposes: free, once, to an open job, with a word on every check."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Mail, Membership, Notification
from accounts.services import webhooks
from experts.models import Badge
from jobs.models import Job, Proposal
from jobs.services import briefs, jobs, proposals
from jobs.services.proposals import (
    AlreadyProposed,
    Answer,
    JobNotOpen,
    NeedsABadge,
    OwnJob,
    ProposalIsIncomplete,
)
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.jobs import written


def test_a_proposal_reaches_the_client(job, ada, acme, answers):
    proposal = proposals.send(job, **answers, by=ada, at=NOON)

    assert (proposal.status, proposal.submitted_at) == (Proposal.Status.SUBMITTED, NOON)
    assert proposal.total == Money(12_000_00, "usd")
    assert proposal.answers.filter(commits=True).count() == 2
    notice = Notification.objects.get(user=acme)
    assert notice.subject == f"Proposal from Ada Okonkwo for {job.title}"
    assert Mail.objects.filter(to=acme.email).count() == 1


def test_programs_of_both_sides_hear_of_it(job, ada, acme, answers):
    client, expert = (
        webhooks.add(url="https://hooks.example/", topics=["proposal"], by=person, at=NOON)
        for person in (acme, ada)
    )

    proposals.send(job, **answers, by=ada, at=NOON)

    for heard in (client, expert):
        assert heard.deliveries.get().event == "proposal.submitted"


def test_only_those_who_hire_are_told(job, ada, viewer, answers):
    proposals.send(job, **answers, by=ada, at=NOON)

    assert not Notification.objects.filter(user=viewer).exists()


def test_a_draft_stays_with_its_author(job, ada, acme):
    nothing = written.proposal(job, cover_note="", answer="", milestones=[], checks={})

    draft = proposals.save(job, **nothing, by=ada, at=NOON)

    assert draft.status == Proposal.Status.DRAFT
    assert not Proposal.objects.visible_to(acme).exists()
    assert not Notification.objects.exists()


def test_saving_again_keeps_one_draft(job, ada, answers):
    first = proposals.save(job, **answers, by=ada, at=NOON)
    second = proposals.save(job, **(answers | {"cover_note": "Better"}), by=ada, at=NOON)

    assert first == second
    assert Proposal.objects.get().cover_note == "Better"
    assert second.milestones.count() == 2


def test_a_counter_proposal_to_a_check_is_kept(job, ada, answers):
    counter = Answer(commits=False, counter="0.93: your scans are poor")
    checks = dict.fromkeys(answers["checks"], counter)

    proposal = proposals.send(job, **(answers | {"checks": checks}), by=ada, at=NOON)

    assert proposal.answers.first().counter == "0.93: your scans are poor"


def test_whoever_withdrew_may_write_another(proposal, ada, answers):
    proposals.withdraw(proposal, by=ada, at=NOON)

    proposals.send(proposal.job, **answers, by=ada, at=NOON)

    assert Proposal.objects.count() == 2


def test_sending_it_again_on_the_same_day_is_no_news_to_the_client(proposal, ada, acme, answers):
    job, day = proposal.job, timedelta(days=1)
    Proposal.objects.update(submitted_at=NOON)
    for at in (NOON + day / 2, NOON + day / 2 + day):
        proposals.withdraw(job.proposals.live().get(), by=ada, at=at)
        proposals.send(job, **answers, by=ada, at=at)

    assert Notification.objects.filter(user=acme).count() == 1


# --- Refusals


def test_without_a_valid_badge_it_is_refused(job, ada, answers):
    Badge.objects.update(status=Badge.Status.LAPSED)

    refuse(NeedsABadge, job, ada, answers)


def test_without_a_profile_it_is_refused(job, mallory, answers):
    refuse(PermissionDenied, job, mallory, answers)


def test_nobody_proposes_to_their_own_organisation(job, ada, organisation, answers):
    Membership.objects.create(
        organisation=organisation, user=ada, role=Membership.Role.VIEWER, created_at=NOON
    )

    refuse(OwnJob, job, ada, answers)


@pytest.mark.parametrize("status", ["draft", "paused", "filled", "closed", "removed"])
def test_a_job_that_is_not_open_takes_none(job, ada, answers, status):
    Job.objects.filter(pk=job.pk).update(status=status)

    refuse(JobNotOpen, job, ada, answers)


def test_a_second_live_proposal_is_refused(proposal, ada, answers):
    with pytest.raises(AlreadyProposed):
        proposals.send(proposal.job, **answers, by=ada, at=NOON)

    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    "missing",
    [{"cover_note": ""}, {"answer": ""}, {"milestones": []}, {"checks": {}}],
    ids=lambda missing: next(iter(missing)),
)
def test_an_incomplete_one_is_not_sent(job, ada, answers, missing):
    refuse(ProposalIsIncomplete, job, ada, answers | missing)


def test_eleven_milestones_are_too_many(job, ada, answers):
    part = answers["milestones"][0]
    eleven = [replace(part, title=f"Part {number}") for number in range(11)]

    refuse(ProposalIsIncomplete, job, ada, answers | {"milestones": eleven})


def test_checks_that_changed_meanwhile_are_to_be_read_again(job, ada, acme, answers):
    briefs.describe(job, **written.scope(job, checks=[written.another_check()]), by=acme, at=NOON)

    refuse(ProposalIsIncomplete, job, ada, answers)


def refuse(error, job, user, answers):
    with pytest.raises(error):
        proposals.send(job, **answers, by=user, at=NOON)
    assert not Proposal.objects.exists()
    assert not Notification.objects.exists()


# --- The same in a browser


@pytest.fixture
def page(job):
    return reverse("jobs:propose", args=[job.public_id])


def test_the_form_sends_it(client, ada, job, page):
    client.force_login(ada)

    answer = client.post(page, written.proposal_form(job))

    proposal = Proposal.objects.get()
    assert answer.url == reverse("jobs:proposal", args=[proposal.public_id])
    assert proposal.total == Money(12_000_00, "usd")


def test_the_form_keeps_a_draft_with_gaps(client, ada, job, page):
    client.force_login(ada)

    client.post(
        page,
        {"then": "later", "cover_note": "Half", "part-count": "1"},
    )

    assert Proposal.objects.get().status == Proposal.Status.DRAFT
    assert "Half" in client.get(page).text


def test_a_draft_is_kept_while_one_types(client, ada, job, page):
    client.force_login(ada)
    sent = written.proposal_form(job, **{"then": "autosave", "part-0-amount": "1,000"})

    answer = client.post(page, sent, headers={"HX-Request": "true"})

    assert (answer.status_code, "<form" in answer.text) == (200, False)
    assert "Saved" in answer.text
    assert "$940.00" in answer.text, "what one receives follows what is typed"
    kept = Proposal.objects.get()
    assert (kept.status, kept.total) == (Proposal.Status.DRAFT, Money(1_000_00, "usd"))
    assert not Notification.objects.exists()


def test_a_half_typed_milestone_does_not_keep_the_rest_from_being_kept(client, ada, job, page):
    client.force_login(ada)
    half = {"then": "autosave", "part-0-amount": "", "cover_note": "Half"}

    answer = client.post(page, written.proposal_form(job, **half))

    assert "Saved" not in answer.text
    kept = Proposal.objects.get()
    assert (kept.cover_note, kept.milestones.count()) == ("Half", 0)


def test_what_cannot_be_read_leaves_the_draft_as_it_was(client, ada, job, page):
    client.force_login(ada)
    client.post(page, written.proposal_form(job, then="autosave", cover_note="Before"))

    wrong = written.proposal_form(job, then="autosave", cover_note="x" * written.MANY)
    answer = client.post(page, wrong)

    assert "Saved" not in answer.text
    assert Proposal.objects.get().cover_note == "Before"


def test_what_the_expert_receives_is_worked_out_without_saving(client, ada, job, page):
    client.force_login(ada)
    sent = written.proposal_form(
        job, **{"part-0-amount": "1,000", "cover_note": "", "part-update": "1"}
    )

    whole = client.post(page, sent)
    part = client.post(page, sent, headers={"HX-Request": "true"})

    for answer in (whole, part):
        assert answer.status_code == 200
        assert "$940.00" in answer.text
    assert "<html" not in part.text
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cover_note": ""}, "Enter an answer"),
        ({"cover_note": "x" * written.MANY}, "at most 4000 characters"),
        ({"cover_note": "nul \x00"}, "Null characters are not allowed"),
        ({"answer": ""}, "Enter an answer"),
        ({"part-0-title": ""}, "Enter an answer"),
        ({"part-0-amount": ""}, "Enter an amount"),
        ({"part-0-amount": "0"}, "50.00 or more"),
        ({"part-0-amount": "-12"}, "Enter an amount in numbers"),
        ({"part-0-amount": "1e3"}, "Enter an amount in numbers"),
        ({"part-0-amount": "twelve"}, "Enter an amount in numbers"),
        ({"part-0-amount": "9" * 30}, "or less"),
        ({"part-0-amount": "5\x000"}, "Null characters are not allowed"),
        ({"part-0-due_on": "2001-01-01"}, "not in the past"),
        ({"part-0-due_on": "9999-12-31"}, "next two years"),
        ({"part-0-due_on": "soon"}, "Enter a date like"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_lost(client, ada, job, page, changes, says):
    client.force_login(ada)
    kept = {"part-0-title": "Kept as typed"} if "part-0-title" not in changes else {}

    answer = client.post(page, written.proposal_form(job, **kept, **changes))

    assert answer.status_code == 422
    assert says in answer.text
    assert all(value in answer.text for value in kept.values())
    assert not Proposal.objects.exists()


def test_each_check_needs_a_word(client, ada, job, page):
    client.force_login(ada)
    first, second = job.checks.all()
    sent = written.proposal_form(
        job, **{f"check{first.pk}-word": "", f"check{second.pk}-word": "counter"}
    )

    answer = client.post(page, sent)

    assert answer.status_code == 422
    assert "Commit to this check, or say what instead" in answer.text
    assert "Say which number you propose, and why" in answer.text
    assert not Proposal.objects.exists()


def test_a_job_that_closed_while_writing_keeps_the_text_on_the_page(client, ada, acme, job, page):
    client.force_login(ada)
    jobs.pause(job, by=acme, at=NOON)

    answer = client.post(page, written.proposal_form(job, cover_note="Long thought about"))

    assert answer.status_code == 422
    assert "takes no proposals now" in answer.text
    assert "Long thought about" in answer.text
    assert not Proposal.objects.exists()


def test_a_missing_must_have_is_shown_and_blocks_nothing(client, ada, job, page):
    job.skills.create(skill=factories.skill("evals"), is_must=True, level=1)
    client.force_login(ada)

    assert "You have 1 of 2 must-have badges" in client.get(page).text
    assert client.post(page, written.proposal_form(job)).status_code == 302


def test_an_invitation_only_job_is_not_found_by_others(client, ada, job, page):
    Job.objects.filter(pk=job.pk).update(visibility=Job.Visibility.INVITED)
    client.force_login(ada)

    assert client.get(page).status_code == 404


def test_someone_without_a_badge_is_told_what_to_do(client, job, page):
    user = factories.user("Newcomer")
    factories.expert(user)
    client.force_login(user)

    assert client.get(page).status_code == 403
    assert "Apply for a badge" in client.get(page).text
