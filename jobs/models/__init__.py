"""The nouns of jobs."""

from jobs.models.job import Job, JobCheck, JobEvent, JobSkill, PlannedMilestone
from jobs.models.match import Match
from jobs.models.proposal import CheckAnswer, Proposal, ProposalEvent, ProposedMilestone
from jobs.models.use_case import UseCase, UseCaseSkill

__all__ = [
    "CheckAnswer",
    "Job",
    "JobCheck",
    "JobEvent",
    "JobSkill",
    "Match",
    "PlannedMilestone",
    "Proposal",
    "ProposalEvent",
    "ProposedMilestone",
    "UseCase",
    "UseCaseSkill",
]
