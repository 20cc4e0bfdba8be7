"""Reviewers in figures: each figure over complete submissions only, and kappa by the book."""

from datetime import timedelta

import pytest

from experts import performance
from experts.agreement import cohens_kappa
from experts.services import reviews, seats
from tests.conftest import NOON
from tests.laid import laid

# The worked example of Cohen (1960), p. 45, as counts of 200: rows are judge A, columns judge B.
COHEN_1960 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]


def test_kappa_is_that_of_the_book():
    pairs = [
        (row, column)
        for row, counts in enumerate(COHEN_1960)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]

    assert cohens_kappa(pairs) == pytest.approx(0.492, abs=0.0005)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([], None),
        ([(1, 1), (1, 1)], None),
        ([(1, 1), (2, 2)], 1.0),
        ([(1, 2), (2, 1)], -1.0),
        ([(1, 1), (1, 2)], 0.0),
    ],
)
def test_kappa_at_its_edges(pairs, kappa):
    assert cohens_kappa(pairs) == kappa


@laid
def settled(led, rhea, ines, tove, judged):
    """A case that Rhea would grant at level 3, Ines at 2, and Tove settled at 3."""
    seats.claim(led, by=rhea, at=NOON)
    seats.claim(led, by=ines, at=NOON)
    half_an_hour_on = NOON + timedelta(minutes=30)
    reviews.grant(led, level=3, judgement=judged(led), by=rhea, at=half_an_hour_on)
    reviews.grant(led, level=2, judgement=judged(led), by=ines, at=half_an_hour_on)
    seats.claim(led, by=tove, at=half_an_hour_on)
    reviews.grant(led, level=3, judgement=judged(led), by=tove, at=half_an_hour_on)
    return led


def figures_of(person):
    [row] = performance.figures(person, at=NOON + timedelta(days=1))
    return row


def test_time_grants_and_being_overruled(settled, rhea, ines):
    mine, hers = figures_of(rhea), figures_of(ines)

    assert (mine.count, mine.minutes, mine.grant_rate) == (1, 30, 1)
    assert (mine.looked_at_again, mine.overturned) == (1, 0)
    assert (hers.looked_at_again, hers.overturned) == (1, 1)
    assert (mine.pairs, mine.kappa) == (1, 0.0)


def test_drift_holds_the_last_90_days_against_those_before(settled, rhea):
    [row] = performance.figures(rhea, at=NOON + timedelta(days=100))

    assert (row.recent.count, row.recent.grant_rate) == (0, None)
    assert (row.before.count, row.before.mean_score) == (1, 4.0)


def test_what_is_not_complete_does_not_count(led, rhea, judged):
    seats.claim(led, by=rhea, at=NOON)
    reviews.grant(led, level=3, judgement=judged(led), by=rhea, at=NOON)

    assert performance.figures(None, at=NOON) == []


def test_leads_see_everyone_and_reviewers_themselves(client, settled, rhea, tove):
    client.force_login(tove)
    assert "Ines Duarte" in client.get("/admin/vetting/reviewers/").content.decode()

    client.force_login(rhea)
    page = client.get("/admin/vetting/reviewers/").content.decode()
    assert "Rhea Lindqvist" in page
    assert "Ines Duarte" not in page
