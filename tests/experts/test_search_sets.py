"""The gathered sets answer as the documents do, and what changed since is never missed."""

from datetime import timedelta

import pytest

from experts import gathered, tasks
from experts.directory import Directory
from experts.filters import Filters
from experts.models import SearchBase, SearchChange, SearchDocument
from experts.services import badges, profiles, search_sets
from tests import factories
from tests.conftest import NOON
from tests.experts.test_open_profile import profile

TODAY = NOON.date()
QUESTIONS = (
    Filters(),
    Filters(skills=("rag",)),
    Filters(skills=("rag", "evals"), level=2),
    Filters(text="evals", level=3),
    Filters(text="judges fine-tuning"),
    Filters(text="golden sets", country="GB"),
    Filters(country="GB", rate_min=60_00, rate_max=90_00),
    Filters(languages=("en", "de"), rate_max=70_00),
    Filters(soon=True, hours=30),
    Filters(shared=4, zone="Asia/Tokyo"),
    Filters(shared=1),
    Filters(skills=("nonsense",)),
    Filters(families=("nonsense",), text="the"),
    Filters(sort="cheapest", level=2),
    Filters(sort="soonest", skills=("evals",)),
    Filters(rating=400),
)


@pytest.fixture
def people(db):
    """Three experts as in the tests of the directory, and one who is hired to be changed."""
    rag, evals = factories.skill("rag"), factories.skill("evals")
    found = [
        factories.expert(factories.user("Both Skills"), rate_minor=150_00, country="NG"),
        factories.expert(factories.user("Low Rag"), rate_minor=60_00, languages=["en", "de"]),
        factories.expert(
            factories.user("Judge Evals", time_zone="Asia/Tokyo"),
            rate_minor=90_00,
            country="GB",
            headline="Golden sets, judges you can trust",
            available_on=TODAY + timedelta(days=30),
            hours_per_week=10,
        ),
    ]
    held = [(rag, 3), (evals, 2)], [(rag, 1)], [(evals, 3)]
    for expert, several in zip(found, held, strict=True):
        for skill, level in several:
            factories.badge(expert, skill, level=level)
    return found


FIGURES = (
    *("total", "is_exact", "levels", "skills", "assurances", "languages", "countries", "families"),
    *("domains", "works", "shared", "ratings", "soon", "many_hours", "rates", "wider"),
)


def answer(filters: Filters) -> tuple[object, ...]:
    """Return all that a page of the search says: the experts, every figure, and the way out."""
    directory, pages, after = Directory(filters, on=TODAY), [], ""
    while True:
        page = Directory(filters, on=TODAY, after=after).page(2)
        pages += page.experts
        if not (after := page.after):
            break
    return pages, *(getattr(directory, name) for name in FIGURES)


def answers() -> list[tuple[object, ...]]:
    return [answer(filters) for filters in QUESTIONS]


def names(**filters) -> list[str]:
    directory = Directory(Filters(**filters), on=TODAY)
    rows = directory.rows(directory.page(50).experts)
    assert directory.total == len(rows)
    return [row.expert.name for row in rows]


def test_sets_answer_every_question_as_the_documents_do(people):
    asked = answers()

    search_sets.gather(at=NOON)

    assert gathered.now().present.fresh == []
    assert answers() == asked
    # Half of them from sets, and half as what is newer.
    SearchDocument.objects.filter(expert=people[0]).update(scored_on=TODAY)
    assert gathered.now().present.fresh == [people[0].pk]
    assert answers() == asked


def test_what_changes_after_the_gathering_counts_at_once(people, rhea):
    _, low, judge = people
    search_sets.gather(at=NOON)

    profiles.edit(low, profile=profile(headline="Golden retrieval"), by=low.user)
    badges.suspend(judge.badges.get(), reason="A doubt.", by=rhea, at=NOON)
    late = factories.expert(factories.user("Late Comer"), headline="Golden gates")
    factories.badge(late, factories.skill("rag"), level=3)

    assert names(text="golden") == ["Late Comer", low.user.name]
    assert names() == ["Both Skills", "Late Comer", low.user.name]
    assert names(skills=("evals",)) == ["Both Skills"]
    # The profile as it is given away for an edit, the badge, and the new one.
    assert set(SearchChange.objects.values_list("expert_id", flat=True)) == {
        *(low.pk, judge.pk, late.pk)
    }


def test_it_is_gathered_anew_when_enough_has_changed(people, monkeypatch):
    tasks.gather_search()
    assert not SearchBase.objects.exists()  # three are asked one by one

    monkeypatch.setattr(search_sets, "FEWEST", 2)
    assert search_sets.gather_if_due(at=NOON)
    assert not search_sets.gather_if_due(at=NOON)
    SearchDocument.objects.update(scored_on=TODAY)

    assert search_sets.gather_if_due(at=NOON)
    assert SearchBase.objects.count() == 1


def test_with_too_many_changes_the_documents_answer(people, monkeypatch):
    search_sets.gather(at=NOON)
    SearchDocument.objects.update(scored_on=TODAY)
    monkeypatch.setattr(gathered, "FRESH", 2)

    assert gathered.now().present is None
    assert names(skills=("evals",)) == ["Judge Evals", "Both Skills"]
