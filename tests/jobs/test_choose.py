"""What a client does with the proposals that came: shortlist, archive, restore, decline, offer."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Mail, Notification
from jobs.models import Job, Proposal
from jobs.services import messages, proposals, received
from jobs.services.proposals import JobNotOpen
from tests import factories
from tests.conftest import NOON

WHY = {"reason": Proposal.DeclineReason.PRICE, "note": "Half of it would have done."}


def test_the_shortlist_is_told_in_the_app_and_not_by_mail(proposal, acme, ada):
    received.shortlist(proposal, by=acme, at=NOON)

    assert Proposal.objects.get().status == Proposal.Status.SHORTLISTED
    assert "shortlist" in Notification.objects.get(user=ada).subject
    assert not Mail.objects.exists()


def test_the_archive_is_told_to_nobody_and_can_be_left(proposal, acme):
    received.archive(proposal, by=acme, at=NOON)
    assert Proposal.objects.get().status == Proposal.Status.ARCHIVED

    received.restore(proposal, by=acme, at=NOON)
    assert Proposal.objects.get().status == Proposal.Status.SUBMITTED
    assert not Notification.objects.exists()


def test_a_decline_tells_the_reason(proposal, acme, ada):
    received.decline(proposal, **WHY, by=acme, at=NOON)

    row = Proposal.objects.get()
    assert (row.status, row.decline_reason) == (Proposal.Status.DECLINED, WHY["reason"])
    assert row.decline_note == WHY["note"]
    assert "above our budget" in Notification.objects.get(user=ada).body
    assert Mail.objects.filter(to=ada.email).count() == 1


def test_an_offer_and_its_end(proposal, acme, ada):
    received.offer(proposal, by=acme, at=NOON)
    assert Proposal.objects.get().status == Proposal.Status.OFFERED

    received.retract_offer(proposal, by=None, at=NOON)
    assert Proposal.objects.get().status == Proposal.Status.SHORTLISTED

    received.offer(proposal, by=acme, at=NOON)
    received.hire(proposal, by=ada, at=NOON)
    assert Proposal.objects.get().status == Proposal.Status.HIRED


@pytest.mark.parametrize("status", ["filled", "closed"])
def test_no_offer_on_a_job_that_is_over(proposal, acme, status):
    Job.objects.filter(pk=proposal.job_id).update(status=status)

    with pytest.raises(JobNotOpen):
        received.offer(proposal, by=acme, at=NOON)

    assert_unmoved(proposal)


VERBS = {
    "shortlist": received.shortlist,
    "archive": received.archive,
    "restore": received.restore,
    "offer": received.offer,
    "decline": lambda row, **who: received.decline(row, **WHY, **who),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("person", ["viewer", "ada", "mallory"])
def test_only_those_who_hire_choose(proposal, verb, person, request):
    user = request.getfixturevalue(person)

    with pytest.raises(PermissionDenied):
        VERBS[verb](proposal, by=user, at=NOON)

    assert_unmoved(proposal)


def test_a_draft_is_not_theirs_to_choose(proposal, acme):
    Proposal.objects.filter(pk=proposal.pk).update(status="draft", submitted_at=None)

    with pytest.raises(PermissionDenied):
        received.shortlist(Proposal.objects.get(), by=acme, at=NOON)


def test_only_the_author_withdraws(proposal, acme, mallory):
    for user in (acme, mallory):
        with pytest.raises(PermissionDenied):
            proposals.withdraw(proposal, by=user, at=NOON)

    assert_unmoved(proposal)


def assert_unmoved(proposal):
    proposal.refresh_from_db()
    assert proposal.status == Proposal.Status.SUBMITTED
    assert not proposal.history.exists()
    assert not Notification.objects.exists()


# --- The same in a browser


def address(name, row):
    return reverse(f"jobs:{name}", args=[row.public_id])


def test_reading_marks_it_viewed_once(client, acme, ada, proposal):
    client.force_login(ada)
    client.get(address("proposal", proposal))
    proposal.refresh_from_db()
    assert proposal.viewed_at is None, "its author's own reading does not count"

    client.force_login(acme)
    client.get(address("proposal", proposal))
    proposal.refresh_from_db()
    first = proposal.viewed_at
    client.get(address("proposal", proposal))
    proposal.refresh_from_db()
    assert first is not None
    assert proposal.viewed_at == first


def test_the_expert_reads_where_it_stands(client, acme, ada, proposal):
    client.force_login(ada)
    assert "Sent" in client.get(reverse("jobs:proposals")).text

    received.mark_viewed(proposal, by=acme, at=NOON)
    assert "Viewed" in client.get(reverse("jobs:proposals")).text

    received.archive(proposal, by=acme, at=NOON)
    assert "Archived" not in client.get(reverse("jobs:proposals")).text

    received.decline(proposal, **WHY, by=acme, at=NOON)
    page = client.get(address("proposal", proposal))
    assert "The price is above our budget" in page.text
    assert WHY["note"] in page.text


def test_what_was_put_aside_comes_back_by_one_press(client, acme, proposal):
    client.force_login(acme)

    page = client.post(address("archive", proposal), {"from": "all"}, follow=True)

    assert "The proposal of Ada Okonkwo is archived" in page.text
    assert address("restore", proposal) in page.text
    back = client.post(address("restore", proposal), {"from": "all"}, follow=True)
    assert "Undo" not in back.text
    for wrong in ("nothing", "prp_000000000000", proposal.public_id):
        list_ = client.get(address("received-proposals", proposal.job), {"archived": wrong})
        assert "Undo" not in list_.text


def test_the_messaged_are_those_one_has_written_to(client, acme, ada, proposal):
    other = factories.proposal(proposal.job, factories.expert(factories.user("Bea Unwritten")))
    messages.begin(proposal, text="Hello", files=[], by=acme, at=NOON)
    client.force_login(acme)

    page = client.get(address("received-proposals", proposal.job), {"tab": "messaged"}).text

    assert address("proposal", proposal) in page
    assert address("proposal", other) not in page
    assert 'Messaged <span class="n">1</span>' in page
    assert 'All <span class="n">2</span>' in page


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("shortlist", "submitted", "shortlisted"),
        ("archive", "shortlisted", "archived"),
        ("restore", "archived", "submitted"),
    ],
)
def test_a_button_makes_the_move(client, acme, proposal, verb, before, after):
    Proposal.objects.filter(pk=proposal.pk).update(status=before)
    client.force_login(acme)

    answer = client.post(address(verb, proposal), {"from": "shortlisted"})

    assert answer.url.startswith(address("received-proposals", proposal.job) + "?tab=shortlisted")
    assert Proposal.objects.get().status == after


def test_the_decline_page_needs_a_reason(client, acme, proposal):
    client.force_login(acme)

    for wrong in ({}, {"reason": "because"}, {"reason": "price", "note": "x" * 100_000}):
        assert client.post(address("decline", proposal), wrong).status_code == 422
    assert_unmoved(proposal)

    client.post(address("decline", proposal), {"reason": "no_reason"})
    assert Proposal.objects.get().status == Proposal.Status.DECLINED


def test_a_stale_page_gets_a_clear_answer(client, acme, proposal):
    Proposal.objects.filter(pk=proposal.pk).update(status="withdrawn")
    client.force_login(acme)

    assert client.post(address("shortlist", proposal)).status_code == 409
    answer = client.post(address("decline", proposal), {"reason": "price"})
    assert answer.status_code == 422
    assert "changed since you opened the page" in answer.text


def test_proposals_are_not_found_by_others(client, mallory, proposal):
    other = factories.organisation(mallory)
    factories.job(other)
    client.force_login(mallory)

    assert client.get(address("proposal", proposal)).status_code == 404
    assert client.get(address("received-proposals", proposal.job)).status_code == 404
    for verb in ("shortlist", "archive", "restore", "decline"):
        assert client.post(address(verb, proposal)).status_code == 404


def test_an_outsider_cannot_withdraw_what_they_cannot_see(client, proposal):
    user = factories.user("Eve")
    factories.expert(user)
    client.force_login(user)

    assert client.post(address("withdraw", proposal)).status_code == 404
    assert_unmoved(proposal)


def test_a_viewer_reads_and_does_not_choose(client, viewer, proposal):
    client.force_login(viewer)

    assert "Shortlist</button>" not in client.get(address("proposal", proposal)).text
    assert client.post(address("shortlist", proposal)).status_code == 403
    assert client.get(address("compare", proposal.job)).status_code == 302
