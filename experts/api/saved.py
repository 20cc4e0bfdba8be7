"""The experts somebody keeps in view, for machines."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope
from accounts.serializers import cleaned
from experts.models import Expert, SavedExpert
from experts.serializers.saved import SavedExpertOut, SaveExpertIn
from experts.services import saving


class SavedExpertList(ListAPIView[SavedExpert]):
    """The experts you keep in view, the last saved first."""

    scope = Scope.PROFILE
    serializer_class = SavedExpertOut

    def get_queryset(self) -> QuerySet[SavedExpert]:
        by = asker(self.request)
        rows = by.saved_experts.filter(expert__in=Expert.objects.visible_to(by))
        return rows.select_related("expert__user")

    @extend_schema(request=SaveExpertIn, responses={201: SavedExpertOut})
    @once
    def post(self, request: Request) -> Response:
        """Keep one in view; one who is kept already stays where they are."""
        by = asker(request)
        named = cleaned(SaveExpertIn, request)["expert"]
        experts = Expert.objects.visible_to(by).select_related("user")
        expert = experts.filter(public_id=named).first()
        if expert is None:
            raise ValidationError({"expert": ["There is no such expert."]})
        row = saving.save(expert, by=by, at=now())
        return Response(SavedExpertOut(row).data, status=HTTP_201_CREATED)


class SavedExpertDetail(APIView):
    """One expert you keep in view."""

    scope = Scope.PROFILE

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Let go of them, also when they can no longer be seen."""
        by = asker(request)
        expert = get_object_or_404(Expert, saved_by__user=by, public_id=public_id)
        saving.forget(expert, by=by)
        return Response(status=204)
