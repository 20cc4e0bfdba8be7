"""Messages: who may write when, what the other side is told, and what stops a conversation."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Flag, Mail, Notification
from jobs import talk
from jobs.models import Attachment, Block, Conversation, Job, Message, Proposal
from jobs.services import messages, proposals
from jobs.services.messages import Blocked, ConversationIsOver, TooManyMessages
from tests import factories
from tests.conftest import NOON

AN_HOUR = timedelta(hours=1)


def say(where, by, text="When could you start?", files=(), at=NOON):
    write = messages.begin if isinstance(where, Proposal) else messages.send
    return write(where, text=text, files=files, by=by, at=at)


@pytest.fixture
def conversation(proposal, acme) -> Conversation:
    """Acme has asked Ada something."""
    return say(proposal, acme).conversation


def test_the_client_writes_first_and_the_expert_is_told(proposal, acme, ada):
    row = say(proposal, acme)

    assert (row.side, row.by, row.text) == ("client", acme, "When could you start?")
    told = Notification.objects.get(user=ada)
    assert told.subject == f"Message from Acme: {proposal.job.title}"
    assert told.body == "When could you start?"
    assert Mail.objects.filter(to=ada.email).count() == 1


@pytest.mark.parametrize("person", ["ada", "viewer", "mallory"])
def test_nobody_else_writes_first(proposal, person, request):
    with pytest.raises(PermissionDenied):
        say(proposal, request.getfixturevalue(person))

    assert not Conversation.objects.exists()
    assert not Notification.objects.exists()


def test_an_expert_with_an_offer_may_write_first(proposal, ada, acme):
    Proposal.objects.filter(pk=proposal.pk).update(status="offered")

    say(Proposal.objects.get(), ada)

    assert Notification.objects.get(user=acme).subject.startswith("Message from Ada Okonkwo")


def test_the_answer_goes_into_the_same_conversation(conversation, proposal, ada, acme):
    say(conversation, ada, "On Monday.")
    say(proposal, acme, "Good.")

    assert [row.text for row in Message.objects.all()][1:] == ["On Monday.", "Good."]
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize("person", ["viewer", "mallory"])
def test_who_only_looks_does_not_answer(conversation, person, request):
    with pytest.raises(PermissionDenied):
        say(conversation, request.getfixturevalue(person))

    assert Message.objects.count() == 1


def test_messages_of_one_moment_stand_one_after_the_other(conversation, acme):
    later = [say(conversation, acme, text).created_at for text in ("One more", "And one")]

    assert NOON < later[0] < later[1] < NOON + AN_HOUR
    conversation.refresh_from_db()
    assert conversation.last_at == later[1]


def test_not_every_line_is_a_mail_but_what_comes_after_reading_is(conversation, acme, ada):
    say(conversation, acme, "Or on Tuesday?")
    assert Mail.objects.filter(to=ada.email).count() == 1

    messages.read(conversation, by=ada, at=NOON + AN_HOUR)
    assert not Notification.objects.unread().filter(user=ada).exists()
    say(conversation, acme, "Hello?", at=NOON + 2 * AN_HOUR)
    assert Mail.objects.filter(to=ada.email).count() == 2


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"sensitivity": "health"}, "Patient 17 complains again."),
        ({"visibility": "invited"}, "The code name is Heron."),
        ({}, "Write to dana@globex.example"),
        ({}, "Use sk-proj-abcdefghijklmnopqrstuvwx"),
    ],
)
def test_a_mailbox_is_no_place_for_some_words(proposal, acme, ada, change, text):
    Job.objects.filter(pk=proposal.job_id).update(**change)

    say(Proposal.objects.get(), acme, text)

    assert text not in Notification.objects.get(user=ada).body
    assert text not in Mail.objects.get(to=ada.email).text


def test_how_far_each_has_read_is_known_to_both(conversation, acme, ada):
    assert talk.read_by_others(conversation, "client") is None

    messages.read(conversation, by=ada, at=NOON)
    messages.read(conversation, by=ada, at=NOON + AN_HOUR)

    read = talk.read_by_others(conversation, "client")
    assert read.up_to == conversation.messages.get()
    assert read.at == NOON, "nothing new came in between"
    assert talk.read_by_others(conversation, "expert").user == acme


def test_what_is_new_is_counted_for_each_reader(conversation, acme, ada, mallory):
    say(conversation, acme, "Or on Tuesday?")

    assert [row.unread for row in talk.conversations(ada)] == [2]
    assert [(row.unread, row.last_text) for row in talk.conversations(acme)] == [
        (0, "Or on Tuesday?")
    ]
    assert not talk.conversations(mallory).exists()
    messages.read(conversation, by=ada, at=NOON)
    assert [row.unread for row in talk.conversations(ada)] == [0]


def test_files_pass_the_checks_of_evidence(conversation, ada):
    log = SimpleUploadedFile("log.txt", b"late\n")
    say(conversation, ada, "", files=[log])

    assert Attachment.objects.get().upload.name == "log.txt"
    for wrong, files in (
        (messages.NothingToSend, []),
        (messages.TooManyFiles, [log] * 6),
        (messages.uploads.FileRefused, [SimpleUploadedFile("run.exe", b"MZ")]),
    ):
        with pytest.raises(wrong):
            say(conversation, ada, " ", files=files)
    assert Message.objects.count() == 2


def test_what_leads_away_is_noted_until_there_is_a_contract(conversation, proposal, ada):
    assert say(conversation, ada, "I am on Telegram").lures == ["messenger"]

    Proposal.objects.filter(pk=proposal.pk).update(status="hired")
    assert say(conversation, ada, "I am on Telegram").lures == []
    assert say(conversation, ada, "Pay me by PayPal there").lures == ["payment"]


@pytest.mark.parametrize("verb", ["withdraw", "decline", "close"])
def test_it_ends_with_the_proposal_and_goes_on_with_another(conversation, proposal, acme, verb):
    status = Proposal.MOVES[verb].target
    Proposal.objects.filter(pk=proposal.pk).update(status=status)
    with pytest.raises(ConversationIsOver):
        say(conversation, acme)
    assert Message.objects.count() == 1

    factories.proposal(proposal.job, proposal.expert)
    say(conversation, acme)
    assert Message.objects.count() == 2


def test_a_block_stops_both_sides_about_every_job_until_it_is_lifted(conversation, ada, acme):
    other = factories.proposal(factories.job(conversation.job.organisation), ada.expert)
    messages.block(conversation, by=ada, at=NOON)
    messages.block(conversation, by=ada, at=NOON)

    with pytest.raises(Blocked, match="takes no messages"):
        say(other, acme)
    with pytest.raises(Blocked, match="You have blocked"):
        say(conversation, ada)
    assert Message.objects.count() == 1
    assert Block.objects.count() == 1

    messages.unblock(conversation, by=acme, at=NOON)
    with pytest.raises(Blocked):
        say(conversation, acme)
    messages.unblock(conversation, by=ada, at=NOON)
    say(other, acme)


def test_only_the_two_sides_block_and_report(conversation, viewer, mallory):
    written = conversation.messages.get()
    for user in (viewer, mallory):
        with pytest.raises(PermissionDenied):
            messages.block(conversation, by=user, at=NOON)
        with pytest.raises(PermissionDenied):
            messages.unblock(conversation, by=user, at=NOON)
        with pytest.raises(PermissionDenied):
            messages.report(written, reason="scam", note="", blocks=False, by=user, at=NOON)
    assert not Block.objects.exists()
    assert not Flag.objects.exists()


def test_a_message_is_reported_once_and_not_by_its_own_side(conversation, acme, ada):
    written = conversation.messages.get()
    for reason in ("scam", "spam"):
        messages.report(written, reason=reason, note="Odd.", blocks=False, by=ada, at=NOON)
    with pytest.raises(messages.NotYours):
        messages.report(written, reason="scam", note="", blocks=False, by=acme, at=NOON)

    assert [(row.reason, row.by) for row in Flag.objects.all()] == [("scam", ada)]


def test_a_machine_is_stopped(conversation, ada):
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            side="expert",
            by=ada,
            text=str(number),
            created_at=NOON - timedelta(seconds=number + 1),
        )
        for number in range(60)
    )

    with pytest.raises(TooManyMessages):
        say(conversation, ada)
    say(conversation, ada, at=NOON + AN_HOUR)


def test_a_withdrawn_proposal_leaves_what_was_said(conversation, proposal, ada):
    proposals.withdraw(proposal, by=ada, at=NOON)

    assert list(talk.conversations(ada)) == [conversation]
