"""Finding experts: only the vetted, by what was asked, with counts that tell the truth."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from experts import counting, gathered, meaning
from experts.directory import Choice, Directory, Wider
from experts.filters import Filters
from experts.listed import Row
from experts.meaning import Taxonomy, words_of
from experts.models import Domain, KindOfWork, ModelRelease, SearchDocument, SkillAlias, WorkRecord
from experts.services import search_documents
from tests import factories
from tests.conftest import NOON

TODAY = NOON.date()


@pytest.fixture
def catalogue(db):
    """The skills and models as the project's files have them."""
    call_command("load_catalogue", stdout=StringIO())


@pytest.fixture
def people(db):
    """Four experts: RAG 3 and evals 2; RAG 1; evals 3; and one without a badge."""
    rag, evals = factories.skill("rag"), factories.skill("evals")
    factories.skill("fine-tuning")
    both = factories.expert(factories.user("Both Skills"), rate_minor=150_00, country="NG")
    low = factories.expert(
        factories.user("Low Rag"), rate_minor=60_00, country="GB", languages=["en", "de"]
    )
    judge = factories.expert(
        factories.user("Judge Evals"),
        rate_minor=90_00,
        country="GB",
        headline="Golden sets, judges you can trust",
        available_on=TODAY + timedelta(days=30),
        hours_per_week=10,
    )
    unproven = factories.expert(factories.user("Unproven Rag"), headline="RAG for everyone")
    factories.badge(both, rag, level=3)
    factories.badge(both, evals, level=2)
    factories.badge(low, rag, level=1)
    factories.badge(judge, evals, level=3)
    factories.badge(unproven, rag, level=3, status="lapsed")
    return {"both": both, "low": low, "judge": judge}


def shown(directory: Directory) -> list[Row]:
    return directory.rows(directory.page(50).experts)


def names(**filters) -> list[str]:
    return [row.expert.name for row in shown(Directory(Filters(**filters), on=TODAY))]


def meaning_of(words: str) -> meaning.Meaning:
    return meaning.meaning_of(words, Taxonomy())


def test_only_people_with_a_valid_badge_are_found(people):
    assert names() == ["Both Skills", "Judge Evals", "Low Rag"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"skills": ("rag",)}, ["Both Skills", "Low Rag"]),
        ({"skills": ("rag",), "level": 2}, ["Both Skills"]),
        ({"skills": ("rag", "evals")}, ["Both Skills"]),
        ({"level": 3}, ["Both Skills", "Judge Evals"]),
        ({"rate_max": 90_00}, ["Judge Evals", "Low Rag"]),
        ({"rate_min": 90_00, "rate_max": 90_00}, ["Judge Evals"]),
        ({"hours": 30}, ["Both Skills", "Low Rag"]),
        ({"soon": True}, ["Both Skills", "Low Rag"]),
        ({"languages": ("de",)}, ["Low Rag"]),
        ({"country": "GB"}, ["Judge Evals", "Low Rag"]),
        ({"text": "golden"}, ["Judge Evals"]),
        ({"text": "EVALS"}, ["Judge Evals", "Both Skills"]),
        ({"text": "low"}, ["Low Rag"]),
        ({"text": "rag golden"}, []),
        ({"text": "%"}, []),
        ({"skills": ("nonsense",)}, []),
    ],
)
def test_each_filter_keeps_those_who_fit(people, filters, found):
    assert names(**filters) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("evidence", ["Both Skills", "Judge Evals", "Low Rag"]),
        ("soonest", ["Both Skills", "Low Rag", "Judge Evals"]),
        ("cheapest", ["Low Rag", "Judge Evals", "Both Skills"]),
        ("dearest", ["Both Skills", "Judge Evals", "Low Rag"]),
    ],
)
def test_each_order(people, sort, found):
    assert names(sort=sort) == found


def test_what_was_asked_for_weighs_most(people):
    assert names(skills=("evals",)) == ["Judge Evals", "Both Skills"]


def test_the_count_of_a_skill_leaves_its_own_filter_out(people):
    choices = Directory(Filters(skills=("evals",), rate_max=100_00), on=TODAY).skills

    assert choices[0] == Choice("evals", "Evals", 1, is_on=True)
    assert Choice("rag", "Rag", 1, is_on=False) in choices
    assert Choice("fine-tuning", "Fine Tuning", 0, is_on=False) in choices


