"""Anybody signed in reports a thing; a person who has no part in it answers, once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.flagging import Flagged
from accounts.models import Flag, Mail, Notification
from accounts.services import flags
from accounts.services.flags import OwnThing, TooManyReports
from marketplace.kit.states import IllegalMove
from tests import state_table
from tests.conftest import NOON

Status = Flag.Status


@pytest.fixture
def thing(ada) -> Flagged:
    """Something of ada's."""
    return Flagged("job", "job_000000000000", "Make us rich", "/jobs/", [ada])


@pytest.fixture
def flag(thing, mallory) -> Flag:
    """What mallory says of it."""
    return flags.report(thing, reason="scam", note="They ask for a fee.", by=mallory, at=NOON)


def test_nobody_but_our_staff_hears_of_a_report(flag):
    assert flag.status == Status.OPEN
    assert not Notification.objects.exists()
    assert not Mail.objects.exists()


def test_while_it_waits_saying_it_again_changes_nothing(flag, thing, mallory, acme):
    assert flags.report(thing, reason="spam", note="", by=mallory, at=NOON) == flag
    flags.report(thing, reason="spam", note="", by=acme, at=NOON)

    assert Flag.objects.count() == 2


def test_dismissed_it_is_answered_to_who_reported_it_alone(flag, rhea, mallory, ada):
    flags.dismiss(flag, answer="The fee is ours.", by=rhea, at=NOON)

    assert Notification.objects.get().user == mallory
    assert Notification.objects.get().body == "The fee is ours."
    assert not Mail.objects.exists()


def test_upheld_the_owner_reads_the_facts_and_not_who_said_so(flag, rhea, ada, mallory):
    flags.uphold(flag, answer="It asks experts to pay first.", by=rhea, at=NOON)

    notice = Notification.objects.get(user=ada)
    assert "It looks like a fraud" in notice.body
    assert "It asks experts to pay first." in notice.body
    assert "mallory" not in f"{notice.subject} {notice.body}".lower()
    assert Mail.objects.get().to == ada.email
    assert "We agree" in Notification.objects.get(user=mallory).subject


def test_other_reports_of_the_same_are_answered_with_it(flag, thing, acme, rhea):
    other = flags.report(thing, reason="spam", note="", by=acme, at=NOON)

    flags.uphold(flag, answer="It is.", by=rhea, at=NOON)

    other.refresh_from_db()
    assert other.status == Status.UPHELD
    assert other.history.last().reason == flag.public_id
    assert "We agree" in Notification.objects.get(user=acme).subject
    assert Notification.objects.filter(user=thing.owners[0]).count() == 1


def test_a_flag_moves_only_as_its_table_says(flag):
    state_table.moves_only_as_its_table_says(flag)


# --- Refusals


def test_nobody_reports_what_is_theirs(thing, ada):
    with pytest.raises(OwnThing):
        flags.report(thing, reason="scam", note="", by=ada, at=NOON)

    assert not Flag.objects.exists()


def test_twenty_at_a_time_are_enough(mallory, ada):
    for number in range(20):
        thing = Flagged("job", f"job_{number:012}", "A job", "/", [ada])
        flags.report(thing, reason="spam", note="", by=mallory, at=NOON)

    one_more = Flagged("job", "job_x", "A job", "/", [ada])
    with pytest.raises(TooManyReports):
        flags.report(one_more, reason="spam", note="", by=mallory, at=NOON)

    assert Flag.objects.count() == 20


def test_who_has_part_in_it_or_is_no_staff_answers_nothing(flag, ada, mallory, acme):
    for person in (ada, mallory):
        person.is_staff = True
        person.save()
    for person in (ada, mallory, acme):
        with pytest.raises(PermissionDenied):
            flags.uphold(flag, answer="Yes.", by=person, at=NOON)

    flag.refresh_from_db()
    assert (flag.status, flag.answer) == (Status.OPEN, "")
    assert not Notification.objects.exists()


def test_staff_who_reported_the_same_decide_no_report_of_it(flag, thing, rhea):
    flags.report(thing, reason="spam", note="", by=rhea, at=NOON)

    with pytest.raises(PermissionDenied):
        flags.uphold(flag, answer="Yes.", by=rhea, at=NOON)

    assert set(Flag.objects.values_list("status", flat=True)) == {Status.OPEN}


def test_it_is_answered_once(flag, rhea):
    flags.dismiss(flag, answer="No.", by=rhea, at=NOON)

    with pytest.raises(IllegalMove):
        flags.uphold(flag, answer="Yes.", by=rhea, at=NOON)

    flag.refresh_from_db()
    assert (flag.status, flag.answer) == (Status.DISMISSED, "No.")


# --- Pages


def test_a_profile_is_reported_from_its_page_and_answered_at_the_desk(client, ada, mallory, rhea):
    client.force_login(mallory)
    page = reverse("accounts:report", args=["profile", ada.expert.public_id])
    assert page in client.get(f"/experts/{ada.expert.slug}/").text
    assert "Choose what is wrong" in client.post(page, {"note": "Hm"}).text

    client.post(page, {"reason": "untrue", "note": "Not their repository."})

    flag = Flag.objects.get()
    client.force_login(rhea)
    assert flag.title in client.get(reverse("admin:flags:index")).text
    desk = reverse("admin:flags:flag", args=[flag.public_id])
    assert "Not their repository." in client.get(desk).text
    assert client.post(desk, {"outcome": "uphold"}).status_code == 422
    client.post(desk, {"outcome": "dismiss", "answer": "It is theirs."})
    flag.refresh_from_db()
    assert (flag.status, flag.answer) == (Status.DISMISSED, "It is theirs.")
    assert "It is theirs." in client.get(reverse("admin:flags:index")).text


@pytest.mark.parametrize("kind", ["profile", "nothing", "admin"])
def test_what_is_not_there_cannot_be_reported(client, mallory, kind):
    client.force_login(mallory)

    assert client.get(f"/report/{kind}/exp_000000000000/").status_code == 404


def test_the_message_of_an_empty_answer_is_beside_the_field(client, flag, rhea):
    client.force_login(rhea)

    answer = client.post(
        reverse("admin:flags:flag", args=[flag.public_id]), {"outcome": "dismiss", "answer": "\x00"}
    )

    assert answer.status_code == 422
    flag.refresh_from_db()
    assert flag.status == Status.OPEN


def test_the_same_person_may_report_it_again_once_it_was_answered(flag, thing, mallory, rhea):
    flags.dismiss(flag, answer="No.", by=rhea, at=NOON)

    again = flags.report(thing, reason="scam", note="", by=mallory, at=NOON)

    assert again != flag


def test_a_stranger_who_is_signed_out_is_asked_to_sign_in(client, ada):
    page = reverse("accounts:report", args=["profile", ada.expert.public_id])

    assert client.get(page).status_code == 302
