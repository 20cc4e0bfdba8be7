"""Public pages of experts are kept for visitors, and what changes shows at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experts import versions
from experts.models import Domain
from marketplace.kit import kept
from tests import factories

LIST = "/experts/"
TABLES = re.compile(r'(?:FROM|JOIN) "?(\w+)"?')


@pytest.fixture
def page(ada):
    """Ada's profile."""
    return f"/experts/{ada.expert.slug}/"


def tables_of(queries: CaptureQueriesContext) -> set[str]:
    """The tables that were read, but for their versions."""
    read = [query["sql"] for query in queries if "xmin" not in query["sql"]]
    return {table for sql in read for table in TABLES.findall(sql)}


def test_a_visitor_who_has_the_list_is_not_sent_it_again(client, ada):
    first = client.get(LIST)
    again = client.get(LIST, headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Language", "HX-Request"} <= set(first["Vary"].split(", "))
    assert not first.cookies
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_kept_page_asks_for_versions_alone(client, ada, django_assert_num_queries):
    first = client.get(LIST)

    with django_assert_num_queries(2):
        again = client.get(LIST)

    assert again.content == first.content


@pytest.mark.parametrize(
    ("row", "change"),
    [
        ("expert", {"headline": "Said otherwise!"}),
        ("user", {"name": "Otherwise Named"}),
        ("badge", {"level": 1}),
        ("skill", {"english_name": "Otherwise called"}),
        ("evidence", {"before": "7 days", "after": "2 hours"}),
    ],
)
def test_whatever_changes_shows_at_once(client, ada, row, change):
    badge = ada.expert.badges.get()
    evidence = badge.application.evidence.first()
    rows = {
        "expert": ada.expert, "user": ada, "badge": badge, "skill": badge.skill,
        "evidence": evidence,
    }  # fmt: skip
    evidence.shown = "everything"
    evidence.save()
    before = client.get(LIST)

    type(rows[row])._base_manager.filter(pk=rows[row].pk).update(**change)  # past every service
    after = client.get(LIST, headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert after.text != before.text
    assert after["ETag"] != before["ETag"]


def test_an_edited_profile_shows_at_once_in_the_list_and_on_its_page(client, ada, page):
    for address in (LIST, page):
        assert "Golden sets" not in client.get(address).text

    expert = ada.expert
    expert.headline = "Golden sets, judges you can trust"
    expert.save()

    for address in (LIST, page):
        assert "Golden sets" in client.get(address).text


def test_who_hides_is_gone_at_once(client, ada, page):
    assert client.get(page).status_code == 200

    ada.expert.badges.update(status="revoked")

    assert client.get(page).status_code == 404


def test_a_page_of_somebody_who_is_signed_in_is_theirs(client, ada, acme, page):
    for address in (LIST, page):
        visitors = client.get(address)
        client.force_login(acme)
        theirs = client.get(address, headers={"If-None-Match": visitors["ETag"]})
        client.logout()

        assert theirs.status_code == 200
        assert "ETag" not in theirs
        assert "private" in theirs["Cache-Control"]
        assert client.get(address).content == visitors.content


def test_a_message_is_shown_to_its_reader_alone(client, ada):
    other = client.get(LIST)
    client.get("/compare-experts/")  # says to tick two, and leads back

    told = client.get(LIST)

    assert "Tick two to four experts to compare them." in told.text
    assert "ETag" not in told
    assert client.get(LIST).content == other.content


def test_each_language_and_each_part_is_kept_by_itself(client, ada, page):
    english = client.get(page)
    german = client.get(page, headers={"Accept-Language": "de"})
    part = client.get(LIST, headers={"HX-Request": "true"})

    assert 'lang="de"' in german.text
    assert len({english["ETag"], german["ETag"]}) == 2
    assert "<html" not in part.text
    assert "<html" in client.get(LIST).text


def test_a_release_has_its_own_names(monkeypatch):
    before = kept.name("a page")
    monkeypatch.setattr(kept, "release", lambda: "another")

    assert kept.name("a page") != before


@pytest.fixture
def everything(ada):
    """Ada with something in each table that a profile shows."""
    expert = ada.expert
    held = expert.badges.get().application
    held.reviews.first().scores.create(criterion=held.rubric.criteria.first(), points=4)
    held.built_on.add(factories.release())
    expert.domains.add(Domain.objects.create(slug="health", english_name="Health", position=1))
    expert.claimed_skills.create(skill=factories.skill("fine-tuning"))


@pytest.mark.parametrize(("address", "whole"), [(LIST, versions.CARD), ("", versions.PROFILE)])
def test_every_table_a_page_reads_is_in_its_version(client, everything, page, address, whole):
    with CaptureQueriesContext(connection) as queries:
        client.get(address or page)

    searched = {*versions.TAXONOMY, *versions.DOCUMENTS, "experts_searchdocument"}
    elsewhere = {"contracts_consulting"} | (searched if address else set())
    inside = {"unnest", "best", "document", "hits", "each_facet"}
    assert tables_of(queries) - elsewhere - inside == whole.tables - elsewhere
