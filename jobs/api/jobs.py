"""Jobs for machines: open ones in public, and what a client does with their own."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.who import PUBLIC, asker
from accounts.models import Scope
from accounts.serializers import In, Nothing, cleaned
from jobs.models import Job
from jobs.serializers import CloseIn, JobDetailOut, JobOut
from jobs.services import jobs

BY_LANGUAGE = OpenApiParameter(
    "language", OpenApiTypes.STR, description="ISO 639-1 code of a language one can work in."
)


@extend_schema_view(get=extend_schema(parameters=[BY_LANGUAGE]))
class JobList(ListAPIView[Job]):
    """Open jobs you may read, newest first."""

    permission_classes = PUBLIC
    serializer_class = JobOut

    def get_queryset(self) -> QuerySet[Job]:
        rows = _whole(Job.objects.visible_to(self.request.user).open())
        if language := self.request.query_params.get("language", ""):
            rows = rows.filter(languages__contains=[language.replace("\x00", "")])
        return rows


class JobDetail(RetrieveAPIView[Job]):
    """One job you may read."""

    permission_classes = PUBLIC
    serializer_class = JobDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Job]:
        return _whole(Job.objects.visible_to(self.request.user)).prefetch_related("checks")


class JobMove(APIView):
    """One move of a job of your organisation; who may make it is said by its service."""

    scope = Scope.JOBS
    takes: type[In] = Nothing

    def move(self, request: Request, public_id: str, verb: Callable[..., Job]) -> Response:
        """Make it, and answer with the job as it is then."""
        rows = _whole(Job.objects.of_client(asker(request))).prefetch_related("checks")
        job = get_object_or_404(rows, public_id=public_id)
        verb(job, **cleaned(self.takes, request), by=asker(request), at=now())
        return Response(JobDetailOut(job).data)


class PublishJob(JobMove):
    """Show a draft to experts, or to our staff first where something speaks for a look."""

    @extend_schema(request=Nothing, responses=JobDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, jobs.publish)


class PauseJob(JobMove):
    """Take no more proposals for a while; those that came stay."""

    @extend_schema(request=Nothing, responses=JobDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, jobs.pause)


class ResumeJob(JobMove):
    """Take proposals again."""

    @extend_schema(request=Nothing, responses=JobDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, jobs.resume)


class CloseJob(JobMove):
    """End the search; the outcome becomes the final answer to everyone who proposed."""

    takes = CloseIn

    @extend_schema(request=CloseIn, responses=JobDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, jobs.close)


def _whole(jobs: QuerySet[Job]) -> QuerySet[Job]:
    return jobs.select_related("organisation", "use_case").prefetch_related("skills__skill")
