"""What people are told: in the app, by mail, and what they would rather not hear."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class Kind(models.TextChoices):
    """The groups a person sets preferences for; money and security cannot be switched off."""

    MONEY = "money", _("Money")
    SECURITY = "security", _("Security")
    DEADLINE = "deadline", _("Deadlines")
    PROPOSAL = "proposal", _("Proposals and offers")
    MESSAGE = "message", _("Messages")
    MATCH = "match", _("Matching jobs and experts")
    BADGE = "badge", _("Badges")
    SCORE = "score", _("Your score as an expert, weekly")


ALWAYS_MAILED = frozenset({Kind.MONEY, Kind.SECURITY})
# What the mail that gathers the news of a day or a week is, where the kind of a mail is asked.
DIGEST = "digest"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Whose notifications."""

    def visible_to(self, user: User) -> "NotificationQuerySet":
        """A person sees their own, without the kinds they do not want to see in the app."""
        hidden = Preference.objects.filter(user=user, in_app=False)
        return self.filter(user=user).exclude(kind__in=hidden.values("kind"))

    def unread(self) -> "NotificationQuerySet":
        """Those not yet opened or marked."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One fact told to one person; `key` names the fact, so that it is told once."""

    public_id = PublicIdField(prefix="ntf")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    key = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("user", "key"), name="notification_told_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values), name="notification_kind_known"
            ),
        )
        indexes = (
            models.Index(fields=("user", "-created_at"), name="notification_of_user"),
            models.Index(
                fields=("user",), condition=models.Q(read_at=None), name="notification_unread"
            ),
        )


class Cadence(models.TextChoices):
    """When news of one kind is mailed."""

    NOW = "now", _("At once")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    OFF = "off", _("Never")


class Preference(models.Model):
    """Where one person wants to hear news of one kind; no row means in the app and by mail now."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    in_app = models.BooleanField(default=True)
    by_mail = models.CharField(max_length=8, choices=Cadence.choices, default=Cadence.NOW)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "kind"), name="preference_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values), name="preference_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(by_mail__in=Cadence.values), name="preference_cadence_known"
            ),
        )


class MailStatus(models.TextChoices):
    """Where a row of Mail stands."""

    DRAFT = "draft", _("Draft")
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    STALE = "stale", _("Too late to send")
    UNWANTED = "unwanted", _("The reader wants no such mail")
    COLLECTED = "collected", _("Waits for the reader's next digest")
    DIGESTED = "digested", _("Told in a digest")


class MailUrgency(models.IntegerChoices):
    """Who waits for a mail; the lower number leaves first."""

    AWAITED = 0, _("Somebody sits before a form that asks for what is in it")
    NEWS = 1, _("News for one person")
    BULK = 2, _("News for many at once")


class Mail(Stateful):
    """The outbox: written in the transaction of the fact it tells, sent after.

    `key` names the fact and becomes the Message-ID, so that a mail sent twice is one mail to the
    reader. The text is emptied once it is sent: we keep that it went, not what it said.
    """

    Status, Urgency = MailStatus, MailUrgency

    MOVES = moves(
        queue=([Status.DRAFT], Status.QUEUED),
        send=([Status.QUEUED], Status.SENT),
        drop=([Status.QUEUED], Status.STALE),
        skip=([Status.QUEUED, Status.COLLECTED], Status.UNWANTED),
        collect=([Status.QUEUED], Status.COLLECTED),
        digest=([Status.COLLECTED], Status.DIGESTED),
    )

    public_id = PublicIdField(prefix="mail")
    key = models.CharField(max_length=160, unique=True)
    to = models.EmailField()
    # Whose wishes decide when it leaves; nobody's for codes, and for those without an account.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    # A kind of news, DIGEST for many of them, or nothing.
    kind = models.CharField(max_length=16, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.NEWS)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        constraints = (
            status_is_known(MailStatus, "mail_status_known"),
            models.CheckConstraint(
                condition=models.Q(urgency__in=MailUrgency.values), name="mail_urgency_known"
            ),
        )
        indexes = (
            models.Index(
                fields=("urgency", "due_at"),
                condition=models.Q(status="queued"),
                name="mail_due_by_urgency",
            ),
            models.Index(
                fields=("due_at",),
                condition=models.Q(status="collected"),
                name="mail_due_in_a_digest",
            ),
        )


class MailEvent(Transition):
    """What became of a mail."""

    row = models.ForeignKey(Mail, models.CASCADE, related_name="history")
