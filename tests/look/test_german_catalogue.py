"""The catalogue in German: people read its names in their language, machines in English."""

import pytest
from django.urls import reverse
from django.utils import translation

from experts.models import Criterion, Skill, SkillAlias
from experts.services import credentials
from jobs.models import JobSkill, Match, Ranking
from jobs.models.match import raised_by
from jobs.services import matching
from tests import factories
from tests.conftest import NOON

DE = {"accept-language": "de"}


@pytest.fixture
def ada(ada):
    """Ada, whose badge is in what the catalogue calls semantic search."""
    Skill.objects.update(
        english_name="Semantic search",
        english_title="Embeddings and semantic search",
        english_description="Builds web applications and APIs with Django.",
    )
    return ada


@pytest.fixture
def match(acme, ada):
    """A job that asks for her skill, found for her while a German waited for the page."""
    job = factories.job(acme.memberships.get().organisation, shared_hours=0)
    JobSkill.objects.create(job=job, skill=factories.skill("rag"), is_must=True, level=2)
    with translation.override("de"):
        matching.match(job.pk, at=NOON)
    return Match.objects.get(expert=ada.expert)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("experts:search", [], "Semantische Suche"),
        ("experts:skill", ["rag"], "Embeddings und semantische Suche"),
        ("jobs:hubs", [], "Semantische Suche"),
        ("jobs:hub", ["skills", "rag"], "Embeddings und semantische Suche"),
    ],
)
def test_people_read_names_in_their_language(client, ada, name, arguments, said):
    at = reverse(name, args=arguments)

    german, english = (client.get(at, headers=headers).text for headers in (DE, {}))

    assert said in german
    assert ("Webanwendungen" in german) == ("web applications" in english)
    assert "emantic search" not in german
    assert "emantic search" in english


@pytest.fixture
def words_of_rag(ada):
    """What the files say of her skill: what counts, what does not, and a line of its rubric."""
    Skill.objects.update(
        english_accepted_evidence=["A call that a reviewer can make."],
        english_refused_evidence=["A recording of one call."],
    )
    Criterion.objects.filter(key="safety").update(
        english_name="Failure handling",
        english_question="What happens to output that does not fit?",
        english_anchors=["The program stops."] * 6,
    )


ENGLISH = [
    "A call that a reviewer can make.",
    "A recording of one call.",
    "Failure handling",
    "What happens to output that does not fit?",
    "The program stops.",
]
GERMAN = [
    "Ein Anruf, den ein Prüfer selbst tätigen kann.",
    "Die Aufnahme eines einzigen Anrufs.",
    "Umgang mit Fehlern",
    "Was geschieht mit Ausgaben, die nicht passen?",
    "Das Programm bleibt stehen.",
]


def test_what_counts_and_how_it_is_judged_is_read_in_the_applicants_language(client, words_of_rag):
    at = reverse("experts:skill", args=["rag"])

    german, english = (client.get(at, headers=headers).text for headers in (DE, {}))

    assert [said for said in GERMAN if said not in german] == []
    assert [said for said in ENGLISH if said in german or said not in english] == []


def test_what_to_know_before_asking_for_it_is_said_in_the_readers_language(client, ada):
    SkillAlias.objects.create(
        skill=factories.skill("rag"),
        alias="Agent Builder",
        english_hint="Agent Builder closes on 30 November 2026."
        " Ask for work on the Agents SDK or the Responses API.",
    )

    found = client.get(reverse("experts:search"), {"q": "agent builder"}, headers=DE).text

    assert "Agent Builder schließt am 30. November 2026." in found


def test_why_a_job_was_found_is_kept_in_english_and_said_in_the_readers_language(match):
    asked = Ranking.objects.get().demand
    reason = next(reason for reason in match.reasons if reason["code"] == "must")

    assert ("Semantic search" in str(asked), "Semantische" in str(asked)) == (True, False)
    assert reason["values"]["skill"] == "Semantic search"
    with translation.override("de"):
        assert match.sentences[0] == ("Semantische Suche Stufe 3", True)
        assert match.sentences_to_client[0] == ("Semantische Suche Stufe 3", True)
        nice = reason | {"code": "nice", "points": 0}
        assert raised_by(nice).startswith("Ein Badge für Semantische Suche")


def test_machines_read_english_whoever_asks(client, ada):
    badge = ada.expert.badges.get()
    with translation.override("de"):
        credentials.keep_up(badge, at=NOON)

    told = client.get(f"/api/v1/badges/{badge.public_id}/", headers=DE).json()
    signed = client.get(reverse("experts:credential-json", args=[badge.public_id]), headers=DE)

    assert told["skill"]["name"] == "Semantic search"
    assert "Embeddings and semantic search, level 3" in signed.text
    assert "Builds web applications and APIs" in signed.text


def test_what_our_staff_corrected_is_read_as_they_wrote_it(client, ada):
    Skill.objects.update(english_title="Search by meaning, and what it costs")

    page = client.get(reverse("experts:skill", args=["rag"]), headers=DE).text

    assert "Search by meaning, and what it costs" in page
