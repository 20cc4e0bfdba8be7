"""The nouns of experts."""

from experts.models.badge import Badge, BadgeEvent
from experts.models.catalogue import LoadedEntry
from experts.models.credential import Credential, SigningKey
from experts.models.evidence import Evidence
from experts.models.expert import Expert, ExpertSkill
from experts.models.model_registry import ModelFamily, ModelRelease, ReleaseChange, Surface
from experts.models.skill import Criterion, Domain, Rubric, Skill, SkillAlias, SkillRelation
from experts.models.vetting import Application, ApplicationEvent, Review, Score
from experts.models.work_record import AmountBand, Outcome, ScoreKey, WorkRecord

__all__ = [
    "AmountBand",
    "Application",
    "ApplicationEvent",
    "Badge",
    "BadgeEvent",
    "Credential",
    "Criterion",
    "Domain",
    "Evidence",
    "Expert",
    "ExpertSkill",
    "LoadedEntry",
    "ModelFamily",
    "ModelRelease",
    "Outcome",
    "ReleaseChange",
    "Review",
    "Rubric",
    "Score",
    "ScoreKey",
    "SigningKey",
    "Skill",
    "SkillAlias",
    "SkillRelation",
    "Surface",
    "WorkRecord",
]
