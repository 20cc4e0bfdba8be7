"""What people keep through the API: a profile, searches that tell, and experts in view."""

import pytest

from experts.models import Domain, Expert, ExpertSearch, SavedExpert
from tests import factories


@pytest.fixture
def profile(program, ada):
    return program(ada, "get", "own-profile")


@pytest.fixture
def save(program, profile, ada):
    """Change Ada's profile as she has just read it."""

    def save(**body):
        return program(ada, "patch", "own-profile", body=body, **{"If-Match": profile["ETag"]})

    return save


def test_what_is_said_anew_is_changed_and_the_rest_stays(save, ada):
    factories.skill("evals")
    Domain.objects.create(slug="health", position=1, english_name="Health")
    rate = {"amount": 160_00, "currency": "usd"}

    answer = save(headline="Evals", rate=rate, skills=["evals"], domains=["health"], is_open=False)

    told = answer.json()
    assert (answer.status_code, told["headline"], told["rate"]) == (200, "Evals", rate)
    assert (told["skills"], told["domains"], told["is_open"]) == (["evals"], ["health"], False)
    ada.expert.refresh_from_db()
    assert (ada.expert.rate_minor, ada.expert.place) == (160_00, "Lagos")
    assert told["url"].endswith(f"/experts/{ada.expert.slug}/")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("country", "Nigeria"),
        ("rate", {"amount": 9_99, "currency": "usd"}),
        ("hours_per_week", 61),
        ("skills", ["nothing"]),
        ("skills", ["rag"] * 16),
        ("available_on", "soon"),
        ("slug", "someone-else"),
    ],
)
def test_what_no_profile_says_is_refused(save, ada, field, value):
    answer = save(**{"headline": "Other", field: value})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    ada.expert.refresh_from_db()
    assert ada.expert.headline != "Other"


def test_it_is_not_changed_unread(program, profile, save, ada):
    save(headline="First")

    stale = save(headline="Second")

    assert stale.status_code == 412
    assert program(ada, "patch", "own-profile", body={"headline": "x"}).status_code == 428
    ada.expert.refresh_from_db()
    assert ada.expert.headline == "First"


def test_who_has_no_profile_is_told_so(program, acme):
    assert program(acme, "get", "own-profile").status_code == 404


NEW = {
    "name": "Grace Mensah",
    "headline": "Evals you can trust",
    "overview": "I measure before I build.",
    "country": "GH",
    "time_zone": "Africa/Accra",
    "languages": ["en"],
    "rate": {"amount": 120_00, "currency": "usd"},
    "hours_per_week": 25,
}


def test_a_profile_is_opened_once(program, mallory):
    opened = program(mallory, "post", "own-profile", body=NEW | {"skills": []})
    again = program(mallory, "post", "own-profile", body=NEW)

    told = opened.json()
    assert (opened.status_code, told["name"], told["is_open"]) == (201, "Grace Mensah", True)
    assert (told["place"], told["rate"]) == ("", NEW["rate"])
    assert told == program(mallory, "get", "own-profile").json()
    assert again.status_code == 409
    assert again.json()["type"] == "/problems/already_has_a_profile"


@pytest.mark.parametrize("missing", ["name", "overview", "country", "languages", "rate"])
def test_what_its_page_asks_for_is_asked_for_here(program, missing, mallory):
    body = {name: value for name, value in NEW.items() if name != missing}

    answer = program(mallory, "post", "own-profile", body=body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [missing])
    assert not Expert.objects.filter(user=mallory).exists()


def test_an_expert_is_kept_in_view_and_let_go(program, ada, acme, mallory):
    key = ada.expert.public_id

    kept = program(acme, "post", "saved-experts", body={"expert": key})
    [row] = program(acme, "get", "saved-experts").json()["results"]

    assert (kept.status_code, row) == (201, kept.json())
    assert (row["expert"]["id"], row["expert"]["name"]) == (key, "Ada Okonkwo")
    assert program(mallory, "get", "saved-experts").json()["results"] == []
    assert program(mallory, "delete", "saved-expert", key).status_code == 404
    assert program(acme, "delete", "saved-expert", key).status_code == 204
    assert not SavedExpert.objects.exists()


def test_whom_one_may_not_see_one_does_not_keep(program, acme, mallory):
    hidden = factories.expert(mallory).public_id

    answer = program(acme, "post", "saved-experts", body={"expert": hidden})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["expert"])
    assert not SavedExpert.objects.exists()


SEARCH = {"name": "RAG", "query": "skill=rag", "cadence": "weekly"}


def test_a_search_is_kept_told_less_often_and_forgotten(program, change, acme, ada):
    kept = program(acme, "post", "expert-searches", body=SEARCH)
    row = ExpertSearch.objects.get()
    changed = change(acme, "expert-search", row, cadence="off")

    assert (kept.status_code, kept.json()["query"]) == (201, "skill=rag")
    assert (row.user, row.filters["skills"]) == (acme, ["rag"])
    assert changed.json()["cadence"] == "off"
    assert program(ada, "delete", "expert-search", row.public_id).status_code == 404
    assert program(acme, "delete", "expert-search", row.public_id).status_code == 204
    assert not ExpertSearch.objects.exists()


@pytest.mark.parametrize("change", [{"query": "x="}, {"name": ""}, {"cadence": "yearly"}])
def test_a_search_for_everybody_is_none(program, change, acme):
    answer = program(acme, "post", "expert-searches", body=SEARCH | change)

    assert answer.status_code == 400
    assert not ExpertSearch.objects.exists()
