"""The nouns of jobs."""

from jobs.models.alert import Alert, AlertEntry
from jobs.models.board_change import BoardChange
from jobs.models.conversation import (
    Attachment,
    Block,
    Conversation,
    Message,
    Reading,
    Side,
)
from jobs.models.interview import Interview, InterviewEvent, InterviewTime
from jobs.models.invitation import Invitation, InvitationEvent
from jobs.models.job import Job, JobCheck, JobEvent, JobSkill, PlannedMilestone
from jobs.models.match import Match, MatchSnapshot, Ranking
from jobs.models.proposal import (
    CheckAnswer,
    HeldNote,
    MustAnswer,
    Proposal,
    ProposalEvent,
    ProposedMilestone,
    SentNote,
)
from jobs.models.search import SavedSearch
from jobs.models.use_case import UseCase, UseCaseSkill
from jobs.models.visitor_draft import VisitorDraft

__all__ = [
    "Alert",
    "AlertEntry",
    "Attachment",
    "Block",
    "BoardChange",
    "CheckAnswer",
    "Conversation",
    "HeldNote",
    "Interview",
    "InterviewEvent",
    "InterviewTime",
    "Invitation",
    "InvitationEvent",
    "Job",
    "JobCheck",
    "JobEvent",
    "JobSkill",
    "Match",
    "MatchSnapshot",
    "Message",
    "MustAnswer",
    "PlannedMilestone",
    "Proposal",
    "ProposalEvent",
    "ProposedMilestone",
    "Ranking",
    "Reading",
    "SavedSearch",
    "SentNote",
    "Side",
    "UseCase",
    "UseCaseSkill",
    "VisitorDraft",
]
