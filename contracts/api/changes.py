"""Proposals to change or end a contract, for machines: read them, say no, take one back.

Proposing and accepting one bind, so a person does that in a browser.
"""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.generics import ListAPIView

from accounts.api.moves import Move
from accounts.api.who import asker
from accounts.models import Scope, User
from contracts.http import contract_for
from contracts.models import Amendment
from contracts.serializers.changes import ChangeOut, DeclineChangeIn
from contracts.services import amendments


class ChangeList(ListAPIView[Amendment]):
    """What either side of a contract of yours has proposed to change."""

    serializer_class = ChangeOut

    def get_queryset(self) -> QuerySet[Amendment]:
        return _of(asker(self.request), self.kwargs["public_id"])


class ChangeMove(Move):
    """One answer to such a proposal."""

    scope = Scope.CONTRACTS
    gives = ChangeOut

    def find(self, by: User, **names: str) -> Amendment:
        return get_object_or_404(_of(by, names["contract_id"]), public_id=names["public_id"])


class DeclineChange(ChangeMove):
    """Say no; everything stays as agreed."""

    takes, verb = DeclineChangeIn, staticmethod(amendments.decline)


class WithdrawChange(ChangeMove):
    """Take a proposal of your side back, while nobody has answered."""

    verb = staticmethod(amendments.withdraw)


def _of(by: User, contract_id: str) -> QuerySet[Amendment]:
    rows = Amendment.objects.filter(contract=contract_for(by, contract_id))
    related = rows.select_related("contract__organisation", "contract__expert__user")
    return related.prefetch_related("lines__milestone", "lines__agreed_check")
