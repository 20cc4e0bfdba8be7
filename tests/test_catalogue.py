"""The catalogue and the demo material agree with each other and with the published tables."""

import json
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext, override

from experts.meaning import names, tokens_of

ROOT = Path(__file__).resolve().parent.parent


def _read(path: str) -> Any:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


SKILLS = _read("experts/catalogue/skills.json")
RUBRICS = _read("experts/catalogue/rubrics.json")["rubrics"]
MODELS = _read("experts/catalogue/models.json")
SURFACES = _read("experts/catalogue/surfaces.json")["surfaces"]
USE_CASES = _read("jobs/catalogue/use_cases.json")["use_cases"]
PEOPLE = _read("marketplace/demo/people.json")
ORGANISATIONS = _read("marketplace/demo/organisations.json")
JOBS = _read("marketplace/demo/jobs.json")
PROPOSALS = _read("marketplace/demo/proposals.json")
REVIEWS = _read("marketplace/demo/reviews.json")
SUBMISSIONS = _read("marketplace/demo/submissions.json")
VETTING = _read("marketplace/demo/vetting.json")

SKILL = {skill["slug"]: skill for skill in SKILLS["skills"]}
BADGEABLE = {slug for slug, skill in SKILL.items() if skill["is_badgeable"]}
USE_CASE = {use_case["slug"]: use_case for use_case in USE_CASES}
EXPERT = {person["slug"]: person for person in PEOPLE}

# How long a badge speaks for its holder, in months.
VALIDITY = {
    "prompt-engineering": 12,
    "structured-outputs": 18,
    "function-calling": 18,
    "llm-app-integration": 18,
    "rag": 18,
    "embeddings-search": 18,
    "agents-orchestration": 12,
    "mcp-connectors": 12,
    "computer-use": 9,
    "coding-agents": 9,
    "chatbot-design": 12,
    "realtime-voice": 9,
    "speech-to-text": 12,
    "text-to-speech": 12,
    "vision-multimodal": 12,
    "image-generation": 12,
    "fine-tuning": 12,
    "evals": 18,
    "llm-observability": 18,
    "model-migration": 9,
    "batch-processing": 18,
    "data-quality": 24,
    "data-annotation": 18,
    "synthetic-data": 12,
    "ai-strategy": 24,
    "enterprise-rollout": 12,
}
ASSURANCE = {
    "responsible-ai",
    "prompt-injection-security",
    "red-teaming",
    "content-moderation",
    "privacy-engineering",
    "ai-act-compliance",
    "accessibility",
    "ip-licensing",
}
LIFECYCLES = {"active", "legacy", "deprecated", "shutdown"}
COMPARATORS = {">=", "<=", "=", "is"}
EVIDENCE_KINDS = {
    "repository",
    "live_demo",
    "evaluation_report",
    "write_up",
    "client_reference",
}
# What people type, before they know our words.
SEED_WORDS = (
    "GPT-4",
    "GPT-4 developer",
    "Whisper",
    "whisper expert",
    "AI integration",
    "model integration",
    "LLM apps",
    "fine-tuning",
    "chatbots",
    "chatbot developer",
    "responsible AI",
    "programming",
    "machine learning",
    "data handling",
    "data quality",
    "privacy",
)


def _names() -> dict[str, set[str]]:
    """Everything a skill is called, in lower case, with the skills that answer to it."""
    found: dict[str, set[str]] = defaultdict(set)
    for slug, skill in SKILL.items():
        called = [slug, skill["name"], skill["title"], *(a["alias"] for a in skill["aliases"])]
        for name in called:
            found[name.casefold()].add(slug)
    return found


def _holders(skill: str, level: int = 1) -> set[str]:
    return {
        person["slug"]
        for person in PEOPLE
        for badge in person["skills"]
        if badge["slug"] == skill and badge["level"] >= level
    }


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in _texts(item)]


# --- Skills -----------------------------------------------------------------


def test_every_capability_has_the_validity_of_the_published_table() -> None:
    capabilities = {s: k["validity_months"] for s, k in SKILL.items() if k["facet"] == "capability"}

    assert capabilities == VALIDITY


def test_assurance_skills_are_badged_for_twelve_to_eighteen_months() -> None:
    assurance = {s: k["validity_months"] for s, k in SKILL.items() if k["facet"] == "assurance"}

    assert set(assurance) == ASSURANCE
    assert all(12 <= months <= 18 for months in assurance.values())


