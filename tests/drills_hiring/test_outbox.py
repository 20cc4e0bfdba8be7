"""Two thousand mails, while the worker and the broker are killed twenty times between them."""

import os
import signal
import time
from collections import Counter

import pytest

from marketplace.local.supervisor import ATTEMPTS, QUICK
from tests.drills_hiring.recorder import Recorder
from tests.local.conftest import open_folder  # noqa: F401
from tests.local.processes import eventually, needs_proc
from tests.local.run import Run

pytestmark = [needs_proc, pytest.mark.drills]

MAILS, KILLS = 2_000, 20
# What a killed worker held is sent again after its lease of two minutes.
PATIENCE = 300.0
# Facts told one by one, each with its hint to a broker that may be dead at the time.
TELL = f"""
from django.utils.timezone import now
from accounts.models import Kind, User
from accounts.services import notifications
from accounts.services.notifications import Message

readers = [User.objects.create_user(f"reader{{n}}@attest.example") for n in range(20)]
for number in range({MAILS}):
    words = (f"drill:{{number}}", f"Fact {{number}}", "", "/home/", "Open it")
    notifications.tell(Message(readers[number % 20], Kind.MATCH, *words), at=now())
"""


@pytest.fixture
def recorder():
    """The mail server of the stack."""
    server = Recorder()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(open_folder, recorder):  # noqa: F811
    """A stack that mails to the recorder."""
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(recorder.port), "EMAIL_USE_TLS": "0"}
    run = Run(open_folder / "outbox", **mail)
    yield run
    run.end()


class Killer:
    """Kills parts of a stack, and not so fast that its supervisor gives them up."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.deaths: Counter[str] = Counter()
        self.last: dict[str, float] = {}

    def kill(self, name: str) -> None:
        """Kill a part once it is there; after some quick deaths let it live for a while first."""
        if self.deaths[name] and self.deaths[name] % ATTEMPTS == 0:
            lived_enough = self.last[name] + QUICK + 10.0
            eventually(lambda: time.monotonic() > lived_enough, PATIENCE)
        eventually(lambda: self.run.part(name), PATIENCE)
        os.kill(self.run.part(name), signal.SIGKILL)
        self.deaths[name] += 1
        self.last[name] = time.monotonic()


def test_each_is_sent_once_or_twice_where_smtp_cannot_tell(run, recorder):
    teller = run.runner("manage", "shell", "-c", TELL)
    killer = Killer(run)

    for kills_left in range(KILLS, 0, -1):
        heard = len(recorder.heard)
        next_kill = heard + (MAILS - heard) // (kills_left + 1)
        eventually(lambda enough=next_kill: len(recorder.heard) >= enough, PATIENCE)
        killer.kill(("worker", "valkey")[kills_left % 2])
        print(f"killed at {len(recorder.heard)} mails", flush=True)
    output, _ = teller.communicate(timeout=PATIENCE)
    assert teller.returncode == 0, output
    waiting = "SELECT count(*) FROM accounts_mail WHERE status <> 'sent'"
    eventually(lambda: run.sql(waiting) == "0", PATIENCE)

    twice = [mail for mail, times in recorder.heard.items() if times > 1]
    print(f"{len(recorder.heard)} mails, {len(twice)} of them twice", flush=True)
    assert len(recorder.heard) == MAILS
    assert max(recorder.heard.values()) <= 2
    # Four threads send at a time, and every second kill is of the worker.
    assert len(twice) <= 4 * KILLS // 2
