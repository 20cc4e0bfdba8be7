"""What the API shows and takes of alerts and of saved searches of the board."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Cadence
from accounts.serializers import In, Line, MoneyIn, MoneyOut, Page, PublicModelOut
from jobs.models import Alert
from marketplace.kit.money import Money


def _alert_page(alert: Any) -> str:
    if alert.is_default:
        return reverse("jobs:default-alert")
    return reverse("jobs:edit-alert", args=[alert.public_id])


def _board(search: Any) -> str:
    return f"{reverse('jobs:board')}?{search.query}"


class AlertOut(PublicModelOut):
    """Which jobs you are told of, and how soon; the one of your profile has no name.

    What is empty lets everything pass.
    """

    url = Page(_alert_page)
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    skills = serializers.SerializerMethodField()
    words = serializers.CharField()
    least_budget = serializers.SerializerMethodField()
    least_score = serializers.IntegerField()
    cadence = serializers.CharField()

    def get_skills(self, alert: Alert) -> list[str]:
        """Name the skills, one of which a job has to ask for."""
        slugs: dict[int, str] = self.context["slugs"]
        return [slugs[key] for key in alert.wanted if key in slugs]

    @extend_schema_field(MoneyOut(allow_null=True))
    def get_least_budget(self, alert: Alert) -> Any:
        """Show what a job has to pay."""
        least = alert.least_budget_minor
        return MoneyOut(Money(least, settings.CURRENCY)).data if least else None


class AlertIn(In):
    """What an alert lets pass; what is not sent stays as it is."""

    name = Line(max_length=60, required=False)
    skills = serializers.ListField(
        child=serializers.SlugField(),
        max_length=50,
        required=False,
        help_text="Slugs of skills in which you hold a badge.",
    )
    words = Line(max_length=120, allow_blank=True, required=False)
    least_budget = MoneyIn(allow_null=True, required=False)
    least_score = serializers.IntegerField(min_value=0, max_value=100, required=False)
    cadence = serializers.ChoiceField(choices=Cadence.values, required=False)


class NewAlertIn(AlertIn):
    """An alert to make; what is not sent lets everything pass, and tells at once."""

    name = Line(max_length=60)


class SavedSearchOut(PublicModelOut):
    """A search of the job board that you keep."""

    url = Page(_board)
    name = serializers.CharField()
    query = serializers.CharField(help_text="As in the address of the board, after its “?”.")


class SavedSearchIn(In):
    """A search to keep; one of yours that has the name is replaced."""

    name = Line(max_length=60)
    query = serializers.CharField(
        max_length=2000, help_text="As in the address of the board, after its “?”."
    )
