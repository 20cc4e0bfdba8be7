"""Jobs in public, own proposals signed in; read only, over the same scopes as the pages."""

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny

from jobs.models import Job, Proposal
from jobs.serializers import JobDetailOut, JobOut, ProposalDetailOut, ProposalOut

BY_LANGUAGE = OpenApiParameter(
    "language", OpenApiTypes.STR, description="ISO 639-1 code of a language one can work in."
)


@extend_schema_view(get=extend_schema(parameters=[BY_LANGUAGE]))
class JobList(ListAPIView[Job]):
    """Open jobs you may read, newest first."""

    permission_classes = (AllowAny,)
    serializer_class = JobOut

    def get_queryset(self) -> QuerySet[Job]:
        rows = _whole(Job.objects.visible_to(self.request.user).open())
        if language := self.request.query_params.get("language", ""):
            rows = rows.filter(languages__contains=[language.replace("\x00", "")])
        return rows


class JobDetail(RetrieveAPIView[Job]):
    """One job you may read."""

    permission_classes = (AllowAny,)
    serializer_class = JobDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Job]:
        return _whole(Job.objects.visible_to(self.request.user)).prefetch_related("checks")


class ProposalList(ListAPIView[Proposal]):
    """The proposals you sent or received."""

    serializer_class = ProposalOut

    def get_queryset(self) -> QuerySet[Proposal]:
        return _priced(Proposal.objects.visible_to(self.request.user))


class ProposalDetail(RetrieveAPIView[Proposal]):
    """One proposal you sent or received."""

    serializer_class = ProposalDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Proposal]:
        return _priced(Proposal.objects.visible_to(self.request.user))


def _whole(jobs: QuerySet[Job]) -> QuerySet[Job]:
    return jobs.select_related("organisation", "use_case").prefetch_related("skills__skill")


def _priced(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return proposals.select_related("job", "expert").prefetch_related("milestones__proposal")
