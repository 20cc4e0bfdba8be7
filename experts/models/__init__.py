"""The nouns of experts."""

from experts.models.badge import Badge, BadgeEvent
from experts.models.expert import Expert, ExpertSkill
from experts.models.model_registry import ModelFamily, ModelRelease, Surface
from experts.models.skill import Criterion, Rubric, Skill, SkillAlias, SkillRelation
from experts.models.vetting import Application, ApplicationEvent, Evidence, Review, Score

__all__ = [
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
]
