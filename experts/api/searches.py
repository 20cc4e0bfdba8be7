"""Saved searches for experts, for machines."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from accounts.api.edits import edit
from accounts.api.once import once
from accounts.api.refused import refuse_what_the_page_would
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import cleaned
from experts.forms.search import SearchForm
from experts.forms.searches import SaveExpertSearchForm
from experts.models import ExpertSearch
from experts.serializers.searches import CadenceIn, ExpertSearchOut, NewSearchIn
from experts.services import searches


class ExpertSearchList(ListAPIView[ExpertSearch]):
    """Your saved searches for experts, the latest first."""

    scope = Scope.PROFILE
    serializer_class = ExpertSearchOut

    def get_queryset(self) -> QuerySet[ExpertSearch]:
        return asker(self.request).expert_searches.all()

    @extend_schema(request=NewSearchIn, responses={201: ExpertSearchOut})
    @once
    def post(self, request: Request) -> Response:
        """Keep one; you hear of those who begin to fit it."""
        by = asker(request)
        said = cleaned(NewSearchIn, request)
        filters = SearchForm(QueryDict(said["query"])).filters(zone=by.time_zone)
        refuse_what_the_page_would(SaveExpertSearchForm(said, filters=filters))
        row = searches.save(said["name"], said["query"], filters, said["cadence"], by=by, at=now())
        return Response(ExpertSearchOut(row).data, status=HTTP_201_CREATED)


class ExpertSearchDetail(RetrieveAPIView[ExpertSearch]):
    """One saved search of yours."""

    scope = Scope.PROFILE
    serializer_class = ExpertSearchOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[ExpertSearch]:
        return asker(self.request).expert_searches.all()

    @extend_schema(request=CadenceIn, responses=ExpertSearchOut)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change how soon it tells."""
        by = asker(request)
        return edit(
            request,
            find=lambda: _own(by, public_id),
            shown=lambda row: ExpertSearchOut(row).data,
            change=lambda row: searches.tell(row, **cleaned(CadenceIn, request), at=now()),
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Forget it."""
        searches.delete(_own(asker(request), public_id))
        return Response(status=204)


def _own(by: User, public_id: str) -> ExpertSearch:
    return get_object_or_404(by.expert_searches, public_id=public_id)
