"""Being erased: asked for, two weeks to think, then nothing is left but what has to stay."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import Erasure, Flag, Membership, Notification
from accounts.services import access_tokens, erasures
from accounts.services.erasures import AskedAlready, HasToStay
from accounts.tasks import erase_people
from contracts.models import Contract
from contracts.services import ledger
from experts.models import Badge, Evidence, Review, SearchDocument, Upload
from jobs.models import Attachment, Conversation, Job, Message, Proposal
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.state_table import moves_only_as_its_table_says, table

PAGE = reverse("accounts:erase")
KEEP = reverse("accounts:keep-account")
DUE = NOON + erasures.GRACE
SECOND = timedelta(seconds=1)


def gone(person, *, at=DUE) -> None:
    """Let somebody ask, wait and be erased."""
    erasures.ask(by=person, at=at - erasures.GRACE)
    erasures.erase_due(at=at)
    person.refresh_from_db()


def talk(job, expert, by, text="Hello") -> Message:
    """A message about a job."""
    row, _ = Conversation.objects.get_or_create(
        job=job, expert=expert, defaults={"created_at": NOON, "last_at": NOON}
    )
    side = row.side_of(by)
    moment = NOON + timedelta(minutes=row.messages.count())
    return Message.objects.create(
        conversation=row, side=side, by=by, text=text, lures=[], created_at=moment
    )


def test_it_moves_only_as_its_table_says(mallory):
    assert table(Erasure) == {
        "ask": ({"draft"}, "asked"),
        "cancel": ({"asked"}, "cancelled"),
        "begin": ({"asked"}, "begun"),
        "finish": ({"begun"}, "done"),
    }
    row = Erasure.objects.create(user=mallory, asked_at=NOON, due_at=DUE)
    moves_only_as_its_table_says(row)


def test_it_begins_two_weeks_after_it_was_asked_for_and_not_before(mallory):
    row = erasures.ask(by=mallory, at=NOON)

    erasures.erase_due(at=DUE - SECOND)
    mallory.refresh_from_db()
    assert mallory.email == "mallory@attest.example"
    assert Notification.objects.get(user=mallory).url == PAGE

    erasures.erase_due(at=DUE)
    mallory.refresh_from_db()
    row.refresh_from_db()
    assert row.status == Erasure.Status.DONE
    assert mallory.email == f"{mallory.public_id}@erased.invalid"
    assert (mallory.name, mallory.shown_name) == ("", "Former member")
    assert not mallory.is_active
    assert not Notification.objects.filter(user=mallory).exists()


def test_it_can_be_cancelled_until_it_begins(mallory):
    row = erasures.ask(by=mallory, at=NOON)
    erasures.cancel(row, by=mallory, at=NOON)

    erasures.erase_due(at=DUE)
    mallory.refresh_from_db()
    assert mallory.name == "Mallory"

    gone(mallory)
    with pytest.raises(IllegalMove):
        erasures.cancel(Erasure.objects.latest("pk"), by=mallory, at=DUE)


def test_it_is_asked_for_once(mallory):
    erasures.ask(by=mallory, at=NOON)
    with pytest.raises(AskedAlready):
        erasures.ask(by=mallory, at=NOON)
    assert Erasure.objects.count() == 1


def offered(acme, ada):
    contract = factories.contract(acme.memberships.get().organisation, ada.expert)
    Contract.objects.update(status="cancelled")  # states: over
    contract.offer.__class__.objects.update(status="sent")  # states: asked anew


def running(acme, ada):
    factories.contract(acme.memberships.get().organisation, ada.expert)


def held(acme, ada):
    """Money that is held although its contract is over."""
    contract = factories.contract(acme.memberships.get().organisation, ada.expert)
    Contract.objects.update(status="completed")  # states: over
    put = Money(100_00, "usd")
    ledger.post(
        ledger.Fact.FUND,
        "put",
        [
            ledger.debit(ledger.stripe("usd"), put),
            ledger.credit(ledger.escrow(contract.milestones.get()), put),
        ],
        contract=contract,
        at=NOON,
    )


@pytest.mark.parametrize(
    ("make", "who", "sentence"),
    [
        (running, ("acme", "ada"), "A contract of yours has not ended"),
        (offered, ("acme", "ada"), "An offer waits for an answer"),
        (held, ("acme", "ada"), "Money is held"),
    ],
)
def test_nobody_leaves_while_others_wait_for_them(make, who, sentence, acme, ada):
    people = {"acme": acme, "ada": ada}
    make(acme, ada)
    for name in who:
        with pytest.raises(HasToStay, match=sentence):
            erasures.ask(by=people[name], at=NOON)
    assert not Erasure.objects.exists()


def test_nobody_leaves_with_a_balance(ada):
    owed = Money(5_00, "usd")
    ledger.post(
        ledger.Fact.BONUS,
        "owed",
        [
            ledger.debit(ledger.stripe("usd"), owed),
            ledger.credit(ledger.payable(ada.expert, "usd"), owed),
        ],
        contract=None,
        at=NOON,
    )
    with pytest.raises(HasToStay, match="A balance is not paid"):
        erasures.ask(by=ada, at=NOON)


def test_the_last_owner_of_an_organisation_with_others_stays(acme, mallory, rhea):
    organisation = acme.memberships.get().organisation
    other = Membership.objects.create(
        organisation=organisation, user=mallory, role="viewer", created_at=NOON
    )
    with pytest.raises(HasToStay, match="last owner"):
        erasures.ask(by=acme, at=NOON)

    other.role = "owner"
    other.save()
    job = factories.job(organisation)
    gone(acme)
    organisation.refresh_from_db()
    job.refresh_from_db()
    assert organisation.name == "Acme"
    assert (job.title != "", job.status) == (True, Job.Status.OPEN)
    assert not organisation.memberships.filter(user=acme).exists()

    with pytest.raises(HasToStay, match="one of our staff"):
        erasures.ask(by=rhea, at=NOON)


def test_what_was_begun_since_holds_it_back(acme, ada):
    row = erasures.ask(by=ada, at=NOON)
    contract = factories.contract(acme.memberships.get().organisation, ada.expert)

    erasures.erase_due(at=DUE)
    row.refresh_from_db()
    assert row.status == Erasure.Status.ASKED

    Contract.objects.filter(pk=contract.pk).update(status="completed")  # states: over
    erasures.erase_due(at=DUE)
    row.refresh_from_db()
    assert row.status == Erasure.Status.DONE


def test_an_expert_is_on_no_page_and_in_no_search_any_more(client, acme, ada):
    page = reverse("experts:profile", args=[ada.expert.slug])
    job = factories.job(acme.memberships.get().organisation)
    sent = factories.proposal(job, ada.expert)
    assert client.get(page).status_code == 200

    gone(ada)

    assert client.get(page).status_code == 404
    assert not SearchDocument.objects.filter(expert__user=ada).exists()
    assert not Badge.objects.filter(expert__user=ada, status="active").exists()
    sent.refresh_from_db()
    assert (sent.status, sent.cover_note) == (Proposal.Status.WITHDRAWN, "")
    assert "Ada" not in "".join(Notification.objects.values_list("subject", flat=True))


def test_the_jobs_of_a_client_end_and_whoever_proposed_is_answered(acme, ada):
    job = factories.job(acme.memberships.get().organisation)
    sent = factories.proposal(job, ada.expert)

    gone(acme)

    job.refresh_from_db()
    sent.refresh_from_db()
    assert (job.status, job.title, job.scope) == (Job.Status.CLOSED, "…", "")
    assert sent.status == Proposal.Status.CLOSED
    assert sent.cover_note == "I have built this twice."
    assert Notification.objects.filter(user=ada).exists()


def test_ones_messages_go_with_their_files_and_those_of_others_stay(
    acme, ada, django_capture_on_commit_callbacks
):
    job = factories.job(acme.memberships.get().organisation)
    hers, theirs = talk(job, ada.expert, ada), talk(job, ada.expert, acme)
    upload = factories.upload("plan.txt", b"Step by step.")
    Attachment.objects.create(message=hers, upload=upload)
    erasures.ask(by=ada, at=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        erasures.erase_due(at=DUE)

    assert list(Message.objects.all()) == [theirs]
    assert not Upload.objects.exists()
    assert not default_storage.exists(upload.file.name)


def test_an_open_report_holds_a_message_until_it_is_answered(acme, ada):
    job = factories.job(acme.memberships.get().organisation)
    message = talk(job, ada.expert, ada)
    flag = factories.flag("message", message.public_id, by=acme)
    gone(ada)
    assert Message.objects.filter(pk=message.pk).exists()
    assert Erasure.objects.get().status == Erasure.Status.BEGUN
    assert ada.name == ""

    Flag.objects.filter(pk=flag.pk).update(status="dismissed")  # states: answered since
    erasures.erase_due(at=DUE)
    assert not Message.objects.exists()
    assert Erasure.objects.get().status == Erasure.Status.DONE


def test_running_it_again_changes_nothing(ada):
    gone(ada)
    row = Erasure.objects.get()
    before = (row.history.count(), type(ada).objects.filter(pk=ada.pk).values().get())

    erasures.erase(row.pk, at=DUE + SECOND)

    after = (row.history.count(), type(ada).objects.filter(pk=ada.pk).values().get())
    assert before == after


def test_sessions_and_tokens_open_nothing_any_more(client, ada):
    client.force_login(ada)
    client.get(reverse("home"))
    UserSession.objects.get_or_create(
        user=ada,
        session_key=client.session.session_key,
        defaults={"ip": "192.0.2.1", "user_agent": "Firefox"},
    )
    _row, token = access_tokens.issue(name="CRM", scopes=["read"], days=30, by=ada, at=NOON)
    assert access_tokens.find(token, at=NOON)

    gone(ada)

    assert not Session.objects.exists()
    assert access_tokens.find(token, at=NOON) is None
    assert client.get(PAGE).status_code == 302


def test_what_our_staff_wrote_of_an_applicant_goes_and_their_verdict_stays(ada, rhea):
    application = factories.application(ada.expert, factories.skill("agents"), round=1)
    judged = factories.judgement(application, rhea, note="Strong, I would say.")

    gone(ada)

    judged.refresh_from_db()
    assert (judged.note, judged.verdict) == ("", Review.Verdict.GRANTED)
    assert not Evidence.objects.filter(application__expert__user=ada).exists()


@pytest.mark.parametrize("change", ["note = 'Other'", "level = 1", "note = '', level = 1"])
def test_nothing_but_the_going_of_words_changes_a_judgement(change, ada, rhea):
    application = factories.application(ada.expert, factories.skill("agents"), round=1)
    factories.judgement(application, rhea, note="Strong.", level=2)
    change = f"SET LOCAL attest.erases = 'on'; UPDATE experts_review SET {change}"  # noqa: S608
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert Review.objects.get(note="Strong.").level == 2


def test_the_page_says_what_goes_what_stays_and_leads_back(client, mallory):
    client.force_login(mallory)
    page = client.get(PAGE).text
    assert "What goes" in page
    assert "every line of our books" in page.split("What stays, and why")[1]

    assert client.post(PAGE).status_code == 302
    assert "Keep my account" in client.get(PAGE).text
    client.post(KEEP)

    assert Erasure.objects.get().status == Erasure.Status.CANCELLED
    assert "Delete my account" in client.get(PAGE).text


def test_a_refusal_stands_on_the_page_instead_of_the_button(client, acme, ada):
    running(acme, ada)
    client.force_login(ada)

    page = client.get(PAGE).text
    assert "A contract of yours has not ended" in page
    assert "Delete my account" not in page
    assert client.post(PAGE).status_code == 409
    assert not Erasure.objects.exists()


def test_it_is_asked_for_by_whoever_says_again_who_they_are(client, ada):
    ada.set_password("correct horse battery")
    ada.save()
    client.force_login(ada)

    assert client.post(PAGE).status_code == 302
    assert not Erasure.objects.exists()


def test_the_sweep_does_it(mallory, monkeypatch):
    monkeypatch.setattr("accounts.tasks.now", lambda: DUE)
    erasures.ask(by=mallory, at=NOON)

    erase_people()

    assert Erasure.objects.get().status == Erasure.Status.DONE
