"""Proposals for machines: own ones and those received, and what their two sides do with them."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope
from accounts.serializers import In, Nothing, cleaned
from jobs.models import Proposal
from jobs.serializers import DeclineIn, ProposalDetailOut, ProposalOut
from jobs.services import proposals


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


class ProposalMove(APIView):
    """One move of a proposal; who may make it is said by its service."""

    scope = Scope.PROPOSALS
    takes: type[In] = Nothing

    def move(self, request: Request, public_id: str, verb: Callable[..., Proposal]) -> Response:
        """Make it, and answer with the proposal as it is then."""
        visible = Proposal.objects.visible_to(request.user)
        rows = _priced(visible).select_related("job__organisation", "expert__user")
        row = get_object_or_404(rows, public_id=public_id)
        verb(row, **cleaned(self.takes, request), by=asker(request), at=now())
        return Response(ProposalDetailOut(row).data)


class WithdrawProposal(ProposalMove):
    """Take your proposal or its draft back."""

    @extend_schema(request=Nothing, responses=ProposalDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, proposals.withdraw)


class ShortlistProposal(ProposalMove):
    """Put a proposal among those you compare; the expert is told."""

    @extend_schema(request=Nothing, responses=ProposalDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, proposals.shortlist)


class ArchiveProposal(ProposalMove):
    """Put a proposal aside; nobody is told."""

    @extend_schema(request=Nothing, responses=ProposalDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, proposals.archive)


class RestoreProposal(ProposalMove):
    """Bring a proposal back from the archive."""

    @extend_schema(request=Nothing, responses=ProposalDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, proposals.restore)


class DeclineProposal(ProposalMove):
    """Say no for good, with a reason the expert reads."""

    takes = DeclineIn

    @extend_schema(request=DeclineIn, responses=ProposalDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return self.move(request, public_id, proposals.decline)


def _priced(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return proposals.select_related("job", "expert").prefetch_related("milestones__proposal")
