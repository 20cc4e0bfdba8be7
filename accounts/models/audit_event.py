"""What people did that no row of theirs tells: signing in, what changes that, and what staff read.

Moves of rows have their own histories, the desk of the vetting its trail, memberships their lines;
nothing of that is written here again. Nobody is named: people and things stand here by number, so
that a line may stay when its person is erased.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Whose lines."""

    def visible_to(self, user: User) -> "AuditEventQuerySet":
        """A person reads what they did and what was read of them."""
        return self.filter(models.Q(person=user) | models.Q(by=user, person=None))


class AuditEvent(models.Model):
    """One act; the database links it to the one before of whoever did it, and changes none."""

    class Act(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        PROVED = "proved", _("Said once more who they are")
        PASSWORD = "password", _("The password was changed")
        EMAIL = "email", _("The main e-mail address was changed")
        FACTOR_ADDED = "factor_added", _("A second factor was added")
        FACTOR_REMOVED = "factor_removed", _("A second factor was removed")
        CODES = "codes", _("New recovery codes were made")
        COPY = "copy", _("The copy of the data was saved")
        BANK = "bank", _("The bank details for payouts were changed")
        READ_REPORT = "read_report", _("Our staff read something that was reported")
        READ_DISPUTE = "read_dispute", _("Our staff read a dispute")
        READ_EXHIBIT = "read_exhibit", _("Our staff opened a file of a dispute")
        SIGNED_OUT = "signed_out", _("Our staff ended a session")

    act = models.CharField(max_length=16, choices=Act.choices)
    # Who did it; nobody for what our payment provider told us.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Whose it was, and its public id.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    about = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    # Its place among the acts of one person, and the link to the one before: the trigger's.
    position = models.BigIntegerField(default=0, editable=False)
    previous = models.BinaryField(default=b"", editable=False)
    hash = models.BinaryField(default=b"", editable=False)

    objects: ClassVar[AuditEventQuerySet] = AuditEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("by", "position"), nulls_distinct=False, name="audit_event_place"
            ),
        )
        indexes = (models.Index(fields=("person", "-at"), name="audit_event_of_person"),)


class AuditChain(models.Model):
    """Where the chain of one person's acts ends; 0 is what nobody did. The trigger writes it."""

    actor = models.BigIntegerField(primary_key=True)
    length = models.BigIntegerField()
    head = models.BinaryField()
