"""Every column of every table has a class and every table a period; what is over goes by itself."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import (
    Deed,
    Delivery,
    Export,
    Flag,
    KeptAnswer,
    Mail,
    MemberInvitation,
    Notification,
    Webhook,
)
from accounts.models.user import User
from accounts.periods import SITE
from accounts.services import exports
from contracts.models import StripeEvent
from experts.models import TaskDraft, Upload
from jobs.models import Attachment, Conversation, HeldNote, Job, Message, VisitorDraft
from marketplace.kit import personal
from marketplace.kit.states import Transition
from marketplace.management.commands import personal_data
from tests import factories
from tests.conftest import NOON

ROOT = Path(__file__).resolve().parent.parent
TABLES = personal.tables()
TIMED = [
    kept.model
    for kept in TABLES.values()
    if kept.period.days is not None and not issubclass(kept.model, Transition)
]
OPEN = replace(SITE, days=7)
SECOND = timedelta(seconds=1)


def test_every_model_and_every_column_of_words_has_its_row():
    assert personal.problems() == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"yours": ""}, "accounts.Flag.note has no class."),
        ({"hidden": "note"}, "accounts.Flag.note has two classes."),
        ({"hidden": "gone"}, "accounts.Flag.gone holds no words."),
        (
            {"period": OPEN},
            "accounts.Flag goes after 7 days, counted from nothing.",
        ),
    ],
)
def test_a_column_without_a_class_is_named(monkeypatch, changed, sentence):
    known = {**TABLES, Flag: replace(TABLES[Flag], **changed)}
    monkeypatch.setattr(personal, "tables", lambda: known)

    assert personal.problems() == [sentence]


def test_a_model_without_a_row_is_named(monkeypatch):
    known = {model: kept for model, kept in TABLES.items() if model is not Flag}
    monkeypatch.setattr(personal, "tables", lambda: known)

    assert personal.problems() == ["accounts.Flag has no row."]


def test_each_path_leads_to_a_person():
    nobody = User(pk=1)
    assert TABLES[User].of == "pk"
    for kept in (kept for kept in TABLES.values() if kept.model is not User):
        for path in kept.of.split():
            kept.model._base_manager.filter(**{path: nobody})


def test_the_page_of_the_docs_says_what_the_tables_say():
    assert (ROOT / "docs/personal-data.md").read_text() == personal_data.page(), "run: make docs"


def test_everybody_reads_what_is_kept_how_long_and_why(client, db):
    page = client.get(reverse("accounts:privacy")).text

    for period in personal.periods():
        assert (str(period.until) in page) is (period != SITE), period.code
    assert reverse("accounts:privacy") in client.get(reverse("fees")).text


def spoken(request) -> tuple[Message, Upload]:
    """A message with a file, written at noon."""
    job, ada = request.getfixturevalue("job"), request.getfixturevalue("ada")
    talk = Conversation.objects.create(job=job, expert=ada.expert, created_at=NOON, last_at=NOON)
    row = Message.objects.create(
        conversation=talk, side="expert", by=ada, text="Yes.", lures=[], created_at=NOON
    )
    upload = filed(request)
    Attachment.objects.create(message=row, upload=upload)
    return row, upload


@pytest.fixture
def job(acme) -> Job:
    """A published job of Acme."""
    return factories.job(acme.memberships.get().organisation)


def filed(_request) -> Upload:
    """A file that nothing uses, sent at noon."""
    return factories.upload("a.txt", b"words")


def held_back(request) -> HeldNote:
    expert, job = request.getfixturevalue("ada").expert, request.getfixturevalue("job")
    return HeldNote.objects.create(job=job, expert=expert, passages=[1], held_at=NOON)


def called(request) -> Delivery:
    webhook = Webhook.objects.create(
        user=request.getfixturevalue("acme"),
        url="https://a.example",
        topics=["job"],
        created_at=NOON,
    )
    return Delivery.objects.create(
        webhook=webhook, event="x", body="{}", created_at=NOON, due_at=NOON, status="delivered"
    )


def invited(request) -> MemberInvitation:
    organisation = request.getfixturevalue("acme").memberships.get().organisation
    row = factories.member_invitation(organisation)
    MemberInvitation.objects.update(status="declined", expires_at=NOON)  # states: long answered
    return row


def answered(request) -> KeptAnswer:
    return KeptAnswer.objects.create(
        user=request.getfixturevalue("acme"), key="k", asked="a", status=200, created_at=NOON
    )


def typed(request) -> TaskDraft:
    expert = request.getfixturevalue("ada").expert
    application = factories.application(expert, factories.skill("agents"))
    return TaskDraft.objects.create(application=application, task="claim", typed={}, saved_at=NOON)


def visited(request) -> UserSession:
    row = UserSession.objects.create(
        user=request.getfixturevalue("acme"), ip="192.0.2.1", user_agent="Firefox", session_key="a"
    )
    UserSession.objects.update(last_seen_at=NOON)
    return row


def told(request) -> Notification:
    return Notification.objects.create(
        user=request.getfixturevalue("acme"), kind="message", key="k", url="/", created_at=NOON
    )


def begun(_request) -> VisitorDraft:
    return VisitorDraft.objects.create(use_case=factories.use_case(), touched_at=NOON)


def mailed(_request) -> Mail:
    return Mail.objects.create(
        key="k", to="ada@attest.example", subject="Yes", created_at=NOON, due_at=NOON, status="sent"
    )


def heard(_request) -> StripeEvent:
    return StripeEvent.objects.create(
        event_id="evt_1",
        endpoint="platform",
        kind="x",
        livemode=False,
        payload={"email": "ada@attest.example"},
        received_at=NOON,
        due_at=NOON,
        status="done",
    )


MADE = {
    Attachment: lambda request: Attachment.objects.get(message=spoken(request)[0]),
    Message: lambda request: spoken(request)[0],
    Upload: filed,
    HeldNote: held_back,
    Delivery: called,
    MemberInvitation: invited,
    Export: lambda request: exports.ask(by=request.getfixturevalue("acme"), at=NOON),
    KeptAnswer: answered,
    Deed: lambda _request: Deed.objects.create(name="jobs:pause", at=NOON),
    TaskDraft: typed,
    UserSession: visited,
    Notification: told,
    VisitorDraft: begun,
    Mail: mailed,
    StripeEvent: heard,
    Session: lambda _request: Session.objects.create(session_key="k", expire_date=NOON),
}


def test_all_that_has_days_is_tried_here():
    assert set(MADE) == set(TIMED)


@pytest.mark.parametrize("model", TIMED, ids=lambda model: model.__name__)
def test_it_stays_to_its_last_second_and_goes_in_the_next(model, request, db):
    row, kept = MADE[model](request), TABLES[model]
    over = NOON + timedelta(days=kept.period.days)
    whole = model._base_manager.filter(pk=row.pk).values().get()

    personal.purge(at=over)
    assert model._base_manager.filter(pk=row.pk).values().get() == whole

    personal.purge(at=over + SECOND)
    left = model._base_manager.filter(pk=row.pk).values().first()
    if not kept.blank:
        assert left is None
        return
    assert left is not None
    assert not any(left[name] for name in kept.named("yours", "others"))


@pytest.mark.parametrize(
    ("model", "waits"), [(Delivery, "queued"), (Mail, "queued"), (MemberInvitation, "sent")]
)
def test_what_is_still_in_use_stays(model, waits, request, db):
    row = MADE[model](request)
    model.objects.update(status=waits)  # states: as if nobody had handled it
    whole = model.objects.filter(pk=row.pk).values().get()

    personal.purge(at=NOON + timedelta(days=4000))

    assert model.objects.filter(pk=row.pk).values().get() == whole


def test_messages_go_with_their_files(request, db, django_capture_on_commit_callbacks):
    _message, upload = spoken(request)
    name = upload.file.name
    assert default_storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        personal.purge(at=NOON + timedelta(days=4000))
        personal.purge(at=NOON + timedelta(days=4000))

    assert not Message.objects.exists()
    assert not Upload.objects.exists()
    assert not default_storage.exists(name)


def test_an_open_report_holds_the_message_and_its_file(request, db):
    message, _upload = spoken(request)
    flag = factories.flag("message", message.public_id, by=request.getfixturevalue("acme"))

    personal.purge(at=NOON + timedelta(days=4000))
    assert Attachment.objects.filter(message=message).exists()

    Flag.objects.filter(pk=flag.pk).update(status="dismissed")  # states: answered since
    personal.purge(at=NOON + timedelta(days=4000))
    assert not Message.objects.exists()


def test_a_running_contract_holds_its_messages(request, db):
    message, _upload = spoken(request)
    client = message.conversation.job.organisation
    contract = factories.contract(client, message.conversation.expert)
    Conversation.objects.update(job=contract.job)

    personal.purge(at=NOON + timedelta(days=4000))
    assert Attachment.objects.filter(message=message).exists()

    type(contract).objects.update(status="completed")  # states: ended since
    personal.purge(at=NOON + timedelta(days=4000))
    assert not Message.objects.exists()


def test_a_lot_is_followed_by_the_next(monkeypatch, db):
    monkeypatch.setattr(personal, "LOT", 2)
    for number in range(5):
        Session.objects.create(session_key=str(number), expire_date=NOON)

    assert personal.purge(at=NOON + SECOND) == {"sessions.Session": 5}
