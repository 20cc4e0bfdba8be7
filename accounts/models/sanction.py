"""What our staff impose on a person who broke a rule, until it ends or is taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.flag import Flag
from accounts.models.user import Standing, User
from accounts.rules import BY_CODE, Rule
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# So long after it began somebody may appeal (as against a rejection of an application, D3), and so
# long after the appeal they have their answer.
APPEAL_WITHIN, ANSWER_WITHIN = timedelta(days=14), timedelta(days=7)
# How long a notice counts, and the longest that a person is kept from new work without a ban.
NOTICE_COUNTS, LONGEST_DAYS = timedelta(days=365), 180


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Which sanctions a person may read, and which hold."""

    def visible_to(self, user: User) -> SanctionQuerySet:
        """Whose it is reads it once it has begun; what was only proposed is nobody's yet."""
        return self.filter(user=user).exclude(status__in=NOT_BEGUN)

    def to_answer(self) -> SanctionQuerySet:
        """Those whose appeal waits."""
        return self.filter(appealed_at__isnull=False, answered_by=None)

    def in_force(self, at: datetime) -> SanctionQuerySet:
        """Those that restrict somebody now."""
        lasts = models.Q(ends_at=None) | models.Q(ends_at__gt=at)
        return self.filter(lasts, status__in=IN_FORCE)


class SanctionStatus(models.TextChoices):
    """Where a row of Sanction stands."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    DROPPED = "dropped", _("Not imposed")
    ACTIVE = "active", _("In force")
    APPEALED = "appealed", _("In force, appealed")
    UPHELD = "upheld", _("In force, appeal refused")
    REVERSED = "reversed", _("Taken back")
    EXPIRED = "expired", _("Over")


NOT_BEGUN = (SanctionStatus.DRAFT, SanctionStatus.PROPOSED, SanctionStatus.DROPPED)
IN_FORCE = (SanctionStatus.ACTIVE, SanctionStatus.APPEALED, SanctionStatus.UPHELD)


class Sanction(Stateful):
    """The rule, the facts, what it restricts and until when; `accounts.standing` applies it."""

    Status = SanctionStatus

    class Level(models.TextChoices):
        NOTICE = "notice", _("Notice")
        LIMIT = "limit", _("Limit")
        SUSPEND = "suspend", _("Suspension")
        BAN = "ban", _("Ban")

    MOVES = moves(
        propose=([Status.DRAFT], Status.PROPOSED),
        drop=([Status.PROPOSED], Status.DROPPED),
        impose=([Status.PROPOSED], Status.ACTIVE),
        appeal=([Status.ACTIVE], Status.APPEALED),
        # An appeal is answered although the time it is about has run out.
        uphold=([Status.APPEALED, Status.EXPIRED], Status.UPHELD),
        # On appeal; or because our staff see their own mistake.
        reverse=(
            [Status.ACTIVE, Status.APPEALED, Status.UPHELD, Status.EXPIRED],
            Status.REVERSED,
        ),
        expire=([Status.ACTIVE, Status.APPEALED, Status.UPHELD], Status.EXPIRED),
    )

    public_id = PublicIdField(prefix="san")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sanctions")
    level = models.CharField(max_length=8, choices=Level.choices)
    # The code of a rule in `accounts.rules`.
    rule_code = models.CharField(max_length=4)
    # What the person reads; and what only our staff read, because it may name who reported it.
    facts = models.TextField(max_length=2000)
    evidence = models.TextField(max_length=4000)
    flag = models.ForeignKey(Flag, models.PROTECT, null=True, blank=True, related_name="sanctions")
    # How long it is to last once it begins; a ban has no end, a notice its own.
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    imposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    appeal = models.TextField(max_length=4000, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    # Who answered the appeal, or took the sanction back, and why.
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(max_length=2000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[SanctionQuerySet] = SanctionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-proposed_at", "-pk")
        constraints = (
            status_is_known(SanctionStatus, "sanction_status_known"),
            models.CheckConstraint(
                condition=models.Q(status__in=NOT_BEGUN)
                | models.Q(imposed_by__isnull=False, starts_at__isnull=False),
                name="sanction_is_imposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(level="ban")
                | models.Q(imposed_by=None)
                | ~models.Q(imposed_by=models.F("proposed_by")),
                name="sanction_ban_takes_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(days=None, level__in=("ban", "notice"))
                | models.Q(days__gte=1, days__lte=LONGEST_DAYS, level__in=("limit", "suspend")),
                name="sanction_lasts_as_its_level_does",
            ),
            models.CheckConstraint(
                condition=models.Q(appealed_at=None)
                | models.Q(answered_by=None)
                | (
                    ~models.Q(answered_by=models.F("proposed_by"))
                    & ~models.Q(answered_by=models.F("imposed_by"))
                ),
                name="sanction_appeal_goes_to_somebody_else",
            ),
            models.CheckConstraint(
                condition=~models.Q(proposed_by=models.F("user")), name="sanction_not_of_oneself"
            ),
        )
        indexes = (
            models.Index(
                fields=("ends_at",),
                condition=models.Q(status__in=("active", "appealed", "upheld")),
                name="sanction_due",
            ),
        )

    @property
    def rule(self) -> Rule:
        """The rule that was broken."""
        return BY_CODE[self.rule_code]

    @property
    def standing(self) -> str:
        """What somebody with this sanction alone may still do."""
        return {
            self.Level.LIMIT: Standing.LIMITED,
            self.Level.SUSPEND: Standing.SUSPENDED,
            self.Level.BAN: Standing.BANNED,
        }.get(self.Level(self.level), Standing.GOOD)

    @property
    def is_in_force(self) -> bool:
        """Whether it has begun and was neither taken back nor is over."""
        return self.status in IN_FORCE

    @property
    def appeal_until(self) -> datetime | None:
        """Until when its person may appeal: two weeks, and not longer than it lasts."""
        if self.starts_at is None:
            return None
        until = self.starts_at + APPEAL_WITHIN
        return min(until, self.ends_at) if self.ends_at else until

    @property
    def awaits_an_answer(self) -> bool:
        """Whether it was appealed and nobody has answered."""
        return self.appealed_at is not None and self.answered_by_id is None

    @property
    def answer_due_at(self) -> datetime | None:
        """When the appeal is answered at the latest."""
        return self.appealed_at + ANSWER_WITHIN if self.appealed_at else None


class SanctionEvent(Transition):
    """What happened to a sanction."""

    row = models.ForeignKey(Sanction, models.PROTECT, related_name="history")

    @property
    def words(self) -> str:
        """What it came to."""
        return str(SanctionStatus(self.went_to).label)
