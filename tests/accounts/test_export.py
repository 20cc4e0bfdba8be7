"""A copy of one's data: everything of one's own, nothing of others, for a day, for oneself."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.urls import reverse

from accounts.models import Export, Notification, Sanction
from accounts.services import exports
from accounts.services.exports import OneIsThere
from accounts.tasks import build_exports
from experts.models import Review
from jobs.models import Attachment, Conversation, Message
from marketplace.kit import personal
from marketplace.kit.clock import now
from tests import factories
from tests.conftest import NOON

PAGE = reverse("accounts:own-data")


@pytest.fixture
def talk(ada, acme) -> Conversation:
    """Ada and Acme have written to each other; Ada sent a file."""
    job = factories.job(acme.memberships.get().organisation)
    row = Conversation.objects.create(job=job, expert=ada.expert, created_at=NOON, last_at=NOON)
    for minute, (side, by) in enumerate((("client", acme), ("expert", ada))):
        said = Message.objects.create(
            conversation=row,
            side=side,
            by=by,
            text=f"By {side}.",
            lures=[],
            created_at=NOON + timedelta(minutes=minute),
        )
    upload = factories.upload("plan.txt", b"Step by step.")
    Attachment.objects.create(message=said, upload=upload)
    return row


def copied(person) -> dict[str, bytes]:
    """Ask for a copy, make it, and return its files."""
    row = exports.ask(by=person, at=NOON)
    exports.build(row.pk, at=NOON)
    row.refresh_from_db()
    with ZipFile(BytesIO(row.file.read())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_ones_own_words_are_in_it_and_those_of_others_are_not(talk, ada):
    found = copied(ada)

    assert [row["text"] for row in json.loads(found["jobs/message.json"])] == ["By expert."]
    assert json.loads(found["accounts/user.json"])[0]["email"] == ada.email
    everything = b"".join(found.values())
    assert b"By client." not in everything
    assert b"acme@attest.example" not in everything
    assert ada.password.encode() not in everything


def test_ones_files_are_in_it(talk, ada, acme):
    assert b"Step by step." in copied(ada).values()
    assert b"Step by step." not in copied(acme).values()


def test_what_a_person_may_not_see_yet_is_not_in_it(ada, rhea):
    application = factories.application(ada.expert, factories.skill("agents"))
    factories.judgement(application, rhea, note="Strong, I would say.")
    Sanction.objects.create(
        user=ada,
        level="notice",
        rule_code="M1",
        facts="Asked for a number.",
        proposed_by=rhea,
        proposed_at=NOON,
    )

    everything = b"".join(copied(ada).values())

    assert Review.objects.filter(note="Strong, I would say.").exists()
    assert b"Strong" not in everything
    assert b"Asked for a number" not in everything


def test_it_is_asked_for_once_a_day(ada):
    exports.ask(by=ada, at=NOON)
    with pytest.raises(OneIsThere):
        exports.ask(by=ada, at=NOON)
    assert Export.objects.count() == 1

    personal.purge(at=NOON + timedelta(days=1, seconds=1))
    exports.ask(by=ada, at=NOON + timedelta(days=2))


def test_a_lost_message_leaves_it_to_the_sweep_and_the_person_is_told_once(ada):
    row = exports.ask(by=ada, at=NOON)

    build_exports()
    exports.build(row.pk, at=NOON)

    assert Notification.objects.get(user=ada).subject == "The copy of your data is ready"


def test_the_page_leads_from_asking_to_saving(client, ada):
    client.force_login(ada)
    assert "Ask for a copy" in client.get(PAGE).text

    client.post(PAGE)
    assert "We are making your copy" in client.get(PAGE).text
    build_exports()

    row = Export.objects.get(user=ada)
    address = reverse("accounts:own-copy", args=[row.public_id])
    assert address in client.get(PAGE).text
    answer = client.get(address)
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_nobody_else_can_save_it(client, ada, mallory):
    row = exports.ask(by=ada, at=NOON)
    exports.build(row.pk, at=NOON)
    client.force_login(mallory)

    assert client.get(reverse("accounts:own-copy", args=[row.public_id])).status_code == 404


def test_whoever_has_a_password_is_asked_for_it_again(client, ada):
    ada.set_password("correct horse battery")
    ada.save()
    client.force_login(ada)

    assert client.post(PAGE).status_code == 302
    assert not Export.objects.exists()


def test_a_copy_whose_row_never_came_goes_after_a_day(ada):
    exports.build(exports.ask(by=ada, at=NOON).pk, at=NOON)
    kept = Path(Export.objects.get().file.path)
    stray = kept.with_name("stray.zip")
    stray.write_bytes(b"PK")

    assert exports.sweep_strays(at=now()) == 0
    assert exports.sweep_strays(at=now() + timedelta(days=2)) == 1

    assert (kept.exists(), stray.exists()) == (True, False)
