"""What a view of a signed-in person is given."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails

from accounts.models import User

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request whose sender is signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[MemberRequest, P], HttpResponse]


def client_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let members of an organisation through; send others to where they can open one."""

    @login_required
    @wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.memberships.exists():
            return redirect("accounts:start")
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]
