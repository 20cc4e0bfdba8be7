"""The nouns of experts."""

from experts.models.badge import Badge, BadgeEvent
from experts.models.catalogue import LoadedEntry
from experts.models.check import Check, CheckEvent, Snapshot, Wording
from experts.models.credential import Credential, SigningKey
from experts.models.desk_choice import DeskChoice
from experts.models.evidence import Evidence, Upload, UploadEvent
from experts.models.expert import Expert, ExpertSkill
from experts.models.expert_search import ExpertFound, ExpertSearch
from experts.models.kind_of_work import KindOfWork
from experts.models.model_registry import ModelFamily, ModelRelease, ReleaseChange, Surface
from experts.models.preparation import LiveSlot, TaskDraft
from experts.models.reference import Reference, ReferenceEvent
from experts.models.review import Review, ReviewEvent, Score
from experts.models.saved_expert import SavedExpert
from experts.models.saved_reply import SavedReply
from experts.models.search_document import SearchDocument
from experts.models.search_sets import SearchBase, SearchChange, SearchSet
from experts.models.skill import Criterion, Domain, Rubric, Skill, SkillAlias, SkillRelation
from experts.models.tie import Tie
from experts.models.told_score import ToldScore
from experts.models.trail import TrailEntry
from experts.models.vetting import Application, ApplicationEvent
from experts.models.work_record import AmountBand, Delivery, Outcome, ScoreKey, WorkRecord

__all__ = [
    "AmountBand",
    "Application",
    "ApplicationEvent",
    "Badge",
    "BadgeEvent",
    "Check",
    "CheckEvent",
    "Credential",
    "Criterion",
    "Delivery",
    "DeskChoice",
    "Domain",
    "Evidence",
    "Expert",
    "ExpertFound",
    "ExpertSearch",
    "ExpertSkill",
    "KindOfWork",
    "LiveSlot",
    "LoadedEntry",
    "ModelFamily",
    "ModelRelease",
    "Outcome",
    "Reference",
    "ReferenceEvent",
    "ReleaseChange",
    "Review",
    "ReviewEvent",
    "Rubric",
    "SavedExpert",
    "SavedReply",
    "Score",
    "ScoreKey",
    "SearchBase",
    "SearchChange",
    "SearchDocument",
    "SearchSet",
    "SigningKey",
    "Skill",
    "SkillAlias",
    "SkillRelation",
    "Snapshot",
    "Surface",
    "TaskDraft",
    "Tie",
    "ToldScore",
    "TrailEntry",
    "Upload",
    "UploadEvent",
    "Wording",
    "WorkRecord",
]
