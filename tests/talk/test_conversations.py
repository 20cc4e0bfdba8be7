"""Conversations as people read them: lines in order, what is new, warnings, and the way to act."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.urls import reverse

from contracts.models import Contract, Milestone, Submission
from contracts.selectors import conversations
from experts.models import Upload
from jobs.models import Attachment, Conversation, Interview, Message, Proposal, Reading
from jobs.services import messages
from tests import factories
from tests.conftest import NOON

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def contract(acme, ada) -> Contract:
    """Acme's running contract with Ada."""
    return factories.contract(acme.memberships.get().organisation, ada.expert)


@pytest.fixture
def proposal(acme, ada) -> Proposal:
    """Ada's proposal to another job of Acme."""
    return factories.proposal(factories.job(acme.memberships.get().organisation), ada.expert)


def talk_about(proposal: Proposal, by, text="Hello", files=()) -> Conversation:
    return messages.begin(proposal, text=text, files=files, by=by, at=NOON).conversation


def address(name, row):
    return reverse(f"contracts:{name}", args=[row.public_id])


def written(conversation, by, side="client", **fields) -> Message:
    """Build a message without the service's questions."""
    last = conversation.messages.latest("created_at").created_at
    row = {"text": "More", "created_at": last + timedelta(minutes=1)} | fields
    return Message.objects.create(conversation=conversation, side=side, by=by, **row)


def test_it_begins_on_the_proposal_and_goes_on_in_the_conversation(client, acme, ada, proposal):
    client.force_login(acme)
    begin = address("begin-conversation", proposal)
    assert begin in client.get(reverse("jobs:proposal", args=[proposal.public_id])).text

    answer = client.post(begin, {"text": "When could you start?"})

    row = Conversation.objects.get()
    assert answer.url == address("conversation", row) + "#last"
    assert client.get(begin).url == address("conversation", row)
    client.force_login(ada)
    assert "When could you start?" in client.get(answer.url).text
    assert begin in client.get(reverse("jobs:proposal", args=[proposal.public_id])).text


def test_an_expert_without_an_offer_reads_who_writes_first(client, ada, proposal):
    client.force_login(ada)

    assert "The client writes first" in client.get(address("begin-conversation", proposal)).text
    page = client.get(reverse("jobs:proposal", args=[proposal.public_id]))
    assert address("begin-conversation", proposal) not in page.text


def test_the_contract_leads_to_the_same_conversation(client, acme, ada, contract):
    row = talk_about(contract.offer.proposal, acme, "The kick-off is on Monday.")
    client.force_login(ada)

    page = client.get(reverse("contracts:detail", args=[contract.public_id]))

    assert "The kick-off is on Monday." in page.text
    assert "1 new message" in page.text
    led = client.get(address("contract-messages", contract), follow=True)
    assert led.redirect_chain[-1][0] == address("conversation", row)


def test_what_happened_stands_between_the_messages(acme, ada, contract):
    row = talk_about(contract.offer.proposal, acme)
    written(row, ada, "expert", text="Second")
    milestone = contract.milestones.get()
    Milestone.objects.filter(pk=milestone.pk).update(status="submitted")
    milestone.refresh_from_db()
    milestone.move("release", by=acme, at=NOON + timedelta(seconds=30))
    contract.offer.proposal.history.create(
        verb="archive", came_from="submitted", went_to="archived", by=acme, at=NOON
    )

    page = conversations.latest(row, ada)

    assert [line.message.text if line.message else line.text for line in page.lines] == [
        "Hello",
        "Released: Retrieval with sources",
        "Second",
    ]
    detail = reverse("contracts:detail", args=[contract.public_id])
    assert page.lines[1].url == f"{detail}?milestone=1#milestone-1"
    after = conversations.since(row, ada, page.lines[0].at)
    assert [line.text for line in after.lines if not line.message] == [page.lines[1].text]


def test_every_kind_of_happening_has_its_words_and_its_page(acme, ada, contract):
    row = talk_about(contract.offer.proposal, acme)
    contract.offer.proposal.history.create(
        verb="submit", came_from="draft", went_to="submitted", at=NOON
    )
    contract.offer.history.create(verb="send", came_from="draft", went_to="sent", at=NOON)
    contract.history.create(verb="complete", came_from="active", went_to="completed", at=NOON)
    change = contract.amendments.create(
        kind="change", side="expert", made_by=ada, created_at=NOON, expires_at=NOON
    )
    change.history.create(verb="propose", came_from="draft", went_to="proposed", at=NOON)

    found = {line.text: line.url for line in conversations.latest(row, acme).lines if line.text}

    assert found == {
        "Proposal sent": reverse("jobs:proposal", args=[contract.offer.proposal.public_id]),
        f"Offer sent: {contract.title}": address("offer", contract.offer),
        "A change of the contract was proposed": reverse(
            "contracts:amendment", args=[contract.public_id, change.public_id]
        ),
        "The contract is complete": address("detail", contract),
    }
    known = {
        "proposal": Proposal, "offer": type(contract.offer), "milestone": Milestone,
        "amendment": type(change), "contract": Contract, "interview": Interview,
    }  # fmt: skip
    for kind, verbs in conversations.TOLD.items():
        assert set(verbs) <= set(known[kind].MOVES), kind


