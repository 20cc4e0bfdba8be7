"""The taxonomy: what can be proven, by which published rubric, and what people call it.

A name is stored in English as `english_name`, which is what searches, credentials and the API say;
`name` is the same in the language of whoever reads, from `locale/`. So it is with every sentence:
what a skill is, what counts as evidence of it, and each line of a rubric.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from experts.models.model_registry import ModelRelease

HUNDREDTHS = 100


class Level(models.IntegerChoices):
    """How far the proof reaches; the words are `docs/glossary.md`'s."""

    BUILT = 1, _("Built it")
    SHIPPED = 2, _("Shipped it")
    LED = 3, _("Led it in production")


# What each level asks of the work, in one sentence.
LEVEL_HINTS = {
    Level.BUILT: _("A working system, measured once; you can show how it was built."),
    Level.SHIPPED: _("In real use, with numbers from before and after."),
    Level.LED: _("In production for months; you led the design and know how it fails."),
}
# Who judges each level, in one sentence; seats are opened by `seats.open_blind`.
LEVEL_JUDGES = {
    Level.BUILT: _("One reviewer judges it, and for a sample a second one."),
    Level.SHIPPED: _("One reviewer judges it, and for a sample a second one."),
    Level.LED: _("Two reviewers judge it, each without knowing the other's scores."),
}


class SkillQuerySet(models.QuerySet["Skill"]):
    """Which skills can be proven."""

    def badgeable(self) -> SkillQuerySet:
        """Those with a rubric, which we vet."""
        return self.filter(is_badgeable=True)


class Skill(models.Model):
    """One thing an expert can do; only badgeable skills can be vetted."""

    class Facet(models.TextChoices):
        CAPABILITY = "capability", _("Capability")
        ASSURANCE = "assurance", _("Assurance")
        FOUNDATION = "foundation", _("Foundation")

    slug = models.SlugField(unique=True)
    facet = models.CharField(max_length=12, choices=Facet.choices)
    english_name = models.CharField(_("name"), max_length=60, db_column="name")
    english_title = models.CharField(_("title"), max_length=120, db_column="title")
    english_description = models.TextField(_("description"), db_column="description")
    english_accepted_evidence = ArrayField(
        models.TextField(), default=list, verbose_name=_("accepted"), db_column="accepted_evidence"
    )
    english_refused_evidence = ArrayField(
        models.TextField(), default=list, verbose_name=_("refused"), db_column="refused_evidence"
    )
    # How long a badge speaks for its holder; 0 where there is no badge.
    validity_months = models.PositiveSmallIntegerField()
    is_badgeable = models.BooleanField()
    position = models.PositiveSmallIntegerField()

    objects: ClassVar[SkillQuerySet] = SkillQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("position",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(facet__in=["capability", "assurance", "foundation"]),
                name="skill_facet_known",
            ),
        )

    @property
    def name(self) -> str:
        """What it is called on a chip, in the reader's language."""
        return gettext(self.english_name)

    @property
    def title(self) -> str:
        """What it is called in full, in the reader's language."""
        return gettext(self.english_title)

    @property
    def description(self) -> str:
        """What somebody who has it does, in one sentence in the reader's language."""
        return gettext(self.english_description)

    @property
    def accepted_evidence(self) -> list[str]:
        """What counts as evidence, a sentence each in the reader's language."""
        return [gettext(line) for line in self.english_accepted_evidence]

    @property
    def refused_evidence(self) -> list[str]:
        """What does not count, however often it is sent, in the reader's language."""
        return [gettext(line) for line in self.english_refused_evidence]


class SkillAlias(models.Model):
    """A phrase people type ("GPT-4 developer") and the skill, and perhaps the model, they mean."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="aliases")
    alias = models.CharField(max_length=80, unique=True)
    release = models.ForeignKey(
        ModelRelease, models.PROTECT, null=True, blank=True, related_name="aliases"
    )
    # What to know about anything but a model; of a model the registry itself says it.
    english_hint = models.CharField(_("hint"), max_length=200, blank=True, db_column="hint")

    @property
    def advice(self) -> str:
        """What to know before asking for this: it retires, and what takes its place."""
        return self.release.advice if self.release else gettext(self.english_hint)


class Domain(models.Model):
    """An industry somebody has worked in."""

    slug = models.SlugField(unique=True)
    english_name = models.CharField(_("name"), max_length=60, db_column="name")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return gettext(self.english_name)


class SkillRelation(models.Model):
    """How one skill stands to another."""

    class Kind(models.TextChoices):
        BROADER = "broader", _("is broader than")
        REQUIRES = "requires", _("requires")
        REPLACES = "replaces", _("replaces")

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    other = models.ForeignKey(Skill, models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("skill", "kind", "other"), name="relation_once"),
        )


class Rubric(models.Model):
    """The published questions by which one skill is judged; a change is a new version."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="rubrics")
    version = models.PositiveSmallIntegerField()
    # The mean score (0 to 5, in hundredths) an application needs for levels 1, 2 and 3.
    minimum_means = ArrayField(models.PositiveSmallIntegerField(), size=3)
    minimum_each = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("skill", "version"), name="rubric_version_once"),
        )

    def mean_for(self, level: int) -> float:
        """Return the mean score, of 5, that a level needs."""
        return self.minimum_means[level - 1] / HUNDREDTHS

    def passes(self, points: Sequence[int], level: int) -> bool:
        """Whether these scores, one for each criterion, are enough for a level.

        Whole numbers only: a mean is compared by multiplying, so nothing is ever rounded up.
        """
        needed = self.minimum_means[level - 1] * len(points)
        return (
            bool(points) and min(points) >= self.minimum_each and sum(points) * HUNDREDTHS >= needed
        )


class Criterion(models.Model):
    """One question of a rubric, with a sentence that anchors each score from 0 to 5."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField()
    english_name = models.CharField(_("name"), max_length=80, db_column="name")
    english_question = models.TextField(_("question"), db_column="question")
    english_anchors = ArrayField(
        models.TextField(), size=6, verbose_name=_("anchors"), db_column="anchors"
    )

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("rubric", "key"), name="criterion_once"),)

    @property
    def name(self) -> str:
        """What it judges, in the reader's language."""
        return gettext(self.english_name)

    @property
    def question(self) -> str:
        """What a reviewer asks of the work, in the reader's language."""
        return gettext(self.english_question)

    @property
    def anchors(self) -> list[str]:
        """What work looks like that scores 0, 1 and so on to 5, in the reader's language."""
        return [gettext(anchor) for anchor in self.english_anchors]
