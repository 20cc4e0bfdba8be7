"""Jobs, their clients, proposals and messages are reported; staff read the thing and no more."""

import pytest
from django.urls import reverse

from accounts.flagging import SORTS
from accounts.models import Flag
from accounts.services import flags
from jobs.models import Job
from jobs.services import messages
from tests.conftest import NOON


def report(kind, about, by) -> Flag:
    found = SORTS[kind].find(by, about)
    return flags.report(found, reason="scam", note="", by=by, at=NOON)


def test_a_client_reports_a_proposal_it_got(client, proposal, acme, ada):
    client.force_login(acme)
    page = reverse("accounts:report", args=["proposal", proposal.public_id])
    assert page in client.get(reverse("jobs:proposal", args=[proposal.public_id])).text

    client.post(page, {"reason": "untrue", "note": ""})

    assert list(Flag.objects.get().owners.all()) == [ada]


def test_an_expert_reports_a_client_from_its_job(client, job, ada, acme):
    client.force_login(ada)
    page = reverse("accounts:report", args=["organisation", job.organisation.public_id])
    assert page in client.get(reverse("jobs:detail", args=[job.public_id])).text

    client.post(page, {"reason": "scam", "note": ""})

    flag = Flag.objects.get()
    assert (flag.title, list(flag.owners.all())) == ("Acme", [acme])


@pytest.mark.parametrize(
    ("person", "kind"),
    [("mallory", "proposal"), ("rhea", "proposal"), ("mallory", "message"), ("acme", "message")],
)
def test_what_is_not_theirs_to_read_or_is_their_own_sides_is_not_found(
    request, proposal, acme, person, kind
):
    written = messages.begin(proposal, text="Pay me there.", files=[], by=acme, at=NOON)
    about = {"proposal": proposal, "message": written}[kind].public_id

    assert SORTS[kind].find(request.getfixturevalue(person), about) is None


def test_a_client_is_not_found_without_a_job_one_may_see(job, mallory):
    Job.objects.update(visibility=Job.Visibility.INVITED)

    assert SORTS["organisation"].find(mallory, job.organisation.public_id) is None


def test_staff_read_a_message_with_those_before_it_and_open_no_page_of_others(
    client, proposal, acme, ada, rhea
):
    first = messages.begin(proposal, text="Let us talk.", files=[], by=acme, at=NOON)
    other = messages.send(first.conversation, text="Gladly.", files=[], by=ada, at=NOON)
    last = messages.send(first.conversation, text="Pay me there.", files=[], by=ada, at=NOON)
    messages.send(first.conversation, text="No.", files=[], by=acme, at=NOON)
    flag = messages.report(last, reason="scam", note="", blocks=False, by=acme, at=NOON)

    client.force_login(rhea)
    page = client.get(reverse("admin:flags:flag", args=[flag.public_id])).text

    for words in ("Let us talk.", other.text, "Pay me there."):
        assert words in page
    assert "No." not in page
    assert flag.url not in page


def test_staff_read_a_job_for_the_invited_alone(client, job, ada, rhea):
    flag = report("job", job.public_id, ada)
    Job.objects.update(visibility=Job.Visibility.INVITED)

    client.force_login(rhea)
    page = client.get(reverse("admin:flags:flag", args=[flag.public_id])).text

    assert job.scope in page
    assert flag.url not in page


@pytest.mark.parametrize("kind", ["job", "organisation", "proposal", "message", "profile"])
def test_what_is_gone_shows_nothing(db, kind):
    assert list(SORTS[kind].show("x")) == []
