"""A status moves along its table, once per caller, and leaves its history."""

import pytest

from accounts.models import Mail
from marketplace.kit.states import HasConsequences, IllegalMove, after, move_together
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def mail(db):
    return Mail.objects.create(
        key="k", to="ada@attest.example", subject="s", created_at=NOON, due_at=NOON
    )


def test_a_move_is_written_with_who_when_and_from_where(mail, mallory):
    mail.move("queue", by=mallory, at=NOON, reason="because")

    mail.refresh_from_db()
    assert mail.status == "queued"
    line = mail.history.get()
    assert (line.verb, line.came_from, line.went_to) == ("queue", "draft", "queued")
    assert (line.by, line.at, line.reason) == (mallory, NOON, "because")


def test_a_stale_row_is_refused_and_nothing_is_written(mail):
    stale = Mail.objects.get(pk=mail.pk)
    mail.move("queue", by=None, at=NOON)

    with pytest.raises(IllegalMove):
        stale.move("queue", by=None, at=NOON)

    assert mail.history.count() == 1


def test_rows_move_together_where_they_may(db):
    rows = [factories.check(number) for number in range(3)]
    rows[1].move("fail", by=None, at=NOON)

    moving = move_together(rows, "confirm", by=None, at=NOON)

    assert moving == [rows[0], rows[2]]
    assert [row.status for row in rows] == ["passed", "failed", "passed"]
    for row in rows:
        row.refresh_from_db()
    assert [row.status for row in rows] == ["passed", "failed", "passed"]
    assert [row.history.count() for row in rows] == [1, 1, 1]
    assert rows[0].history.get().came_from == "pending"


def test_rows_from_whose_moves_something_follows_move_alone(ada):
    badge = ada.expert.badges.get()

    with pytest.raises(HasConsequences):
        move_together([badge], "age", by=None, at=NOON)

    assert badge.history.count() == 0


def test_listening_to_an_unknown_verb_fails_at_start():
    with pytest.raises(LookupError):
        after(Mail, "frobnicate")
