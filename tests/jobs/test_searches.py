"""Somebody keeps a search of the job board under a name, comes back to it, and forgets it."""

import pytest
from django.urls import reverse

from jobs.models import SavedSearch
from jobs.services import searches
from jobs.services.searches import MOST_SAVED, TooManySearches
from tests.conftest import NOON

PAGE = "/jobs/searches/"


def save(name, by, query="skills=rag&"):
    return searches.save(name, query, by=by, at=NOON)


def test_the_board_offers_to_save_it_and_the_list_leads_back(client, job, ada):
    client.force_login(ada)
    offered = PAGE + "?skills=rag&amp;q=manuals&amp;"
    assert offered in client.get("/jobs/", {"skills": "rag", "q": "manuals"}).text

    typed = {"name": "RAG in manuals", "query": "skills=rag&q=manuals&evil=1&budget=lots"}
    client.post(PAGE, typed)

    assert SavedSearch.objects.get().query == "skills=rag&q=manuals&", "only what the board knows"
    page = client.get(PAGE).text
    assert "RAG in manuals" in page
    assert "<span>Rag</span><span>manuals</span>" in page
    assert "/jobs/?skills=rag&amp;q=manuals&amp;" in page


def test_a_long_list_asks_no_more(client, ada, django_assert_max_num_queries):
    client.force_login(ada)
    for number in range(MOST_SAVED):
        save(f"Search {number}", ada)

    with django_assert_max_num_queries(12):
        client.get(PAGE)


def test_the_same_name_replaces_it(ada):
    save("Mine", ada)
    save("Mine", ada, query="fits=on&")

    assert SavedSearch.objects.get().query == "fits=on&"


def test_a_twenty_first_is_refused_and_its_name_kept(client, ada):
    for number in range(MOST_SAVED):
        save(f"Search {number}", ada)
    with pytest.raises(TooManySearches):
        save("One more", ada)
    client.force_login(ada)

    answer = client.post(PAGE, {"name": "One more", "query": "skills=rag&"})

    assert answer.status_code == 422
    assert "You have saved 20 searches" in answer.text
    assert 'value="One more"' in answer.text
    assert SavedSearch.objects.count() == MOST_SAVED
    save("Search 3", ada, query="fits=on&")


@pytest.mark.parametrize(
    "typed",
    [{}, {"name": ""}, {"name": "x" * 61}, {"name": "a\x00"}, {"name": "a", "query": "%00=%ff"}],
)
def test_what_cannot_be_saved_is_said(client, ada, typed):
    client.force_login(ada)

    assert client.post(PAGE, typed).status_code == 422
    assert not SavedSearch.objects.exists()


def test_only_its_owner_sees_and_deletes_it(client, ada, mallory):
    row = save("Mine", ada)
    address = reverse("jobs:delete-search", args=[row.public_id])
    client.force_login(mallory)

    assert "Mine" not in client.get(PAGE).text
    assert client.post(address).status_code == 404
    assert SavedSearch.objects.exists()

    client.force_login(ada)
    client.post(address)
    assert not SavedSearch.objects.exists()
