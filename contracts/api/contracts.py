"""Own contracts for machines, over the same scope as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now
from rest_framework.generics import ListAPIView, RetrieveAPIView

from contracts.models import Contract
from contracts.selectors import contracts
from contracts.serializers.contracts import ContractDetailOut, ContractOut


class ContractList(ListAPIView[Contract]):
    """The contracts you are part of."""

    serializer_class = ContractOut

    def get_queryset(self) -> QuerySet[Contract]:
        return _whole(Contract.objects.visible_to(self.request.user))


class ContractDetail(RetrieveAPIView[Contract]):
    """One contract you are part of."""

    serializer_class = ContractDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Contract]:
        own = contracts.whole(Contract.objects.visible_to(self.request.user))
        return own.select_related("job").prefetch_related(
            "checks",
            "terms",
            "freezes",
            "milestones__contract",
            "milestones__submissions__declaration",
            "milestones__submissions__built_on",
            "milestones__submissions__measures__agreed_check",
        )

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": now()}


def _whole(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    related = contracts.select_related("job", "organisation", "expert")
    return related.prefetch_related("milestones__contract")
