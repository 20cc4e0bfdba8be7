"""Every verb of a job and of a proposal, tried from every status."""

from tests import state_table


def test_a_job_moves_only_as_its_table_says(job):
    state_table.moves_only_as_its_table_says(job)


def test_a_proposal_moves_only_as_its_table_says(proposal):
    state_table.moves_only_as_its_table_says(proposal)
