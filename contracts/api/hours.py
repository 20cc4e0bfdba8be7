"""Hours for machines: the expert hands a week in, the client asks about one.

Approving hours lets money go, so it is done on the week's page.
"""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from accounts.api.moves import Move
from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import cleaned
from contracts import policies
from contracts.http import contract_for
from contracts.models import Contract, Timesheet
from contracts.serializers.hours import QuestionIn, TimesheetOut, WeekIn
from contracts.services import timesheets


class TimesheetList(ListAPIView[Timesheet]):
    """The weeks of a contract by the hour; the client sees those that were handed in."""

    scope = Scope.CONTRACTS
    serializer_class = TimesheetOut

    def get_queryset(self) -> QuerySet[Timesheet]:
        by = asker(self.request)
        return _of(_hourly(by, self.kwargs["public_id"]), by)

    @extend_schema(request=WeekIn, responses={201: TimesheetOut})
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Hand in a week's hours; the client's time to answer starts now."""
        by = asker(request)
        contract = _hourly(by, public_id)
        said = cleaned(WeekIn, request)
        if said["starts_on"].weekday():
            raise ValidationError({"starts_on": ["Not a Monday."]})
        sheet = timesheets.submit(contract, said["starts_on"], said["lines"], by=by, at=now())
        shown = _of(contract, by).get(pk=sheet.pk)
        return Response(TimesheetOut(shown).data, status=HTTP_201_CREATED)


class QueryHours(Move):
    """Ask about hours that wait for your review; its clock stops, and the money stays held."""

    scope = Scope.CONTRACTS
    takes, gives, verb = QuestionIn, TimesheetOut, staticmethod(timesheets.query)

    def find(self, by: User, **names: str) -> Timesheet:
        weeks = _of(_hourly(by, names["contract_id"]), by)
        return get_object_or_404(weeks, public_id=names["public_id"])


def _hourly(by: User, public_id: str) -> Contract:
    contract = contract_for(by, public_id)
    if not contract.is_hourly:
        raise Http404
    return contract


def _of(contract: Contract, by: User) -> QuerySet[Timesheet]:
    rows = contract.timesheets.select_related("contract").prefetch_related("lines")
    if policies.is_expert_of(by, contract):
        return rows
    return rows.exclude(status=Timesheet.Status.OPEN)
