"""A question to somebody outside: did this applicant do what this piece of evidence says?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.evidence import Evidence
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class ReferenceStatus(models.TextChoices):
    """Where a row of Reference stands."""

    DRAFT = "draft", _("Not asked yet")
    ASKED = "asked", _("Asked")
    CONFIRMED = "confirmed", _("Confirmed")
    DENIED = "denied", _("Denied")
    EXPIRED = "expired", _("No answer")


class Reference(Stateful):
    """One referee's answer; the link in their mail works once, because only `asked` can move on."""

    Status = ReferenceStatus

    MOVES = moves(
        ask=([Status.DRAFT], Status.ASKED),
        confirm=([Status.ASKED], Status.CONFIRMED),
        deny=([Status.ASKED], Status.DENIED),
        expire=([Status.ASKED], Status.EXPIRED),
    )
    public_id = PublicIdField(prefix="ref")
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="references")
    # Who was asked: kept when the applicant names somebody else afterwards.
    name = models.CharField(max_length=120)
    email = models.EmailField()
    words = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        constraints = (
            status_is_known(ReferenceStatus, "reference_status_known"),
            models.UniqueConstraint(fields=("evidence", "email"), name="reference_asked_once"),
        )


class ReferenceEvent(Transition):
    """What happened to a question."""

    row = models.ForeignKey(Reference, models.CASCADE, related_name="history")
