"""Schemathesis asks the whole API what its document allows, and what it does not (A-07).

Three people who have one of everything between them, and nobody: no fault of ours, no answer that
the document does not list, no row of another's, no address that forgets to ask who is there.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.timezone import now

from accounts.api import who
from accounts.models import Scope, User
from accounts.services import access_tokens
from marketplace import limits
from marketplace.kit.limits import AN_HOUR, Rate
from tests import factories
from tests.world import one_of_everything  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.drills, pytest.mark.django_db(transaction=True)]
WIDE = Rate("drill", 10**9, AN_HOUR)
SCHEMATHESIS = Path(sys.executable).with_name("st")
# In seconds: of the whole document, and of a part of it.
LONGEST, SHORT = 270, 60
# Which skills, zones and jobs there are, and what a job may become, stands in no document, so what
# it allows may be refused all the same. Who asks for which row is looked at before what is sent.
CONFIG = """
[auth.wfc]
path = "{auth}"
peers = ["acme", "ada", "globex"]

[checks]
positive_data_acceptance.enabled = false
missing_required_header.expected-statuses = [400, 401, 403, 404, 406, 415, 422, 428]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429]
"""


@pytest.fixture
def unlimited(monkeypatch) -> None:
    """Let one place on the net ask, and show wrong tokens, as often as it likes."""
    monkeypatch.setattr(limits, "API", WIDE)
    monkeypatch.setattr(limits, "API_OF_STRANGERS", WIDE)
    monkeypatch.setattr(limits, "LIMITED_OF_API", {})
    monkeypatch.setattr(who, "BAD_TOKENS", WIDE)


@pytest.fixture
def globex(db) -> User:
    """Another client, who has no part in what acme and ada have."""
    user = factories.user("Globex")
    factories.organisation(user)
    return user


def as_wfc(person: User) -> dict[str, object]:
    """Write down how somebody says who they are, in the form of Web Fuzzing Commons."""
    name = person.email.partition("@")[0]
    asked = {"name": "st", "scopes": Scope.values, "days": 1, "by": person, "at": now()}
    _row, token = access_tokens.issue(**asked)
    header = {"name": "Authorization", "value": f"Bearer {token}"}
    return {"name": name, "fixedHeaders": [header]}


@pytest.fixture
def ask(live_server, world, unlimited, acme, ada, globex, tmp_path):
    """Let Schemathesis ask for so many seconds; return how it ended, and what it said."""
    auth, config = tmp_path / "auth.yaml", tmp_path / "schemathesis.toml"
    auth.write_text(json.dumps({"auth": [as_wfc(person) for person in (acme, ada, globex)]}))
    config.write_text(CONFIG.format(auth=auth))

    def ask(seconds: int, *options: str) -> tuple[int, str]:
        document = f"{live_server.url}/api/v1/openapi.yaml"
        command = [SCHEMATHESIS, "--config-file", config, "run", document, "--seed", "1", "-n", "6"]
        command += ["--continue-on-failure", "--max-time", str(seconds), "--warnings", "off"]
        ended = subprocess.run(
            [*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stdout + ended.stderr

    return ask


def test_nothing_is_wrong_with_anything_that_is_answered(ask):
    code, said = ask(LONGEST)

    assert code == 0, said


def test_nobody_reads_a_proposal_of_others(ask):
    """A part of the document, which is all it takes to see that an open door would be found."""
    code, said = ask(SHORT, "--include-path-regex", r"/proposals/(\{id\}/)?$")

    assert code == 0, said
