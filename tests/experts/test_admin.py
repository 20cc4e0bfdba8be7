"""The admin site shows the records; decisions, rubrics and badges are not edited there."""

import pytest
from django.contrib.admin.models import LogEntry

from experts.models import Application, Surface
from tests import factories

READ_ONLY = [
    "modelrelease",
    "rubric",
    "expert",
    "application",
    "review",
    "badge",
    "workrecord",
    "trailentry",
    "tie",
]


@pytest.fixture
def root(client, db):
    """A superuser's browser."""
    user = factories.user("Root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def test_its_first_page_leads_to_the_desk(root):
    assert b'href="/admin/vetting/"' in root.get("/admin/").content


def test_signing_in_is_the_sites_own(client, db, mallory):
    answer = client.get("/admin/login/?next=/admin/experts/")
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fadmin%2Fexperts%2F"

    client.force_login(mallory)
    assert client.get("/admin/login/").headers["Location"] == "/home/"


@pytest.mark.parametrize("noun", READ_ONLY)
def test_records_are_shown_and_not_changed(root, ada, noun):
    assert root.get(f"/admin/experts/{noun}/").status_code == 200
    assert root.get(f"/admin/experts/{noun}/add/").status_code == 403


def test_an_application_is_shown_whole_and_saves_nothing(root, case):
    at = f"/admin/experts/application/{case.pk}/change/"
    assert "I built it and measured it." in root.get(at).content.decode()

    assert root.post(at, {"status": "granted"}).status_code == 403

    assert Application.objects.get(pk=case.pk).status == "reviewing"


@pytest.fixture
def surface(db):
    """A row of the catalogue."""
    return Surface.objects.create(
        slug="responses-api", english_name="Responses API", lifecycle="active"
    )


WORDS = {"slug": "responses-api", "english_name": "Responses API", "lifecycle": "deprecated"}


def test_the_catalogue_is_corrected_with_a_reason(root, surface):
    at = f"/admin/experts/surface/{surface.pk}/change/"

    assert root.post(at, WORDS | {"why": "Announced today"}).status_code == 302

    surface.refresh_from_db()
    assert surface.lifecycle == "deprecated"
    assert LogEntry.objects.get().change_message == "Announced today (lifecycle)"


def test_without_a_reason_it_is_refused(root, surface):
    assert root.post(f"/admin/experts/surface/{surface.pk}/change/", WORDS).status_code == 200

    surface.refresh_from_db()
    assert surface.lifecycle == "active"


def test_nothing_of_the_catalogue_is_deleted(root, surface):
    at = f"/admin/experts/surface/{surface.pk}/delete/"

    assert root.post(at, {"post": "yes"}).status_code == 403

    assert Surface.objects.exists()


def test_a_release_is_corrected_at_its_bench_and_not_here(root):
    release = factories.release()
    at = f"/admin/experts/modelrelease/{release.pk}/change/"

    assert root.post(at, {"lifecycle": "shutdown", "why": "x"}).status_code == 403
