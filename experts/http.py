"""What a view of a freelancer, or of a reviewer, is given."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.http import MemberRequest, P, View
from accounts.models.user import REVIEWERS
from experts.models import Expert


class ExpertRequest(MemberRequest):
    """A request whose sender has a profile."""

    expert: Expert


ExpertView = Callable[Concatenate[ExpertRequest, P], HttpResponse]


def expert_only(view: ExpertView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let people with a profile through; send others to where they can open one."""

    @login_required
    @wraps(view)
    def guarded(request: ExpertRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        expert = Expert.objects.select_related("user").filter(user=request.user).first()
        if expert is None:
            return redirect("experts:edit-profile")
        request.expert = expert
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def reviewer_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let staff who judge applications through; refuse everyone else.

    :raises PermissionDenied: which becomes a 403.
    """

    @login_required
    @wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.has_duty(REVIEWERS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def hides_identity(request: HttpRequest) -> bool:
    """Whether this reviewer reads cases without names, pictures and countries for now."""
    return bool(request.session.get("desk_hides_identity"))
