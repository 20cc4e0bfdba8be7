"""The example we hand to strangers does what it says, over a real connection."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils.timezone import now

from accounts.models import Scope
from accounts.services import access_tokens, webhooks
from jobs.models import JobSkill, Message
from jobs.services import messages
from tests import factories
from tests.conftest import NOON

SCRIPT = Path(__file__).parents[2] / "static" / "api_example.py"
example = SimpleNamespace(**runpy.run_path(str(SCRIPT)))


@pytest.fixture
def token(ada) -> str:
    return access_tokens.issue(name="Bot", scopes=Scope.values, days=1, by=ada, at=now())[1]


@pytest.fixture
def attest(live_server, token):
    return example.Attest(live_server.url, token)


def test_it_prints_jobs_that_fit_and_who_waits(
    live_server, monkeypatch, capsys, token, proposal, organisation, acme
):
    talk = messages.begin(proposal, text="Hello", files=(), by=acme, at=NOON).conversation
    other = factories.job(organisation)
    JobSkill.objects.create(job=other, skill=factories.skill("vision"), is_must=True, level=1)
    monkeypatch.setenv("ATTEST_TOKEN", token)

    example.main(live_server.url, "rag")

    job = proposal.job
    assert capsys.readouterr().out.splitlines() == [
        f"{job.public_id}  {job.title} (2 checks)",
        f"{talk.public_id}  {organisation.name}: 1 new",
    ]


def test_it_reads_every_page_once_and_says_why_it_is_refused(attest, organisation):
    ids = [factories.job(organisation).public_id for _ in range(3)]

    assert [row["id"] for row in attest.rows("/api/v1/jobs/?limit=1")] == ids[::-1]

    with pytest.raises(example.Refused) as refused:
        attest.ask("/api/v1/jobs/job_000000000000/")
    assert (refused.value.status, refused.value.kind) == (404, "/problems/not_found")


def test_what_it_writes_again_after_the_line_broke_arrives_once(attest, proposal, acme):
    talk = messages.begin(proposal, text="Hello", files=(), by=acme, at=NOON).conversation
    asked = attest.ask

    def breaks(*said):
        attest.ask = asked
        asked(*said)
        raise ConnectionResetError

    attest.ask = breaks
    answer = attest.write(talk.public_id, "Good morning")

    assert Message.objects.get(text="Good morning").public_id == answer["id"]


@pytest.mark.parametrize(
    ("said", "later", "is_ours"), [("{}", 0, True), ("{ }", 0, False), ("{}", 301, False)]
)
def test_it_knows_our_messages(said, later, is_ours):
    secret, at = "whsec_c2VjcmV0", 1_893_499_200
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(at),
        "webhook-signature": webhooks.signature(secret, "msg_1", at, "{}"),
    }

    assert example.is_ours(secret, headers, said.encode(), at + later) is is_ours
