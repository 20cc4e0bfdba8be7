"""Every change is on record: who, by which address or task, about what, in which request."""

from celery import shared_task
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.urls import reverse

from accounts.models import Deed
from accounts.services import deeds, member_invitations
from jobs.models import JobEvent
from marketplace.celery import app
from marketplace.kit.logs import request_id
from marketplace.kit.tasks import AfterCommit
from tests import factories


@shared_task(base=AfterCommit)
def rename(*, person_pk: int, to: str) -> None:
    """Change something, as a task does."""
    rows = type(factories.user("Otto"))._base_manager.filter(pk=person_pk)
    rows.update(name=to)


def test_a_change_leaves_who_where_what_and_its_request(client, acme):
    job = factories.job(acme.memberships.get().organisation)
    client.force_login(acme)

    answer = client.post(reverse("jobs:pause", args=[job.public_id]))

    line = Deed.objects.get()
    assert (line.name, line.by, line.about) == ("jobs:pause", acme, job.public_id)
    assert line.request_id == answer["X-Request-Id"]
    move = JobEvent.objects.get(row=job)
    assert (move.by, move.went_to, move.request_id) == (acme, "paused", line.request_id)


def test_whoever_is_refused_and_whoever_looks_leave_nothing(client, acme, mallory):
    job = factories.job(acme.memberships.get().organisation)
    for person, send in ((mallory, client.post), (acme, client.get)):
        client.force_login(person)
        send(reverse("jobs:pause", args=[job.public_id]))

    assert not Deed.objects.exists()


def test_a_change_that_is_taken_back_takes_its_line_along_and_the_next_has_one(acme):
    with deeds.on_record(lambda: deeds.deed("twice", by=acme)):
        with transaction.atomic():
            factories.user("Nobody")
            transaction.set_rollback(True)
        assert not Deed.objects.exists()

        factories.user("Somebody")
        factories.user("Somebody else")

    assert Deed.objects.get().name == "twice"


def test_locking_a_row_is_no_change(acme):
    with deeds.on_record(lambda: deeds.deed("locked")):
        people = type(acme).objects.all()
        people.select_for_update(no_key=True).get(pk=acme.pk)
        people.select_for_update(of=("self",)).get(pk=acme.pk)

    assert not Deed.objects.exists()


def test_a_token_in_an_address_is_not_written_down(client, acme, mallory):
    token = member_invitations.token_of(
        factories.member_invitation(acme.memberships.get().organisation)
    )
    client.force_login(mallory)

    client.post(reverse("accounts:decline-member-invitation", args=[token]))

    line = Deed.objects.get()
    assert (line.name, line.about) == ("accounts:decline-member-invitation", "")


def test_a_task_leaves_its_name_and_number_when_it_changes_something(acme):
    rename.apply(kwargs={"person_pk": acme.pk, "to": "Dana"}, task_id="0f-1e")

    line = Deed.objects.get()
    assert (line.name, line.by, line.request_id) == (rename.name, None, "0f1e")
    assert request_id.get() == ""


def test_every_task_of_ours_is_followed():
    ours = [
        task for name, task in app.tasks.items() if name.partition(".")[0] in {"accounts", "jobs"}
    ]

    assert ours
    assert {type(task).__mro__[1] for task in ours} == {AfterCommit}


def test_a_row_that_staff_open_among_the_records_is_written_down(client, acme):
    root = factories.user("root", is_staff=True, is_superuser=True)
    flag = factories.flag("job", "job_x", by=acme)
    client.force_login(root)

    client.get(reverse("admin:accounts_flag_changelist"))
    assert not Deed.objects.exists()
    client.get(reverse("admin:accounts_flag_change", args=[flag.pk]))

    line = Deed.objects.get()
    assert (line.name, line.by, line.about) == ("admin:accounts_flag_change", root, str(flag.pk))
    assert not LogEntry.objects.exists()
