"""D11: the score is one function of what everybody may see, and anyone can make it again."""

import inspect
import json
from dataclasses import fields
from datetime import date, timedelta
from math import sqrt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from experts import reputation as rules
from experts import selectors
from experts.directory import Directory
from experts.filters import Filters
from experts.models import Expert, ScoreKey, SearchDocument, WorkRecord
from experts.reputation import Said, reputation
from experts.services import search_documents
from tests import factories
from tests.conftest import NOON

TODAY = NOON.date()
BANDS = ("small", "under_1", "from_1", "from_5", "from_20", "from_50", "from_100")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    for module in ("views.profiles", "views.search", "api.experts"):
        monkeypatch.setattr(f"experts.{module}.now", lambda: NOON)


def said(**fields) -> Said:
    return Said(
        **{
            "source": "con_1",
            "completed_on": TODAY,
            "rating": 5,
            "scores": {},
            "amount_band": "from_5",
            "is_linked": False,
            "follows_lost_dispute": False,
            "outcome": "on_time",
        }
        | fields
    )


def record(expert: Expert, number: int, **fields) -> WorkRecord:
    return WorkRecord.objects.create(
        **{
            "expert": expert,
            "source": f"con_{expert.pk:06}{number:06}",
            "title": f"Contract {number}",
            "client_name": "Acme",
            "completed_on": TODAY - timedelta(days=100 * number),
            "rating": 5 - number % 3,
            "quote": "Measured first.",
            "amount_band": "from_5",
            "scores": {key.value: 4 for key in ScoreKey},
            "outcome": "late" if number % 4 == 3 else "on_time",
        }
        | fields
    )


# --- The function


def test_everybody_begins_at_the_prior_and_is_shown_as_new():
    found = reputation([], on=TODAY)

    assert (found.score, found.count) == (4.0, 0)


def test_one_perfect_rating_does_not_outrank_a_long_record():
    newcomer = reputation([said()], on=TODAY)
    veteran = reputation(
        [said(source=f"con_{n}", rating=5 - (n % 10 == 0)) for n in range(30)], on=TODAY
    )

    assert newcomer.score == 4.25
    assert newcomer.score < veteran.score < 5
    assert veteran.high - veteran.low < newcomer.high - newcomer.low


def test_a_contract_counts_half_after_eighteen_months():
    [part] = reputation([said(completed_on=TODAY - timedelta(days=548))], on=TODAY).contributions

    assert (part.days, part.weight, part.points) == (548, 0.5, 2.5)


@pytest.mark.parametrize("nothing", [{"is_linked": True}, {"amount_band": "small"}], ids=str)
def test_what_can_be_made_up_counts_nothing_and_says_why(nothing):
    found = reputation([said(rating=1, **nothing)], on=TODAY)

    assert (found.score, found.count, found.timed) == (4.0, 0, 0)
    assert found.contributions[0].why


def test_a_word_after_a_lost_dispute_counts_half_and_says_why():
    [part] = reputation([said(rating=1, follows_lost_dispute=True)], on=TODAY).contributions

    assert (part.weight, part.points) == (0.5, 0.5)
    assert "lost a dispute" in part.why


def test_whether_work_was_on_time_is_not_part_of_the_score():
    on_time, late = (reputation([said(outcome=word)], on=TODAY) for word in ("on_time", "late"))

    assert on_time.score == late.score
    assert (on_time.on_time, late.on_time, late.timed) == (1, 0, 1)


anything = st.builds(
    Said,
    source=st.just("con_1"),
    completed_on=st.dates(date(2015, 1, 1), TODAY + timedelta(days=2)),
    rating=st.integers(1, 5),
    scores=st.dictionaries(st.sampled_from(ScoreKey.values), st.integers(1, 5)),
    amount_band=st.sampled_from(BANDS),
    is_linked=st.booleans(),
    follows_lost_dispute=st.booleans(),
    outcome=st.sampled_from(["", "on_time", "late"]),
)


@given(st.lists(anything, max_size=30))
def test_the_score_lies_in_its_interval_and_the_interval_in_the_scale(rows):
    found = reputation(rows, on=TODAY)

    assert 1 <= found.low <= found.score <= found.high <= 5
    assert all(1 <= part.mean <= 5 for part in found.parts)


@given(st.lists(anything, max_size=12), st.integers(1, 4))
def test_a_better_rating_never_costs_anything(rows, rating):
    worse = reputation([*rows, said(rating=rating)], on=TODAY)
    better = reputation([*rows, said(rating=rating + 1)], on=TODAY)

    assert better.score >= worse.score


@given(st.lists(anything, max_size=12))
def test_what_every_contract_moves_adds_up_to_the_score(rows):
    found = reputation(rows, on=TODAY)

    moved = sum(found.effect_of(each) for each in found.contributions)
    assert 4 + moved == pytest.approx(found.score, abs=0.005 * (len(rows) + 1))


# --- Nothing secret


