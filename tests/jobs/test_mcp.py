"""An agent looks around and prepares things over MCP, spoken by the SDK's own client.

It sends nothing: whatever binds is finished by a person at the address that comes with it.
"""

import asyncio
import runpy
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.utils.timezone import now
from mcp import Client, StdioServerParameters

from accounts.models import Notification, Scope
from accounts.services import access_tokens
from jobs.models import Job, Match, Message, Proposal
from jobs.services import messages
from tests import factories
from tests.conftest import NOON

Heard = TypeVar("Heard")
SCRIPT = Path(__file__).parents[2] / "static" / "mcp_server.py"
serve = runpy.run_path(str(SCRIPT))["serve"]


def token_of(user, *scopes: str) -> str:
    return access_tokens.issue(
        name="Agent", scopes=scopes or Scope.values, days=1, by=user, at=now()
    )[1]


def heard(talk: Coroutine[Any, Any, Heard]) -> Heard:
    """Talk to the end in a thread of its own: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, talk).result()


@pytest.fixture
def agent(live_server):
    """Call tools one after the other as somebody's agent, and return what each answered."""

    def agent(token: str, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
        async def call() -> list[Any]:
            async with Client(serve(live_server.url, token)) as client:
                return [await client.call_tool(name, said) for name, said in calls]

        return heard(call())

    return agent


def told(answer) -> Any:
    assert not answer.is_error, answer.content
    found = answer.structured_content
    return found["result"] if set(found) == {"result"} else found


@pytest.mark.drills  # a Python of its own takes seconds to begin
def test_as_a_program_of_its_own_it_names_what_it_does(live_server, ada):
    program = StdioServerParameters(
        command=sys.executable,
        args=[str(SCRIPT), live_server.url],
        env={"ATTEST_TOKEN": token_of(ada)},
    )

    async def talk() -> tuple[set[str], Any]:
        async with Client(program) as client:
            tools = await client.list_tools()
            found = await client.call_tool("search_experts", {"skills": ["rag"]})
            return {tool.name for tool in tools.tools}, found

    names, found = heard(talk())

    assert not [
        name
        for name in names
        if not name.startswith(("search", "read", "list", "explain", "draft"))
    ]
    assert [row["name"] for row in told(found)["results"]] == ["Ada Okonkwo"]


def test_it_reads_what_its_owner_may_and_explains(agent, job, expert, ada, mallory):
    reason = {"code": "must", "points": 20, "most": 30, "values": {"skill": "RAG", "level": 2}}
    Match.objects.create(
        job=job, expert=expert, score=87, reasons=[reason], algorithm="a", created_at=NOON
    )
    draft = factories.job(job.organisation, status=Job.Status.DRAFT)

    read, jobs, matches, hidden = agent(
        token_of(ada, Scope.READ),
        ("read_job", {"job": job.public_id}),
        ("search_jobs", {"skills": ["rag"]}),
        ("explain_my_matches", {}),
        ("read_job", {"job": draft.public_id}),
    )

    assert told(read)["checks"][0]["metric"] == "Faithfulness"
    assert [row["id"] for row in told(jobs)] == [job.public_id]
    assert told(matches)[0]["reasons"][0]["points"] == 20
    assert hidden.is_error
    assert "Not found" in hidden.content[0].text


def test_it_drafts_and_a_person_finishes(agent, proposal, organisation, acme, ada):
    talk = messages.begin(proposal, text="Hello", files=(), by=acme, at=NOON).conversation
    written, heard = Message.objects.count(), Notification.objects.count()
    other = factories.job(organisation)

    [drafted] = agent(
        token_of(acme),
        ("draft_job", {"use_case": "support-assistant", "said": {"title": "Assistant"}}),
    )
    offered, message = agent(
        token_of(ada),
        ("draft_proposal", {"job": other.public_id, "said": {"cover_note": "I built it."}}),
        ("draft_message", {"conversation": talk.public_id, "text": "Tuesday?"}),
    )

    job = Job.objects.get(title="Assistant")
    assert (job.status, told(drafted)["url"].endswith(f"{job.public_id}/preview/")) == (
        "draft",
        True,
    )
    row = Proposal.objects.get(job=other)
    assert (row.status, told(offered)["id"]) == ("draft", row.public_id)
    assert told(message)["url"].endswith(f"/messages/{talk.public_id}/")
    tokens = 2  # whose making their owners are told
    assert (Message.objects.count(), Notification.objects.count()) == (written, heard + tokens)


def test_its_token_bounds_it_and_a_field_that_is_wrong_is_named(agent, job, acme):
    body = {"use_case": "support-assistant"}

    [reader] = agent(token_of(acme, Scope.READ), ("draft_job", body))
    [wrong] = agent(token_of(acme), ("draft_job", body | {"said": {"weeks": 99}}))

    assert (reader.is_error, wrong.is_error) == (True, True)
    assert "scope" in reader.content[0].text
    assert "weeks" in wrong.content[0].text
    assert Job.objects.count() == 1