def test_each_least_level_counts_those_who_reach_it_in_all_that_was_asked(people):
    def levels(**filters):
        return Directory(Filters(**filters), on=TODAY).levels

    assert levels() == [(3, 2), (2, 2), (1, 3)]
    assert levels(skills=("rag",)) == [(3, 1), (2, 1), (1, 2)]
    assert levels(skills=("rag",), level=3) == [(3, 1), (2, 1), (1, 2)]
    assert levels(skills=("rag", "evals")) == [(3, 0), (2, 1), (1, 1)]


def test_the_other_counts_do_so_too(people):
    directory = Directory(Filters(country="NG", languages=("en",)), on=TODAY)

    assert [(choice.value, choice.count) for choice in directory.countries] == [
        ("NG", 1),
        ("GB", 2),
    ]
    assert [(choice.value, choice.count) for choice in directory.languages] == [("en", 1)]
    assert directory.levels == [(3, 1), (2, 1), (1, 1)]
    assert (directory.soon, directory.many_hours) == (1, 1)
    assert sum(directory.rates) == 1


def test_the_histogram_ignores_the_range_asked_for(people):
    directory = Directory(Filters(rate_min=80_00, rate_max=100_00), on=TODAY)

    assert [(step, count) for step, count in enumerate(directory.rates) if count] == [
        (3, 1),
        (4, 1),
        (7, 1),
    ]
    assert (directory.first_step, directory.last_step) == (4, 5)


def test_an_empty_answer_names_the_filter_that_costs_most(people):
    directory = Directory(Filters(skills=("rag",), country="GB", rate_min=100_00), on=TODAY)

    assert directory.total == 0
    assert directory.wider == Wider("rate_min", "", 1)


def test_a_full_answer_names_none(people):
    assert Directory(Filters(), on=TODAY).wider is None


def test_a_phrase_people_use_means_the_skill(people):
    evals = factories.skill("evals")
    SkillAlias.objects.create(skill=evals, alias="golden set builder")

    assert names(text="golden builder") == ["Judge Evals", "Both Skills"]


def test_a_retired_model_comes_with_a_hint(people):
    rag = factories.skill("rag")
    SkillAlias.objects.create(skill=rag, alias="GPT-4", english_hint="Shut down.")

    assert Directory(Filters(text="gpt-4 developer"), on=TODAY).hint == "Shut down."
    assert Directory(Filters(text="rag"), on=TODAY).hint == ""


def test_many_words_cost_no_more_than_eight(people):
    assert len(words_of(" ".join(["evals"] * 500))) == 8


def test_a_row_shows_what_was_asked_first_and_its_strongest_proof(people):
    rag_badge = people["both"].badges.get(skill__slug="rag")
    rag_badge.application.evidence.filter(title="Repository 2").update(before="14%", after="1%")
    directory = Directory(Filters(skills=("evals",)), on=TODAY)

    row = shown(directory)[1]

    assert [badge.skill.slug for badge in row.badges] == ["evals", "rag"]
    assert row.asked == {people["both"].badges.get(skill__slug="evals").skill_id}
    assert row.proof == rag_badge.application.evidence.get(before="14%")


def test_confidential_evidence_is_no_proof_on_a_list(people):
    for badge in people["judge"].badges.all():
        badge.application.evidence.update(shown="nothing")
    directory = Directory(Filters(text="golden"), on=TODAY)

    assert shown(directory)[0].proof is None


