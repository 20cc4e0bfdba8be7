"""Somebody keeps experts in view, lays some of them side by side, and lets go of them."""

import pytest

from experts.models import SavedExpert
from experts.services import saving
from experts.services.saving import TooManySaved
from experts.views.saved import SAVED_PER_PAGE
from tests import factories
from tests.conftest import NOON

LIST = "/saved-experts/"


@pytest.fixture
def two(ada):
    """Ada with RAG 3, and Bo, who is cheaper and has RAG 1 and evals 2."""
    bo = factories.expert(factories.user("Bo Cheap", time_zone="Asia/Tokyo"), rate_minor=50_00)
    factories.badge(bo, factories.skill("rag"), level=1)
    factories.badge(bo, factories.skill("evals"), level=2)
    return ada.expert, bo


def test_the_list_of_experts_offers_it_and_shows_who_is_saved(client, acme, two):
    ada, bo = two
    client.force_login(acme)
    page = client.get("/experts/?sort=cheapest").text
    assert f'form="save" formaction="/experts/{bo.slug}/save/"' in page
    assert page.count('<form id="save" method="post" hidden>') == 1
    assert 'name="next" value="/experts/?sort=cheapest"' in page

    answer = client.post(f"/experts/{bo.slug}/save/", {"next": "/experts/?sort=cheapest"})

    assert answer.url == "/experts/?sort=cheapest"
    assert f"/experts/{bo.slug}/forget/" in client.get("/experts/").text
    assert f"/experts/{bo.slug}/forget/" in client.get(f"/experts/{bo.slug}/").text
    kept = client.get(LIST).text
    assert bo.user.name in kept
    assert ada.user.name not in kept

    assert client.post(f"/experts/{bo.slug}/forget/", {"next": "//evil.example"}).url == LIST
    assert not SavedExpert.objects.exists()


def test_a_way_back_that_is_no_path_leads_to_the_list(client, acme, two):
    client.force_login(acme)

    for back in ("nowhere", '{"a": 1}', "http://[::1"):
        assert client.post(f"/experts/{two[1].slug}/save/", {"next": back}).url == LIST


def test_a_list_is_its_owners_alone(client, acme, mallory, two):
    _, bo = two
    saving.save(bo, by=acme, at=NOON)
    client.force_login(mallory)

    assert bo.user.name not in client.get(LIST).text
    assert client.post(f"/experts/{bo.slug}/forget/").status_code == 404
    assert SavedExpert.objects.exists()


def test_one_is_saved_once_and_a_fifty_first_refused(acme, two, monkeypatch):
    ada, bo = two
    monkeypatch.setattr(saving, "MOST_SAVED", 1)
    saving.save(ada, by=acme, at=NOON)
    saving.save(ada, by=acme, at=NOON)

    with pytest.raises(TooManySaved):
        saving.save(bo, by=acme, at=NOON)

    assert SavedExpert.objects.get().expert == ada


def test_who_cannot_be_seen_cannot_be_saved(client, acme):
    hidden = factories.expert(factories.user("Hidden"))
    client.force_login(acme)

    assert client.post(f"/experts/{hidden.slug}/save/").status_code == 404
    assert not SavedExpert.objects.exists()


def test_side_by_side_each_line_marks_its_best(client, two, django_assert_max_num_queries):
    ada, bo = two
    with django_assert_max_num_queries(12):
        page = client.get("/compare-experts/", {"e": [ada.public_id, bo.public_id]})

    assert page.status_code == 200
    lines = {
        str(line.label): [cell.is_best for cell in line.cells] for line in page.context["lines"]
    }
    assert lines["Rag"] == [True, False]
    assert lines["Evals"] == [False, True]
    assert lines["Rate"] == [False, True]
    assert lines["Free"] == [True, True]
    assert lines["Languages"] == [False, False]
    assert lines["Score"] == [False, False], "nobody has one"


@pytest.mark.parametrize("ticked", [[], ["exp_000000000000"], ["%00", "x"], ["ada", "ada"]])
def test_fewer_than_two_lead_back_to_the_search(client, two, ticked):
    given = [two[0].public_id if each == "ada" else each for each in ticked]

    assert client.get("/compare-experts/", {"e": given}).url == "/experts/"


def test_a_long_list_has_pages_with_the_last_saved_on_the_first(client, acme):
    experts = [
        factories.expert(factories.user(f"Kept {number:02}"))
        for number in range(SAVED_PER_PAGE + 1)
    ]
    SavedExpert.objects.bulk_create(
        SavedExpert(user=acme, expert=row, created_at=NOON) for row in experts
    )
    client.force_login(acme)

    first, second = client.get(LIST).text, client.get(LIST, {"page": 2}).text

    assert ("Kept 00" in first, "Kept 00" in second) == (False, True)
    assert (f"Kept {SAVED_PER_PAGE}" in first, f"Kept {SAVED_PER_PAGE}" in second) == (True, False)


def test_a_comparison_leads_back_to_the_list_and_says_who_is_left_out(client, ada):
    others = [factories.expert(factories.user(f"Expert {number}")) for number in range(4)]
    for other in others:
        factories.badge(other, factories.skill("rag"))
    ticked = [each.public_id for each in (ada.expert, *others)]
    back = "/experts/?skill=rag&sort=cheapest"

    assert 'name="next" value="/experts/?skill=rag"' in client.get("/experts/?skill=rag").text
    page = client.get("/compare-experts/", {"e": ticked, "next": back}).text
    assert "/experts/?skill=rag&amp;sort=cheapest" in page
    assert "Four stand side by side at most; 1 you ticked is left out." in page
    assert client.get("/compare-experts/", {"e": ticked[:1], "next": back}).url == back
    away = client.get("/compare-experts/", {"e": [], "next": "//elsewhere.example/"})
    assert away.url == "/experts/"
