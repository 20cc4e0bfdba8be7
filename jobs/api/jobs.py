"""Jobs for machines: open ones in public, and what a client does with their own."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from accounts.api.edits import edit
from accounts.api.moves import Move
from accounts.api.once import once
from accounts.api.refused import refuse_what_the_page_would
from accounts.api.who import READ_BY_ALL, asker
from accounts.models import Organisation, Scope, User
from accounts.serializers import cleaned
from experts.models import Expert
from jobs.forms.board import SORTS, BoardForm, facets
from jobs.job_board import DAYS, SHARED_HOURS, Board
from jobs.models import Job
from jobs.serializers.jobs import (
    CloseIn,
    JobDetailOut,
    JobIn,
    JobOut,
    JobsFoundOut,
    NewJobIn,
)
from jobs.services import briefs, jobs
from jobs.services.briefs import Brief

PER_PAGE = 20
BY_LANGUAGE = OpenApiParameter(
    "language", OpenApiTypes.STR, description="ISO 639-1 code of a language one can work in."
)


ASKED = [
    OpenApiParameter("q", OpenApiTypes.STR, description="Words of the text, or names of skills."),
    OpenApiParameter(
        "skills", OpenApiTypes.STR, many=True, description="Slugs of skills it asks for, any."
    ),
    OpenApiParameter("budget", OpenApiTypes.NUMBER, description="The least it pays at most."),
    OpenApiParameter("use_case", OpenApiTypes.STR, description="Slug of a kind of work."),
    BY_LANGUAGE,
    OpenApiParameter("sensitivity", OpenApiTypes.STR, enum=Job.Sensitivity.values),
    OpenApiParameter("days", OpenApiTypes.INT, enum=DAYS, description="Posted within so many."),
    OpenApiParameter(
        "hours", OpenApiTypes.INT, enum=SHARED_HOURS, description="Least working hours shared."
    ),
    OpenApiParameter(
        "fits", OpenApiTypes.BOOL, description="Whose must-haves and rate fit you, as an expert."
    ),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=[name for name, _label in SORTS]),
    OpenApiParameter("after", OpenApiTypes.STR, description="Where the page before ended."),
]


class JobSearch(APIView):
    """Find open jobs as the board does, with the counts of every choice."""

    permission_classes = READ_BY_ALL
    scope = Scope.JOBS

    @extend_schema(parameters=ASKED, responses=JobsFoundOut)
    def get(self, request: Request) -> Response:
        form = BoardForm(request.query_params)
        refuse_what_the_page_would(form)
        expert = Expert.objects.filter(user=request.user.pk).first()
        board = Board(request.user, form.found, expert, at=now())
        page = board.page(PER_PAGE, request.query_params.get("after", ""))
        found = _whole(Job.objects.all()).in_bulk([each.pk for each in page.jobs])
        rows = [found[each.pk] for each in page.jobs if each.pk in found]
        context = {"after": page.after, "jobs": rows, "facets": facets(form, board.counts)}
        return Response(JobsFoundOut(board, context=context).data)


@extend_schema_view(get=extend_schema(parameters=[BY_LANGUAGE]))
class JobList(ListAPIView[Job]):
    """Open jobs you may read, newest first."""

    permission_classes = READ_BY_ALL
    scope = Scope.JOBS
    serializer_class = JobOut

    def get_queryset(self) -> QuerySet[Job]:
        rows = _whole(Job.objects.visible_to(self.request.user).open())
        if language := self.request.query_params.get("language", ""):
            rows = rows.filter(languages__contains=[language.replace("\x00", "")])
        return rows

    @extend_schema(request=NewJobIn, responses={201: JobDetailOut})
    @once
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """Begin a draft for your organisation; nobody else sees it until it is published."""
        by, at = asker(request), now()
        organisation = Organisation.objects.visible_to(by).first()
        if organisation is None:
            raise PermissionDenied
        said = cleaned(NewJobIn, request)
        job = briefs.start(organisation, use_case=said.pop("use_case"), by=by, at=at)
        _write(job, said, by=by, at=at)
        return Response(JobDetailOut(_own(by, job.public_id)).data, status=HTTP_201_CREATED)


class JobDetail(RetrieveAPIView[Job]):
    """One job you may read."""

    permission_classes = READ_BY_ALL
    scope = Scope.JOBS
    serializer_class = JobDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Job]:
        return _detailed(Job.objects.visible_to(self.request.user))

    @extend_schema(request=JobIn, responses=JobDetailOut)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what you send of a job of your organisation, as far as its page lets you."""
        by, at = asker(request), now()
        return edit(
            request,
            find=lambda: _own(by, public_id),
            shown=lambda job: JobDetailOut(job).data,
            change=lambda job: _write(job, cleaned(JobIn, request), by=by, at=at),
        )


class JobMove(Move):
    """One move of a job of your organisation."""

    scope = Scope.JOBS
    gives = JobDetailOut

    def find(self, by: User, **names: str) -> Job:
        return _own(by, **names)


class PublishJob(JobMove):
    """Show a draft to experts, or to our staff first where something speaks for a look."""

    verb = staticmethod(jobs.publish)


class PauseJob(JobMove):
    """Take no more proposals for a while; those that came stay."""

    verb = staticmethod(jobs.pause)


class ResumeJob(JobMove):
    """Take proposals again."""

    verb = staticmethod(jobs.resume)


class CloseJob(JobMove):
    """End the search; the outcome becomes the final answer to everyone who proposed."""

    takes, verb = CloseIn, staticmethod(jobs.close)


def _write(job: Job, said: dict[str, Any], *, by: User, at: datetime) -> None:
    """Say what is sent of a job, by the services of the two pages that ask for it."""
    brief, terms = briefs.brief_of(job), briefs.terms_of(job)
    words = {field.name: getattr(brief, field.name) for field in fields(Brief)}
    if words.keys() & said.keys():
        changed = {name: said.get(name, kept) for name, kept in words.items()}
        briefs.describe(job, **changed, by=by, at=at)
    if terms.keys() & said.keys():
        changed = {name: said.get(name, kept) for name, kept in terms.items()}
        briefs.set_terms(job, **changed, by=by, at=at)


def _own(by: User, public_id: str) -> Job:
    """Return a job of somebody's organisation; or answer 404."""
    return get_object_or_404(_detailed(Job.objects.of_client(by)), public_id=public_id)


def _detailed(jobs: QuerySet[Job]) -> QuerySet[Job]:
    return _whole(jobs).prefetch_related("checks")


def _whole(jobs: QuerySet[Job]) -> QuerySet[Job]:
    return jobs.select_related("organisation", "use_case").prefetch_related("skills__skill")
