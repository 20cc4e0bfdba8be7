"""Proposals to change or end a contract, for machines: read them, say no, take one back.

Proposing and accepting one bind, so a person does that in a browser.
"""

from collections.abc import Callable

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import In, Nothing, cleaned
from contracts.http import contract_for
from contracts.models import Amendment
from contracts.serializers.changes import ChangeOut, DeclineChangeIn
from contracts.services import amendments


class ChangeList(ListAPIView[Amendment]):
    """What either side of a contract of yours has proposed to change."""

    serializer_class = ChangeOut

    def get_queryset(self) -> QuerySet[Amendment]:
        return _of(asker(self.request), self.kwargs["public_id"])


class ChangeMove(APIView):
    """One answer to such a proposal; who may give it is said by its service."""

    scope = Scope.CONTRACTS
    takes: type[In] = Nothing

    def move(
        self, request: Request, contract_id: str, public_id: str, verb: Callable[..., Amendment]
    ) -> Response:
        """Give it, and answer with the proposal as it is then."""
        by = asker(request)
        row = get_object_or_404(_of(by, contract_id), public_id=public_id)
        verb(row, **cleaned(self.takes, request), by=by, at=now())
        shown = get_object_or_404(_of(by, contract_id), public_id=public_id)
        return Response(ChangeOut(shown).data)


class DeclineChange(ChangeMove):
    """Say no; everything stays as agreed."""

    takes = DeclineChangeIn

    @extend_schema(request=DeclineChangeIn, responses=ChangeOut)
    @once
    def post(self, request: Request, contract_id: str, public_id: str) -> Response:
        return self.move(request, contract_id, public_id, amendments.decline)


class WithdrawChange(ChangeMove):
    """Take a proposal of your side back, while nobody has answered."""

    @extend_schema(request=Nothing, responses=ChangeOut)
    @once
    def post(self, request: Request, contract_id: str, public_id: str) -> Response:
        return self.move(request, contract_id, public_id, amendments.withdraw)


def _of(by: User, contract_id: str) -> QuerySet[Amendment]:
    rows = Amendment.objects.filter(contract=contract_for(by, contract_id))
    related = rows.select_related("contract__organisation", "contract__expert__user")
    return related.prefetch_related("lines__milestone", "lines__agreed_check")
