"""Offers for machines: read them, say no, take one back.

Making one, accepting it and naming other terms bind, so a person does that on the pages an offer
names.
"""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.generics import ListAPIView, RetrieveAPIView

from accounts.api.moves import Move
from accounts.api.who import asker
from accounts.models import Scope, User
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


class OfferMove(Move):
    """One answer to an offer."""

    scope = Scope.CONTRACTS
    gives = OfferDetailOut

    def find(self, by: User, **names: str) -> Offer:
        return get_object_or_404(_whole(by), **names)


class DeclineOffer(OfferMove):
    """Say no to terms that the other side named; the client can make another offer."""

    takes, verb = DeclineOfferIn, staticmethod(offers.decline)


class WithdrawOffer(OfferMove):
    """Take terms back that your side named, while nobody has answered; the other side is told."""

    verb = staticmethod(offers.withdraw)


def _visible(by: User) -> QuerySet[Offer]:
    rows = Offer.objects.visible_to(by).prefetch_related("milestones")
    return rows.select_related("proposal__job__organisation", "proposal__expert__user", "made_by")


def _whole(by: User) -> QuerySet[Offer]:
    return _visible(by).select_related("answers").prefetch_related("checks")
