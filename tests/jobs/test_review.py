"""Our staff look at a job before experts do where something in it speaks for that."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Membership, Notification
from jobs.models import Job
from jobs.services import briefs, jobs, reviews
from jobs.services.briefs import JobIsInReview
from jobs.services.reviews import EditLeadsAway, PostedAlready
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.jobs import written

OURS = (
    "Our tram company answers four hundred letters a week about lost umbrellas, late trams and "
    "season tickets. Somebody has to sort them, draft an answer and find the rule it rests on."
)
AWAY = "Write to me on Telegram."
DESK = "/admin/jobs-in-review/"


@pytest.fixture
def elsewhere(draft):
    """Another client's open job with the same words."""
    other = factories.organisation(factories.user("Otto Other"))
    row = factories.job(other, title=draft.title, scope=OURS)
    Job.objects.filter(pk=row.pk).update(sketch=reviews.sketch(row))
    return row


@pytest.fixture
def held(draft, acme):
    """Acme's job, which asks experts to write elsewhere."""
    Job.objects.filter(pk=draft.pk).update(scope=AWAY)
    return jobs.publish(Job.objects.get(pk=draft.pk), by=acme, at=NOON)


@pytest.fixture
def staff(db):
    return factories.user("Stella Staff", is_staff=True)


def publish(draft, acme, **words):
    Job.objects.filter(pk=draft.pk).update(**words)
    return jobs.publish(Job.objects.get(pk=draft.pk), by=acme, at=NOON)


def test_most_jobs_are_live_at_once(draft, acme, elsewhere):
    job = publish(draft, acme, scope="Something else that nobody has asked for in these words yet.")

    assert job.status == Job.Status.OPEN


def test_another_clients_words_are_looked_at(draft, acme, elsewhere):
    job = publish(draft, acme, scope=OURS + " Thank you.")

    assert (job.status, job.published_at) == (Job.Status.IN_REVIEW, None)
    assert reviews.reasons(job) == [f"It is nearly the same as {elsewhere.public_id}."]


def test_what_the_template_says_makes_no_two_jobs_alike(draft, acme, elsewhere):
    use_case = draft.use_case
    use_case.scope_template = OURS
    use_case.save()
    Job.objects.filter(pk=elsewhere.pk).update(sketch=reviews.sketch(elsewhere))

    assert publish(draft, acme, scope=OURS).status == Job.Status.OPEN


def test_a_way_off_this_site_is_looked_at(held):
    assert held.status == Job.Status.IN_REVIEW
    assert reviews.reasons(held) == ["It has the way to another messenger."]


def test_one_organisation_posts_the_same_once(draft, acme):
    open_one = factories.job(draft.organisation, title=draft.title, scope=draft.scope)

    with pytest.raises(PostedAlready) as refusal:
        jobs.publish(draft, by=acme, at=NOON)

    assert refusal.value.public_id == open_one.public_id
    assert Job.objects.get(pk=draft.pk).status == Job.Status.DRAFT


def test_nobody_else_sees_it_and_nothing_of_it_changes(held, acme, ada, client):
    assert not Job.objects.visible_to(ada).filter(pk=held.pk).exists()
    with pytest.raises(JobIsInReview):
        briefs.describe(held, **written.scope(held, title="Other"), by=acme, at=NOON)
    client.force_login(acme)
    assert "Our staff look at this job" in client.get(f"/jobs/{held.public_id}/").text


def test_let_through_it_is_live_and_the_client_hears_of_it(held, acme, staff):
    reviews.let_through(held, by=staff, at=NOON)

    held.refresh_from_db()
    assert (held.status, held.published_at) == (Job.Status.OPEN, NOON)
    assert held.acted_at == NOON, "from here the client's silence counts"
    assert Notification.objects.get(user=acme).subject.startswith("Your job is live")
    with pytest.raises(IllegalMove):
        reviews.send_back(held, answer="Too late", by=staff, at=NOON)


def test_sent_back_it_is_a_draft_with_what_has_to_change(held, acme, staff, client):
    reviews.send_back(held, answer="Leave the messenger out.", by=staff, at=NOON)

    assert Notification.objects.get(user=acme).body == "Leave the messenger out."
    client.force_login(acme)
    page = client.get(f"/client/jobs/{held.public_id}/edit/scope/").text
    assert "Leave the messenger out." in page


@pytest.mark.parametrize("who", ["a client", "staff of the client"])
def test_nobody_decides_about_their_own(held, acme, staff, who):
    if who == "staff of the client":
        Membership.objects.create(
            organisation=held.organisation, user=staff, role="viewer", created_at=NOON
        )
    by = acme if who == "a client" else staff

    with pytest.raises(PermissionDenied):
        reviews.let_through(held, by=by, at=NOON)

    assert Job.objects.get(pk=held.pk).status == Job.Status.IN_REVIEW


def test_the_desk(held, staff, client):
    client.force_login(staff)
    page = f"{DESK}{held.public_id}/"

    assert held.title in client.get(DESK).text
    assert "the way to another messenger" in client.get(page).text
    assert client.post(page, {"decision": "back"}).status_code == 422
    assert client.post(page, {"decision": "through"}).url == DESK
    assert Job.objects.get(pk=held.pk).status == Job.Status.OPEN


def test_who_posts_hears_it_at_once(draft, acme, client):
    Job.objects.filter(pk=draft.pk).update(scope="Pay the registration fee first.")
    client.force_login(acme)

    page = client.post(f"/client/jobs/{draft.public_id}/publish/", follow=True).text

    assert "Our staff look at this job" in page


def test_what_would_have_been_looked_at_is_not_edited_in_later(draft, acme):
    job = publish(draft, acme, scope=OURS)

    with pytest.raises(EditLeadsAway, match="leave out the way to another messenger"):
        briefs.describe(job, **written.scope(job, scope=AWAY), by=acme, at=NOON)

    job.refresh_from_db()
    assert job.scope == OURS


def test_an_edited_job_is_compared_by_its_new_words(draft, acme):
    job = publish(draft, acme, scope=OURS)

    briefs.describe(job, **written.scope(job, scope="All of it is new."), by=acme, at=NOON)

    job.refresh_from_db()
    assert job.sketch == reviews.sketch(job)
