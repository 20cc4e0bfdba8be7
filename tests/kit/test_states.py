"""A status moves along its table, once per caller, and leaves its history."""

import pytest

from accounts.models import Mail
from marketplace.kit.states import IllegalMove, after
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


def test_listening_to_an_unknown_verb_fails_at_start():
    with pytest.raises(LookupError):
        after(Mail, "frobnicate")
