"""Templates of AI work: what a client gets filled in and edits."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from experts.models import Skill
from experts.models.skill import Level
from marketplace.kit.money import Money


class UseCase(models.Model):
    """A kind of outcome; `checks` and `milestones` are shaped as in `catalogue/use_cases.json`."""

    slug = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField()
    english_name = models.CharField(_("name"), max_length=80, db_column="name")
    english_summary = models.CharField(_("summary"), max_length=200, db_column="summary")
    title_template = models.CharField(max_length=120)
    scope_template = models.TextField()
    prompts = ArrayField(models.TextField(), default=list)
    checks = models.JSONField(default=list)
    milestones = models.JSONField(default=list)
    screening_question = models.CharField(max_length=300)
    sensitivity = models.CharField(max_length=8)
    budget_min_minor = models.PositiveIntegerField()
    budget_max_minor = models.PositiveIntegerField()
    weeks_min = models.PositiveSmallIntegerField()
    weeks_max = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return gettext(self.english_name)

    @property
    def summary(self) -> str:
        """What comes of it, in one sentence in the reader's language."""
        return gettext(self.english_summary)

    @property
    def questions(self) -> list[str]:
        """What experts ask first of such work, in the reader's language."""
        return [gettext(prompt) for prompt in self.prompts]

    @property
    def budget(self) -> tuple[Money, Money]:
        """The range such work starts around, until there is data of our own."""
        return (
            Money(self.budget_min_minor, settings.CURRENCY),
            Money(self.budget_max_minor, settings.CURRENCY),
        )


class UseCaseSkill(models.Model):
    """A skill the template asks for."""

    use_case = models.ForeignKey(UseCase, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    is_must = models.BooleanField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)

    class Meta:
        ordering = ("-is_must", "skill__position")
        constraints = (
            models.UniqueConstraint(fields=("use_case", "skill"), name="use_case_skill_once"),
        )