def test_the_page_takes_a_bounded_number_of_queries(client, people, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        response = client.get(
            "/experts/?q=rag&skill=rag&level=2&rate_max=200&language=en&country=NG"
        )

    assert response.status_code == 200


# The skills OpenAI and Upwork named in 2023 (product.md, section 4.8).
SEED_WORDS = (
    *("GPT-4", "Whisper", "model integration", "LLM apps", "fine-tuning", "chatbots"),
    *("responsible AI", "programming", "machine learning", "data handling"),
    *("data quality", "privacy"),
)
HINTS = {
    "GPT-4 developer": "gpt-4 was shut down on 23 October 2026. Ask for evidence on gpt-5.6-sol.",
    "whisper": "whisper-1 shuts down on 26 February 2027. Ask for evidence on gpt-transcribe",
    "Assistants API": "The Assistants API was shut down on 26 August 2026.",
}


def test_every_word_of_the_seed_service_names_a_skill(catalogue):
    unknown = [words for words in SEED_WORDS if not set().union(*names_of(words))]

    assert unknown == []


def test_who_asks_in_german_means_the_same_skill(catalogue):
    assert names_of("Spracherkennung") == names_of("Whisper") != [frozenset()]


def test_a_retired_model_is_found_with_a_hint_what_takes_its_place(catalogue):
    assert all(meaning_of(words).hint.startswith(hint) for words, hint in HINTS.items())
    assert meaning_of("fine-tuning").hint == ""


def test_the_hint_follows_the_registry(catalogue):
    ModelRelease.objects.filter(api_id="whisper-1").update(shutdown_on=date(2027, 8, 1))

    assert meaning_of("whisper").hint.startswith("whisper-1 shuts down on 1 August 2027.")


def names_of(words):
    return [word.skills for word in meaning_of(words).words]


# --- What else one can ask for


def test_models_industries_hours_and_ratings_are_asked_for_too(people):
    both, low, judge = (people[name] for name in ("both", "low", "judge"))
    badge = both.badges.get(skill__slug="rag")
    badge.application.built_on.add(factories.release("gpt-6-sol", family="gpt-6"))
    low.domains.add(Domain.objects.create(slug="law", english_name="Law", position=1))
    judge.user.time_zone = "Asia/Tokyo"
    judge.user.save()
    WorkRecord.objects.create(
        expert=both, source="ctr_1", title="t", client_name="c", completed_on=TODAY, rating=5,
        amount_band="from_5",
    )  # fmt: skip
    search_documents.rebuild(at=NOON)

    assert names(families=("gpt-6",)) == names(text="gpt-6-sol") == ["Both Skills"]
    assert names(domains=("law",)) == ["Low Rag"]
    assert names(shared=4) == ["Both Skills", "Low Rag"]
    assert names(shared=8, zone="Asia/Tokyo") == ["Judge Evals"]
    assert names(rating=400) == ["Both Skills"]
    assert names(families=("nonsense",)) == names(domains=("nonsense",)) == []
    directory = Directory(Filters(domains=("law",), shared=8, rating=480), on=TODAY)
    assert directory.total == 0
    everyone = Directory(Filters(), on=TODAY)
    assert [(each.value, each.count) for each in everyone.families] == [("gpt-6", 1)]
    assert [(each.value, each.count) for each in everyone.domains] == [("law", 1)]
    assert everyone.shared == [(1, 2), (4, 2), (8, 2)]
    assert everyone.ratings == [(480, 4.8, 0), (450, 4.5, 0), (400, 4.0, 1)]


def test_a_kind_of_work_asks_for_all_it_must_have_at_its_level(client, people):
    rag, evals = factories.skill("rag"), factories.skill("evals")
    needs = [4 * rag.pk + 1, 4 * evals.pk + 2]
    KindOfWork.objects.create(slug="bot", english_name="A bot", position=1, needs=needs)
    high = [4 * rag.pk + 1, 4 * evals.pk + 3]
    KindOfWork.objects.create(slug="audit", english_name="An audit", position=2, needs=high)
    search_documents.rebuild(at=NOON)

    assert names(works=("bot",)) == ["Both Skills"]
    assert names(works=("audit",)) == names(works=("nonsense",)) == []
    directory = Directory(Filters(country="NG"), on=TODAY)
    assert directory.works == [Choice("bot", "A bot", 1, is_on=False)]
    page = client.get("/experts/?work=bot").text
    assert "for <mark>A bot</mark>" in page
    assert client.get("/api/v1/experts/search/?work=bot").json()["results"][0]["name"] == (
        "Both Skills"
    )


def test_a_mistyped_word_that_finds_nobody_is_corrected_and_said(people):
    directory = Directory(Filters(text="evlas"), on=TODAY)

    assert directory.correction == "evals"
    assert len(shown(directory)) == directory.total == 2
    assert Directory(Filters(text="golden"), on=TODAY).correction == ""
    assert Directory(Filters(text="xyzzy"), on=TODAY).correction == ""


def test_the_words_are_marked_where_they_stand_and_nothing_else_is_trusted(people):
    judge = people["judge"]
    pieces = judge.badges.get().application.evidence.order_by("pk")
    pieces.update(claim="Plain.")
    last = pieces.last()
    last.claim = "Judging <b>agents</b> with an agent"
    last.save()
    search_documents.keep([judge.pk])

    row = shown(Directory(Filters(text="agent judges"), on=TODAY))[0]

    assert row.reason == (
        "<mark>Judging</mark> &lt;b&gt;<mark>agents</mark>&lt;/b&gt; with an <mark>agent</mark>"
    )
    assert row.headline == "Golden sets, <mark>judges</mark> you can trust"


# --- Pages


@pytest.mark.parametrize("sort", ["evidence", "soonest", "cheapest", "dearest"])
@pytest.mark.parametrize("filters", [{}, {"skills": ("rag",)}, {"text": "retrieval"}])
def test_pages_follow_each_other_without_a_gap(db, sort, filters):
    for number in range(7):
        expert = factories.expert(
            factories.user(f"Expert {number}"),
            rate_minor=(number % 3 + 1) * 50_00,
            available_on=TODAY + timedelta(days=number % 2) if number % 3 else None,
        )
        factories.badge(expert, factories.skill("rag"), level=1 + number % 2)
    asked = Filters(sort=sort, **filters)
    whole = Directory(asked, on=TODAY).page(50)

    found, after = [], ""
    while True:
        page = Directory(asked, on=TODAY, after=after).page(2)
        found += page.experts
        after = page.after
        if not after:
            break

    assert found == whole.experts
    assert len(set(found)) == 7


# --- Many


@pytest.mark.parametrize("stride", [4, 16])
def test_a_broad_question_is_counted_on_a_sample_and_says_about(people, monkeypatch, stride):
    monkeypatch.setattr(counting, "_stride", lambda about: stride if about else 1)
    monkeypatch.setattr(gathered, "FRESH", 0)  # as if there were more than are looked at
    SearchDocument.objects.update(lexemes="", facets=[])
    sample = f"'={counting.Kind.SAMPLE.first + stride}' '={counting.Kind.SAMPLE.first + 16}'"
    SearchDocument.objects.filter(expert=people["both"]).update(
        lexemes=sample, facets=[counting.Kind.HOURS.first + 30]
    )

    directory = Directory(Filters(), on=TODAY)

    assert not directory.is_exact
    assert (directory.total, directory.many_hours) == (stride, stride)


# --- For machines


def test_the_api_answers_as_the_page_does(client, people):
    found = client.get("/api/v1/experts/search/?q=evlas&country=NG&rate_max=200").json()

    assert [row["name"] for row in found["results"]] == ["Both Skills"]
    assert (found["total"], found["is_exact"], found["meant"]) == (1, True, "evals")
    assert {row["value"]: row["count"] for row in found["facets"]["country"]} == {"NG": 1, "GB": 1}
    assert found["after"] == ""


def test_the_api_pages_by_keys(client, people, monkeypatch):
    monkeypatch.setattr("experts.api.experts.PER_PAGE", 2)
    first = client.get("/api/v1/experts/search/?sort=cheapest").json()

    rest = client.get(f"/api/v1/experts/search/?sort=cheapest&after={first['after']}").json()

    pages = [[row["name"] for row in page["results"]] for page in (first, rest)]
    assert pages == [["Low Rag", "Judge Evals"], ["Both Skills"]]


# --- Hostile questions


@pytest.mark.parametrize(
    "query",
    [
        *("q=%26%20%7C%20!%20(%20)%20:*%20<->", "q='=1'", "q=the", "q=%00", "q=" + "a" * 10_000),
        *("q=" + "a%20" * 2_000, "after=9.9.9", "after=-1.exp_000000000000", "page=1000000000"),
        *("after=1.exp_000000000000", "after=1.2.3.exp_000000000000&q=rag", "after=%00"),
        *("skill=%00&family=%27&domain=x&language=zz&country=zz&rating=1&shared=99&zone=Mars",),
        *("rate_min=9999999999999999&rate_max=-1&hours=1e9&level=9&sort=paid",),
        *("rate_min=20000000&rate_max=20000000", "skill=rag&skill=evals&skill=fine-tuning"),
    ],
)  # fmt: skip
def test_whatever_is_asked_there_is_an_answer(client, people, query):
    assert client.get(f"/experts/?{query}").status_code == 200
    assert client.get(f"/api/v1/experts/search/?{query}").status_code in {200, 400}


def test_every_facet_at_once_is_answered(client, catalogue, people, django_assert_max_num_queries):
    taxonomy = Taxonomy()
    query = "&".join(
        [
            *(f"skill={row.slug}" for row in taxonomy.skills),
            *(f"family={row.slug}" for row in taxonomy.families),
            *(f"domain={row.slug}" for row in taxonomy.domains),
            *(f"work={row.slug}" for row in taxonomy.works),
            "language=en&language=de&country=NG&level=3&soon=1&hours=30&shared=8&rating=480",
            "rate_min=1&rate_max=900&q=whisper+agents+for+the+bank&zone=Asia/Tokyo",
        ]
    )

    with django_assert_max_num_queries(24):
        assert client.get(f"/experts/?{query}").status_code == 200
