"""The inbox of what Stripe told us: stored raw, handled once, by asking Stripe again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class StripeEventStatus(models.TextChoices):
    """Where a row of StripeEvent stands."""

    NEW = "new", _("New")
    DONE = "done", _("Handled")
    IGNORED = "ignored", _("Not for us")
    DEAD = "dead", _("Given up")


class StripeEvent(Stateful):
    """One event by Stripe's own id, so that the same event stored twice is one row."""

    Status = StripeEventStatus

    MOVES = moves(
        finish=([Status.NEW], Status.DONE),
        ignore=([Status.NEW], Status.IGNORED),
        give_up=([Status.NEW], Status.DEAD),
        replay=([Status.DONE, Status.IGNORED, Status.DEAD], Status.NEW),
    )

    event_id = models.CharField(max_length=255, unique=True)
    endpoint = models.CharField(max_length=16)
    kind = models.CharField(max_length=120)
    object_id = models.CharField(max_length=255, blank=True)
    account = models.CharField(max_length=255, blank=True)
    livemode = models.BooleanField()
    payload = models.JSONField()
    received_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.NEW)

    class Meta:
        constraints = (status_is_known(StripeEventStatus, "stripe_event_status_known"),)
        indexes = (
            models.Index(
                fields=("due_at",), condition=models.Q(status="new"), name="stripe_event_due"
            ),
        )


class StripeEventEvent(Transition):
    """What became of an event."""

    row = models.ForeignKey(StripeEvent, models.PROTECT, related_name="history")


class EventCursor(models.Model):
    """Up to when we have listed what happened to us, or to an expert's account."""

    # Empty for the platform itself.
    account = models.CharField(max_length=255, unique=True, blank=True)
    listed_until = models.DateTimeField()
