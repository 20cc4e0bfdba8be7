"""The to-do list names what waits for each side, and nothing that does not."""

from jobs.models import Job, Proposal
from jobs.selectors import todos
from tests.conftest import NOON


def texts(user):
    return [todo.text for todo in todos.needs_you(user, NOON)]


def test_a_client_is_asked_to_read_new_proposals(proposal, acme):
    assert texts(acme) == [f"1 new proposal for {proposal.job.title}"]

    Proposal.objects.update(viewed_at=NOON)
    assert texts(acme) == []


def test_a_client_is_asked_to_publish_a_draft(draft, acme):
    assert texts(acme) == [f"Publish your job: {draft.title}"]


def test_an_expert_is_asked_to_send_a_draft(proposal, ada):
    Proposal.objects.update(status="draft", submitted_at=None)
    assert texts(ada) == [f"Send your proposal: {proposal.job.title}"]

    Job.objects.update(status="closed")
    assert texts(ada) == []


def test_nobody_else_is_asked(proposal, mallory, ada):
    assert texts(mallory) == []
    assert texts(ada) == []
