"""Experts and badges for machines: public, read only, over the same scopes as the pages."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny

from experts.models import Badge, Expert
from experts.serializers import BadgeDetailOut, ExpertDetailOut, ExpertOut

BY_SKILL = OpenApiParameter("skill", OpenApiTypes.STR, description="Slug of a skill they prove.")


@extend_schema_view(get=extend_schema(parameters=[BY_SKILL]))
class ExpertList(ListAPIView[Expert]):
    """Vetted experts, newest first."""

    permission_classes = (AllowAny,)
    serializer_class = ExpertOut

    def get_queryset(self) -> QuerySet[Expert]:
        experts = _with_badges(Expert.objects.vetted())
        if skill := self.request.query_params.get("skill", ""):
            holders = Badge.objects.valid().filter(skill__slug=skill.replace("\x00", ""))
            experts = experts.filter(pk__in=holders.values("expert"))
        return experts


class ExpertDetail(RetrieveAPIView[Expert]):
    """One expert."""

    permission_classes = (AllowAny,)
    serializer_class = ExpertDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Expert]:
        return _with_badges(Expert.objects.visible_to(self.request.user))


class BadgeDetail(RetrieveAPIView[Badge]):
    """One badge, also when it has lapsed."""

    permission_classes = (AllowAny,)
    serializer_class = BadgeDetailOut
    lookup_field = "public_id"
    queryset = Badge.objects.select_related("skill", "expert", "application").prefetch_related(
        "application__evidence"
    )


def _with_badges(experts: QuerySet[Expert]) -> QuerySet[Expert]:
    badges = Prefetch("badges", Badge.objects.valid().select_related("skill"))
    return experts.select_related("user").prefetch_related(badges)
