"""What a piece of work is made of wherever it is written down: priced parts, and checks.

A job, a proposal, an offer and a contract each keep their own copy, because what was agreed must
not change with what was asked for.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Comparator(models.TextChoices):
    """How a measured value is held against its target."""

    AT_LEAST = ">=", _("at least")
    AT_MOST = "<=", _("at most")
    EQUALS = "=", _("exactly")
    IS = "is", _("is")


SIGNS = {Comparator.AT_LEAST: "≥", Comparator.AT_MOST: "≤", Comparator.EQUALS: "="}


class AcceptanceCheck(models.Model):
    """One acceptance check: a metric, its target and how it is measured."""

    position = models.PositiveSmallIntegerField()
    metric = models.CharField(_("metric"), max_length=120)
    comparator = models.CharField(max_length=2, choices=Comparator.choices)
    target = models.CharField(_("target"), max_length=60)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    how = models.CharField(_("how it is measured"), max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ("position",)

    @property
    def goal(self) -> str:
        """The target as people write it: ≥ 95%, ≤ 1.5 s, or words."""
        unit = self.unit if self.unit.startswith("%") else f" {self.unit}"
        return f"{SIGNS.get(Comparator(self.comparator), '')} {self.target}{unit}".strip()

    @property
    def text(self) -> str:
        """The metric and its target in one line."""
        return f"{self.metric}: {self.goal}"


# Further ahead than this a due date is a slip of the keyboard.
FURTHEST_DUE = timedelta(days=730)


def refuse_due(due_on: date, *, today: date) -> None:
    """Refuse the past and slips of the keyboard.

    :raises ValidationError: with what to enter.
    """
    if due_on < today:
        raise ValidationError(_("Enter a date that is not in the past"))
    if due_on > today + FURTHEST_DUE:
        raise ValidationError(_("Enter a date within the next two years"))


class PricedPart(models.Model):
    """One separately paid part of the work; the amount is in minor units, before fees."""

    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("milestone"), max_length=120)
    amount_minor = models.BigIntegerField(_("amount"))
    due_on = models.DateField(_("due"))

    class Meta:
        abstract = True
        ordering = ("position",)
