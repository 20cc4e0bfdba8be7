"""A client organisation and what each member may do for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from marketplace.kit import names
from marketplace.kit.models import LookField, PublicIdField


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Which organisations a person may see from the inside."""

    def visible_to(self, user: User) -> "OrganisationQuerySet":
        """The organisations this person is a member of."""
        return self.filter(memberships__user=user)

    def known_as(self, name: str) -> "OrganisationQuerySet":
        """Those that have paid here, which others know therefore, whose name looks like this."""
        return self.filter(name_look=names.look(name), paid_at__isnull=False)


class Organisation(models.Model):
    """A business that posts jobs and pays."""

    public_id = PublicIdField(prefix="org")
    name = models.CharField(_("name"), max_length=120)
    name_look = LookField(of="name")
    website = models.URLField(_("website"), blank=True)
    country = models.CharField(_("country"), max_length=2)
    about = models.TextField(_("about"), max_length=1000, blank=True)
    created_at = models.DateTimeField()
    # When a payment of theirs first arrived; contracts says so.
    paid_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OrganisationQuerySet] = OrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = (models.Index(fields=("name_look",), name="organisation_by_look"),)


class Role(models.TextChoices):
    """What a member does for an organisation; `accounts.policies` says what each may."""

    OWNER = "owner", _("Owner")
    HIRING = "hiring", _("Hiring")
    FINANCE = "finance", _("Finance")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """One person's place in one organisation."""

    Role = Role

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "user"), name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        )


class MembershipChange(models.Model):
    """One line of who belonged to an organisation, in which role, and who decided so."""

    class Verb(models.TextChoices):
        JOIN = "join", _("Joined")
        CHANGE_ROLE = "change_role", _("Got another role")
        LEAVE = "leave", _("Left")
        REMOVE = "remove", _("Was removed")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=12, choices=Verb.choices)
    # Empty for whoever was not a member before, or is none any more.
    role_before = models.CharField(max_length=8, choices=Role.choices, blank=True)
    role_after = models.CharField(max_length=8, choices=Role.choices, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(verb__in=["join", "change_role", "leave", "remove"])
                & models.Q(role_before__in=["", *Role.values])
                & models.Q(role_after__in=["", *Role.values]),
                name="membership_change_known",
            ),
        )


class ClientRating(models.Model):
    """What one expert publicly gave a client, 1 to 5; contracts writes it, once per `source`."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="ratings")
    # The public id of the contract it is about.
    source = models.CharField(max_length=32, unique=True)
    rating = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rating__gte=1, rating__lte=5), name="client_rating_in_range"
            ),
        )
