"""The workroom: all that happened on a contract in one line of time, filtered and paged."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.models import Contract, ContractEvent
from contracts.selectors import workroom
from contracts.selectors.workroom import Mark, Topic
from contracts.services import offers
from jobs.models import Conversation, Message
from jobs.services import messages
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

AN_HOUR = timedelta(hours=1)


@laid
def hired(offer, ada) -> Contract:
    """Ada accepted Acme's offer an hour after it was sent."""
    return offers.accept(offer, by=ada, at=NOON + AN_HOUR)


@pytest.fixture
def url(hired):
    return reverse("contracts:workroom", args=[hired.public_id])


def texts(contract, topic=None):
    return [line.text for line in workroom.page(contract, topic=topic).lines]


def written(contract, count) -> None:
    """Write many messages, a second apart, two hours after noon."""
    conversation = Conversation.objects.create(
        job=contract.job, expert=contract.expert, created_at=NOON, last_at=NOON
    )
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            side="expert",
            by=contract.expert.user,
            text=f"Note {number}",
            created_at=NOON + 2 * AN_HOUR + timedelta(seconds=number),
        )
        for number in range(count)
    )


# --- What there is


def test_messages_files_work_money_and_terms_are_told_in_one_line(hired, pay, acme, ada):
    proposal = hired.offer.proposal
    file = SimpleUploadedFile("log.txt", b"late\n")
    at = NOON + 2 * AN_HOUR
    messages.begin(proposal, text="Shall we begin?", files=[file], by=acme, at=at)
    first = hired.milestones.get(position=1)
    pay(first)
    agreed.handed_in(first)

    lines = workroom.page(hired).lines

    found = {(line.topic, line.text) for line in lines}
    assert (Topic.MESSAGES, "Acme wrote") in found
    assert (Topic.FILES, "Acme sent log.txt") in found
    assert (Topic.WORK, "Handed in for review: Part 1") in found
    assert (Topic.MONEY, "Funded: Part 1") in found
    assert (Topic.TERMS, "Terms agreed, version 1") in found
    assert (Topic.TERMS, "Offer accepted: Citation-first assistant") in found
    assert [line.amount for line in lines if line.amount] == [Money(3_000_00, "usd")]
    assert [line.quote for line in lines if line.quote] == ["Shall we begin?"]
    moments = [line.at for line in lines]
    assert moments == sorted(moments, reverse=True)


def test_one_topic_is_shown_alone(hired):
    written(hired, 2)

    assert texts(hired, Topic.MESSAGES) == ["Ada Okonkwo wrote"] * 2
    assert texts(hired, Topic.MONEY) == []
    assert "Terms agreed, version 1" in texts(hired, Topic.TERMS)
    assert "Ada Okonkwo wrote" not in texts(hired, Topic.TERMS)


def test_nothing_of_another_contract_is_told(hired, contract):
    assert not set(texts(contract)) & {"Terms agreed, version 1", "Offer accepted"}
    assert workroom.page(contract, topic=Topic.MESSAGES).lines == []


# --- Pages of it


def test_pages_follow_each_other_and_lose_nothing_that_bears_one_moment(hired):
    ContractEvent.objects.bulk_create(
        ContractEvent(row=hired, verb="pause", came_from="active", went_to="paused", at=NOON)
        for _number in range(70)
    )
    seen, after = [], None
    while True:
        page = workroom.page(hired, after=after)
        seen += [line.key for line in page.lines]
        if not page.next:
            break
        after = workroom.mark_of(page.next)

    assert len(seen) == len(set(seen))
    assert len([key for key in seen if key.startswith("contract:")]) == 70


@pytest.mark.parametrize("text", ["", "now", "2030-01-01", "2030-99-99T00:00:00+00:00 a:1", "x y"])
def test_a_mark_nobody_gave_is_none(text):
    assert workroom.mark_of(text) is None


def test_a_mark_is_read_as_it_was_written():
    mark = Mark(NOON, "message:000000000007")

    assert workroom.mark_of(str(mark)) == mark


# --- The page


def test_both_sides_read_it_page_by_page(client, hired, url, acme, ada):
    written(hired, 40)
    for who in (acme, ada):
        client.force_login(who)
        first = client.get(url, {"show": "messages"})
        assert first.status_code == 200
        assert "Note 39" in first.content.decode()
        assert "Note 9" not in first.content.decode()
        after = first.context["page"].next
        second = client.get(url, {"show": "messages", "after": after}).content.decode()
        assert "Note 9" in second
        assert "Note 10" not in second


def test_nobody_else_reads_it(client, url, mallory):
    assert client.get(url).status_code == 302
    client.force_login(mallory)
    assert client.get(url).status_code == 404


def test_an_address_somebody_changed_shows_the_latest(client, hired, url, acme):
    client.force_login(acme)

    page = client.get(url, {"show": "secrets", "after": "2030-13-01 \x00"})

    assert page.status_code == 200
    assert "Terms agreed, version 1" in page.content.decode()


def test_a_long_history_costs_what_a_short_one_does(
    client, hired, url, acme, django_assert_max_num_queries
):
    written(hired, 500)
    client.force_login(acme)
    client.get(url)

    with django_assert_max_num_queries(12):
        assert client.get(url).status_code == 200
