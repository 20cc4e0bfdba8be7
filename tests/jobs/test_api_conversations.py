"""Beginning a conversation through the API, and taking no more of one."""

import pytest

from jobs.models import Block, Conversation, Message

HELLO = {"text": "When could you begin?"}


@pytest.fixture
def begin(program, proposal):
    def begin(user):
        return program(user, "post", "begin-conversation", proposal.public_id, body=HELLO)

    return begin


def test_the_client_writes_first_and_goes_on_where_it_began(program, begin, acme, ada):
    begun = begin(acme)
    again = begin(acme)
    [read] = program(ada, "get", "conversations").json()["results"]

    assert (begun.status_code, again.json()["id"]) == (201, begun.json()["id"])
    assert (read["id"], read["unread"]) == (begun.json()["id"], 2)
    assert Message.objects.count() == 2


def test_an_expert_without_an_offer_and_an_outsider_begin_none(begin, ada, mallory):
    assert begin(ada).status_code == 403
    assert begin(mallory).status_code == 404
    assert not Conversation.objects.exists()


def test_whoever_is_blocked_writes_no_more_until_it_is_lifted(program, begin, acme, ada, mallory):
    talk = begin(acme).json()["id"]

    assert program(mallory, "post", "block-conversation", talk, body={}).status_code == 404
    assert program(ada, "post", "block-conversation", talk, body={}).status_code == 204
    refused = program(acme, "post", "messages", talk, body=HELLO)
    assert program(ada, "post", "unblock-conversation", talk, body={}).status_code == 204
    taken = program(acme, "post", "messages", talk, body=HELLO)

    assert (refused.status_code, taken.status_code) == (409, 201)
    assert Block.objects.get().lifted_at is not None
