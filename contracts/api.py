"""Own contracts for machines: signed in, read only, over the same scope as the pages."""

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView, RetrieveAPIView

from contracts.models import Contract
from contracts.serializers import ContractDetailOut, ContractOut


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
        own = _whole(Contract.objects.visible_to(self.request.user))
        return own.prefetch_related(
            "checks",
            "terms",
            "freezes",
            "milestones__releases",
            "milestones__refunds",
            "milestones__submissions__declaration",
            "milestones__submissions__built_on",
        )


def _whole(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    related = contracts.select_related("job", "organisation", "expert")
    return related.prefetch_related("milestones__contract")
