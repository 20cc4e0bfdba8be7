"""What a client and an expert write to each other about a job, and on the contract it led to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from experts.models import Expert, Upload
from jobs.models.job import Job
from marketplace.kit.models import PublicIdField

EXCERPT_LENGTH = 120


class Side(models.TextChoices):
    """Who of the two; the client speaks through any of its members."""

    CLIENT = "client", _("Client")
    EXPERT = "expert", _("Expert")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Who reads a conversation."""

    def visible_to(self, user: User | AnonymousUser) -> ConversationQuerySet:
        """The expert, and the members of the organisation that posted the job."""
        if not isinstance(user, User):
            return self.none()
        # Subqueries and not joins: a join per member would repeat the conversation.
        own = models.Q(expert__in=Expert.objects.filter(user=user))
        return self.filter(own | models.Q(job__in=Job.objects.of_client(user)))


class Conversation(models.Model):
    """One for each expert and job: it begins with a proposal and goes on in the contract."""

    public_id = PublicIdField(prefix="cnv")
    job = models.ForeignKey(Job, models.PROTECT, related_name="conversations")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="conversations")
    created_at = models.DateTimeField()
    # When the last message was written; with it the list is sorted.
    last_at = models.DateTimeField()

    objects: ClassVar[ConversationQuerySet] = ConversationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("job", "expert"), name="conversation_one_per_pair"),
        )
        indexes = (models.Index(fields=("-last_at",), name="conversation_latest"),)

    def side_of(self, user: User) -> Side:
        """Return for whom a reader of it speaks."""
        return Side.EXPERT if self.expert.user_id == user.pk else Side.CLIENT


class Message(models.Model):
    """Something one side wrote; it is never changed, because it may be evidence later.

    Within a conversation no two have the same moment: what came after one is what is later.
    """

    public_id = PublicIdField(prefix="msg")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("message"), max_length=4000, blank=True)
    # What of it leads away from the site, by the names of lures; under a contract only what leads
    # money away. Until there is one, the other side reads such a message behind a warning.
    lures = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("conversation", "created_at"), name="message_one_a_moment"
            ),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="message_side"),
        )


class Attachment(models.Model):
    """A private file that came with a message; it is read once the scanner has passed it."""

    public_id = PublicIdField(prefix="att")
    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    upload = models.OneToOneField(Upload, models.PROTECT, related_name="attachment")

    class Meta:
        ordering = ("pk",)


class Reading(models.Model):
    """How far one person has read a conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    up_to = models.ForeignKey(Message, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("conversation", "user"), name="reading_once"),
        )


class Block(models.Model):
    """One side takes no messages from the other, in any conversation, until it is lifted."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="blocks")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="blocks")
    # Who wants to hear nothing.
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "expert", "side"),
                condition=models.Q(lifted_at=None),
                name="block_one_open",
            ),
        )
