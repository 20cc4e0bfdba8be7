"""A client keeps a search for experts and hears of those who begin to fit it, each once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Kind, Mail, Notification
from experts import tasks
from experts.filters import Filters
from experts.models import ExpertFound, ExpertSearch
from experts.services import searches
from experts.services.searches import MOST_A_DAY, MOST_SEARCHES, TooManyExpertSearches
from marketplace.kit.clock import now
from tests import factories
from tests.conftest import NOON

PAGE = "/saved-searches/"
LATER = NOON + timedelta(hours=1)
A_DAY = timedelta(days=1)


def save(by, cadence="now", name="RAG", **filters):
    filters = filters or {"skills": ("rag",)}
    return searches.save(name, "skill=rag", Filters(**filters), cadence, by=by, at=NOON)


def letters(user):
    return list(Notification.objects.filter(user=user, kind=Kind.MATCH).order_by("pk"))


@pytest.fixture
def earns(rhea):
    """Let a new expert earn a badge at a moment."""

    def earns(name="Bo", at=LATER, skill="rag", level=1, **profile):
        expert = factories.expert(factories.user(name), **profile)
        badge = factories.badge(expert, factories.skill(skill), level=level, status="granted")
        badge.move("issue", by=rhea, at=at)
        return expert

    return earns


def test_the_directory_offers_it_and_the_list_leads_back(client, acme, ada):
    client.force_login(acme)
    offered = f"{PAGE}?skill=rag&amp;level=2&amp;"
    assert offered in client.get("/experts/?skill=rag&level=2").text
    for nothing in ("", "?sort=cheapest"):
        assert "Alert me" not in client.get(f"/experts/{nothing}").text
    assert "Level 2 or higher" in client.get(f"{PAGE}?skill=rag&level=2&after=9").text

    typed = {"name": "Proven RAG", "query": "skill=rag&level=2", "cadence": "weekly"}
    answer = client.post(PAGE, typed, follow=True)

    assert "Saved. 1 expert fits it now" in answer.text
    assert ExpertSearch.objects.get().cadence == "weekly"
    assert "Proven RAG" in answer.text
    assert "Level 2 or higher" in answer.text
    page = client.get(reverse("experts:expert-search", args=[ExpertSearch.objects.get().public_id]))
    assert "/experts/?skill=rag&amp;level=2" in page.text
    assert "Nobody new yet" in page.text


def test_whoever_earns_a_badge_in_what_is_asked_is_told_once(acme, ada, earns):
    search = save(acme)
    expert = earns("Bo Okafor")
    earns("Other Skill", skill="evals")

    assert searches.tell_due(at=LATER) == 1
    assert searches.tell_due(at=LATER) == 0

    (letter,) = letters(acme)
    assert letter.subject == "1 new expert for your search: RAG"
    assert letter.body == "Bo Okafor: Rag at level 1"
    assert letter.url == reverse("experts:expert-search", args=[search.public_id])
    assert Mail.objects.filter(user=acme, kind=Kind.MATCH).count() == 1
    assert [row.expert for row in ExpertFound.objects.all()] == [expert], "ada fitted before"


def test_a_second_badge_is_no_second_letter(acme, earns, rhea):
    save(acme)
    expert = earns()
    searches.tell_due(at=LATER)
    badge = expert.badges.get()
    badge.move("suspend", by=rhea, at=LATER)
    badge.move("reinstate", by=rhea, at=LATER + A_DAY)

    searches.tell_due(at=LATER + A_DAY)

    assert len(letters(acme)) == 1


@pytest.mark.parametrize(
    "filters", [{"rate_max": 10_00}, {"level": 2}, {"languages": ("de",)}, {"text": "kubernetes"}]
)
def test_who_misses_another_filter_is_no_news(acme, earns, filters):
    save(acme, **filters, skills=("rag",))
    earns()

    searches.tell_due(at=LATER)

    assert not letters(acme)


@pytest.mark.parametrize(("cadence", "days"), [("daily", 1), ("weekly", 7)])
def test_a_digest_waits_for_the_morning_and_names_all(acme, earns, cadence, days):
    save(acme, cadence)
    earns("Bo")
    earns("Cy", level=2)

    assert searches.tell_due(at=LATER) == 0
    searches.tell_due(at=NOON + days * A_DAY)

    (letter,) = letters(acme)
    assert letter.body.splitlines() == ["Cy: Rag at level 2", "Bo: Rag at level 1"]


def test_never_is_never_and_what_it_was_silent_about_stays_unsaid(acme, earns):
    search = save(acme, "off")
    earns()
    assert searches.tell_due(at=LATER + 8 * A_DAY) == 0

    searches.tell(search, "now", at=LATER + 8 * A_DAY)
    earns("Cy", at=LATER + 9 * A_DAY)
    searches.tell_due(at=LATER + 9 * A_DAY)

    assert [letter.body for letter in letters(acme)] == ["Cy: Rag at level 1"]


def test_beyond_five_letters_a_day_the_next_morning_tells(acme, earns):
    save(acme)
    for number in range(MOST_A_DAY + 2):
        at = LATER + timedelta(minutes=number)
        earns(f"Expert {number}", at=at)
        searches.tell_due(at=at)
    assert len(letters(acme)) == MOST_A_DAY

    searches.tell_due(at=NOON + A_DAY)

    assert letters(acme)[-1].subject == "2 new experts for your search: RAG"


def test_the_sweep_tells(acme, earns):
    search = save(acme)
    ExpertSearch.objects.filter(pk=search.pk).update(created_at=now(), looked_at=now())
    earns(at=now())

    tasks.tell_searches()

    assert len(letters(acme)) == 1


def test_a_twenty_first_is_refused_and_the_same_name_replaces(client, acme):
    for number in range(MOST_SEARCHES):
        save(acme, name=f"Search {number}")
    with pytest.raises(TooManyExpertSearches):
        save(acme, name="One more")
    save(acme, "weekly", name="Search 3")

    client.force_login(acme)
    typed = {"name": "One more", "query": "skill=rag", "cadence": "now"}
    answer = client.post(PAGE, typed)

    assert answer.status_code == 422
    assert "You have saved 20 searches" in answer.text
    assert ExpertSearch.objects.count() == MOST_SEARCHES
    assert ExpertSearch.objects.get(name="Search 3").cadence == "weekly"


@pytest.mark.parametrize(
    "typed",
    [{}, {"name": ""}, {"cadence": "hourly"}, {"name": "a\x00"}, {"query": ""}, {"query": "%00"}],
)
def test_what_cannot_be_saved_is_said(client, acme, typed):
    client.force_login(acme)
    complete = {"name": "RAG", "query": "skill=rag", "cadence": "now"}

    assert client.post(PAGE, (complete | typed) if typed else {}).status_code == 422
    assert not ExpertSearch.objects.exists()


def test_only_its_owner_opens_changes_and_deletes_it(client, acme, mallory, earns):
    search = save(acme)
    earns("Bo Okafor")
    searches.tell_due(at=LATER)
    address = reverse("experts:expert-search", args=[search.public_id])
    client.force_login(mallory)
    assert client.get(address).status_code == 404
    assert client.post(address, {"cadence": "off"}).status_code == 404
    assert client.post(f"{address}delete/").status_code == 404
    assert "RAG" not in client.get(PAGE).text

    client.force_login(acme)
    assert "Bo Okafor" in client.get(address).text
    client.post(address, {"cadence": "off"})
    search.refresh_from_db()
    assert (search.cadence, search.due_at) == ("off", None)
    client.post(f"{address}delete/")
    assert not ExpertSearch.objects.exists()
