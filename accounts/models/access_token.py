"""Keys that let a person's own programs act as them on the API."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import Standing, User
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class Scope(models.TextChoices):
    """What a token may be used for; its owner's own permissions bound all of them."""

    READ = "read", _("Read what you may see")
    JOBS = "jobs:write", _("Change jobs")
    PROPOSALS = "proposals:write", _("Write, send, answer and withdraw proposals")
    MESSAGES = "messages:write", _("Write messages, propose and answer interviews")
    CONTRACTS = "contracts:write", _("Hand in work and hours, say no to offers and changes, rate")
    PROFILE = "profile:write", _("Change your profile, alerts, searches and read news")


class AccessTokenStatus(models.TextChoices):
    """Where a row of AccessToken stands."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    REVOKED = "revoked", _("Revoked")


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Whose tokens."""

    def visible_to(self, user: User) -> "AccessTokenQuerySet":
        """A person sees their own, until they revoke them."""
        return self.filter(user=user, status=AccessTokenStatus.ACTIVE)

    def usable(self, at: datetime) -> "AccessTokenQuerySet":
        """Those that open something: of people who may sign in, are not suspended and not staff.

        Staff work by their keys and hours, in the browser.
        """
        active = self.filter(status=AccessTokenStatus.ACTIVE, expires_at__gt=at)
        return active.filter(
            user__is_active=True,
            user__is_staff=False,
            user__standing__in=(Standing.GOOD, Standing.LIMITED),
        )


class AccessToken(Stateful):
    """A key of which only the SHA-256 is kept; `prefix` is what its owner knows it by."""

    Status = AccessTokenStatus

    MOVES = moves(
        issue=([Status.DRAFT], Status.ACTIVE),
        revoke=([Status.ACTIVE], Status.REVOKED),
    )

    public_id = PublicIdField(prefix="tok")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=24, choices=Scope.choices))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # True to a minute, so that most questions write nothing.
    last_used_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[AccessTokenQuerySet] = AccessTokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-pk",)
        constraints = (
            status_is_known(AccessTokenStatus, "access_token_status_known"),
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=Scope.values) & ~models.Q(scopes__len=0),
                name="access_token_scopes_known",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="access_token_expires",
            ),
        )

    @property
    def scope_names(self) -> list[str]:
        """What it may be used for, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]


class AccessTokenEvent(Transition):
    """What became of a token."""

    row = models.ForeignKey(AccessToken, models.CASCADE, related_name="history")
