"""What the real SDK sends of a fault: where it broke, and nothing that anybody typed or is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from marketplace import sentry

ROOT = Path(__file__).parents[2]
CANARY = "canary-of-mallory"
# A site whose one address breaks over what it was sent, asked as a browser would; prints envelopes.
SITE = """
import json, logging, sys
import django
from django.conf import settings
from django.db import connection
from django.urls import path
from sentry_sdk.transport import Transport
from marketplace import sentry

CANARY = sys.argv[1]

class Printed(Transport):
    def capture_envelope(self, envelope):
        for item in envelope.items:
            print(json.dumps(item.payload.json))

def breaks(request, token):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [request.POST["name"]])
    logging.getLogger("site").error("book.torn", extra={"who": request.POST["name"]})
    spoken = request.POST["name"]
    try:
        raise KeyError(spoken)
    except KeyError as error:
        raise ValueError(f"no such person: {spoken}") from error

settings.configure(
    SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
urlpatterns = [path("people/<token>/", breaks)]
sentry.begin("https://key@sentry.example/1", environment="tests", transport=Printed)
django.setup()
from django.test import Client

browser = Client(raise_request_exception=False, headers={"Authorization": CANARY, "X-Who": CANARY})
browser.cookies["sessionid"] = CANARY
answer = browser.post(f"/people/{CANARY}/?q={CANARY}", {"name": CANARY}, REMOTE_ADDR="192.0.2.77")
assert answer.status_code == 500
"""


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    """Every event that would have left."""
    done = subprocess.run(
        [sys.executable, "-c", SITE, CANARY],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_nothing_of_whom_it_broke_for_leaves(told):
    for event in told:
        whole = json.dumps(event)
        for secret in (CANARY, "192.0.2.77", "sessionid", "SELECT"):
            assert secret not in whole.replace('cursor.execute(\\"SELECT', ""), secret


def test_where_it_broke_does(told):
    [fault] = [event for event in told if "exception" in event]
    first, last = fault["exception"]["values"]

    assert (first["type"], last["type"]) == ("KeyError", "ValueError")
    assert last["stacktrace"]["frames"][-1]["function"] == "breaks"
    assert fault["transaction"] == "/people/{token}/"
    assert (fault["environment"], fault["level"]) == ("tests", "error")
    assert any(event.get("logentry", {}).get("message") == "book.torn" for event in told)


# What an SDK of next year may add.
MORE = {
    "event_id": "1",
    "user": {"email": CANARY},
    "request": {"url": CANARY, "data": CANARY, "cookies": CANARY, "headers": {"Cookie": CANARY}},
    "breadcrumbs": {"values": [{"message": CANARY}]},
    "extra": {"who": CANARY},
    "tags": {"who": CANARY},
    "contexts": {"response": {"body": CANARY}, "trace": {"trace_id": "1", "data": CANARY}},
    "logentry": {"message": "a.b", "params": [CANARY], "formatted": CANARY},
    "exception": {
        "values": [
            {
                "type": "ValueError",
                "value": CANARY,
                "mechanism": {"type": "django", "handled": False, "data": CANARY},
                "stacktrace": {"frames": [{"function": "f", "vars": {"name": CANARY}}]},
            }
        ]
    },
    "something_new": CANARY,
}


def test_what_is_not_on_the_list_stays_here():
    bare = sentry.bare(MORE)

    assert CANARY not in json.dumps(bare)
    assert bare["exception"]["values"][0]["stacktrace"] == {"frames": [{"function": "f"}]}
    assert bare["contexts"]["trace"] == {"trace_id": "1"}
    assert bare["logentry"] == {"message": "a.b"}