def test_foundations_are_declared_and_never_badged() -> None:
    foundations = [skill for skill in SKILL.values() if skill["facet"] == "foundation"]

    assert len(foundations) == 19
    assert not any(skill["is_badgeable"] for skill in foundations)
    assert set(VALIDITY) | ASSURANCE == BADGEABLE


def test_slugs_of_skills_are_unique_and_labels_fit_on_a_chip() -> None:
    assert len(SKILL) == len(SKILLS["skills"])
    assert all(len(skill["name"]) <= 28 for skill in SKILL.values())


@pytest.mark.parametrize("slug", sorted(BADGEABLE))
def test_a_badgeable_skill_says_what_counts_as_evidence_and_what_does_not(slug: str) -> None:
    assert len(SKILL[slug]["evidence"]) >= 2
    assert len(SKILL[slug]["not_evidence"]) >= 1


def test_relations_lead_to_skills_and_never_in_a_circle() -> None:
    graph = {slug: {r["to"] for r in skill["relations"]} for slug, skill in SKILL.items()}
    kinds = {r["type"] for skill in SKILL.values() for r in skill["relations"]}
    done: set[str] = set()

    assert kinds <= {"broader", "requires", "replaces"}
    assert set().union(*graph.values()) <= set(SKILL)
    while ready := {slug for slug in graph if slug not in done and graph[slug] <= done}:
        done |= ready
    assert done == set(SKILL)


def test_a_name_means_one_skill_only() -> None:
    ambiguous = {name: slugs for name, slugs in _names().items() if len(slugs) > 1}

    assert ambiguous == {}


@pytest.mark.parametrize("word", SEED_WORDS)
def test_a_word_people_type_resolves(word: str) -> None:
    assert len(_names()[word.casefold()]) == 1


def test_an_alias_that_names_a_model_names_one_of_the_registry() -> None:
    aliases = {a["alias"]: a for skill in SKILL.values() for a in skill["aliases"]}
    releases = {release["api_id"] for release in MODELS["releases"]}

    assert aliases["GPT-4 developer"]["model"] == "gpt-4"
    assert aliases["whisper expert"]["model"] == "whisper-1"
    assert {a["model"] for a in aliases.values() if "model" in a} <= releases
    assert all(len(a.get("hint", "")) <= 200 for a in aliases.values())


# --- Rubrics ----------------------------------------------------------------


def test_every_badgeable_skill_has_one_rubric() -> None:
    assert Counter(rubric["skill"] for rubric in RUBRICS) == Counter(BADGEABLE)


@pytest.mark.parametrize("rubric", RUBRICS, ids=lambda rubric: rubric["skill"])
def test_a_rubric_anchors_every_score_of_its_five_criteria(rubric: dict[str, Any]) -> None:
    assert len({criterion["key"] for criterion in rubric["criteria"]}) == 5
    for criterion in rubric["criteria"]:
        assert len(criterion["anchors"]) == len(set(criterion["anchors"])) == 6
        assert all(len(anchor) <= 160 for anchor in criterion["anchors"])
        assert criterion["question"].endswith("?")


@pytest.mark.parametrize("rubric", RUBRICS, ids=lambda rubric: rubric["skill"])
def test_a_higher_level_asks_for_a_higher_mean(rubric: dict[str, Any]) -> None:
    means = [rubric["pass_rule"]["minimum_mean"][level] for level in ("1", "2", "3")]

    assert means == sorted(set(means))
    assert rubric["pass_rule"]["minimum_each"] <= means[0] <= means[2] <= 5


def test_no_two_rubrics_share_the_anchors_of_their_craft() -> None:
    crafts = [tuple(rubric["criteria"][1]["anchors"]) for rubric in RUBRICS]

    assert len(set(crafts)) == len(crafts)


# --- Models and surfaces ----------------------------------------------------


def test_releases_name_a_known_family_and_a_known_replacement() -> None:
    ids = [release["api_id"] for release in MODELS["releases"]]
    families = {family["slug"]: family["modality"] for family in MODELS["families"]}

    assert len(set(ids)) == len(ids)
    for release in MODELS["releases"]:
        assert families[release["family"]] == release["modality"]
        assert release["replacement"] in {None, *ids}
        assert release["source"]
    assert {release["family"] for release in MODELS["releases"]} == set(families)


