"""Experts and badges for machines: public, read only, over the same scopes as the pages."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.refused import refuse_what_the_page_would
from accounts.api.who import PUBLIC
from accounts.serializers import cleaned
from experts import facets, selectors, verification
from experts.directory import Directory
from experts.forms.search import SearchForm
from experts.models import Badge, Credential, Expert
from experts.serializers.experts import (
    BadgeDetailOut,
    CredentialOut,
    ExpertDetailOut,
    ExpertOut,
    FoundOut,
    ReportOut,
    ReputationOut,
    VerifyIn,
)
from experts.services.credentials import Published
from marketplace.kit import jws

PER_PAGE = 20
BY_SKILL = OpenApiParameter("skill", OpenApiTypes.STR, description="Slug of a skill they prove.")


class OfToday(GenericAPIView[Expert]):
    """Tells the serializer which day it is: scores fade with time."""

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "on": now().date()}


@extend_schema_view(get=extend_schema(parameters=[BY_SKILL]))
class ExpertList(OfToday, ListAPIView[Expert]):
    """Vetted experts, newest first."""

    permission_classes = PUBLIC
    serializer_class = ExpertOut

    def get_queryset(self) -> QuerySet[Expert]:
        experts = _with_badges(Expert.objects.vetted())
        if skill := self.request.query_params.get("skill", ""):
            holders = Badge.objects.valid().filter(skill__slug=skill.replace("\x00", ""))
            experts = experts.filter(pk__in=holders.values("expert"))
        return experts


ASKED = [
    OpenApiParameter("q", OpenApiTypes.STR, description="Words: skills, outcomes, models, names."),
    *(
        OpenApiParameter(name, OpenApiTypes.STR, many=True, description=said)
        for name, said in (
            ("skill", "Slugs of skills they prove, all of them."),
            ("family", "Slugs of model families their evidence is built on, any of them."),
            ("domain", "Slugs of industries they have worked in, any of them."),
            ("work", "Slugs of kinds of work they have proven all must-haves of, any of them."),
            ("language", "ISO 639-1 codes, all of them."),
        )
    ),
    OpenApiParameter("level", OpenApiTypes.INT, description="Least level, 1 to 3."),
    OpenApiParameter("rate_min", OpenApiTypes.NUMBER, description="Least hourly rate."),
    OpenApiParameter("rate_max", OpenApiTypes.NUMBER, description="Highest hourly rate."),
    OpenApiParameter("hours", OpenApiTypes.INT, description="Least hours a week."),
    OpenApiParameter("shared", OpenApiTypes.INT, description="Least working hours shared."),
    OpenApiParameter("zone", OpenApiTypes.STR, description="The IANA zone they are shared with."),
    OpenApiParameter("rating", OpenApiTypes.INT, enum=facets.RATINGS, description="Hundredths."),
    OpenApiParameter("soon", OpenApiTypes.BOOL, description="Free within a week."),
    OpenApiParameter("country", OpenApiTypes.STR, description="ISO 3166-1 code."),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=["evidence", "soonest", "cheapest", "dearest"]),
    OpenApiParameter("after", OpenApiTypes.STR, description="Where the page before ended."),
]


class ExpertSearch(APIView):
    """Find vetted experts as the page does, with the counts of every choice."""

    permission_classes = PUBLIC

    @extend_schema(parameters=ASKED, responses=FoundOut)
    def get(self, request: Request) -> Response:
        on = now().date()
        form = SearchForm(request.query_params)
        refuse_what_the_page_would(form)
        filters = form.filters()
        directory = Directory(filters, on=on, after=request.query_params.get("after", ""))
        page = directory.page(PER_PAGE)
        found = _with_badges(Expert.objects.all()).in_bulk(page.experts)
        experts = [found[key] for key in page.experts if key in found]
        context = {"page": page, "experts": experts, "on": on}
        return Response(FoundOut(directory, context=context).data)


class ExpertDetail(OfToday, RetrieveAPIView[Expert]):
    """One expert."""

    permission_classes = PUBLIC
    serializer_class = ExpertDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Expert]:
        return _with_badges(Expert.objects.visible_to(self.request.user))


class ExpertReputation(APIView):
    """How an expert's score came about: every contract's part in it, and the rule."""

    permission_classes = PUBLIC

    @extend_schema(responses=ReputationOut)
    def get(self, request: Request, public_id: str) -> Response:
        visible = Expert.objects.visible_to(request.user)
        expert = get_object_or_404(visible, public_id=public_id)
        found = selectors.reputations([expert.pk], on=now().date())[expert.pk]
        return Response(ReputationOut(found).data)


class BadgeDetail(RetrieveAPIView[Badge]):
    """One badge, also when it has lapsed."""

    permission_classes = PUBLIC
    serializer_class = BadgeDetailOut
    lookup_field = "public_id"
    queryset = Badge.objects.select_related("skill", "expert", "application").prefetch_related(
        "application__evidence"
    )


class BadgeCredential(APIView):
    """The signed credential of one badge."""

    permission_classes = PUBLIC

    @extend_schema(responses=CredentialOut)
    def get(self, request: Request, public_id: str) -> Response:
        rows = Credential.objects.current().select_related("badge")
        credential = get_object_or_404(rows, badge__public_id=public_id)
        said = {
            "number": credential.badge.number,
            "jwt": credential.jwt,
            "claims": jws.read(credential.jwt).claims,
        }
        return Response(CredentialOut(said).data)


class Verify(APIView):
    """Check a credential, step by step; needs no account and keeps nothing."""

    permission_classes = PUBLIC

    @extend_schema(request=VerifyIn, responses=ReportOut)
    def post(self, request: Request) -> Response:
        shown, at = cleaned(VerifyIn, request), now()
        report = verification.examine(
            shown["credential"], Published(at=at), at=at, holder=shown["holder"]
        )
        return Response(ReportOut(report).data)


def _with_badges(experts: QuerySet[Expert]) -> QuerySet[Expert]:
    badges = Prefetch("badges", Badge.objects.valid().select_related("skill"))
    return experts.select_related("user").prefetch_related(badges, "work_records")