def test_what_is_new_comes_without_the_page(client, acme, ada, proposal):
    row = talk_about(proposal, acme)
    client.force_login(ada)
    news = address("news", row)
    last = conversations.latest(row, ada).last
    assert client.get(news, {"after": last}).status_code == 204

    written(row, acme, text="Are you there?")
    answer = client.get(news, {"after": last}, **HTMX)

    assert "Are you there?" in answer.text
    assert "Hello" not in answer.text
    assert Reading.objects.get(user=ada).up_to.text == "Are you there?"
    assert client.get(news, {"after": conversations.latest(row, ada).last}).status_code == 204
    for wrong in ("", "yesterday", "2030-99-99T00:00", "2030-01-01T12:00"):
        assert client.get(news, {"after": wrong}).status_code == 204


def test_sending_from_a_page_with_script_empties_the_field_and_asks_for_news(
    client, acme, ada, proposal
):
    row = talk_about(proposal, acme)
    client.force_login(ada)

    answer = client.post(address("conversation", row), {"text": "On Monday."}, **HTMX)

    assert "newMessages" in answer["HX-Trigger-After-Settle"]
    assert "On Monday." not in answer.text
    assert 'id="composer"' in answer.text
    assert row.messages.count() == 2


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("Write to ada@okonkwo.example", "an e-mail address"),
        ("The key is sk-proj-abcdefghijklmnopqrstuvwx", "an OpenAI API key (sk-pro…wx)"),
    ],
)
def test_what_leads_away_is_asked_about_once(client, acme, ada, proposal, text, warning):
    row = talk_about(proposal, acme)
    client.force_login(ada)

    asked = client.post(address("conversation", row), {"text": text})

    assert asked.status_code == 422
    assert warning in asked.text
    assert text in asked.text, "nothing typed is lost"
    assert row.messages.count() == 1
    client.post(address("conversation", row), {"text": text, "anyway": "1"})
    assert row.messages.count() == 2


def test_the_reader_of_what_leads_away_is_warned_and_can_report_it(client, acme, ada, proposal):
    row = talk_about(proposal, acme, "Let us go on in Telegram")
    client.force_login(acme)
    own = client.get(address("conversation", row)).text
    assert "The other side reads this behind a warning" in own
    assert "Held back" not in own

    client.force_login(ada)
    page = client.get(address("conversation", row))
    assert "Take care" in page.text
    assert "Held back: it leads away from here" in page.text
    assert "Let us go on" not in client.get(reverse("contracts:messages")).text
    report = address("report-message", row.messages.get())
    assert report in page.text
    assert client.post(report, {"reason": "nothing"}).status_code == 422
    client.post(report, {"reason": "elsewhere", "blocks": "on"})
    assert "You have blocked the other side" in client.get(address("conversation", row)).text
    client.force_login(acme)
    assert "takes no messages from you" in client.get(address("conversation", row)).text
    assert client.post(address("conversation", row), {"text": "Hello?"}).status_code == 422


def test_under_a_contract_money_that_leaves_is_warned_of_and_nothing_is_held(
    client, acme, ada, contract
):
    row = talk_about(contract.offer.proposal, acme, "Let me pay you with PayPal on Monday.")
    client.force_login(ada)

    page = client.get(address("conversation", row)).text

    assert "money that is paid elsewhere is not protected" in page
    assert "Held back" not in page
    asked = client.post(address("conversation", row), {"text": "Yes, pay me by PayPal."})
    assert (asked.status_code, row.messages.count()) == (422, 1)


def test_an_address_is_no_lure_under_a_contract(client, acme, ada, contract):
    row = talk_about(contract.offer.proposal, acme)
    client.force_login(ada)

    client.post(address("conversation", row), {"text": "Write to ada@okonkwo.example"})

    assert row.messages.count() == 2


@pytest.fixture
def in_review(acme, contract) -> Submission:
    """Work that waits for Acme's answer."""
    milestone = contract.milestones.get()
    Milestone.objects.filter(pk=milestone.pk).update(
        status="submitted", submitted_at=NOON, review_due_at=NOON + timedelta(days=14)
    )
    return Submission.objects.create(milestone=milestone, note="Done", created_at=NOON)


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Could you please fix the citations?", True),
        ("Bitte noch die Quellen korrigieren.", True),
        ("Thank you, I will read it on Monday. The change log is fine.", False),
    ],
)
def test_asking_for_changes_by_message_does_not_stop_the_clock(
    client, acme, ada, contract, in_review, text, is_told
):
    row = talk_about(contract.offer.proposal, acme)
    client.force_login(acme)

    client.post(address("conversation", row), {"text": text})

    ask = reverse("contracts:ask-for-changes", args=[contract.public_id, in_review.public_id])
    assert (ask in client.get(address("conversation", row)).text) == is_told
    client.force_login(ada)
    assert ask not in client.get(address("conversation", row)).text