@pytest.mark.parametrize("release", MODELS["releases"], ids=lambda release: release["api_id"])
def test_the_lifecycle_of_a_release_follows_from_its_dates(release: dict[str, Any]) -> None:
    checked_on = date.fromisoformat(release["checked_on"])
    days = [release[key] for key in ("released_on", "deprecated_on", "shutdown_on")]
    known = [date.fromisoformat(day) for day in days if day]
    shutdown_on = release["shutdown_on"] and date.fromisoformat(release["shutdown_on"])

    assert release["lifecycle"] in LIFECYCLES
    assert known == sorted(known)
    assert (release["lifecycle"] == "shutdown") == bool(shutdown_on and shutdown_on <= checked_on)
    if release["lifecycle"] == "active":
        assert days[1:] == [None, None]
    if release["lifecycle"] == "deprecated":
        assert shutdown_on
    if release["released_on"] is None:
        assert release["note"]


def test_the_dates_people_ask_about_are_the_published_ones() -> None:
    shutdown = {release["api_id"]: release["shutdown_on"] for release in MODELS["releases"]}

    assert shutdown["gpt-4"] == "2026-10-23"
    assert shutdown["gpt-4o-mini"] == "2027-01-14"
    assert shutdown["whisper-1"] == "2027-02-26"
    assert shutdown["gpt-5"] == "2026-12-11"
    assert shutdown["gpt-6-luna"] is None


def test_surfaces_use_the_same_words_and_point_at_each_other() -> None:
    slugs = [surface["slug"] for surface in SURFACES]

    assert len(set(slugs)) == len(slugs)
    assert {surface["lifecycle"] for surface in SURFACES} <= LIFECYCLES
    assert all(surface["replacement"] in {None, *slugs} for surface in SURFACES)
    assert all(surface["shutdown_on"] for surface in SURFACES if surface["lifecycle"] != "active")


# --- Use cases --------------------------------------------------------------


def test_there_are_twenty_two_use_cases() -> None:
    assert len(USE_CASE) == len(USE_CASES) == 22


@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda use_case: use_case["slug"])
def test_a_use_case_prefills_a_job_that_can_be_posted(use_case: dict[str, Any]) -> None:
    wanted = [wish["skill"] for wish in use_case["must"] + use_case["nice"]]

    assert sum(milestone["share_percent"] for milestone in use_case["milestones"]) == 100
    assert 1 <= len(use_case["must"]) <= 4
    assert set(wanted) <= BADGEABLE
    assert len(set(wanted)) == len(wanted)
    assert len(use_case["today_prompts"]) == 3
    assert use_case["screening_question"]
    assert 0 < use_case["budget_min_minor"] < use_case["budget_max_minor"]
    assert 0 < use_case["weeks_min"] < use_case["weeks_max"]
    assert len(use_case["title_template"]) <= 120
    assert 3 <= len(re.findall(r"[.?](?:\s|$)", use_case["scope_template"])) <= 6


@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda use_case: use_case["slug"])
def test_every_check_of_a_use_case_says_how_it_is_measured(use_case: dict[str, Any]) -> None:
    assert 2 <= len(use_case["checks"]) <= 12
    for check in use_case["checks"]:
        assert check["comparator"] in COMPARATORS
        assert check["target"]
        assert len(check["target"]) <= 60
        assert len(check["unit"]) <= 20
        assert check["how"]


# --- Demo: experts ----------------------------------------------------------


def test_240_experts_have_a_slug_a_name_and_a_headline_of_their_own() -> None:
    assert len(PEOPLE) == len(EXPERT) == 240
    assert len({(p["first_name"], p["last_name"]) for p in PEOPLE}) == 240
    assert len({p["headline"] for p in PEOPLE}) == 240
    assert len({p["overview"] for p in PEOPLE}) == 240
    assert all(len(p["headline"]) <= 90 for p in PEOPLE)


def test_experts_live_somewhere_and_charge_something_plausible() -> None:
    for person in PEOPLE:
        assert ZoneInfo(person["time_zone"])
        assert re.fullmatch(r"[A-Z]{2}", person["country"])
        assert all(re.fullmatch(r"[a-z]{2}", language) for language in person["languages"])
        assert 4500 <= person["rate_minor"] <= 26000
        assert 1 <= person["hours_per_week"] <= 60
        assert all(SKILL[slug]["facet"] == "foundation" for slug in person["foundations"])


def test_experts_hold_one_to_four_badges_each_with_evidence() -> None:
    families = {family["slug"] for family in MODELS["families"]}
    for person in PEOPLE:
        slugs = [badge["slug"] for badge in person["skills"]]
        assert 1 <= len(slugs) == len(set(slugs)) <= 4
        assert set(slugs) <= BADGEABLE
        for badge in person["skills"]:
            assert badge["level"] in {1, 2, 3}
            assert len(badge["claim"]) <= 400
            assert re.search(r"\d", badge["outcome_sentence"] + badge["claim"])
            assert set(badge["families"]) <= families
            _assert_evidence_is_acceptable(badge["evidence"])


