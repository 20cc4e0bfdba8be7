"""The nouns of experts."""

from experts.models.badge import Badge, BadgeEvent
from experts.models.evidence import Evidence
from experts.models.expert import Expert, ExpertSkill
from experts.models.model_registry import ModelFamily, ModelRelease, Surface
from experts.models.skill import Criterion, Rubric, Skill, SkillAlias, SkillRelation
from experts.models.vetting import Application, ApplicationEvent, Review, Score
from experts.models.work_record import AmountBand, WorkRecord

__all__ = [
    "AmountBand",
    "Application",
    "ApplicationEvent",
    "Badge",
    "BadgeEvent",
    "Criterion",
    "Evidence",
    "Expert",
    "ExpertSkill",
    "ModelFamily",
    "ModelRelease",
    "Review",
    "Rubric",
    "Score",
    "Skill",
    "SkillAlias",
    "SkillRelation",
    "Surface",
    "WorkRecord",
]
