"""What the API shows its owner of a profile, and what it takes."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from accounts.serializers import Code, In, Line, MoneyIn, MoneyOut, Page, PublicModelOut
from experts.models import Domain, Expert, Skill
from experts.models.expert import LEAST_RATE, MOST_DOMAINS, MOST_RATE, MOST_SKILLS
from marketplace.kit.forms import MOST_LANGUAGES
from marketplace.kit.places import countries, languages, time_zones


def profile_page(expert: Any) -> str:
    """Return where others read a profile, once a badge has made it public."""
    return reverse("experts:profile", args=[expert.slug])


class ProfileOut(PublicModelOut):
    """What everybody may know of an expert's profile."""

    url = Page(profile_page)
    slug = serializers.CharField()
    name = serializers.CharField()
    headline = serializers.CharField()
    place = serializers.CharField()
    country = serializers.CharField()
    time_zone = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    rate = MoneyOut()
    hours_per_week = serializers.IntegerField()


class OwnProfileOut(ProfileOut):
    """Your profile: what you say of yourself, and what you may change."""

    overview = serializers.CharField()
    available_on = serializers.DateField(allow_null=True)
    is_open = serializers.BooleanField()
    skills = serializers.SerializerMethodField()
    domains = serializers.SerializerMethodField()

    def get_skills(self, expert: Expert) -> list[str]:
        """Name the skills they claim."""
        return sorted(row.skill.slug for row in expert.claimed_skills.all())

    def get_domains(self, expert: Expert) -> list[str]:
        """Name the industries they have worked in."""
        return sorted(row.slug for row in expert.domains.all())


class ProfileIn(In):
    """What you say of yourself; what is not sent stays as it is."""

    name = Line(max_length=120, required=False)
    headline = Line(max_length=120, required=False)
    overview = serializers.CharField(max_length=4000, required=False)
    place = Line(max_length=80, allow_blank=True, required=False)
    country = Code(countries, required=False, help_text="ISO 3166-1.")
    time_zone = Code(time_zones, required=False, help_text="An IANA name.")
    languages = serializers.ListField(
        child=Code(languages, help_text="ISO 639-1."),
        min_length=1,
        max_length=MOST_LANGUAGES,
        required=False,
    )
    rate = MoneyIn(least=LEAST_RATE, most=MOST_RATE, required=False)
    hours_per_week = serializers.IntegerField(min_value=1, max_value=60, required=False)
    available_on = serializers.DateField(
        allow_null=True, required=False, help_text="Empty: you can begin now."
    )
    is_open = serializers.BooleanField(required=False)
    skills = serializers.ListField(
        child=serializers.SlugRelatedField(slug_field="slug", queryset=Skill.objects.all()),
        max_length=MOST_SKILLS,
        required=False,
    )
    domains = serializers.ListField(
        child=serializers.SlugRelatedField(slug_field="slug", queryset=Domain.objects.all()),
        max_length=MOST_DOMAINS,
        required=False,
    )


# What a profile cannot do without; its page asks for the same.
ASKED_FOR = (
    *("name", "headline", "overview", "country", "time_zone", "languages"),
    *("rate", "hours_per_week"),
)
LEFT_OUT: dict[str, Any] = {
    "place": "",
    "available_on": None,
    "is_open": True,
    "skills": [],
    "domains": [],
}


class NewProfileIn(ProfileIn):
    """What you say of yourself when you open your profile."""

    def get_fields(self) -> Any:
        """Ask for what the page asks for; the rest may be left out."""
        fields = super().get_fields()
        for name in ASKED_FOR:
            fields[name].required = True
        for name, value in LEFT_OUT.items():
            fields[name].default = value
        return fields
