"""The provider's models and surfaces, with the dates on which they stop."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lifecycle(models.TextChoices):
    """The provider's own words."""

    ACTIVE = "active", _("Active")
    LEGACY = "legacy", _("Legacy")
    DEPRECATED = "deprecated", _("Deprecated")
    SHUTDOWN = "shutdown", _("Shut down")


class ModelFamily(models.Model):
    """A generation of models that a badge can be evidenced on."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    modality = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        verbose_name_plural = _("model families")


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

    class Meta:
        ordering = ("family", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(lifecycle__in=Lifecycle.values), name="release_lifecycle_known"
            ),
        )


class Surface(models.Model):
    """An API or product through which models are used; surfaces retire too."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    lifecycle = models.CharField(max_length=10, choices=Lifecycle.choices)
    shutdown_on = models.DateField(null=True, blank=True)
    replacement = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)
