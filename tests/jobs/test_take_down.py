"""A job somebody reported is taken down when our staff agree; everyone who proposed is answered."""

import pytest

from accounts.flagging import SORTS, Flagged
from accounts.models import Flag, Notification
from accounts.services import flags
from jobs.models import Block, Job, Proposal
from jobs.services import messages
from tests.conftest import NOON


@pytest.fixture
def flag(job, mallory) -> Flag:
    """Mallory reports acme's job."""
    found = SORTS["job"].find(mallory, job.public_id)
    return flags.report(found, reason="scam", note="", by=mallory, at=NOON)


def test_an_upheld_report_takes_the_job_down(client, flag, job, proposal, rhea, ada, acme):
    flags.uphold(flag, answer="It asks experts to pay first.", by=rhea, at=NOON)

    job.refresh_from_db()
    proposal.refresh_from_db()
    assert (job.status, job.outcome) == (Job.Status.REMOVED, Job.Outcome.REMOVED)
    assert proposal.status == Proposal.Status.CLOSED
    assert "We took the job down" in Notification.objects.get(user=ada).body
    assert "It asks experts to pay first." in Notification.objects.get(user=acme).body
    assert client.get(f"/jobs/{job.public_id}/").status_code == 404


def test_a_dismissed_one_leaves_it(flag, job, rhea):
    flags.dismiss(flag, answer="It is fine.", by=rhea, at=NOON)

    job.refresh_from_db()
    assert job.status == Job.Status.OPEN


def test_a_job_that_is_over_stays_as_it_ended(flag, job, rhea):
    Job.objects.update(status=Job.Status.FILLED, outcome=Job.Outcome.HIRED_HERE)

    flags.uphold(flag, answer="It was.", by=rhea, at=NOON)

    job.refresh_from_db()
    assert (job.status, job.outcome) == (Job.Status.FILLED, Job.Outcome.HIRED_HERE)


def test_what_a_reader_may_not_see_they_cannot_report(client, job, mallory):
    Job.objects.update(visibility=Job.Visibility.INVITED)
    client.force_login(mallory)

    assert client.get(f"/report/job/{job.public_id}/").status_code == 404


def test_a_reported_message_is_in_the_same_queue(proposal, acme, ada):
    sent = messages.begin(proposal, text="Pay me outside.", files=[], by=acme, at=NOON)

    messages.report(sent, reason="elsewhere", note="See.", blocks=False, by=ada, at=NOON)

    flag = Flag.objects.get()
    assert (flag.kind, flag.about, flag.by) == ("message", sent.public_id, ada)
    assert "Pay me outside." in flag.title
    assert list(flag.owners.all()) == [acme]


def test_with_too_many_reports_waiting_one_can_still_block(proposal, acme, ada, mallory):
    sent = messages.begin(proposal, text="Pay me outside.", files=[], by=acme, at=NOON)
    for number in range(20):
        one = Flagged("job", f"job_{number:012}", "A job", "/", [mallory])
        flags.report(one, reason="spam", note="", by=ada, at=NOON)

    with pytest.raises(flags.TooManyReports):
        messages.report(sent, reason="elsewhere", note="", blocks=True, by=ada, at=NOON)

    assert Block.objects.filter(expert=ada.expert, lifted_at=None).exists()
    assert Flag.objects.count() == 20
