"""In which languages one can work on a job: said when it is posted, shown, searched for."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jobs.forms.board import BoardForm
from jobs.models import Job
from jobs.services import briefs
from tests import factories
from tests.conftest import NOON
from tests.jobs import written


def test_a_draft_begins_with_the_language_its_author_reads(organisation, acme):
    acme.language = "de"

    job = briefs.start(organisation, use_case=factories.use_case(), by=acme, at=NOON)

    assert job.languages == ["de"]


def test_they_are_typed_by_name_and_shown_in_the_readers_language(client, acme, draft):
    client.force_login(acme)
    address = reverse("jobs:edit-budget", args=[draft.public_id])

    client.post(address, written.budget_form(languages="German, english"))

    draft.refresh_from_db()
    assert draft.languages == ["de", "en"]
    assert 'value="German, English"' in client.get(address).text
    client.logout()
    Job.objects.update(status=Job.Status.OPEN, published_at=NOON)
    german = {"accept-language": "de"}
    for page in (reverse("jobs:board"), reverse("jobs:detail", args=[draft.public_id])):
        assert "Deutsch, Englisch" in client.get(page, headers=german).text


@pytest.mark.parametrize("typed", ["", "Klingonic", ", ".join(["English"] * 40)])
def test_what_is_no_language_is_said_beside_the_field(client, acme, draft, typed):
    client.force_login(acme)

    answer = client.post(
        reverse("jobs:edit-budget", args=[draft.public_id]), written.budget_form(languages=typed)
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["languages"])
    draft.refresh_from_db()
    assert draft.languages == ["en"]


def test_the_board_and_the_api_find_jobs_in_a_language(client, job, organisation):
    german = factories.job(organisation, title="Auf Deutsch", languages=["de", "en"])

    page = client.get(reverse("jobs:board"), {"language": "de"})
    rows = client.get("/api/v1/jobs/", {"language": "de"}).json()["results"]

    assert german.title in page.text
    assert job.title not in page.text
    assert "French" not in page.text, "only languages of open jobs are offered"
    assert [row["languages"] for row in rows] == [["de", "en"]]
    assert client.get("/api/v1/jobs/", {"language": "x\x00"}).json()["results"] == []


def test_a_saved_search_keeps_a_language_that_no_job_has_today(db):
    form = BoardForm({"language": "fr"})

    assert form.query.strip("&") == "language=fr"
    assert [label for label, _without in form.tags] == ["French"]


def test_no_job_is_without_one(job):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(languages=[])
