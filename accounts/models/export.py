"""A copy of what we keep about a person, made when they ask for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# Where copies are kept, within the folder of private files.
FOLDER = "exports"


class ExportStatus(models.TextChoices):
    """Where a row of Export stands."""

    DRAFT = "draft", _("Draft")
    ASKED = "asked", _("Being made")
    READY = "ready", _("Ready")


class ExportQuerySet(models.QuerySet["Export"]):
    """Whose copies."""

    def visible_to(self, user: User) -> "ExportQuerySet":
        """A person sees their own."""
        return self.filter(user=user)


class Export(Stateful):
    """A zip with one JSON file for each table, and the files; it goes a day after it was asked."""

    Status = ExportStatus

    MOVES = moves(
        ask=([Status.DRAFT], Status.ASKED),
        finish=([Status.ASKED], Status.READY),
    )

    public_id = PublicIdField(prefix="exp")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    file = models.FileField(upload_to=FOLDER, blank=True)
    created_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[ExportQuerySet] = ExportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            status_is_known(ExportStatus, "export_status_known"),
            # Whoever wants another one waits until this one is gone.
            models.UniqueConstraint(fields=("user",), name="export_one_at_a_time"),
        )


class ExportEvent(Transition):
    """What became of an export."""

    row = models.ForeignKey(Export, models.CASCADE, related_name="history")
