"""Public pages of jobs are kept for visitors, and what changes shows at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from jobs import versions
from jobs.models import BoardChange, Job
from jobs.services import board_changes
from tests import factories
from tests.conftest import NOON
from tests.experts.test_kept_pages import tables_of

BOARD = "/jobs/"


@pytest.fixture
def page(job):
    """The job's own page."""
    return f"/jobs/{job.public_id}/"


def test_a_visitor_who_has_the_board_is_not_sent_it_again(client, job, page):
    for address in (BOARD, page):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})

        assert first["Cache-Control"] == "no-cache"
        assert (again.status_code, again.content) == (304, b"")


def test_kept_pages_ask_for_versions_alone(client, job, page, django_assert_num_queries):
    for address, statements in ((BOARD, 2), (page, 3)):
        first = client.get(address)
        with django_assert_num_queries(statements):
            again = client.get(address)

        assert again.content == first.content


def test_an_edited_job_shows_at_once(client, job, page):
    for address in (BOARD, page):
        assert "Answer in Welsh" not in client.get(address).text

    Job.objects.filter(pk=job.pk).update(title="Answer in Welsh")

    for address in (BOARD, page):
        assert "Answer in Welsh" in client.get(address).text


def test_what_a_job_asks_for_shows_at_once(client, job, page):
    for address in (BOARD, page):
        client.get(address)

    job.skills.all().delete()
    job.skills.create(skill=factories.skill("fine-tuning"), is_must=True, level=3)

    for address in (BOARD, page):
        assert "/skills/fine-tuning/" in client.get(address).text


@pytest.mark.parametrize("status", ["draft", "closed", "removed"])
def test_a_job_that_is_over_is_gone_at_once(client, job, status):
    assert job.title in client.get(BOARD).text

    Job.objects.filter(pk=job.pk).update(status=status)

    assert job.title not in client.get(BOARD).text


def test_a_new_job_is_listed_at_once(client, job, organisation):
    client.get(BOARD)

    factories.job(organisation, title="Another of ours")

    assert "Another of ours" in client.get(BOARD).text


def test_a_client_who_is_renamed_or_rated_is_so_at_once(client, job, page, organisation, ada):
    for address in (BOARD, page):
        client.get(address)

    type(organisation).objects.filter(pk=organisation.pk).update(name="Renamed", paid_at=NOON)

    for address in (BOARD, page):
        assert "Renamed" in client.get(address).text
    assert "Payment verified" in client.get(page).text


def test_a_card_grows_older(client, job):
    assert "3 minutes ago" not in client.get(BOARD).text

    Job.objects.update(published_at=now() - timedelta(minutes=3))

    assert "3 minutes ago" in client.get(BOARD).text


def test_an_expert_reads_what_they_have_of_it_and_others_do_not(client, job, ada):
    client.force_login(ada)
    own = client.get(BOARD)
    client.logout()

    assert "must-haves" in own.text
    assert "ETag" not in own
    assert "private" in own["Cache-Control"]
    assert "must-haves" not in client.get(BOARD).text


def test_drafts_and_what_they_ask_for_change_nothing_on_the_board(draft):
    BoardChange.objects.all().delete()

    Job.objects.filter(pk=draft.pk).update(title="Still being written")
    draft.skills.all().delete()

    assert not BoardChange.objects.exists()


def test_swept_notes_leave_a_number_nobody_has_seen(job, monkeypatch):
    monkeypatch.setattr(board_changes, "ENOUGH", 1)
    monkeypatch.setattr(board_changes, "SETTLED", "SELECT 1::bigint << 62")
    before = versions.of_board()

    assert board_changes.sweep() == 1

    assert BoardChange.objects.get().pk < 0
    assert versions.of_board() != before


def test_few_notes_are_left_alone(job):
    before = list(BoardChange.objects.values_list("pk"))

    assert board_changes.sweep() == 0
    assert list(BoardChange.objects.values_list("pk")) == before


def test_every_table_the_board_reads_is_in_its_version(client, job, proposal):
    with CaptureQueriesContext(connection) as queries:
        client.get(BOARD)

    named = {*versions.TAXONOMY, "jobs_usecase", "jobs_boardchange"}
    assert tables_of(queries) - named - {"unnest"} == versions.CARD.tables - named


def test_every_table_a_job_reads_is_in_its_version(client, job, page, proposal):
    with CaptureQueriesContext(connection) as queries:
        client.get(page)

    assert tables_of(queries) == versions.JOB.tables | versions.CLIENT.tables
