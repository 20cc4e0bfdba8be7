"""The admin site shows the records; decisions, rubrics and badges are not edited there."""

import pytest
from django.contrib.admin.models import LogEntry

from experts.models import Application, ModelFamily, ModelRelease
from tests import factories

READ_ONLY = ["skill", "rubric", "expert", "application", "review", "badge", "workrecord"]


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
def release(db):
    """A model of the registry."""
    family = ModelFamily.objects.create(slug="gpt-6", name="GPT-6", modality="text", position=1)
    return ModelRelease.objects.create(
        family=family,
        api_id="gpt-6",
        lifecycle="active",
        source="The provider's page",
        checked_on="2029-12-01",
    )


def change(release, **fields):
    return {
        "family": release.family_id,
        "api_id": "gpt-6",
        "lifecycle": "deprecated",
        "source": "The provider's page",
        "checked_on": "2030-01-01",
    } | fields


def test_the_registry_is_corrected_with_a_reason(root, release):
    at = f"/admin/experts/modelrelease/{release.pk}/change/"

    assert root.post(at, change(release, why="Announced today")).status_code == 302

    release.refresh_from_db()
    assert release.lifecycle == "deprecated"
    assert LogEntry.objects.get().change_message == "Announced today (lifecycle, checked_on)"


def test_without_a_reason_it_is_refused(root, release):
    at = f"/admin/experts/modelrelease/{release.pk}/change/"

    assert root.post(at, change(release)).status_code == 200

    release.refresh_from_db()
    assert release.lifecycle == "active"


def test_nothing_of_the_registry_is_deleted(root, release):
    at = f"/admin/experts/modelrelease/{release.pk}/delete/"

    assert root.post(at, {"post": "yes"}).status_code == 403

    assert ModelRelease.objects.exists()
