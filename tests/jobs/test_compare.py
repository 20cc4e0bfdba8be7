"""Two to four proposals side by side, the best of each line marked, ties all."""

from datetime import date

import pytest
from django.urls import reverse

from jobs import comparison
from jobs.models import Proposal, ProposedMilestone
from tests import factories
from tests.laid import laid


@laid
def rival(job) -> Proposal:
    """Bo's proposal: cheaper and later than Ada's, with one check countered, no badge."""
    expert = factories.expert(factories.user("Bo Rival", time_zone="Asia/Tokyo"))
    row = factories.proposal(job, expert)
    ProposedMilestone.objects.create(
        proposal=row, position=1, title="All", amount_minor=9_000_00, due_on=date(2030, 3, 1)
    )
    first, second = job.checks.all()
    row.answers.create(job_check=first, commits=True)
    row.answers.create(job_check=second, commits=False, counter="0.9: see my note")
    return row


def lines(job, *rows):
    columns = comparison.digests(job, rows, on=date(2030, 1, 1))
    return {
        str(line.label): [(cell.text, cell.is_best) for cell in line.cells]
        for line in comparison.lines(job, columns)
    }


def test_each_line_marks_its_best(job, proposal, rival):
    compared = lines(job, proposal, rival)

    assert compared["Total price"] == [("$14,000", False), ("$9,000", True)]
    assert compared["Delivers"] == [("10 Feb 2030", True), ("1 Mar 2030", False)]
    assert compared["Must-have skills, vetted"] == [("1 of 1", True), ("0 of 1", False)]
    assert compared["Right citation: ≥ 95%"] == [
        ("commits", True),
        ("0.9: see my note", False),
    ]
    assert compared["Working hours you share"] == [("8 h", True), ("0 h", False)]
    assert compared["First milestone"] == [("$7,000", True), ("$9,000", False)]


def test_ties_are_all_marked(job, proposal, rival):
    compared = lines(job, proposal, rival)

    assert compared["Faithfulness: ≥ 95%"] == [("commits", True), ("commits", True)]


def test_the_page_shows_the_ticked_ones(client, acme, job, proposal, rival):
    client.force_login(acme)

    page = client.get(address(job), {"p": [proposal.public_id, rival.public_id]})

    assert page.status_code == 200
    assert "Ada Okonkwo" in page.text
    assert "Bo Rival" in page.text


@pytest.mark.parametrize("ticked", [[], ["prp_000000000000"], ["\x00"]])
def test_fewer_than_two_lead_back_to_the_list(client, acme, job, proposal, ticked):
    client.force_login(acme)

    answer = client.get(address(job), {"p": [proposal.public_id, *ticked]})

    assert answer.url == reverse("jobs:received-proposals", args=[job.public_id])


def test_another_jobs_proposal_is_not_compared(client, acme, job, proposal, organisation):
    other = factories.proposal(factories.job(organisation), proposal.expert)
    client.force_login(acme)

    answer = client.get(address(job), {"p": [proposal.public_id, other.public_id]})

    assert answer.status_code == 302


def address(job):
    return reverse("jobs:compare", args=[job.public_id])
