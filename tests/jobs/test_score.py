"""The score: gates that shut, points that only evidence moves, the same for the same input."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.models.match import LACKING, RAISED_BY, SENTENCES, lacking, raised_by, sentence
from jobs.services.scoring import Demand, Proof, Supply, Wish, fit, passes, shut

TODAY = date(2030, 1, 1)
SKILLS = ("rag", "evals", "agents", "voice")

levels = st.integers(1, 3)
proofs = st.builds(Proof, levels, st.dates(date(2027, 1, 1), TODAY))
wishes = st.lists(
    st.builds(Wish, st.sampled_from(SKILLS), st.just("Skill"), levels, st.booleans()),
    max_size=4,
    unique_by=lambda wish: wish.skill,
)
demands = st.builds(
    Demand,
    wishes,
    st.none() | st.integers(1, 100_000),
    st.integers(0, 8),
    st.lists(st.sampled_from(SKILLS), unique=True),
)
supplies = st.builds(
    Supply,
    st.dictionaries(st.sampled_from(SKILLS), proofs),
    st.integers(1, 100_000),
    st.integers(1, 60),
    st.none() | st.dates(date(2029, 1, 1), date(2031, 1, 1)),
    st.integers(0, 8),
    st.booleans(),
    st.integers(5, 9) | st.just(0),
    st.integers(0, 5),
)

DEMAND = Demand(
    wishes=[Wish("rag", "RAG", 2, True), Wish("evals", "Evals", 1, False)],
    max_rate_minor=160_00,
    shared_hours=2,
    kind=["rag", "agents"],
    languages=["en", "de"],
)
SUPPLY = Supply(
    badges={"rag": Proof(3, TODAY)},
    rate_minor=145_00,
    hours_per_week=30,
    available_on=None,
    shared_hours=5,
    is_open=True,
    dated=4,
    on_time=4,
)


def score(**changes):
    found = fit(DEMAND, replace(SUPPLY, **changes), on=TODAY)
    return found and found.score


def said(**changes):
    found = fit(DEMAND, replace(SUPPLY, **changes), on=TODAY)
    return [sentence(reason) for reason in found.reasons if reason["points"]]


def test_the_reasons_read_as_short_sentences():
    assert said() == [
        "RAG level 3",
        "within your rate",
        "5 shared hours",
        "you are available now",
        "1 of the 2 skills that such work takes",
        "a badge from the last 6 months",
        "4 of 4 dates kept",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"is_open": False},
        {"rate_minor": 160_01},
        {"shared_hours": 1},
        {"badges": {}},
        {"badges": {"rag": Proof(1, TODAY)}},
        {"badges": {"evals": Proof(3, TODAY)}},
        {"languages": ["fr"]},
    ],
)
def test_a_shut_gate_is_no_match_whatever_else_fits(changes):
    assert score(**changes) is None


def test_every_shut_gate_is_named():
    closed = replace(SUPPLY, badges={}, rate_minor=200_00, shared_hours=1, is_open=False)

    found = [gate.code for gate in shut(DEMAND, replace(closed, languages=["fr"]))]

    assert found == ["must", "rate", "shared", "language", "closed"]
    assert shut(DEMAND, SUPPLY) == []


@pytest.mark.parametrize(
    ("asked", "spoken"), [(["en", "de"], ["de", "fr"]), (["en"], []), ([], ["fr"])]
)
def test_one_language_in_common_is_enough_and_so_is_none_named(asked, spoken):
    demand, supply = replace(DEMAND, languages=asked), replace(SUPPLY, languages=spoken)

    assert fit(demand, supply, on=TODAY) is not None


def test_without_a_limit_no_rate_is_too_high():
    unlimited = replace(DEMAND, max_rate_minor=None)

    assert fit(unlimited, replace(SUPPLY, rate_minor=10**6), on=TODAY) is not None


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"badges": {"rag": Proof(3, TODAY)}}, {"badges": {"rag": Proof(2, TODAY)}}),
        (
            {"badges": {"rag": Proof(3, TODAY), "evals": Proof(1, TODAY)}},
            {"badges": {"rag": Proof(3, TODAY)}},
        ),
        ({"rate_minor": 120_00}, {"rate_minor": 160_00}),
        ({"shared_hours": 8}, {"shared_hours": 2}),
        ({"available_on": None}, {"available_on": TODAY + timedelta(days=10)}),
        (
            {"available_on": TODAY + timedelta(days=30)},
            {"available_on": TODAY + timedelta(days=31)},
        ),
        ({"hours_per_week": 20}, {"hours_per_week": 5}),
        ({"on_time": 4}, {"on_time": 3}),
        ({"dated": 0, "on_time": 0}, {"on_time": 0}),
        (
            {"badges": {"rag": Proof(2, TODAY), "agents": Proof(1, TODAY)}},
            {"badges": {"rag": Proof(2, TODAY)}},
        ),
        (
            {"badges": {"rag": Proof(3, TODAY)}},
            {"badges": {"rag": Proof(3, TODAY - timedelta(days=800))}},
        ),
    ],
)
def test_more_of_what_counts_scores_higher(better, worse):
    assert score(**better) > score(**worse)


def test_each_factor_that_could_be_more_says_what_would_raise_it():
    reasons = fit(DEMAND, replace(SUPPLY, on_time=4), on=TODAY).reasons

    said = {reason["code"]: raised_by(reason) for reason in reasons}
    assert said["must"] == "", "there is no level above the third"
    assert said["nice"] == "A badge for Evals at level 1 would raise this."
    assert said["kept"] == ""
    assert set(RAISED_BY) == set(SENTENCES) - {"any_rate"}


def test_all_that_counts_is_a_hundred():
    both = {skill: Proof(3, TODAY) for skill in ("rag", "evals", "agents")}
    top = replace(SUPPLY, badges=both, rate_minor=100_00, shared_hours=8)

    assert (
        fit(
            replace(DEMAND, wishes=[Wish("rag", "RAG", 1, True), DEMAND.wishes[1]]), top, on=TODAY
        ).score
        == 100
    )


@given(demands, supplies)
def test_a_score_is_the_sum_of_its_reasons_within_a_hundred(demand, supply):
    found = fit(demand, supply, on=TODAY)

    assert (found is not None) == passes(demand, supply)
    if found:
        assert found.score == sum(reason["points"] for reason in found.reasons)
        assert 0 <= found.score <= 100
        assert all(0 <= reason["points"] <= reason["most"] for reason in found.reasons)
        assert sum(reason["most"] for reason in found.reasons) <= 100


@given(demands, supplies)
def test_the_same_input_gives_the_same_answer(demand, supply):
    assert fit(demand, supply, on=TODAY) == fit(demand, supply, on=TODAY)


@given(demands, supplies)
def test_every_reason_can_be_said(demand, supply):
    found = fit(demand, supply, on=TODAY)

    for reason in found.reasons if found else ():
        assert reason["code"] in SENTENCES
        assert "%(" not in sentence(reason)


def test_each_factor_says_to_the_client_what_it_lacks():
    poor = replace(SUPPLY, rate_minor=160_00, hours_per_week=5, dated=4, on_time=3)
    reasons = fit(DEMAND, poor, on=TODAY + timedelta(days=200)).reasons

    assert list(filter(None, map(lacking, reasons))) == [
        "A lower rate would have more points.",
        "More shared hours would have more points.",
        "Has fewer than 20 hours a week.",
        "Not proven at this level.",
        "The others are not proven.",
        "A newer badge would have more points.",
        "Some work came late.",
    ]
    assert LACKING.keys() == RAISED_BY.keys()
