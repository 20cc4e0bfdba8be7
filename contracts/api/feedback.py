"""What the sides of a contract say of each other, for machines."""

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from accounts.api.moves import Move
from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import Scope, User
from accounts.serializers import cleaned
from contracts.http import contract_for
from contracts.models import Feedback
from contracts.selectors import contracts
from contracts.serializers.feedback import BothSidesOut, FeedbackIn, FeedbackOut, ReplyIn
from contracts.services import feedback


class ContractFeedback(APIView):
    """What was said of a contract of yours."""

    scope = Scope.CONTRACTS

    @extend_schema(responses=BothSidesOut)
    def get(self, request: Request, public_id: str) -> Response:
        by = asker(request)
        return Response(BothSidesOut(contracts.feedback(contract_for(by, public_id), by)).data)

    @extend_schema(request=FeedbackIn, responses={201: FeedbackOut})
    @once
    def post(self, request: Request, public_id: str) -> Response:
        """Rate the other side, unseen until they have spoken too."""
        by = asker(request)
        contract = contract_for(by, public_id)
        row = feedback.give(contract, **cleaned(FeedbackIn, request), by=by, at=now())
        return Response(FeedbackOut(row).data, status=HTTP_201_CREATED)


class ReplyToFeedback(Move):
    """Answer, once, what the other side said of yours."""

    scope = Scope.CONTRACTS
    takes, gives, verb = ReplyIn, FeedbackOut, staticmethod(feedback.reply)

    def find(self, by: User, **names: str) -> Feedback:
        said = contracts.feedback(contract_for(by, **names), by).others
        if said is None:
            raise Http404
        return said
