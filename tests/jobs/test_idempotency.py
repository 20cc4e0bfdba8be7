"""A request that names itself is done once: the same answer again, and no second effect."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import KeptAnswer
from jobs.models import Conversation, Message, Proposal
from jobs.services import messages
from marketplace.kit import personal
from tests import factories
from tests.conftest import NOON

HELLO = {"text": "Good morning"}


@pytest.fixture
def sent(acme, ada) -> Proposal:
    return factories.proposal(factories.job(acme.memberships.get().organisation), ada.expert)


@pytest.fixture
def talk(sent, acme) -> Conversation:
    return messages.begin(sent, text="Hello", files=(), by=acme, at=NOON).conversation


def write(user, talk, body=HELLO, *, key: str = "k1", name: str = "messages"):
    """Send JSON under a key, as somebody who is signed in."""
    client = Client()
    client.force_login(user)
    address = reverse(f"api:{name}", args=[talk.public_id])
    return client.post(
        address, body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def written() -> int:
    return Message.objects.filter(text=HELLO["text"]).count()


def test_the_same_again_is_answered_the_same_and_done_once(talk, ada):
    first, second = write(ada, talk), write(ada, talk)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert written() == 1


def test_a_refusal_is_repeated_too_and_stays_a_problem(sent, ada, acme):
    answers = [write(acme, sent, {}, name="withdraw-proposal") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert answers[0].content == answers[1].content
    sent.refresh_from_db()
    assert sent.status == "submitted"


def test_a_refusal_undoes_what_was_begun(talk, ada):
    Proposal.objects.update(status="declined")

    assert write(ada, talk).status_code == 409
    assert written() == 0
    assert KeptAnswer.objects.get().status == 409


@pytest.mark.parametrize(
    ("body", "name"), [({"text": "Another"}, "messages"), (HELLO, "read-conversation")]
)
def test_a_key_belongs_to_its_request(body, name, talk, ada):
    write(ada, talk)

    answer = write(ada, talk, body, name=name)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key_used_otherwise")
    assert Message.objects.count() == 2


def test_anothers_key_is_another(talk, acme, ada):
    assert write(ada, talk).status_code == write(acme, talk).status_code == 201
    assert written() == 2


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_is_a_short_text(key, talk, ada):
    assert write(ada, talk, key=key).status_code == 400
    assert written() == 0


def test_it_is_kept_for_a_day(talk, ada):
    write(ada, talk)
    KeptAnswer.objects.update(created_at=now() - timedelta(hours=24, seconds=1))

    assert "Idempotent-Replayed" not in write(ada, talk)
    assert written() == 2
    assert personal.purge(at=now()) == {}
    assert personal.purge(at=now() + timedelta(hours=25)) == {"accounts.KeptAnswer": 1}


def test_a_crash_between_effect_and_answer_leaves_neither(talk, ada, monkeypatch):
    def crash(*_args, **_options):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("jobs.api.conversations.MessageOut", crash)
        with pytest.raises(RuntimeError):
            write(ada, talk)
    assert (written(), KeptAnswer.objects.count()) == (0, 0)

    assert write(ada, talk).status_code == 201
    assert written() == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_told_so(talk, ada, at_once):
    answers = at_once(*[partial(write, ada, talk)] * 8)

    assert written() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    new = [a for a in answers if a.status_code == 201 and "Idempotent-Replayed" not in a]
    assert len(new) == 1
    assert write(ada, talk).content == new[0].content


@pytest.mark.drills
@pytest.mark.django_db(transaction=True)
def test_of_thirty_two_in_the_same_moment_one_has_an_effect(talk, ada, at_once):
    for number in range(50):
        at_once(*[partial(write, ada, talk, key=f"storm-{number}")] * 32)
        cache.clear()  # what is asked here is no question of how often
        assert written() == number + 1, number
