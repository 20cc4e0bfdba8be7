"""Landing pages for what one can hire for: live numbers, experts and open jobs of each."""

import json
import re

import pytest
from django.urls import reverse

from experts.models import ModelFamily
from experts.services import search_documents
from jobs.selectors import hubs
from jobs.services import use_cases
from tests import factories


@pytest.fixture
def two(ada):
    """Ada with RAG 3, and Bo with evals 2."""
    bo = factories.expert(factories.user("Bo Evals"), rate_minor=50_00)
    factories.badge(bo, factories.skill("evals"), level=2)
    return ada.expert, bo


def test_a_skill_has_its_experts_and_its_open_jobs(client, two, job, django_assert_max_num_queries):
    ada, bo = two
    with django_assert_max_num_queries(16):
        page = client.get("/hire/skills/rag/")

    assert page.context["total"] == 1
    assert page.context["at_three"] == 1
    assert page.context["open_jobs"] == 1
    assert ada.user.name in page.text
    assert bo.user.name not in page.text
    assert job.title in page.text
    assert '<a class="btn" href="/experts/?skill=rag">' in page.text


def test_a_kind_of_work_asks_for_all_it_must_have(client, two, job):
    ada, bo = two
    for slug, is_must in (("rag", True), ("evals", False)):
        job.use_case.skills.create(skill=factories.skill(slug), is_must=is_must, level=2)

    use_cases.let_the_search_know(job.use_case)
    search_documents.keep([ada.pk, bo.pk])

    page = client.get(reverse("jobs:hub", args=["work", job.use_case.slug]))

    assert f'href="/experts/?work={job.use_case.slug}"' in page.text
    assert ada.user.name in page.text
    assert bo.user.name not in page.text
    assert page.context["open_jobs"] == 1


def test_a_family_has_those_whose_evidence_was_built_on_it(client, two):
    ada, _ = two
    family = factories.release("gpt-6-sol").family
    ada.badges.get().application.built_on.set(family.releases.all())
    search_documents.keep([ada.pk])

    page = client.get(f"/hire/models/{family.slug}/")

    assert page.context["total"] == 1
    assert ada.user.name in page.text


def test_machines_read_it_too(client, two):
    page = client.get("/hire/skills/rag/").text
    (data,) = re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)
    found = json.loads(data)

    assert found["@type"] == "CollectionPage"
    assert found["mainEntity"]["numberOfItems"] == 1
    assert found["mainEntity"]["itemListElement"][0]["name"] == two[0].user.name
    assert "/hire/skills/rag/" in client.get("/sitemap-hubs.xml").text


def test_the_index_counts_each(client, two, job, django_assert_max_num_queries):
    factories.release("gpt-6-sol")
    with django_assert_max_num_queries(12):
        page = client.get("/hire/")

    found = {each.slug: each for _, group in page.context["groups"] for each in group}
    assert (found["rag"].experts, found["rag"].jobs) == (1, 1)
    assert (found["evals"].experts, found["evals"].jobs) == (1, 0)
    assert found[ModelFamily.objects.get().slug].jobs is None


def test_the_index_is_there_before_anything_is(client, db):
    assert client.get("/hire/").status_code == 200


@pytest.mark.parametrize("path", ["skills/nonsense", "work/x", "models/x", "money/rag"])
def test_there_is_nothing_else(client, db, path):
    assert client.get(f"/hire/{path}/").status_code == 404


class Rates:
    """A directory with these counts in the steps of its histogram."""

    def __init__(self, *rates: int) -> None:
        self.rates = rates


def test_the_usual_rate_is_that_of_the_middle_half():
    low, high = hubs.usual_rates(Rates(2, 2, 2, 2, 0))

    assert (low.minor, high.minor) == (0, 60_00)
    assert hubs.usual_rates(Rates(7)) is None
