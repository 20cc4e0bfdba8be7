"""What a view of a freelancer, or of a reviewer, is given."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.http import MemberRequest, P, only_those_who
from accounts.models.user import REVIEWERS
from experts import policies
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


# For staff who judge applications; for those who keep the registry of models.
reviewer_only = only_those_who(lambda user: user.has_duty(REVIEWERS))
registrar_only = only_those_who(policies.may_correct_registry)


def hides_identity(request: HttpRequest) -> bool:
    """Whether this reviewer reads cases without names, pictures and countries for now."""
    return bool(request.session.get("desk_hides_identity"))
