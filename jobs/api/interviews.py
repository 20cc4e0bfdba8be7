"""Interviews for machines: propose times, pick one, say no, call it off."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from accounts.api.moves import Move
from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import Nothing, cleaned
from jobs import talk
from jobs.models import Conversation, Interview, InterviewTime
from jobs.serializers.interviews import InterviewIn, InterviewOut
from jobs.services import interviews


class InterviewList(ListAPIView[Interview]):
    """The talks of a conversation, those proposed last first."""

    scope = Scope.MESSAGES
    serializer_class = InterviewOut

    def get_queryset(self) -> QuerySet[Interview]:
        row = _conversation(asker(self.request), self.kwargs["public_id"])
        return row.interviews.select_related("conversation").prefetch_related("times")

    @extend_schema(request=InterviewIn, responses={201: InterviewOut})
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Propose times; what still waits for an answer is answered by this, or replaced."""
        by = asker(request)
        conversation = _conversation(by, public_id)
        said = cleaned(InterviewIn, request)
        starts = said.pop("times")
        row = interviews.propose(conversation, starts=starts, **said, by=by, at=now())
        return Response(InterviewOut(_visible(by, row.public_id)).data, status=HTTP_201_CREATED)


class AgreeToTime(APIView):
    """Pick one of the proposed times."""

    scope = Scope.MESSAGES

    @extend_schema(request=Nothing, responses=InterviewOut)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        by = asker(request)
        mine = Conversation.objects.visible_to(by)
        rows = InterviewTime.objects.filter(interview__conversation__in=mine)
        time = get_object_or_404(rows.select_related("interview"), public_id=public_id)
        cleaned(Nothing, request)
        row = interviews.agree(time, by=by, at=now())
        return Response(InterviewOut(_visible(by, row.public_id)).data)


class InterviewMove(Move):
    """One answer to an interview."""

    scope = Scope.MESSAGES
    gives = InterviewOut

    def find(self, by: User, **names: str) -> Interview:
        return _visible(by, **names)


class DeclineInterview(InterviewMove):
    """Say that none of the times is possible."""

    verb = staticmethod(interviews.decline)


class WithdrawInterview(InterviewMove):
    """Take the proposed times back."""

    verb = staticmethod(interviews.withdraw)


class CancelInterview(InterviewMove):
    """Call an agreed talk off; the other side is told."""

    verb = staticmethod(interviews.cancel)


def _conversation(by: User, public_id: str) -> Conversation:
    rows = talk.with_names(Conversation.objects.visible_to(by))
    return get_object_or_404(rows, public_id=public_id)


def _visible(by: User, public_id: str) -> Interview:
    rows = Interview.objects.filter(conversation__in=Conversation.objects.visible_to(by))
    return get_object_or_404(
        rows.select_related("conversation").prefetch_related("times"), public_id=public_id
    )
