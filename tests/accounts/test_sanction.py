"""Our staff impose something on a person: with reasons, two people for a ban, and one appeal."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.flagging import Flagged
from accounts.models import Mail, Notification, Sanction, User
from accounts.services import flags, sanctions
from accounts.services.sanctions import AppealIsLate, LevelHasNoSuchTime, NobodyIsMeant
from marketplace.kit.states import IllegalMove
from tests import state_table
from tests.conftest import NOON
from tests.laid import laid

Status, Level = Sanction.Status, Sanction.Level
DAY = timedelta(days=1)
WHAT = {
    "rule_code": "M1",
    "facts": "On 2 March you asked Acme to pay you by bank transfer.",
    "evidence": "Message of 2 March, reported by Dana.",
    "flag": None,
    "at": NOON,
}


@laid
def ines(db) -> User:
    """Another of our staff."""
    return User.objects.create_user("ines@attest.example", name="Ines Carrasco", is_staff=True)


@laid
def omar(db) -> User:
    """A third one."""
    return User.objects.create_user("omar@attest.example", name="Omar Haddad", is_staff=True)


@laid
def limit(ada, rhea) -> Sanction:
    """A limit of thirty days that rhea has proposed for ada."""
    return sanctions.propose(ada, level=Level.LIMIT, days=30, by=rhea, **WHAT)


@laid
def limited(limit, rhea) -> Sanction:
    """The same, in force."""
    return sanctions.impose(limit, by=rhea, at=NOON)


@laid
def ban(ada, rhea) -> Sanction:
    """A ban that rhea has proposed for ada."""
    return sanctions.propose(ada, level=Level.BAN, days=None, by=rhea, **WHAT)


def standing(user: User) -> str:
    return User.objects.get(pk=user.pk).standing


def test_nobody_hears_of_what_is_only_proposed(limit, ada, client):
    client.force_login(ada)

    assert not Notification.objects.exists()
    assert standing(ada) == "good"
    assert client.get(reverse("accounts:sanction", args=[limit.public_id])).status_code == 404


def test_imposed_the_person_reads_rule_facts_and_until_when_to_appeal(limited, ada):
    mail = Mail.objects.get()

    assert mail.to == ada.email
    for words in ("Keep the money here", "On 2 March you asked", "running contracts", "appeal"):
        assert words in mail.text
    assert "Dana" not in mail.text
    assert limited.ends_at == NOON + 30 * DAY
    assert limited.appeal_until == NOON + 14 * DAY
    assert standing(ada) == "limited"


def test_a_notice_takes_nothing(ada, rhea):
    notice = sanctions.propose(ada, level=Level.NOTICE, days=None, by=rhea, **WHAT)
    sanctions.impose(notice, by=rhea, at=NOON)

    assert standing(ada) == "good"
    assert Mail.objects.count() == 1


def test_the_gravest_in_force_counts_and_the_rest_comes_back_after_it(limited, ada, rhea, ines):
    suspension = sanctions.propose(ada, level=Level.SUSPEND, days=10, by=rhea, **WHAT)
    sanctions.impose(suspension, by=rhea, at=NOON)
    assert standing(ada) == "suspended"

    sanctions.expire_due(at=NOON + 10 * DAY)
    assert standing(ada) == "limited"

    assert sanctions.expire_due(at=NOON + 30 * DAY) == 1
    assert sanctions.expire_due(at=NOON + 30 * DAY) == 0
    assert standing(ada) == "good"


def test_a_ban_takes_a_second_person(ban, ada, ines):
    sanctions.impose(ban, by=ines, at=NOON)

    ban.refresh_from_db()
    assert (ban.status, ban.imposed_by, ban.ends_at) == (Status.ACTIVE, ines, None)
    assert standing(ada) == "banned"


def test_an_appeal_is_answered_by_somebody_else_and_taken_back_is_as_before(limited, ada, ines):
    sanctions.appeal(limited, text="It was a test.", by=ada, at=NOON + DAY)
    limited.refresh_from_db()
    assert limited.answer_due_at == NOON + 8 * DAY
    assert standing(ada) == "limited"

    sanctions.reverse(limited, answer="You are right.", by=ines, at=NOON + 2 * DAY)

    assert standing(ada) == "good"
    assert Notification.objects.filter(user=ada, body="You are right.").exists()


def test_upheld_it_stays(limited, ada, ines):
    sanctions.appeal(limited, text="No.", by=ada, at=NOON)
    sanctions.uphold(limited, answer="The mail says so.", by=ines, at=NOON)

    assert standing(ada) == "limited"
    with pytest.raises(IllegalMove):
        sanctions.appeal(limited, text="Again.", by=ada, at=NOON)


def test_an_appeal_is_answered_although_the_time_has_run_out(limited, ada, ines):
    sanctions.appeal(limited, text="No.", by=ada, at=NOON)
    sanctions.expire_due(at=NOON + 30 * DAY)
    assert standing(ada) == "good"

    sanctions.uphold(limited, answer="It was so.", by=ines, at=NOON + 30 * DAY)

    assert standing(ada) == "good"
    sanctions.expire_due(at=NOON + 31 * DAY)
    with pytest.raises(IllegalMove):
        sanctions.uphold(limited, answer="Twice.", by=ines, at=NOON + 30 * DAY)


def test_a_sanction_moves_only_as_its_table_says(limited):
    state_table.moves_only_as_its_table_says(limited)


# --- Refusals


def test_who_proposed_a_ban_does_not_impose_it_nor_does_the_database(ban, ada, rhea):
    with pytest.raises(PermissionDenied):
        sanctions.impose(ban, by=rhea, at=NOON)
    with pytest.raises(IntegrityError, match="sanction_ban_takes_two_people"), transaction.atomic():
        Sanction.objects.filter(pk=ban.pk).update(imposed_by=rhea)

    ban.refresh_from_db()
    assert (ban.status, standing(ada)) == (Status.PROPOSED, "good")
    assert not Notification.objects.exists()


def test_who_had_part_in_it_answers_no_appeal_nor_does_the_database(limited, ada, rhea):
    sanctions.appeal(limited, text="No.", by=ada, at=NOON)
    ada.is_staff = True
    ada.save()
    for person in (rhea, ada):
        for verb in (sanctions.uphold, sanctions.reverse):
            with pytest.raises(PermissionDenied):
                verb(limited, answer="Yes.", by=person, at=NOON)
    name = "sanction_appeal_goes_to_somebody_else"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Sanction.objects.filter(pk=limited.pk).update(answered_by=rhea)

    limited.refresh_from_db()
    assert (limited.status, limited.answer) == (Status.APPEALED, "")


def test_who_reported_it_imposes_nothing_and_answers_nothing(ada, rhea, ines, omar):
    thing = Flagged("job", "job_000000000000", "A job", "/jobs/", [ada])
    flag = flags.report(thing, reason="scam", note="", by=ines, at=NOON)
    row = sanctions.propose(ada, level=Level.LIMIT, days=9, by=omar, **WHAT | {"flag": flag})
    with pytest.raises(PermissionDenied):
        sanctions.impose(row, by=ines, at=NOON)
    sanctions.impose(row, by=omar, at=NOON)
    sanctions.appeal(row, text="No.", by=ada, at=NOON)
    with pytest.raises(PermissionDenied):
        sanctions.uphold(row, answer="Yes.", by=ines, at=NOON)

    row.refresh_from_db()
    assert row.status == Status.APPEALED


def test_only_staff_and_nobody_themselves(ada, rhea, mallory):
    for person, by in ((ada, mallory), (rhea, rhea)):
        with pytest.raises(PermissionDenied):
            sanctions.propose(person, level=Level.NOTICE, days=None, by=by, **WHAT)

    assert not Sanction.objects.exists()


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"level": Level.LIMIT, "days": None}, LevelHasNoSuchTime),
        ({"level": Level.SUSPEND, "days": 181}, LevelHasNoSuchTime),
        ({"level": Level.NOTICE, "days": None, "rule_code": "X9"}, NobodyIsMeant),
    ],
)
def test_what_makes_no_sense_is_not_written(ada, rhea, said, refusal):
    with pytest.raises(refusal):
        sanctions.propose(ada, by=rhea, **WHAT | said)

    assert not Sanction.objects.exists()


def test_an_appeal_has_two_weeks_and_is_the_persons(limited, ada, mallory):
    with pytest.raises(PermissionDenied):
        sanctions.appeal(limited, text="No.", by=mallory, at=NOON)
    with pytest.raises(AppealIsLate):
        sanctions.appeal(limited, text="No.", by=ada, at=NOON + 15 * DAY)

    limited.refresh_from_db()
    assert (limited.status, limited.appeal) == (Status.ACTIVE, "")


# --- Pages


def test_from_a_report_to_an_appeal_in_the_browser(client, ada, mallory, rhea, ines):
    thing = Flagged("profile", ada.expert.public_id, "Ada Okonkwo", "/experts/", [ada])
    flag = flags.report(thing, reason="untrue", note="Not hers.", by=mallory, at=NOON)
    client.force_login(rhea)
    desk = client.get(reverse("admin:flags:flag", args=[flag.public_id])).text
    new = f"{reverse('admin:sanctions:propose')}?flag={flag.public_id}&person={ada.public_id}"
    assert new.replace("&", "&amp;") in desk
    page = client.get(new).text
    assert ada.email in page
    assert "Not hers." in page
    typed = {"person": ada.email, "level": "limit", "rule_code": "H2", "evidence": "Look."}
    again = client.post(new, typed | {"facts": "Not your repository."})
    assert again.status_code == 422
    assert "Say for how many days." in again.text

    client.post(new, typed | {"facts": "Not your repository.", "days": "20"})
    row = Sanction.objects.get()
    assert row.flag == flag
    client.post(reverse("admin:sanctions:impose", args=[row.public_id]))

    client.force_login(ada)
    assert "begin nothing new" in client.get(reverse("accounts:notifications")).text
    own = reverse("accounts:sanction", args=[row.public_id])
    assert own in client.get(reverse("accounts:sanctions")).text
    page = client.get(own).text
    assert "Not your repository." in page
    assert "Look." not in page
    assert client.post(own, {"text": ""}).status_code == 422
    client.post(own, {"text": "It is mine, see the commits."})

    client.force_login(ines)
    assert row.user.shown_name in client.get(reverse("admin:sanctions:index")).text
    page = client.get(reverse("admin:sanctions:sanction", args=[row.public_id])).text
    assert "It is mine, see the commits." in page
    assert "Rhea Lindqvist: In force" in page
    answer = reverse("admin:sanctions:answer", args=[row.public_id])
    assert client.post(answer, {"outcome": "reverse"}).status_code == 422
    client.post(answer, {"outcome": "reverse", "answer": "Sorry."})
    row.refresh_from_db()
    assert (row.status, standing(ada)) == (Status.REVERSED, "good")


def test_the_rules_are_public(client, db):
    assert "Keep the money here" in client.get(reverse("accounts:rules")).text
