"""What people did: written once, sealed by the next line, and read by whoever it is about."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import AuditChain, AuditEvent
from accounts.services import audit, erasures
from accounts.tasks import verify_audit
from experts.models import TrailEntry
from experts.services import trail
from tests import factories
from tests.conftest import NOON

Act = AuditEvent.Act
PAGE = reverse("accounts:activity")
PASSWORD = "correct horse battery"


def acts(person) -> list[str]:
    return list(AuditEvent.objects.filter(by=person).order_by("pk").values_list("act", flat=True))


def changed(sql: str) -> None:
    """Change what is written down, as only the owner of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_signing_in_and_saying_again_who_one_is_are_written_down(client, ada):
    ada.set_password(PASSWORD)
    ada.save()
    ada.emailaddress_set.create(email=ada.email, verified=True, primary=True)

    answer = client.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
    assert acts(ada) == [Act.SIGNED_IN]
    assert AuditEvent.objects.get().request_id == answer["X-Request-Id"]

    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert acts(ada) == [Act.SIGNED_IN]
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert acts(ada) == [Act.SIGNED_IN, Act.PROVED]

    again = dict.fromkeys(("password1", "password2"), "battery staple 9")
    new = {"oldpassword": PASSWORD} | again
    client.post(reverse("account_change_password"), new)
    assert acts(ada) == [Act.SIGNED_IN, Act.PROVED, Act.PASSWORD]


def test_what_staff_read_is_written_down_for_each_whose_it_is(client, acme, ada, rhea):
    job = factories.job(acme.memberships.get().organisation)
    flag = factories.flag("job", job.public_id, by=ada)
    flag.owners.add(acme)
    client.force_login(rhea)

    client.get(reverse("admin:flags:flag", args=[flag.public_id]))

    read = AuditEvent.objects.get()
    assert (read.act, read.by, read.person) == (Act.READ_REPORT, rhea, acme)
    assert read.about == flag.public_id


def test_a_person_reads_what_was_read_of_them_and_not_by_whom(client, ada, acme, rhea):
    audit.note(Act.READ_DISPUTE, by=rhea, of=[ada], about="dsp_1", at=NOON)
    audit.note(Act.SIGNED_IN, by=ada, at=NOON)
    case = factories.application(ada.expert, factories.skill("agents"))
    trail.note(case, TrailEntry.Act.LOOKED, by=rhea, at=NOON)
    trail.note(case, TrailEntry.Act.TOOK, by=rhea, at=NOON)
    client.force_login(ada)

    page = client.get(PAGE).text

    assert "Our staff read a dispute" in page
    assert "Signed in" in page
    assert page.count("Your application for Agents") == 1
    assert "Rhea" not in page
    client.force_login(acme)
    assert "Nothing yet." in client.get(PAGE).text
    client.force_login(rhea)
    assert "read a dispute" not in client.get(PAGE).text


@pytest.mark.parametrize("model", [AuditEvent, AuditChain])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {} SET {}",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "INSERT INTO accounts_auditchain VALUES (7, 0, '')",
    ],
)
def test_nothing_of_it_is_changed_or_taken_out(model, sql, ada):
    audit.note(Act.SIGNED_IN, by=ada, at=NOON)
    table = model._meta.db_table
    column = "act = 'email'" if model is AuditEvent else "length = 0"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; " + sql.format(table, column))
    assert audit.broken() == []


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("UPDATE accounts_auditevent SET about = 'other' WHERE position = 2", 2),
        ("DELETE FROM accounts_auditevent WHERE position = 2", 3),
        ("DELETE FROM accounts_auditevent WHERE position = 4", 4),
        ("DELETE FROM accounts_auditevent", 1),
        ("UPDATE accounts_auditevent SET position = 9 WHERE position = 4", 9),
    ],
)
def test_what_is_changed_nevertheless_is_found_and_its_place_is_named(sql, place, ada):
    for number in range(4):
        audit.note(Act.SIGNED_IN, by=ada, about=f"n{number}", at=NOON)
    call_command("verify_audit")

    changed(sql)

    assert audit.broken() == [f"the acts of {ada.pk} are broken at {place}"]
    with pytest.raises(CommandError, match="1 chains broken"):
        call_command("verify_audit")


def test_each_person_has_a_chain_of_their_own(ada, acme):
    for person in (ada, acme, None, ada):
        audit.note(Act.SIGNED_IN, by=person, at=NOON)

    lengths = dict(AuditChain.objects.values_list("actor", "length"))
    assert lengths == {ada.pk: 2, acme.pk: 1, 0: 1}
    assert audit.broken() == []


def test_what_is_hashed_is_one_line_a_thing(ada):
    with pytest.raises(DatabaseError, match="public ids"), transaction.atomic():
        audit.note(Act.SIGNED_IN, by=ada, about="a\n1", at=NOON)
    assert not AuditEvent.objects.exists()


def test_the_sweep_says_what_is_broken(ada, caplog):
    audit.note(Act.SIGNED_IN, by=ada, at=NOON)
    verify_audit()
    assert "audit.broken" not in caplog.text

    changed("UPDATE accounts_auditevent SET act = 'email'")
    verify_audit()
    assert "audit.broken" in caplog.text


def test_who_is_erased_stays_in_it_by_number_alone(mallory):
    audit.note(Act.SIGNED_IN, by=mallory, at=NOON)
    erasures.ask(by=mallory, at=NOON)
    erasures.erase_due(at=NOON + erasures.GRACE)

    assert acts(mallory) == [Act.SIGNED_IN]
    assert audit.broken() == []
