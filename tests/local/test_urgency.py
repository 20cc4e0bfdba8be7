"""A sign-in code overtakes a full queue of bulk mail: the real worker on a real Valkey."""

from urllib.parse import quote

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts import tasks
from accounts.models import Mail
from accounts.services import outbox
from marketplace.celery import QUEUES, app
from marketplace.kit import env
from marketplace.local import valkey
from marketplace.local.process import Process
from marketplace.local.stack import Stack
from marketplace.local.state import State
from tests.local.processes import eventually

# More than a worker sends in the seconds that this takes.
MANY = 600
# Seconds for a worker to start on a machine that has other things to do.
SLOW = 90


@pytest.fixture
def stack(open_folder, monkeypatch):
    """A stack on the tests' database, with a Valkey of its own to which this process sends."""
    stack = Stack(State(open_folder / "urgency"), {})
    stack.state.prepare()
    [program] = [part for part in stack.servers() if part.name == "valkey"]
    server = Process(program)
    eventually(server.is_up)
    place = connection.settings_dict
    url = f"postgres://{place['USER']}@/{place['NAME']}?host={quote(place['HOST'], safe='/')}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("REDIS_URL", valkey.url(stack.state.sockets / "valkey"))
    monkeypatch.setattr(app.conf, "broker_write_url", env.broker("REDIS_URL", "", db=1))
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    yield Stack(stack.state, {"DATABASE_URL": url})
    server.stop()
    stack.state.forget_sockets()


@pytest.mark.drills
@pytest.mark.django_db(transaction=True)
def test_a_code_overtakes_a_full_queue_of_bulk_mail(stack):
    for mail in Mail.objects.bulk_create(letter(number) for number in range(MANY)):
        tasks.send_mail.delay_on_commit(mail_pk=mail.pk)
    [program] = [part for part in stack.background() if part.name == "worker"]
    worker = Process(program)
    try:
        eventually(lambda: sent("bulk"), SLOW)

        outbox.post_awaited(
            key="code", to="ada@attest.example", subject="Code", text="7", html="7", at=now()
        )

        eventually(lambda: sent("code"), SLOW)
        assert sent("bulk") < MANY / 2, worker.last_lines
    finally:
        worker.stop()


def letter(number: int) -> Mail:
    at = now()
    return Mail(
        key=f"bulk {number}",
        to=f"reader-{number}@attest.example",
        subject="A job fits you",
        created_at=at,
        due_at=at,
        status=Mail.Status.QUEUED,
    )


def test_what_is_waited_for_goes_first():
    route = app.amqp.router.route
    tasks_of = {name: [] for name in QUEUES}
    for name in app.tasks:
        if not name.startswith("celery."):
            tasks_of[route({}, name)["queue"].name].append(name)

    assert tasks_of["codes"] == ["accounts.tasks.send_awaited_mail"]
    assert sorted(tasks_of["mail"]) == [
        "accounts.tasks.deliver_to_webhook",
        "accounts.tasks.deliver_to_webhooks",
        "accounts.tasks.send_digests",
        "accounts.tasks.send_due_mail",
        "accounts.tasks.send_mail",
    ]
    assert {"contracts.tasks.handle_event", "contracts.tasks.send_operation"} <= {
        *tasks_of["money"]
    }
    assert "jobs.tasks.match_job" in tasks_of["work"]
    # A worker takes the queues in the order in which it consumes them.
    assert tuple(app.amqp.queues.consume_from) == QUEUES
    assert app.conf.broker_transport_options["queue_order_strategy"] == "priority"


def sent(key: str) -> int:
    return Mail.objects.filter(key__startswith=key, status=Mail.Status.SENT).count()
