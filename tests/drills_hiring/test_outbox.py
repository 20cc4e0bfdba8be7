"""Two thousand mails, while the worker and the broker are killed twenty times between them."""

import pytest

from tests.drills_hiring.recorder import Recorder
from tests.local.conftest import open_folder  # noqa: F401
from tests.local.killer import Killer
from tests.local.processes import eventually, needs_proc
from tests.local.run import Run

pytestmark = [needs_proc, pytest.mark.drills]

# What a killed worker held is sent again after its lease of two minutes.
PATIENCE = 300.0
# Facts told one by one, each with its hint to a broker that may be dead at the time.
TELL = """
from django.utils.timezone import now
from accounts.models import Kind, User
from accounts.services import notifications
from accounts.services.notifications import Message

readers = [User.objects.create_user(f"reader{n}@attest.example") for n in range(20)]
for number in range(MAILS):
    words = (f"drill:{number}", f"Fact {number}", "", "/home/", "Open it")
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
    run = Run(open_folder / f"outbox-{recorder.port}", **mail)
    yield run
    run.end()


@pytest.mark.parametrize(
    ("mails", "kills"),
    [pytest.param(400, 6, id="six times"), pytest.param(2_000, 20, id="twenty times")],
)
def test_each_is_sent_once_or_twice_where_smtp_cannot_tell(
    run, recorder, mails, kills, record_property
):
    teller = run.runner("manage", "shell", "-c", TELL.replace("MAILS", str(mails)))
    killer = Killer(run)

    for kills_left in range(kills, 0, -1):
        heard = len(recorder.heard)
        next_kill = heard + (mails - heard) // (kills_left + 1)
        eventually(lambda enough=next_kill: len(recorder.heard) >= enough, PATIENCE)
        killer.kill(("worker", "valkey")[kills_left % 2])
        print(f"killed at {len(recorder.heard)} mails", flush=True)
    output, _ = teller.communicate(timeout=PATIENCE)
    assert teller.returncode == 0, output
    waiting = "SELECT count(*) FROM accounts_mail WHERE status <> 'sent'"
    eventually(lambda: run.sql(waiting) == "0", PATIENCE)

    twice = [mail for mail, times in recorder.heard.items() if times > 1]
    figure = f"{len(recorder.heard)} mails, {kills} kills, {len(twice)} mails twice"
    record_property("figure", figure)
    assert len(recorder.heard) == mails
    assert max(recorder.heard.values()) <= 2
    # Four threads send at a time, and every second kill is of the worker.
    assert len(twice) <= 4 * kills // 2