def _assert_evidence_is_acceptable(evidence: list[dict[str, Any]]) -> None:
    assert 2 <= len(evidence) <= 5
    for item in evidence:
        assert item["kind"] in EVIDENCE_KINDS
        assert 1 <= item["own_share"] <= 100
        assert len(item["title"]) <= 120
        assert len(item["claim"]) <= 400
        assert ("before" in item) == ("after" in item)
        assert all(1 <= len(item.get(moment, "-")) <= 20 for moment in ("before", "after"))
        assert re.fullmatch(r"https://([a-z0-9-]+\.)+example/[a-z0-9./-]*", item["url"])


def test_half_of_the_badges_show_a_change_that_was_measured() -> None:
    badges = [badge for person in PEOPLE for badge in person["skills"]]
    measured = [b for b in badges if any("before" in item for item in b["evidence"])]

    assert len(measured) * 2 >= len(badges)


def test_no_claim_and_no_link_is_used_twice() -> None:
    badges = [badge for person in PEOPLE for badge in person["skills"]]
    claims = [badge["claim"] for badge in badges + VETTING["applications"]]
    links = [item["url"] for b in badges + VETTING["applications"] for item in b["evidence"]]

    assert len(set(claims)) == len(claims)
    assert len(set(links)) == len(links)


@pytest.mark.parametrize("slug", sorted(BADGEABLE))
def test_at_least_four_experts_hold_a_badge_in_every_skill(slug: str) -> None:
    assert len(_holders(slug)) >= 4


def test_open_applications_ask_for_a_badge_the_expert_does_not_hold() -> None:
    for application in VETTING["applications"]:
        held = {badge["slug"] for badge in EXPERT[application["expert"]]["skills"]}
        assert application["skill"] in BADGEABLE - held
        assert len(application["claim"]) <= 400
        _assert_evidence_is_acceptable(application["evidence"])


# --- Demo: clients and their jobs -------------------------------------------


def test_twelve_organisations_have_one_owner_each() -> None:
    assert len({organisation["slug"] for organisation in ORGANISATIONS}) == 12
    for organisation in ORGANISATIONS:
        roles = Counter(person["role"] for person in organisation["people"])
        assert roles["owner"] == 1
        assert set(roles) <= {"owner", "hiring", "finance", "viewer"}
        assert organisation["website"].endswith(".example/")


def test_69_jobs_stand_in_every_state() -> None:
    states = Counter(job["state"] for job in JOBS)

    assert states == {
        "draft": 4,
        "in_review": 1,
        "open": 30,
        "paused": 3,
        "filled": 25,
        "closed": 6,
    }
    assert len({job["key"] for job in JOBS}) == 69
    assert {job["use_case"] for job in JOBS} == set(USE_CASE)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job["key"])
def test_a_job_asks_for_what_exists(job: dict[str, Any]) -> None:
    assert job["organisation"] in {organisation["slug"] for organisation in ORGANISATIONS}
    assert job["use_case"] in USE_CASE
    assert {wish["skill"] for wish in job["must"] + job["nice"]} <= BADGEABLE
    assert job["visibility"] in {"public", "members", "invited"}
    assert job["sensitivity"] in {"none", "personal", "health", "finance"}
    assert 0 < job["budget"]["min_minor"] < job["budget"]["max_minor"]
    assert bool(job["outcome"]) == (job["state"] == "closed")
    assert ZoneInfo(job["time_zone"])


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job["key"])
def test_three_experts_hold_every_must_have_of_a_job(job: dict[str, Any]) -> None:
    able = set.intersection(*(_holders(m["skill"], m["level"]) for m in job["must"]))
    affordable = {s for s in able if EXPERT[s]["rate_minor"] <= (job["max_rate_minor"] or 10**9)}

    assert len(affordable) >= 3


# --- Demo: what people write ------------------------------------------------


def test_every_use_case_has_a_family_a_cover_note_and_an_answer() -> None:
    families = PROPOSALS["families"]
    members = [slug for slugs in families.values() for slug in slugs]
    noted = {slug for note in PROPOSALS["cover_notes"] for slug in note["use_cases"]}
    answered = {answer["use_case"] for answer in PROPOSALS["screening_answers"]}

    assert sorted(members) == sorted(USE_CASE)
    assert noted == set(USE_CASE)
    assert answered - {None} == set(USE_CASE)
    for note in PROPOSALS["cover_notes"]:
        assert set(note["use_cases"]) <= set(families[note["family"]])


