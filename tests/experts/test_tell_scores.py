"""The weekly mail about a score: what changed and why, once a week each, and never without news."""

from datetime import timedelta

import pytest

from accounts.models import Mail, Notification
from experts import score_changes, selectors, tasks
from experts.models import ToldScore, WorkRecord
from experts.reputation import reputation
from experts.services import scores
from marketplace.celery import app
from tests import factories
from tests.conftest import NOON
from tests.experts.test_record_work import record
from tests.experts.test_reputation import said
from tests.laid import laid

# NOON is a Tuesday.
WEEK = timedelta(weeks=1)
MONDAY = NOON - timedelta(days=1)
FADES = (
    "A rating counts less as time passes, and the more contracts you have, the less each of them"
    " moves the score."
)


def told() -> list[str]:
    """Return the subjects of the notices about scores, first one first."""
    rows = Notification.objects.filter(kind="score").order_by("pk")
    return [row.subject for row in rows]


def last() -> Notification:
    return Notification.objects.filter(kind="score").latest("pk")


@laid
def rated(grace):
    """Grace, after one contract rated 5 and one rated 3 a year ago, told a week before NOON."""
    record(grace, source="con_1", title="Evals for claims", rating=5)
    record(
        grace,
        source="con_2",
        title="Old pipeline",
        rating=3,
        completed_on=NOON.date() - timedelta(days=365),
    )
    assert scores.tell_due(at=NOON - WEEK) == 1
    return grace


def test_the_first_mail_says_how_the_score_came_about(rated):
    assert told() == ["You have a score now: 4.07"]
    assert last().body.splitlines() == [
        "Clients have rated your work. This is how your score came about.",
        "",
        "What every contract adds to the 4.0 where everybody begins:",
        "+0.21  Evals for claims: new, rated 5 of 5, counts 0.97 times.",
        "-0.14  Old pipeline: new, rated 3 of 5, counts 0.64 times.",
        "",
        "Together that is 4.07, likely between 3.31 and 4.84.",
        "",
        FADES,
    ]
    assert last().url == f"/experts/{rated.slug}/reputation/"
    [mail] = Mail.objects.filter(key__contains=":score:")
    assert mail.to == rated.user.email
    assert "+0.21  Evals for claims" in mail.text


def test_the_next_one_says_what_each_contract_added_before_and_now(rated):
    WorkRecord.objects.filter(source="con_2").update(is_linked=True)
    record(rated, source="con_3", title="Search", rating=2, follows_lost_dispute=True)

    assert scores.tell_due(at=NOON) == 1

    assert told()[1:] == ["Your score is 4.00 now, it was 4.07"]
    body = last().body
    for line in (
        "When we last wrote, on 25 December 2029, it was 4.07.",
        "-0.22  Search: new, rated 2 of 5, counts 0.48 times. The client had lost a dispute",
        "+0.22  Evals for claims, was +0.21: rated 5 of 5, counts 0.96 times instead of 0.97.",
        "+0.00  Old pipeline: counts nothing. The two sides are not known to be independent.",
    ):
        assert line in body
    assert body.index("Search") < body.index("Evals for claims")


def test_a_rating_that_was_corrected_is_told(rated):
    record(rated, source="con_1", title="Evals for claims", rating=4)

    scores.tell_due(at=NOON)

    assert "+0.00  Evals for claims, was +0.21: rated 4 of 5 instead of 5." in last().body


def test_nobody_is_told_twice_in_a_week(rated):
    for hours in range(0, 6 * 24, 9):
        record(rated, source=f"con_{hours + 9}", rating=1)
        scores.tell_due(at=MONDAY - WEEK + timedelta(hours=hours))
    assert len(told()) == 1

    assert scores.tell_due(at=MONDAY) == 1
    assert scores.tell_due(at=MONDAY + timedelta(days=6)) == 0

    assert len(told()) == 2
    assert Mail.objects.filter(key__contains=":score:").count() == 2


@pytest.mark.parametrize(("hour", "count"), [(6, 0), (7, 1)])
def test_a_week_begins_on_monday_morning(rated, hour, count):
    record(rated, source="con_3", rating=1)

    assert scores.tell_due(at=MONDAY.replace(hour=hour)) == count


def test_a_week_in_which_nothing_changed_is_silent_and_looked_at_once(rated):
    before = ToldScore.objects.get()
    score = selectors.reputations([rated.pk], on=NOON.date())[rated.pk]
    assert score.score == before.score  # the weights faded a little, the number did not

    assert scores.tell_due(at=NOON) == 0

    assert len(told()) == 1
    after = ToldScore.objects.get()
    assert (after.week, after.told_on) == (MONDAY.date(), before.told_on)
    assert not scores.due(NOON).exists()


def test_what_fades_is_told_once_the_number_moves(rated):
    weeks = 0
    while len(told()) == 1:
        weeks += 1
        scores.tell_due(at=NOON + weeks * WEEK)

    assert weeks > 1
    assert told()[1] == "Your score is 4.06 now, it was 4.07"
    assert "instead of 0.97" in last().body  # since the last mail, not since the last look


def test_nobody_without_a_rating_that_counts_is_told(grace, ada):
    record(grace, is_linked=True)
    other = factories.expert(factories.user("Gone", is_active=False))
    record(other, source="con_9")

    assert scores.tell_due(at=NOON) == 0

    assert told() == []
    assert ToldScore.objects.get().told_on is None


def test_a_long_record_is_told_by_what_moved_it_most(grace):
    for number in range(23):
        record(grace, source=f"con_{number}", title=f"Contract {number}", rating=4)
    record(grace, source="con_99", title="The bad one", rating=1)

    scores.tell_due(at=NOON)

    lines = last().body.splitlines()
    assert lines[3].endswith("The bad one: new, rated 1 of 5, counts 0.96 times.")
    assert "And 4 more contracts, on the page." in lines
    assert len(last().body) < 3_000


def test_another_contract_with_the_same_number_is_news():
    one = reputation([said(rating=4)], on=NOON.date())
    before = score_changes.Told(NOON.date(), one.score, score_changes.parts_of(one))
    two = reputation([said(rating=4), said(source="con_2", rating=4)], on=NOON.date())

    assert two.score == one.score
    assert score_changes.is_news(before, two)
    assert not score_changes.is_news(before, one)


def test_the_beat_asks_for_it(grace):
    record(grace, title="Search", rating=1)

    tasks.tell_scores()

    assert "Search: new" in last().body
    assert app.conf.beat_schedule["tell-scores"]["task"] == "experts.tasks.tell_scores"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_it_once(at_once, grace):
    record(grace)

    outcomes = at_once(*[lambda: scores.tell(grace.pk, at=NOON)] * 4)

    assert sorted(outcomes) == [False, False, False, True]
    assert len(told()) == 1
    assert Mail.objects.filter(key__contains=":score:").count() == 1
