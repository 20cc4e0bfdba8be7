"""A person who can log in; one person may hire, be hired, review, or all of these."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.kit import names
from marketplace.kit.models import PublicIdField

# Staff duties are groups, not columns: a reviewer judges applications, a
# lead decides where reviewers differ, finance watches the money, dispute
# staff decide who gets it.
REVIEWERS = "Reviewers"
LEADS = "Leads"
FINANCE = "Finance"
DISPUTES = "Disputes"


class Standing(models.TextChoices):
    """What the gravest sanction in force leaves a person, from nothing taken to most."""

    GOOD = "good", _("In good standing")
    LIMITED = "limited", _("Limited")
    SUSPENDED = "suspended", _("Suspended")
    BANNED = "banned", _("Banned")


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; the address is stored in lower case, as it is compared."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who may do everything in the admin site."""
        return self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True} | fields
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Logs in by e-mail; reads in `language`, and times in `time_zone`, an IANA name."""

    public_id = PublicIdField(prefix="usr")
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    # What we write them in, on pages and in mails; one of settings.LANGUAGES.
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)
    # Hours of their own clock between which no mail reaches them but news of security.
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    # Written by `accounts.services.sanctions` alone, from the sanctions in force.
    standing = models.CharField(
        max_length=10, choices=Standing.choices, default=Standing.GOOD, editable=False
    )
    # When they were erased; from then on the row names nobody.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    # How often they ended their other sessions, and with them what browsers were known by.
    devices_ended = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("may open the admin site"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)  # noqa: TID251 (a column default)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_in_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__lte=23, quiet_until__lte=23)
                & ~models.Q(quiet_from=models.F("quiet_until")),
                name="user_quiet_hours_are_a_stretch",
            ),
            models.CheckConstraint(
                condition=models.Q(standing__in=Standing.values), name="user_standing_known"
            ),
        )

    @property
    def shown_name(self) -> str:
        """The name others see; the part before the @ until they give one, if it is not ours."""
        if self.erased_at:
            return gettext("Former member")
        if self.name:
            return self.name
        before = self.email.partition("@")[0]
        return gettext("New member") if names.is_ours(before) else before

    def has_duty(self, group: str) -> bool:
        """Whether this member of staff does this duty; superusers do all of them."""
        return self.is_staff and (self.is_superuser or self.groups.filter(name=group).exists())

    def get_full_name(self) -> str:
        """Satisfy Django's admin."""
        return self.shown_name

    def get_short_name(self) -> str:
        """Satisfy Django's admin."""
        return self.shown_name.partition(" ")[0]