def test_the_function_takes_nothing_that_the_public_data_do_not_hold(client, ada):
    record(ada.expert, 1)
    data = client.get(reverse("api:reputation", args=[ada.expert.public_id])).json()

    assert list(inspect.signature(reputation).parameters) == ["said", "on"]
    assert {field.name for field in fields(Said)} <= set(data["contributions"][0])
    assert "on" in data
    constants = {
        rules.HALF_LIFE_DAYS, rules.PRIOR_MEAN, rules.PRIOR_WEIGHT, rules.PRIOR_VARIANCE,
        rules.NINETY_PER_CENT, rules.AFTER_LOST_DISPUTE,
    }  # fmt: skip
    assert constants == {value for value in data["rule"].values() if not isinstance(value, list)}


def test_a_stranger_makes_the_number_again_from_the_public_data_alone(client, ada):
    for number in range(9):
        record(ada.expert, number)
    record(ada.expert, 9, rating=1, is_linked=True)
    record(ada.expert, 10, rating=1, amount_band="small")
    record(ada.expert, 11, rating=1, follows_lost_dispute=True)
    answer = client.get(reverse("api:reputation", args=[ada.expert.public_id]))

    score, low, high = made_again(answer.content)

    shown = client.get(reverse("experts:profile", args=[ada.expert.slug])).content.decode()
    assert f"{score:.2f}" in shown
    assert f"likely {low:.2f} to {high:.2f}" in shown
    assert "Written after the client had lost a dispute about the work" in shown
    assert (
        f"{score:.2f} from 10 contracts" in client.get(reverse("experts:search")).content.decode()
    )
    listed = client.get("/api/v1/experts/").json()["results"][0]["reputation"]
    assert (listed["score"], listed["low"], listed["high"]) == (score, low, high)


def made_again(public: bytes) -> tuple[float, float, float]:
    """What a stranger writes who has read the rule on the page and nothing of ours."""
    data = json.loads(public)
    rule, on = data["rule"], date.fromisoformat(data["on"])
    points, weights = rule["prior_weight"] * rule["prior_mean"], rule["prior_weight"]
    counted = []
    for row in data["contributions"]:
        if row["is_linked"] or row["amount_band"] in rule["too_small"]:
            continue
        days = (on - date.fromisoformat(row["completed_on"])).days
        weight = 0.5 ** (days / rule["half_life_days"])
        if row["follows_lost_dispute"]:
            weight *= rule["after_lost_dispute"]
        weight = round(weight, 4)
        counted.append((weight, row["rating"]))
        points, weights = points + weight * row["rating"], weights + weight
    score = points / weights
    squares = sum(weight * (rating - score) ** 2 for weight, rating in counted)
    variance = (rule["prior_weight"] * rule["prior_variance"] + squares) / weights
    error = rule["z"] * sqrt(variance / weights)
    return round(score, 2), round(max(1, score - error), 2), round(min(5, score + error), 2)


# --- Where it is shown


def test_the_page_lists_every_contract_with_its_part(client, ada):
    for number in range(3):
        record(ada.expert, number)
    record(ada.expert, 3, is_linked=True)

    page = client.get(reverse("experts:reputation", args=[ada.expert.slug])).content.decode()

    found = selectors.reputations([ada.expert.pk], on=TODAY)[ada.expert.pk]
    assert all(f"Contract {number}" in page for number in range(4))
    assert f"divided by {found.weight + 3:.4f} is {found.score:.2f}" in page
    assert "not known to be independent" in page


def test_who_has_no_contract_yet_is_new_and_not_bad(client, ada):
    for address in ("experts:profile", "experts:reputation"):
        page = client.get(reverse(address, args=[ada.expert.slug])).content.decode()
        assert "New here" in page
    assert "New here, 1 badge" in client.get(reverse("experts:search")).content.decode()


def test_the_directory_sorts_by_the_same_number(ada):
    experts = [ada.expert]
    for number in range(4):
        expert = factories.expert(factories.user(f"Expert {number}"))
        factories.badge(expert, factories.skill("rag"), level=3)
        experts.append(expert)
        for contract in range(number * 2):
            record(expert, contract, rating=1 + (number + contract) % 5)
        record(expert, 50, rating=1, is_linked=True, completed_on=TODAY)
        record(expert, 51, rating=1, follows_lost_dispute=number % 2 == 0, completed_on=TODAY)
    scores = selectors.reputations([expert.pk for expert in experts], on=TODAY)

    search_documents.rebuild(at=NOON)

    for document in SearchDocument.objects.all():
        score = scores[document.expert_id].score
        assert document.quality % 1000 == pytest.approx(score * 100, abs=1)
    listed = Directory(Filters(), on=TODAY).page(50).experts
    assert listed == sorted(listed, key=lambda pk: (-scores[pk].score, pk))


def test_the_score_of_a_page_costs_one_query(ada, django_assert_num_queries):
    for number in range(5):
        record(ada.expert, number)

    with django_assert_num_queries(1):
        selectors.reputations([ada.expert.pk], on=TODAY)
