"""Finding experts: only the vetted, by what was asked, with counts that tell the truth."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from experts.directory import Choice, Directory, Filters, Wider, meaning_of
from experts.models import ModelRelease, SkillAlias
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


def names(**filters) -> list[str]:
    directory = Directory(Filters(**filters), on=TODAY)
    return [expert.name for expert in directory.experts()]


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
        ({"text": "EVALS"}, ["Both Skills", "Judge Evals"]),
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

    assert names(text="golden builder") == ["Both Skills", "Judge Evals"]


def test_a_retired_model_comes_with_a_hint(people):
    SkillAlias.objects.create(skill=factories.skill("rag"), alias="GPT-4", hint="Shut down.")

    assert Directory(Filters(text="gpt-4 developer"), on=TODAY).hint == "Shut down."
    assert Directory(Filters(text="rag"), on=TODAY).hint == ""


def test_many_words_cost_no_more_than_eight(people):
    words, _hint = meaning_of(" ".join(["evals"] * 500))

    assert len(words) == 8


def test_a_row_shows_what_was_asked_first_and_its_strongest_proof(people):
    rag_badge = people["both"].badges.get(skill__slug="rag")
    rag_badge.application.evidence.filter(title="Repository 2").update(before="14%", after="1%")
    directory = Directory(Filters(skills=("evals",)), on=TODAY)

    row = directory.rows(list(directory.experts()))[1]

    assert [badge.skill.slug for badge in row.badges] == ["evals", "rag"]
    assert row.asked == {people["both"].badges.get(skill__slug="evals").skill_id}
    assert row.proof == rag_badge.application.evidence.get(before="14%")


def test_confidential_evidence_is_no_proof_on_a_list(people):
    for badge in people["judge"].badges.all():
        badge.application.evidence.update(shown="nothing")
    directory = Directory(Filters(text="golden"), on=TODAY)

    assert directory.rows(list(directory.experts()))[0].proof is None


def test_the_page_takes_a_bounded_number_of_queries(client, people, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
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
    unknown = [words for words in SEED_WORDS if not set.union(*map(set, names_of(words)))]

    assert unknown == []


def test_a_retired_model_is_found_with_a_hint_what_takes_its_place(catalogue):
    assert all(meaning_of(words)[1].startswith(hint) for words, hint in HINTS.items())
    assert meaning_of("fine-tuning")[1] == ""


def test_the_hint_follows_the_registry(catalogue):
    ModelRelease.objects.filter(api_id="whisper-1").update(shutdown_on=date(2027, 8, 1))

    assert meaning_of("whisper")[1].startswith("whisper-1 shuts down on 1 August 2027.")


def names_of(words):
    return [skills for _word, skills in meaning_of(words)[0]]