def test_every_screening_question_that_is_asked_has_answers() -> None:
    answered = {answer["question"] for answer in PROPOSALS["screening_answers"]}

    assert {job["screening_question"] for job in JOBS} <= answered


def test_phrases_leave_only_the_places_they_declare() -> None:
    places = {p for text in _texts(PROPOSALS["phrases"]) for p in re.findall(r"{(\w+)}", text)}

    assert places == set(PROPOSALS["placeholders"])


def test_forty_reviews_from_each_side_rate_three_to_five() -> None:
    for side in ("of_expert", "of_client"):
        texts = [review["text"] for review in REVIEWS[side]]
        assert len(set(texts)) == len(texts) >= 40
        assert {review["rating"] for review in REVIEWS[side]} == {3, 4, 5}
    named = {family for review in REVIEWS["of_expert"] for family in review["families"]}
    assert named == set(PROPOSALS["families"])


def test_every_rating_of_an_expert_has_a_reply_that_fits() -> None:
    assert {rating for reply in REVIEWS["replies"] for rating in reply["ratings"]} == {3, 4, 5}


@pytest.mark.parametrize("work", SUBMISSIONS["work"], ids=lambda work: work["use_case"])
def test_every_check_has_values_that_meet_its_target_and_one_that_does_not(
    work: dict[str, Any],
) -> None:
    use_case = USE_CASE[work["use_case"]]
    titles = [milestone["title"] for milestone in use_case["milestones"]]
    metrics = [check["metric"] for check in use_case["checks"]]

    assert [note["milestone"] for note in work["notes"]] == titles
    assert [measured["metric"] for measured in work["measured"]] == metrics
    for check, measured in zip(use_case["checks"], work["measured"], strict=True):
        if check["comparator"] == "is":
            assert measured["missed"] not in measured["met"]
            continue
        assert all(_meets(value, check) for value in measured["met"])
        assert not _meets(measured["missed"], check)


def test_every_use_case_has_submissions() -> None:
    assert sorted(work["use_case"] for work in SUBMISSIONS["work"]) == sorted(USE_CASE)


def _meets(value: str, check: dict[str, Any]) -> bool:
    number, target = float(value), float(check["target"])
    return {">=": number >= target, "<=": number <= target, "=": number == target}[
        check["comparator"]
    ]


def test_checks_a_job_adds_have_measured_values_too() -> None:
    measured = {m["metric"] for work in SUBMISSIONS["work"] for m in work["measured"]}
    measured |= {m["metric"] for m in SUBMISSIONS["other_checks"]}
    added = {check["metric"] for job in JOBS for check in job["checks"] or []}

    assert added <= measured


# --- Everything -------------------------------------------------------------

EVERYTHING = [
    SKILLS, RUBRICS, MODELS, SURFACES, USE_CASES, PEOPLE, ORGANISATIONS, JOBS, PROPOSALS, REVIEWS,
    SUBMISSIONS, VETTING,
]  # fmt: skip


def test_addresses_are_invented_ones() -> None:
    texts = _texts(EVERYTHING)
    hosts = {host for text in texts for host in re.findall(r"https?://([^/\s]+)", text)}
    mails = {text.rpartition("@")[2] for text in texts if "@" in text and " " not in text}

    assert hosts
    assert mails
    assert all(host.endswith(".example") for host in hosts | mails)


def test_texts_keep_a_calm_voice() -> None:
    for text in _texts(EVERYTHING):
        assert "!" not in text
        assert not re.search(r"lorem|\{\}|\bTODO\b|  ", text)
        assert not re.search(r"\b(he|she|his|her|him|hers)\b", text, re.IGNORECASE)


# "und", "mit", "EU": too short to say which skill is meant.
SHORT = 3


def test_every_skill_is_found_by_its_german_name():
    known = [
        (skill["slug"], tokens_of(" ".join([skill["name"], skill["title"], *aliases_of(skill)])))
        for skill in SKILL.values()
    ]
    with override("de"):
        called = {slug: tokens_of(gettext(skill["name"])) for slug, skill in SKILL.items()}
    unknown = {
        slug: word
        for slug, words in called.items()
        for word in words
        if len(word) > SHORT and slug not in names(word, known)
    }

    assert unknown == {}


def aliases_of(skill: dict[str, Any]) -> list[str]:
    return [entry["alias"] for entry in skill["aliases"]]
