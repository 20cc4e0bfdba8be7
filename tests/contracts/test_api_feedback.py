"""Feedback through the API: said once, unseen until both have spoken, answered once."""

import pytest

from contracts.models import Feedback
from contracts.models.feedback import ClientScoreKey
from experts.models import ScoreKey


def points(keys, rating: int = 5) -> list[dict[str, object]]:
    return [{"key": key.value, "points": rating} for key in keys]


@pytest.fixture
def say(program, complete, ada):
    """Say it as one of the two sides."""

    def say(user, **changes):
        keys = ClientScoreKey if user == ada else ScoreKey
        body = {"rating": 5, "scores": points(keys), "text": "Clear and early."} | changes
        return program(user, "post", "feedback", complete.public_id, body=body)

    return say


def test_it_is_unseen_until_both_have_spoken_and_answered_once(program, say, complete, acme, ada):
    first = say(acme)
    unseen = program(ada, "get", "feedback", complete.public_id).json()
    say(ada, rating=4)
    seen = program(ada, "get", "feedback", complete.public_id).json()
    body = {"text": "Thank you."}
    replied = program(ada, "post", "reply-to-feedback", complete.public_id, body=body)
    again = program(ada, "post", "reply-to-feedback", complete.public_id, body=body)

    assert (first.status_code, first.json()["published_at"]) == (201, None)
    assert unseen == {"own": None, "others": None}
    assert (seen["own"]["rating"], seen["others"]["text"]) == (4, "Clear and early.")
    assert {row["points"] for row in seen["others"]["scores"]} == {5}
    assert (replied.status_code, replied.json()["reply"]) == (200, "Thank you.")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"rating": 6}, 400),
        ({"scores": points(ScoreKey)[:5]}, 409),
        ({"scores": [{"key": "beauty", "points": 5}]}, 400),
        ({"text": ""}, 400),
        ({"published_at": "2030-01-01"}, 400),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(say, change, status, acme):
    assert say(acme, **change).status_code == status
    assert not Feedback.objects.exists()


def test_nobody_else_speaks_and_nothing_is_said_twice(program, say, complete, acme, mallory):
    assert say(mallory).status_code == 404
    assert say(acme).status_code == 201
    assert say(acme, rating=1).status_code == 409
    reply = program(acme, "post", "reply-to-feedback", complete.public_id, body={"text": "x"})
    assert reply.status_code == 404, "there is nothing to answer yet"
    assert Feedback.objects.get().rating == 5


def test_it_waits_for_the_end_of_the_work(program, contract, acme):
    body = {"rating": 5, "scores": points(ScoreKey), "text": "x"}

    assert program(acme, "post", "feedback", contract.public_id, body=body).status_code == 409
    assert not Feedback.objects.exists()
