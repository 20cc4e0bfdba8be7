"""How a view of the API makes one move: it finds a row, calls one service, and shows the row."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.who import asker
from accounts.models import User
from accounts.serializers import In, Nothing, cleaned


class Move(APIView):
    """One move of a row; who may make it is said by its service, `verb`.

    It takes what `takes` knows as words for `verb`, and answers with what `gives` shows of the row
    as it is then; without one it has nothing to say.
    """

    verb: ClassVar[Callable[..., object]]
    takes: ClassVar[type[In]] = Nothing
    gives: ClassVar[type[Serializer[Any]] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Say in the document what it takes and gives."""
        super().__init_subclass__(**kwargs)
        responses = {204: None} if cls.gives is None else cls.gives
        extend_schema_view(post=extend_schema(request=cls.takes, responses=responses))(cls)

    def find(self, by: User, **names: str) -> Any:
        """Return the row that the address names, among those this person sees; or answer 404."""
        raise NotImplementedError

    @once
    def post(self, request: Request, /, **names: str) -> Response:
        by = asker(request)
        row = self.find(by, **names)
        self.verb(row, **cleaned(self.takes, request), by=by, at=now())
        if self.gives is None:
            return Response(status=204)
        return Response(self.gives(self.find(by, **names), context={"by": by}).data)
