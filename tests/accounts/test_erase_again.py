"""Whom a backup brings back is erased again, from a list that no backup has."""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.management.commands.erase_again import ids_in
from accounts.models import Erasure, Notification, User
from accounts.services import erasures
from marketplace.kit.logs import JsonFormatter
from tests import factories
from tests.accounts.test_erase import DUE, gone
from tests.conftest import NOON


@pytest.fixture
def tombstones(caplog):
    """Return the log as production writes it, as a file."""
    caplog.set_level(logging.INFO)
    return lambda: io.StringIO("\n".join(map(JsonFormatter().format, caplog.records)))


def brought_back(person: User) -> None:
    """Lay the row down as it was before; the backup knew nothing of a wish to go."""
    Erasure.objects.filter(user=person).update(status=Erasure.Status.CANCELLED)
    User.objects.filter(pk=person.pk).update(
        name="Mallory Vance", email="mallory@attest.example", is_active=True, erased_at=None
    )


def test_a_tombstone_has_a_number_and_nothing_else(mallory, tombstones):
    gone(mallory)

    lines = [json.loads(line) for line in tombstones() if "person.erased" in line]
    assert [line["person"] for line in lines] == [mallory.public_id]
    assert not [word for word in ("Mallory", "mallory@") if word in json.dumps(lines)]


def test_who_was_erased_since_is_erased_again_and_nobody_else(mallory, ada, tombstones):
    gone(mallory)
    brought_back(mallory)

    erased, held = erasures.again(ids_in(tombstones()), at=DUE + timedelta(days=1))

    mallory.refresh_from_db()
    ada.refresh_from_db()
    assert (erased, held) == (1, [])
    assert (mallory.is_active, "Mallory" in mallory.name) == (False, False)
    assert mallory.erased_at == DUE + timedelta(days=1)
    assert (ada.is_active, ada.erased_at) == (True, None)
    assert not Notification.objects.filter(user=mallory).exists()


def test_it_may_run_again(mallory, tombstones):
    gone(mallory)

    assert erasures.again(ids_in(tombstones()), at=DUE) == (0, [])
    assert erasures.again(["usr_000000000000", ""], at=DUE) == (0, [])


def test_a_wish_that_the_backup_knew_is_carried_out_at_once(mallory):
    erasures.ask(by=mallory, at=NOON)

    assert erasures.again([mallory.public_id], at=NOON + timedelta(days=1)) == (1, [])
    assert Erasure.objects.get().status == Erasure.Status.DONE


def test_whom_something_holds_is_named_and_follows(acme, ada, tmp_path):
    factories.contract(acme.memberships.get().organisation, ada.expert)
    file = tmp_path / "tombstones"
    file.write_text(f"{ada.public_id}\n")

    with pytest.raises(CommandError, match=ada.public_id):
        call_command("erase_again", str(file))

    ada.refresh_from_db()
    assert (ada.is_active, Erasure.objects.get().status) == (True, "asked")
