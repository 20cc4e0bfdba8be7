"""What an expert wants to hear of, for machines."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from accounts.api.edits import edit
from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import cleaned
from experts.models import Expert, Skill
from jobs.forms.alerts import offered
from jobs.models import Alert
from jobs.serializers.alerts import AlertIn, AlertOut, NewAlertIn
from jobs.services import alerts
from jobs.services.alerts import Asked


class AlertList(ListAPIView[Alert]):
    """Your alerts, the latest first; that of your profile once you have changed it."""

    scope = Scope.PROFILE
    serializer_class = AlertOut

    def get_queryset(self) -> QuerySet[Alert]:
        return Alert.objects.filter(expert__user=asker(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "slugs": _slugs()}

    @extend_schema(request=NewAlertIn, responses={201: AlertOut})
    @once
    def post(self, request: Request) -> Response:
        """Make an alert beside the one of your profile."""
        by, at = asker(request), now()
        expert = Expert.objects.filter(user=by).first()
        if expert is None:
            raise PermissionDenied
        said = cleaned(NewAlertIn, request)
        asked = _asked(Alert(expert=expert), said)
        row = alerts.create(expert, said["name"], asked, by=by, at=at)
        return Response(_told(row), status=HTTP_201_CREATED)


class AlertDetail(RetrieveAPIView[Alert]):
    """One alert of yours."""

    scope = Scope.PROFILE
    serializer_class = AlertOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Alert]:
        return Alert.objects.filter(expert__user=asker(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "slugs": _slugs()}

    @extend_schema(request=AlertIn, responses=AlertOut)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what you send of it."""
        by, at = asker(request), now()

        def change(row: Alert) -> None:
            said = cleaned(AlertIn, request)
            asked = _asked(row, said)
            if row.is_default:
                alerts.edit_default(row.expert, asked, by=by, at=at)
            else:
                alerts.edit(row, said.get("name", row.name), asked, by=by)

        return edit(
            request,
            find=lambda: _own(by, public_id),
            holds=lambda row: row.expert,  # whose row comes first wherever an alert changes
            shown=_told,
            change=change,
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Forget it; the one of your profile then tells of all that fits, at once."""
        by = asker(request)
        alerts.delete(_own(by, public_id), by=by)
        return Response(status=204)


def _told(row: Alert) -> Any:
    return AlertOut(row, context={"slugs": _slugs()}).data


def _slugs() -> dict[int, str]:
    """Return the names of all skills by their keys."""
    return dict(Skill.objects.values_list("pk", "slug"))


def _own(by: User, public_id: str) -> Alert:
    rows = Alert.objects.filter(expert__user=by).select_related("expert__user")
    return get_object_or_404(rows, public_id=public_id)


def _asked(row: Alert, said: dict[str, Any]) -> Asked:
    """Return what an alert is to let pass: what was said, and the rest as it is.

    :raises ValidationError: when it names a skill in which the expert holds no badge.
    """
    budget = said.get("least_budget", row.least_budget_minor)
    return Asked(
        wanted=_wanted(row, said["skills"]) if "skills" in said else row.wanted,
        words=said.get("words", row.words),
        least_budget_minor=getattr(budget, "minor", budget or 0),
        least_score=said.get("least_score", row.least_score),
        cadence=said.get("cadence", row.cadence),
    )


def _wanted(row: Alert, slugs: list[str]) -> list[int]:
    known = offered(row.expert, *Skill.objects.filter(pk__in=row.wanted))
    if unknown := [slug for slug in slugs if slug not in known]:
        raise ValidationError({"skills": [f"You hold no badge in it: {unknown[0]}."]})
    return [known[slug].pk for slug in slugs]
