"""The page somebody opens from an invitation: no account to read it, their own to accept it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import selectors
from accounts.forms import WHAT_THEY_MAY, Role
from accounts.http import MemberRequest
from accounts.models import MemberInvitation, User
from accounts.services import member_invitations


@require_safe
@never_cache
def member_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is offered; opening the page answers nothing."""
    row = member_invitations.by_token(token)
    if row is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    reader = request.user if isinstance(request.user, User) else None
    context = {
        "invitation": row,
        "token": token,
        "what_it_may": WHAT_THEY_MAY[Role(row.role)],
        "is_open": row.status == row.Status.SENT and row.expires_at > now(),
        "is_theirs": reader and row.email in selectors.verified_addresses(reader),
        "is_taken": reader and reader.memberships.exists(),
    }
    return render(request, "accounts/member_invitation.html", context)


@require_POST
@login_required
def accept_member_invitation(request: MemberRequest, token: str) -> HttpResponse:
    """Become a member."""
    row = _invitation(token)
    member_invitations.accept(row, by=request.user, at=now())
    messages.success(request, _("You now act for %(name)s.") % {"name": row.organisation.name})
    return redirect("accounts:organisation", row.organisation.public_id)


@require_POST
def decline_member_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say no; the link is enough for that."""
    by = request.user if isinstance(request.user, User) else None
    member_invitations.decline(_invitation(token), by=by, at=now())
    return redirect("accounts:member-invitation", token)


def _invitation(token: str) -> MemberInvitation:
    row = member_invitations.by_token(token)
    if row is None:
        raise Http404
    return row
