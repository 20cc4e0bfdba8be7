"""A client's question to one expert: will you propose to this job?"""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models import Expert
from jobs.models.job import Job
from marketplace.kit import lures
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# How long an expert may think about it (product.md section 6).
STANDS_FOR = timedelta(days=7)


class InvitationStatus(models.TextChoices):
    """Where a row of Invitation stands."""

    SENT = "sent", _("Invited")
    VIEWED = "viewed", _("Read")
    ACCEPTED = "accepted", _("Has proposed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Not answered in time")


S = InvitationStatus
# It waits for the expert.
WAITING = (S.SENT, S.VIEWED)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Whose invitations."""

    def visible_to(self, user: User) -> "InvitationQuerySet":
        """Those to this person as an expert."""
        return self.filter(expert__user=user)

    def waiting(self) -> "InvitationQuerySet":
        """Those the expert has not answered."""
        return self.filter(status__in=WAITING)


class Invitation(Stateful):
    """One a job and expert; free for the expert, and answered, or over after a week."""

    Status = InvitationStatus

    class Reason(models.TextChoices):
        BUSY = "busy", _("I have no time for it")
        PRICE = "price", _("The budget is too small")
        FIT = "fit", _("It is not my kind of work")
        NO_REASON = "no_reason", _("No reason given")

    MOVES = moves(
        view=([Status.SENT], Status.VIEWED),
        accept=(WAITING, Status.ACCEPTED),
        decline=(WAITING, Status.DECLINED),
        # Nobody answered within the week, or the job took no more proposals.
        expire=(WAITING, Status.EXPIRED),
    )

    public_id = PublicIdField(prefix="ivt")
    job = models.ForeignKey(Job, models.PROTECT, related_name="invitations")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="invitations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(_("a word to the expert"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decline_reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.SENT)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            status_is_known(InvitationStatus, "invitation_status_known"),
            models.UniqueConstraint(fields=("job", "expert"), name="invitation_once"),
        )
        indexes = (
            models.Index(
                fields=("expires_at",),
                condition=models.Q(status__in=("sent", "viewed")),
                name="invitation_waiting",
            ),
        )

    @property
    def leads_away(self) -> bool:
        """Whether its note has contact data or a payment elsewhere: its reader is warned."""
        return bool(lures.find(self.note))


class InvitationEvent(Transition):
    """What happened to an invitation."""

    row = models.ForeignKey(Invitation, models.PROTECT, related_name="history")
