"""Whom a job fits, for machines: matches, candidates, and asking them to propose."""

from django.core.exceptions import PermissionDenied
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

from accounts.api.moves import Move
from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.selectors import membership
from accounts.serializers import cleaned
from experts.models import Expert
from jobs import policies, selectors
from jobs.models import Invitation, Job, Match
from jobs.selectors import invitations as reads
from jobs.serializers.invitations import (
    CandidateOut,
    DeclineInvitationIn,
    InvitationIn,
    InvitationOut,
    MatchOut,
)
from jobs.services import invitations

# Whoever stands lower is found by searching the directory.
MOST_CANDIDATES = 50


class MatchList(ListAPIView[Match]):
    """Open jobs that fit you and that you have not answered, those found last first."""

    serializer_class = MatchOut

    def get_queryset(self) -> QuerySet[Match]:
        expert = Expert.objects.filter(user=asker(self.request)).first()
        return selectors.matches_for(expert) if expert else Match.objects.none()


class CandidateList(APIView):
    """Whom a job of yours fits and you have not asked: the first fifty, best first."""

    @extend_schema(responses=CandidateOut(many=True))
    def get(self, request: Request, public_id: str) -> Response:
        rows = reads.candidates(_hired_for(asker(request), public_id))[:MOST_CANDIDATES]
        return Response(CandidateOut(rows, many=True).data)


class JobInvitationList(ListAPIView[Invitation]):
    """Whom a job of yours has invited, the latest first."""

    scope = Scope.JOBS
    serializer_class = InvitationOut

    def get_queryset(self) -> QuerySet[Invitation]:
        job = _hired_for(asker(self.request), self.kwargs["public_id"])
        return job.invitations.select_related("job", "expert")

    @extend_schema(request=InvitationIn, responses={201: InvitationOut})
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Ask an expert to propose; they are told, and have a week to answer."""
        by = asker(request)
        job = _hired_for(by, public_id)
        said = cleaned(InvitationIn, request)
        experts = Expert.objects.visible_to(by).select_related("user")
        expert = experts.filter(public_id=said["expert"]).first()
        if expert is None:
            raise ValidationError({"expert": ["There is no such expert."]})
        row = invitations.invite(job, expert, note=said["note"], by=by, at=now())
        return Response(InvitationOut(row).data, status=HTTP_201_CREATED)


class InvitationList(ListAPIView[Invitation]):
    """The invitations you received as an expert, the latest first."""

    serializer_class = InvitationOut

    def get_queryset(self) -> QuerySet[Invitation]:
        rows = Invitation.objects.visible_to(asker(self.request))
        return rows.select_related("job", "expert")


class DeclineInvitation(Move):
    """Say no to an invitation, with a reason; to say yes, propose."""

    scope = Scope.PROPOSALS
    takes, gives, verb = DeclineInvitationIn, InvitationOut, staticmethod(invitations.decline)

    def find(self, by: User, **names: str) -> Invitation:
        rows = Invitation.objects.visible_to(by).select_related("job__organisation", "expert__user")
        return get_object_or_404(rows, **names)


def _hired_for(by: User, public_id: str) -> Job:
    """Return a job for which this person hires; or answer 404.

    :raises PermissionDenied: for the other members of its organisation.
    """
    rows = Job.objects.of_client(by).exclude(status=Job.Status.DRAFT)
    job = get_object_or_404(rows.select_related("organisation"), public_id=public_id)
    if not policies.may_post(membership(by, job.organisation)):
        raise PermissionDenied
    return job
