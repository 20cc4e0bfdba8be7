"""How a view of the API changes a row: only while it is what its caller has read."""

from collections.abc import Callable
from hashlib import md5
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.kit.errors import DomainError

Row = TypeVar("Row", bound=models.Model)


class NotSaidWhich(DomainError):
    """Whoever changes a row says which state of it they have read."""

    status = 428
    code = "if_match_is_missing"
    sentence = _("Read it first, and send its ETag in a header If-Match.")


class HasChanged(DomainError):
    """Somebody has changed it since; what they wrote would be lost."""

    status = 412
    code = "has_changed"
    sentence = _("This has changed since you read it. Read it again.")


def edit(
    request: Request,
    *,
    find: Callable[[], Row],
    shown: Callable[[Row], Any],
    change: Callable[[Row], object],
    holds: Callable[[Row], models.Model] = lambda row: row,
) -> Response:
    """Change a row that is still what its caller has read; answer with it, and with its new tag.

    :param shown: what a GET of it answers, of which the tag is the hash.
    :param holds: which row's lock keeps it as it is meanwhile; itself, unless another comes first.
    :raises NotSaidWhich: without `If-Match`.
    :raises HasChanged: when its tag is another by now.
    """
    with transaction.atomic():
        held = holds(find())
        type(held)._base_manager.select_for_update(no_key=True).get(pk=held.pk)
        row = find()
        _refuse_changed(request, shown(row))
        change(row)
        answer = shown(find())
    return Response(answer, headers={"ETag": _tag_of(answer)})


def _refuse_changed(request: Request, shown: Any) -> None:
    """Compare tags as weak ones: compressing an answer on its way makes its tag weak."""
    named = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-Match", ""))]
    if not named:
        raise NotSaidWhich
    if not {"*", _tag_of(shown)} & set(named):
        raise HasChanged


def _tag_of(shown: Any) -> str:
    """Return the tag that Django's `conditional_page` gives to a GET of it."""
    return quote_etag(md5(JSONRenderer().render(shown), usedforsecurity=False).hexdigest())
