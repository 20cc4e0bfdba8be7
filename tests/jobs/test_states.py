"""Every verb of a job and of a proposal, tried from every status."""

import pytest

from jobs.models import Job, Proposal
from tests import state_table


@pytest.mark.parametrize(("verb", "status"), state_table.cases(Job))
def test_a_job_moves_only_as_its_table_says(job, verb, status):
    state_table.moves_only_as_its_table_says(job, verb, status)


@pytest.mark.parametrize(("verb", "status"), state_table.cases(Proposal))
def test_a_proposal_moves_only_as_its_table_says(proposal, verb, status):
    state_table.moves_only_as_its_table_says(proposal, verb, status)
