"""A place in an organisation offered to whoever reads the mail of one address."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation, Role
from accounts.models.user import User
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class MemberInvitationStatus(models.TextChoices):
    """Where a row of MemberInvitation stands."""

    DRAFT = "draft", _("Not sent yet")
    SENT = "sent", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")
    EXPIRED = "expired", _("No answer in time")


class MemberInvitationQuerySet(models.QuerySet["MemberInvitation"]):
    """Whose invitations."""

    def visible_to(self, user: User) -> "MemberInvitationQuerySet":
        """An organisation's members see whom it invited."""
        return self.filter(organisation__memberships__user=user)

    def waiting(self) -> "MemberInvitationQuerySet":
        """Those nobody has answered."""
        return self.filter(status=MemberInvitationStatus.SENT)


class MemberInvitation(Stateful):
    """An offer of a role, bound to one e-mail address; only its verified owner may accept."""

    Status = MemberInvitationStatus

    MOVES = moves(
        send=([Status.DRAFT], Status.SENT),
        accept=([Status.SENT], Status.ACCEPTED),
        decline=([Status.SENT], Status.DECLINED),
        withdraw=([Status.SENT], Status.WITHDRAWN),
        expire=([Status.SENT], Status.EXPIRED),
    )

    public_id = PublicIdField(prefix="mbi")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="member_invitations"
    )
    email = models.EmailField()
    role = models.CharField(max_length=8, choices=Role.choices)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    mailed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[MemberInvitationQuerySet] = MemberInvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            status_is_known(MemberInvitationStatus, "member_invitation_status_known"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="member_invitation_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="member_invitation_in_lower_case"
            ),
            models.UniqueConstraint(
                fields=("organisation", "email"),
                condition=models.Q(status="sent"),
                name="member_invitation_waits_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("expires_at",),
                condition=models.Q(status="sent"),
                name="member_invitation_due",
            ),
        )


class MemberInvitationEvent(Transition):
    """What happened to an invitation."""

    row = models.ForeignKey(MemberInvitation, models.CASCADE, related_name="history")
