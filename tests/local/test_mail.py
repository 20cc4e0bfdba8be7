"""The development mailbox holds every mail once."""

import os
import stat

import pytest
from django.core.mail import EmailMultiAlternatives

from marketplace.local.mail import FolderBackend, read_mail, read_mailbox


@pytest.fixture
def folder(settings, tmp_path):
    """The folder that the backend delivers to."""
    settings.MAIL_DIR = str(tmp_path / "mail")
    return tmp_path / "mail"


def mail(message_id="<n_1@attest.example>", subject="Your badge was granted", html=""):
    """A mail to Ada."""
    message = EmailMultiAlternatives(
        subject,
        "Café: it is valid until 1 May 2031.\n",
        "Attest <hello@attest.example>",
        ["ada@attest.example"],
        headers={"Message-ID": message_id},
    )
    if html:
        message.attach_alternative(html, "text/html")
    return message


def test_mail_is_one_readable_file(folder):
    assert FolderBackend().send_messages([mail(html="<p>Café</p>")]) == 1

    [found] = read_mailbox(folder)
    assert found.to == "ada@attest.example"
    assert found.subject == "Your badge was granted"
    assert found.text == "Café: it is valid until 1 May 2031.\n"
    assert found.html.strip() == "<p>Café</p>"
    assert found.id.startswith("n_1@attest.example-")
    assert found.sent_at.tzinfo is not None


def test_mail_sent_again_after_a_crash_stays_one(folder):
    FolderBackend().send_messages([mail()])
    [first] = read_mailbox(folder)

    FolderBackend().send_messages([mail(), mail()])

    assert read_mailbox(folder) == [first]


def test_mails_without_an_id_of_ours_are_all_kept(folder):
    unnamed = EmailMultiAlternatives("Hello", "Text", to=["ada@attest.example"])

    FolderBackend().send_messages([unnamed])
    FolderBackend().send_messages([unnamed])

    assert len(read_mailbox(folder)) == 2


def test_ids_that_look_alike_in_a_file_name_stay_apart(folder):
    FolderBackend().send_messages([mail("<a/b@x>"), mail("<a:b@x>"), mail("<../../b@x>")])

    assert len(read_mailbox(folder)) == 3
    assert {file.parent for file in folder.rglob("*")} == {folder}


def test_mailbox_is_newest_first_and_limited(folder):
    for day in (1, 3, 2):
        FolderBackend().send_messages([mail(f"<{day}@x>", subject=f"Day {day}")])
        [file] = folder.glob(f"{day}@x-*")
        os.utime(file, (day, day))

    assert [found.subject for found in read_mailbox(folder, limit=2)] == ["Day 3", "Day 2"]


def test_one_mail_is_found_by_its_id(folder):
    FolderBackend().send_messages([mail()])
    [found] = read_mailbox(folder)

    assert read_mail(folder, found.id) == found


@pytest.mark.parametrize("id", ["", "nothing", "../secret", "/etc/passwd", "a\0b", "x" * 300])
def test_id_of_no_mail_finds_nothing(folder, id):
    folder.mkdir()
    (folder.parent / "secret.eml").write_text("Subject: not in the mailbox")

    assert read_mail(folder, id) is None


def test_mailbox_that_never_got_a_mail_is_empty(folder):
    assert read_mailbox(folder) == []


def test_unfinished_mail_is_not_shown(folder):
    FolderBackend().send_messages([mail()])
    (folder / "tmpabc").write_text("Subject: half")

    assert len(read_mailbox(folder)) == 1


def test_mails_are_closed_to_other_users(folder):
    FolderBackend().send_messages([mail()])

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
