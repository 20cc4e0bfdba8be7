"""A freelancer's profile; they are shown as an expert once a badge is valid."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Standing, User
from experts.models.skill import Domain, Skill
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.places import country_name, language_name

# A badge in one of these states speaks for its holder today.
VALID_BADGES = ("active", "aging")
BANNED = Standing.BANNED
# What we let people charge for an hour; above and below it is a slip of the keyboard.
LEAST_RATE = 10_00
MOST_RATE = 2_000_00
# More of one's own words mean nothing.
MOST_SKILLS = 15
MOST_DOMAINS = 6


class ExpertQuerySet(models.QuerySet["Expert"]):
    """Whose profiles may be read."""

    def vetted(self) -> ExpertQuerySet:
        """Those with at least one valid badge."""
        return self.filter(badges__status__in=VALID_BADGES).distinct()

    def visible_to(self, user: User | AnonymousUser) -> ExpertQuerySet:
        """Everyone may read a vetted profile that can be found; its owner and staff any."""
        if user.is_staff:
            return self
        vetted = models.Q(badges__status__in=VALID_BADGES) & ~models.Q(user__standing=BANNED)
        own = models.Q(user=user) if isinstance(user, User) else models.Q(pk__in=[])
        return self.filter(vetted | own).distinct()


class Expert(models.Model):
    """What a freelancer says of themselves; what is proven stands on their badges."""

    public_id = PublicIdField(prefix="exp")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="expert")
    slug = models.SlugField(unique=True, max_length=80)
    headline = models.CharField(_("headline"), max_length=120)
    overview = models.TextField(_("overview"), max_length=4000)
    place = models.CharField(_("place"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2)
    rate_minor = models.PositiveIntegerField(_("hourly rate"))
    currency = models.CharField(max_length=3, default="usd")
    hours_per_week = models.PositiveSmallIntegerField(_("hours per week"))
    available_on = models.DateField(_("available from"), null=True, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list)
    is_open = models.BooleanField(_("open to new work"), default=True)
    domains = models.ManyToManyField(Domain, related_name="experts", blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[ExpertQuerySet] = ExpertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rate_minor__gt=0), name="expert_rate_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(hours_per_week__gte=1, hours_per_week__lte=60),
                name="expert_hours_sane",
            ),
        )

    @property
    def name(self) -> str:
        """The person's name."""
        return self.user.shown_name

    @property
    def first_name(self) -> str:
        """What a sentence calls them."""
        return self.user.get_short_name()

    @property
    def time_zone(self) -> str:
        """The IANA zone the person works in."""
        return self.user.time_zone

    @property
    def country_name(self) -> str:
        """The country in the reader's language."""
        return country_name(self.country)

    @property
    def language_names(self) -> list[str]:
        """The languages in the reader's."""
        return [language_name(code) for code in self.languages]

    @property
    def rate(self) -> Money:
        """What an hour costs."""
        return Money(self.rate_minor, self.currency)


class ExpertSkill(models.Model):
    """A skill the freelancer claims; shown apart from badges, never as one."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="claimed_skills")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("expert", "skill"), name="expert_skill_once"),
        )
