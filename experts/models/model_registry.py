"""The provider's models and surfaces, with the dates on which they stop."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.kit.words import long_day_text


class Lifecycle(models.TextChoices):
    """The provider's own words."""

    ACTIVE = "active", _("Active")
    LEGACY = "legacy", _("Legacy")
    DEPRECATED = "deprecated", _("Deprecated")
    SHUTDOWN = "shutdown", _("Shut down")


# Work on a model in one of these stages has to move.
RETIRING = (Lifecycle.DEPRECATED, Lifecycle.SHUTDOWN)


class ModelFamily(models.Model):
    """A generation of models that a badge can be evidenced on."""

    slug = models.SlugField(unique=True)
    english_name = models.CharField(_("name"), max_length=60, db_column="name")
    english_modality = models.CharField(_("modality"), max_length=40, db_column="modality")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        verbose_name_plural = _("model families")

    @property
    def name(self) -> str:
        """What it is called, in the reader's language; most are names that no language changes."""
        return gettext(self.english_name)

    @property
    def modality(self) -> str:
        """What its models read and make, in the reader's language."""
        return gettext(self.english_modality)


class ModelReleaseQuerySet(models.QuerySet["ModelRelease"]):
    """Which models are on their way out."""

    def retiring(self) -> ModelReleaseQuerySet:
        """Those the provider tells people to leave, and those that are gone."""
        return self.filter(lifecycle__in=RETIRING)

    def usable(self) -> ModelReleaseQuerySet:
        """Those that still answer."""
        return self.exclude(lifecycle=Lifecycle.SHUTDOWN)


class ModelRelease(models.Model):
    """One model by its API name; never deleted, because delivered work refers to it."""

    family = models.ForeignKey(ModelFamily, models.PROTECT, related_name="releases")
    api_id = models.CharField(max_length=80, unique=True)
    released_on = models.DateField(null=True, blank=True)
    deprecated_on = models.DateField(null=True, blank=True)
    shutdown_on = models.DateField(null=True, blank=True)
    lifecycle = models.CharField(max_length=10, choices=Lifecycle.choices)
    replacement = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200)
    checked_on = models.DateField()

    objects: ClassVar[ModelReleaseQuerySet] = ModelReleaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("family", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(lifecycle__in=Lifecycle.values), name="release_lifecycle_known"
            ),
        )

    @property
    def remark(self) -> str:
        """Its note, which staff and the history of changes have in English, as it is read."""
        return gettext(self.note)

    @property
    def is_retiring(self) -> bool:
        """Whether work on it has to move."""
        return self.lifecycle in RETIRING

    @property
    def advice(self) -> str:
        """What to know before asking for it: when it stops, and what takes its place."""
        if not self.is_retiring:
            return ""
        return " ".join(filter(None, (self._end(), self._instead())))

    def _end(self) -> str:
        named = {"model": self.api_id, "day": ""}
        if self.shutdown_on is None:
            return gettext("%(model)s is deprecated.") % named
        named["day"] = long_day_text(self.shutdown_on)
        if self.lifecycle == Lifecycle.SHUTDOWN:
            return gettext("%(model)s was shut down on %(day)s.") % named
        return gettext("%(model)s shuts down on %(day)s.") % named

    def _instead(self) -> str:
        if not self.replacement:
            return ""
        return gettext("Ask for evidence on %(model)s.") % {"model": self.replacement}

    def stage_on(self, day: date) -> str:
        """Return its stage on a day: a date that has come decides, whatever was last published."""
        if self.shutdown_on and self.shutdown_on <= day:
            return Lifecycle.SHUTDOWN
        if self.deprecated_on and self.deprecated_on <= day:
            return Lifecycle.DEPRECATED
        return self.lifecycle


class ReleaseChange(models.Model):
    """What was changed about a release, by whom (nobody: a file, a list, a date) and why."""

    release = models.ForeignKey(ModelRelease, models.PROTECT, related_name="changes")
    # The columns that changed, as {name: [before, after]}; a new release has no before.
    columns = models.JSONField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)


class Surface(models.Model):
    """An API or product through which models are used; surfaces retire too."""

    slug = models.SlugField(unique=True)
    english_name = models.CharField(_("name"), max_length=80, db_column="name")
    lifecycle = models.CharField(max_length=10, choices=Lifecycle.choices)
    shutdown_on = models.DateField(null=True, blank=True)
    replacement = models.CharField(max_length=120, blank=True)
    english_note = models.CharField(_("note"), max_length=300, blank=True, db_column="note")

    @property
    def name(self) -> str:
        """What it is called, in the reader's language; most are names that no language changes."""
        return gettext(self.english_name)

    @property
    def note(self) -> str:
        """What to know about it, in the reader's language; may be nothing."""
        return gettext(self.english_note)
