"""Offers for machines: read them, say no, take one back.

Making one, accepting it and naming other terms bind, so a person does that on the pages an offer
names.
"""

from typing import Any

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
from accounts.models import Scope, User
from accounts.serializers import Nothing, cleaned
from contracts.models import Offer
from contracts.serializers.offers import DeclineOfferIn, OfferDetailOut, OfferOut
from contracts.services import offers


class OfferList(ListAPIView[Offer]):
    """The offers you made or received, every version of them."""

    serializer_class = OfferOut

    def get_queryset(self) -> QuerySet[Offer]:
        return _visible(asker(self.request))


class OfferDetail(RetrieveAPIView[Offer]):
    """One offer you made or received."""

    serializer_class = OfferDetailOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Offer]:
        return _whole(asker(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "by": self.request.user}


class DeclineOffer(APIView):
    """Say no to terms that the other side named."""

    scope = Scope.CONTRACTS

    @extend_schema(request=DeclineOfferIn, responses=OfferDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Say no; the client can make another offer."""
        by = asker(request)
        offer = get_object_or_404(_visible(by), public_id=public_id)
        offers.decline(offer, **cleaned(DeclineOfferIn, request), by=by, at=now())
        return _shown(by, public_id)


class WithdrawOffer(APIView):
    """Take terms back that your side named, while nobody has answered."""

    scope = Scope.CONTRACTS

    @extend_schema(request=Nothing, responses=OfferDetailOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Take it back; the other side is told."""
        by = asker(request)
        offer = get_object_or_404(_visible(by), public_id=public_id)
        cleaned(Nothing, request)
        offers.withdraw(offer, by=by, at=now())
        return _shown(by, public_id)


def _visible(by: User) -> QuerySet[Offer]:
    rows = Offer.objects.visible_to(by).prefetch_related("milestones")
    return rows.select_related("proposal__job__organisation", "proposal__expert__user", "made_by")


def _whole(by: User) -> QuerySet[Offer]:
    return _visible(by).select_related("answers").prefetch_related("checks")


def _shown(by: User, public_id: str) -> Response:
    offer = get_object_or_404(_whole(by), public_id=public_id)
    return Response(OfferDetailOut(offer, context={"by": by}).data)
