"""Saved searches of the job board, for machines."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.refused import refuse_what_the_page_would
from accounts.api.who import asker
from accounts.models import Scope
from accounts.serializers import cleaned
from jobs.forms.board import BoardForm, SaveSearchForm
from jobs.models import SavedSearch
from jobs.serializers.alerts import SavedSearchIn, SavedSearchOut
from jobs.services import searches


class SavedSearchList(ListAPIView[SavedSearch]):
    """Your saved searches of the job board, the latest first."""

    scope = Scope.PROFILE
    serializer_class = SavedSearchOut

    def get_queryset(self) -> QuerySet[SavedSearch]:
        return asker(self.request).saved_searches.all()

    @extend_schema(request=SavedSearchIn, responses={201: SavedSearchOut})
    @once
    def post(self, request: Request) -> Response:
        """Keep one, as far as the board understands it."""
        said = cleaned(SavedSearchIn, request)
        form = SaveSearchForm(said | {"query": BoardForm(QueryDict(said["query"])).query})
        refuse_what_the_page_would(form)
        row = searches.save(**form.cleaned_data, by=asker(request), at=now())
        return Response(SavedSearchOut(row).data, status=HTTP_201_CREATED)


class SavedSearchDetail(APIView):
    """One saved search of yours."""

    scope = Scope.PROFILE

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Forget it."""
        rows = asker(request).saved_searches
        searches.delete(get_object_or_404(rows, public_id=public_id))
        return Response(status=204)
