"""Our positive decision on one skill at one level, with its evidence and its end.

Every badge is public, also a lapsed one: that is what makes the valid ones worth reading.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.expert import VALID_BADGES, Expert
from experts.models.skill import Level, Skill
from experts.models.vetting import Application
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# Letters that public ids do not use, because people read them as digits (Crockford's base 32).
LOOKALIKES = str.maketrans("oil", "011")


class BadgeQuerySet(models.QuerySet["Badge"]):
    """Which badges count."""

    def valid(self) -> BadgeQuerySet:
        """Those that speak for their holder today."""
        return self.filter(status__in=VALID_BADGES)

    def covering(self, level: int) -> BadgeQuerySet:
        """Those beside which a new one of this level would say nothing; ageing ones are renewed."""
        fresh = models.Q(level=level, status=BadgeStatus.ACTIVE)
        return self.valid().filter(models.Q(level__gt=level) | fresh)


class BadgeStatus(models.TextChoices):
    """Where a row of Badge stands."""

    GRANTED = "granted", _("Granted")
    ACTIVE = "active", _("Valid")
    AGING = "aging", _("Ageing")
    LAPSED = "lapsed", _("Lapsed")
    SUPERSEDED = "superseded", _("Replaced by a newer badge")
    SUSPENDED = "suspended", _("Suspended")
    REVOKED = "revoked", _("Revoked")


class Badge(Stateful):
    """Granted by a reviewer on evidence; never for money or volume."""

    Status = BadgeStatus

    MOVES = moves(
        issue=([Status.GRANTED], Status.ACTIVE),
        age=([Status.ACTIVE], Status.AGING),
        refresh=([Status.AGING], Status.ACTIVE),
        lapse=([Status.ACTIVE, Status.AGING], Status.LAPSED),
        supersede=([Status.ACTIVE, Status.AGING], Status.SUPERSEDED),
        suspend=([Status.ACTIVE, Status.AGING], Status.SUSPENDED),
        reinstate=([Status.SUSPENDED], Status.ACTIVE),
        revoke=(
            [Status.ACTIVE, Status.AGING, Status.SUSPENDED, Status.LAPSED],
            Status.REVOKED,
        ),
    )

    public_id = PublicIdField(prefix="bdg")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="badges")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="badges")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    application = models.OneToOneField(Application, models.PROTECT, related_name="badge")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="badges_granted"
    )
    issued_on = models.DateField()
    # The last day: the end of its full term, or earlier when its models are shut down before.
    valid_until = models.DateField()
    full_term_until = models.DateField()
    # Why it was last suspended, reinstated or revoked; strangers read it on the badge's page.
    public_reason = models.TextField(blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.GRANTED)

    objects: ClassVar[BadgeQuerySet] = BadgeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-level", "skill__position")
        constraints = (
            status_is_known(BadgeStatus, "badge_status_known"),
            models.CheckConstraint(
                condition=models.Q(level__in=Level.values), name="badge_level_known"
            ),
            models.UniqueConstraint(
                fields=("expert", "skill"),
                condition=models.Q(status__in=VALID_BADGES),
                name="badge_one_valid_per_skill",
            ),
        )
        indexes = (
            models.Index(
                fields=("skill", "level"),
                condition=models.Q(status__in=VALID_BADGES),
                name="badge_valid_by_skill",
            ),
        )

    @property
    def number(self) -> str:
        """The certificate number people read to each other: its public id in groups of four."""
        code = self.public_id.partition("_")[2].upper()
        return f"{code[:4]}-{code[4:8]}-{code[8:]}"

    @staticmethod
    def public_id_of(number: str) -> str:
        """Return the public id that a certificate number spells, however it was typed."""
        return "bdg_" + number.lower().replace("-", "").translate(LOOKALIKES)

    @property
    def is_valid(self) -> bool:
        """Whether it speaks for its holder today."""
        return self.status in VALID_BADGES


class BadgeEvent(Transition):
    """What happened to a badge."""

    row = models.ForeignKey(Badge, models.PROTECT, related_name="history")

    class Meta(Transition.Meta):
        indexes = (
            # Who is news to those who search.
            models.Index(
                fields=("at",),
                condition=models.Q(verb__in=("issue", "reinstate")),
                name="badge_begins_to_count",
            ),
        )
