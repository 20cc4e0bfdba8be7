"""Public jobs as search engines and feed readers see them, and nothing that is not public."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from jobs.models import Job
from tests import factories
from tests.conftest import NOON

ATOM = "{http://www.w3.org/2005/Atom}"


def posting(client, job):
    """Read the job's page as a search engine does."""
    page = client.get(reverse("jobs:detail", args=[job.public_id])).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1]) if found else None


def feed(client, **search):
    answer = client.get(reverse("jobs:feed"), search)
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - ours
    return [entry.findtext(f"{ATOM}title") or "" for entry in root.iter(f"{ATOM}entry")]


def test_a_job_describes_itself(client, job):
    Job.objects.filter(pk=job.pk).update(acted_at=NOON)

    found = posting(client, job)

    assert found["@type"] == "JobPosting"
    assert (found["title"], found["hiringOrganization"]["name"]) == (job.title, "Acme")
    assert found["validThrough"].startswith("2030-01-08")
    assert found["url"].endswith(f"/jobs/{job.public_id}/")


def test_what_a_client_wrote_neither_ends_the_data_nor_runs(client, job):
    words = "</script><script>alert(1)</script> & <b>"
    Job.objects.filter(pk=job.pk).update(title=words)

    assert posting(client, job)["title"] == words
    page = client.get(reverse("jobs:detail", args=[job.public_id])).text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "change", [{"visibility": "members"}, {"status": "paused"}, {"status": "closed"}]
)
def test_what_is_not_open_to_all_is_in_no_list(client, job, ada, change):
    assert feed(client) == [job.title]
    Job.objects.filter(pk=job.pk).update(**change)
    client.force_login(ada)

    assert posting(client, job) is None
    assert feed(client) == []
    assert job.public_id not in client.get("/sitemap-jobs.xml").text


def test_the_feed_names_each_job_once_for_ever(client, job):
    root = ElementTree.fromstring(client.get(reverse("jobs:feed")).content)  # noqa: S314 - ours

    [entry] = root.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:attest:{job.public_id}"
    assert reverse("jobs:feed") in client.get(reverse("jobs:board")).text


def test_a_feed_follows_a_search_of_the_board(client, job):
    factories.skill("evals")
    asked = {"q": "assistant", "skills": "rag", "budget": "5,000"}
    assert feed(client, **asked) == [job.title]
    assert feed(client, **asked | {"skills": "evals"}) == []
    assert feed(client, **asked | {"q": "spreadsheets"}) == []
    assert feed(client, fits="on", days="1", hours="6") == [job.title], "which a feed does not know"

    page = client.get(reverse("jobs:board"), {"skills": "rag"}).text
    assert page.count(f'href="{reverse("jobs:feed")}?skills=rag&amp;"') == 2


def test_the_map_has_public_jobs_vetted_experts_and_pages(client, job, ada):
    novice = factories.expert(factories.user("Nia Novice"))

    assert "/sitemap-experts.xml" in client.get("/sitemap.xml").text
    assert f"/jobs/{job.public_id}/" in client.get("/sitemap-jobs.xml").text
    experts = client.get("/sitemap-experts.xml").text
    assert f"/experts/{ada.expert.slug}/" in experts
    assert f"/experts/{novice.slug}/" not in experts
    assert "/fees/" in client.get("/sitemap-pages.xml").text
    assert client.get("/sitemap-secrets.xml").status_code == 404


def test_robots_are_led_to_the_map(client, settings, db):
    settings.SITE_URL = "https://attest.example"

    answer = client.get("/robots.txt")

    assert answer["Content-Type"].startswith("text/plain")
    assert "Sitemap: https://attest.example/sitemap.xml" in answer.text
    assert "Disallow: /admin/" in answer.text