def test_both_clocks_are_shown(client, acme, ada, proposal, monkeypatch):
    ada.time_zone = "Africa/Lagos"
    ada.save()
    proposal.job.time_zone = "Europe/Berlin"
    row = Conversation(job=proposal.job, expert=ada.expert)
    ada.expert.user = ada

    seen = conversations.clocks(row, acme, NOON)
    assert (seen.yours, seen.theirs, seen.place) == ("Tue 12:00", "Tue 13:00", "Lagos")
    assert conversations.clocks(row, ada, NOON).place == "Berlin"


def test_a_file_is_read_by_the_two_alone_and_once_it_is_clean(client, acme, ada, mallory, proposal):
    row = talk_about(proposal, acme, files=[SimpleUploadedFile("brief.txt", b"scope\n")])
    file = address("message-file", attached := Attachment.objects.get())
    client.force_login(mallory)
    assert client.get(file).status_code == 404

    client.force_login(ada)
    assert file in client.get(address("conversation", row)).text
    assert b"".join(client.get(file).streaming_content) == b"scope\n"
    for status, told in (("quarantined", "being scanned"), ("refused", "refused by the scanner")):
        Upload.objects.filter(pk=attached.upload_id).update(status=status)
        assert client.get(file).status_code == 404
        assert told in client.get(address("conversation", row)).text


def test_who_read_it_is_shown_beside_the_last_line_they_read(client, acme, ada, proposal):
    row = talk_about(proposal, acme)
    client.force_login(acme)
    assert "Read by" not in client.get(address("conversation", row)).text

    messages.read(row, by=ada, at=NOON)
    written(row, acme)

    assert client.get(address("conversation", row)).text.count("Read by Ada Okonkwo") == 1


def without_room(execute, sql, *rest):
    """Answer as PostgreSQL does whose disk is full."""
    if sql.startswith(("INSERT", "UPDATE")):
        raise OperationalError("could not extend file: No space left on device")
    return execute(sql, *rest)


def test_it_is_read_on_a_full_disk_where_nobody_notes_that_it_was(client, acme, ada, proposal):
    row = talk_about(proposal, acme, text="When could you start?")
    client.force_login(ada)

    with connection.execute_wrapper(without_room):
        answer = client.get(address("conversation", row))

    assert "When could you start?" in answer.text
    assert not Reading.objects.filter(user=ada).exists()


def test_a_long_conversation_is_read_page_by_page(client, acme, ada, proposal):
    row = talk_about(proposal, acme)
    Message.objects.bulk_create(
        Message(
            conversation=row, side="client", by=acme, text=f"Line {number}.",
            created_at=NOON + timedelta(minutes=number),
        )
        for number in range(1, 120)
    )  # fmt: skip

    latest = conversations.latest(row, ada)
    assert [latest.lines[0].message.text, latest.lines[-1].message.text] == [
        "Line 70.",
        "Line 119.",
    ]
    before = conversations.latest(row, ada, before=latest.lines[0].at)
    assert [before.lines[0].message.text, before.lines[-1].message.text] == ["Line 20.", "Line 69."]
    assert latest.has_earlier
    assert not conversations.latest(row, ada, before=before.lines[0].at).has_earlier
    client.force_login(ada)
    page = client.get(address("conversation", row), {"before": before.first})
    assert "Hello" in page.text
    assert "The latest messages" in page.text
    assert "data-poll" not in page.text


def test_the_list_shows_the_latest_first_and_asks_few_questions(
    client, acme, ada, proposal, django_assert_max_num_queries
):
    organisation = acme.memberships.get().organisation
    client.force_login(ada)
    assert "No messages" in client.get(reverse("contracts:messages")).text
    for number in range(25):
        job = factories.job(organisation, title=f"Job {number}")
        row = Conversation.objects.create(
            job=job, expert=ada.expert, created_at=NOON, last_at=NOON + timedelta(hours=number)
        )
        Message.objects.create(
            conversation=row, side="client", by=acme, text=f"About {number}", created_at=NOON
        )

    with django_assert_max_num_queries(12):
        page = client.get(reverse("contracts:messages")).text

    assert page.index("About 24") < page.index("About 23")
    assert "About 4" not in page
    assert page.count("1 new message") == 20


def test_a_conversation_asks_the_same_few_questions_however_long_it_is(
    client, acme, ada, contract, django_assert_max_num_queries
):
    row = talk_about(contract.offer.proposal, acme)
    for _ in range(5):
        written(row, ada, "expert")
    client.force_login(acme)
    client.get(address("conversation", row))

    with django_assert_max_num_queries(12):
        client.get(address("conversation", row))
