"""Conversations for machines: beginning one, reading and writing on, and taking no more of it."""

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
from accounts.serializers import cleaned
from jobs import talk
from jobs.models import Conversation, Message, Proposal
from jobs.serializers.conversations import ConversationOut, MessageIn, MessageOut
from jobs.services import messages


class ConversationList(ListAPIView[Conversation]):
    """Your conversations, those that began last first, each with how much of it is new."""

    serializer_class = ConversationOut

    def get_queryset(self) -> QuerySet[Conversation]:
        return talk.conversations(asker(self.request))


class BeginConversation(APIView):
    """Write the first message about a proposal."""

    scope = Scope.MESSAGES

    @extend_schema(request=MessageIn, responses={201: ConversationOut})
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Write it; where the two have begun already, it is one more message."""
        by = asker(request)
        visible = Proposal.objects.visible_to(by).select_related(
            "job__organisation", "expert__user"
        )
        proposal = get_object_or_404(visible, public_id=public_id)
        said = cleaned(MessageIn, request)
        sent = messages.begin(proposal, **said, files=(), by=by, at=now())
        row = talk.conversations(by).get(pk=sent.conversation_id)
        return Response(ConversationOut(row).data, status=HTTP_201_CREATED)


class MessageList(ListAPIView[Message]):
    """What was written in a conversation, the latest first."""

    scope = Scope.MESSAGES
    serializer_class = MessageOut

    def get_queryset(self) -> QuerySet[Message]:
        row = _visible(asker(self.request), self.kwargs["public_id"])
        return row.messages.select_related("by")

    @extend_schema(request=MessageIn, responses={201: MessageOut})
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Write a message; the other side is told."""
        by = asker(request)
        row = _visible(by, public_id)
        sent = messages.send(row, **cleaned(MessageIn, request), files=(), by=by, at=now())
        return Response(MessageOut(sent).data, status=HTTP_201_CREATED)


class ConversationMove(Move):
    """One thing to do with a conversation."""

    scope = Scope.MESSAGES

    def find(self, by: User, **names: str) -> Conversation:
        return _visible(by, **names)


class ReadConversation(ConversationMove):
    """Remember that you have read all there is."""

    verb = staticmethod(messages.read)


class BlockConversation(ConversationMove):
    """Take no more messages from the other side, about any job; a contract goes on as it was."""

    verb = staticmethod(messages.block)


class UnblockConversation(ConversationMove):
    """Take messages of the other side again."""

    verb = staticmethod(messages.unblock)


def _visible(by: User, public_id: str) -> Conversation:
    rows = talk.with_names(Conversation.objects.visible_to(by))
    return get_object_or_404(rows, public_id=public_id)
