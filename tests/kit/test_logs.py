"""Nothing that somebody typed reaches a log or a page of errors, whichever way it fails."""

import json
import logging

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import outbox
from marketplace.kit.logs import JsonFormatter
from tests.access_table import ACCESS
from tests.conftest import NOON

WORD = "canary-of-a-log"
ADDRESS = f"{WORD}@attest.example"
FIELDS = (
    *("login", "password", "email", "name", "code", "title", "text", "q", "url", "legal_name"),
    *("vat_id", "address", "note", "message", "key", "number", "next", "use_case", "topics"),
)
SENT = {field: ADDRESS if field in {"login", "email"} else WORD for field in FIELDS}
# Addresses without a row in them, by every method they take.
ADDRESSES = sorted({(str(row[0]), str(row[1])) for row in ACCESS if not row[2]})
HEADERS = {
    "Referer": f"http://testserver/{WORD}",
    "User-Agent": WORD,
    "Authorization": f"Bearer {WORD}",
    "Idempotency-Key": WORD,
    "Cookie": f"sessionid={WORD}; other={WORD}",
}
# Where somebody's secret stands in the address itself.
TOKENS = (
    f"/unsubscribe/{WORD}/",
    f"/member-invitations/{WORD}/",
    f"/references/{WORD}/",
    f"/accounts/password/reset/key/1-{WORD}/",
    f"/nowhere/{WORD}/",
    f"/experts/{WORD}/",
)


@pytest.fixture
def lines(caplog):
    """Return what was logged so far, as it is in production."""
    caplog.set_level(logging.INFO)
    form = JsonFormatter()
    return lambda: [form.format(record) for record in caplog.records]


def whole(logged) -> str:
    return "\n".join(logged)


@pytest.mark.drills
@pytest.mark.parametrize("who", ["nobody", "acme"])
def test_no_word_that_was_sent_is_in_a_log(who, client, acme, lines):
    client.raise_request_exception = False
    if who == "acme":
        client.force_login(acme)
    session = client.cookies.copy()
    logged = []
    for name, method in ADDRESSES:
        address = f"{reverse(name)}?q={WORD}&next=/{WORD}"
        with transaction.atomic():
            client.cookies = session.copy()
            getattr(client, method)(address, SENT, headers=HEADERS if who == "nobody" else {})
            transaction.set_rollback(True)
        logged = lines()
    assert len(ADDRESSES) > 100
    assert logged
    assert WORD not in whole(logged)


@pytest.mark.parametrize("address", TOKENS)
def test_a_token_in_an_address_is_not_logged(address, client, db, lines):
    client.get(f"{address}?token={WORD}")

    assert WORD not in whole(lines())


def test_a_refused_request_is_told_by_its_pattern(client, db, lines):
    client.get(f"/experts/{WORD}/")

    told = json.loads(lines()[-1])
    assert (told["event"], told["method"], told["status_code"]) == ("request.refused", "GET", 404)
    assert told["route"] == "experts/<slug:slug>/"


def test_a_row_that_the_database_refuses_is_told_by_its_rule(db, lines):
    User.objects.create(email=ADDRESS)
    with pytest.raises(IntegrityError, match=WORD) as raised, transaction.atomic():
        User.objects.create(email=ADDRESS)
    logging.getLogger("x").error("it.failed", exc_info=raised.value, extra={"row": 7})

    told = json.loads(lines()[-1])
    assert WORD not in whole(lines())
    assert "accounts_user_email" in told["traceback"]
    assert "test_logs.py" in told["traceback"]
    assert (told["event"], told["row"]) == ("it.failed", 7)


def test_what_a_task_raised_is_told_without_what_it_says(lines):
    try:
        int(WORD)
    except ValueError as error:
        said = {"name": "accounts.tasks.x", "exc": repr(error), "args": [WORD]}
        celery = logging.getLogger("celery.app.trace")
        celery.error("Task %(name)s raised: %(exc)s", said, exc_info=True, extra={"data": said})

    assert WORD not in whole(lines())
    assert "ValueError" in lines()[-1]


def test_a_page_that_fails_shows_nothing_of_what_was_sent_nor_of_why(client, acme, lines):
    client.force_login(acme)
    client.raise_request_exception = False
    connection.cursor().execute("ALTER TABLE accounts_preference RENAME kind TO other")

    answer = client.get(f"{reverse('accounts:preferences')}?q={WORD}")

    assert answer.status_code == 500
    assert WORD not in answer.text
    assert "accounts_preference" not in answer.text
    assert WORD not in whole(lines())
    assert "ProgrammingError" in whole(lines())


def test_a_mail_that_cannot_leave_is_told_by_its_number(db, lines, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail = outbox.post(key="k", to=ADDRESS, subject=WORD, text=WORD, html=WORD, at=NOON)

    outbox.deliver(mail.pk, at=NOON)

    assert "mail.send.unavailable" in whole(lines())
    assert WORD not in whole(lines())
