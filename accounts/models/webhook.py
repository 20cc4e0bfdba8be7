"""Addresses of people's own programs that are told what happens, and what each was told."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class Topic(models.TextChoices):
    """What a program may hear of: every move of these rows that its owner may see."""

    JOB = "job", _("Jobs")
    PROPOSAL = "proposal", _("Proposals")
    OFFER = "offer", _("Offers")
    CONTRACT = "contract", _("Contracts")
    MILESTONE = "milestone", _("Milestones and their money")
    DISPUTE = "dispute", _("Disputes")


class WebhookStatus(models.TextChoices):
    """Where a row of Webhook stands."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    REMOVED = "removed", _("Removed")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Whose addresses."""

    def visible_to(self, user: User) -> "WebhookQuerySet":
        """A person sees their own, until they remove them."""
        return self.filter(user=user).exclude(status=WebhookStatus.REMOVED)

    def about(self, topic: str) -> "WebhookQuerySet":
        """Those that are told of a topic now."""
        listening = self.filter(status=WebhookStatus.ACTIVE, user__is_active=True)
        return listening.filter(topics__contains=[topic])


class Webhook(Stateful):
    """An https address of somebody's own, and the sealed secret our messages are signed by."""

    Status = WebhookStatus

    MOVES = moves(
        start=([Status.DRAFT], Status.ACTIVE),
        pause=([Status.ACTIVE], Status.PAUSED),
        # It did not answer for a day: we stop, and tell its owner.
        give_up=([Status.ACTIVE], Status.PAUSED),
        resume=([Status.PAUSED], Status.ACTIVE),
        remove=([Status.ACTIVE, Status.PAUSED], Status.REMOVED),
    )

    public_id = PublicIdField(prefix="whk")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    topics = ArrayField(models.CharField(max_length=16, choices=Topic.choices))
    secret = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[WebhookQuerySet] = WebhookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(WebhookStatus, "webhook_status_known"),
            models.CheckConstraint(
                condition=models.Q(topics__contained_by=Topic.values) & ~models.Q(topics__len=0),
                name="webhook_topics_known",
            ),
        )

    @property
    def topic_names(self) -> list[str]:
        """What it hears of, in words."""
        return [str(Topic(topic).label) for topic in self.topics]


class WebhookEvent(Transition):
    """What became of an address."""

    row = models.ForeignKey(Webhook, models.CASCADE, related_name="history")


class DeliveryStatus(models.TextChoices):
    """Where a row of Delivery stands."""

    DRAFT = "draft", _("Draft")
    QUEUED = "queued", _("Waits")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Not delivered")


class Delivery(Stateful):
    """One message to one address: written in the transaction of the fact it tells, sent after.

    Its public id is the `webhook-id` under which a program that hears it twice knows it again.
    """

    Status = DeliveryStatus

    MOVES = moves(
        queue=([Status.DRAFT], Status.QUEUED),
        deliver=([Status.QUEUED], Status.DELIVERED),
        give_up=([Status.QUEUED], Status.GIVEN_UP),
        # Its owner wants it sent once more.
        send_again=([Status.DELIVERED, Status.GIVEN_UP], Status.QUEUED),
    )

    public_id = PublicIdField(prefix="msg")
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    # Such as "milestone.funded".
    event = models.CharField(max_length=40)
    body = models.TextField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # What it answered last: the status of HTTP, or nothing and the code of our own refusal.
    answer = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        ordering = ("-pk",)
        constraints = (status_is_known(DeliveryStatus, "delivery_status_known"),)
        indexes = (
            models.Index(
                fields=("due_at",), condition=models.Q(status="queued"), name="delivery_due"
            ),
        )


class DeliveryEvent(Transition):
    """What became of a message."""

    row = models.ForeignKey(Delivery, models.CASCADE, related_name="history")
