"""Pages of an organisation: opening it, describing it, who belongs to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import policies, selectors
from accounts.forms import InvitationForm, OrganisationForm, RoleForm
from accounts.http import MemberRequest, asks_again, client_only
from accounts.models import MemberInvitation, Membership, Organisation
from accounts.services import member_invitations, memberships, organisations
from marketplace.kit.http import refusals_on

HISTORY_LINES = 20
MEMBERS_PER_PAGE = 25


@login_required
def open_organisation(request: MemberRequest) -> HttpResponse:
    """Open a client organisation."""
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            organisations.open_for(request.user, **form.cleaned_data, at=now())
            return redirect("jobs:choose-use-case")
    return render(
        request,
        "accounts/open_organisation.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@login_required
def organisation(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show an organisation to its members, and let its owner describe it."""
    row = _own(request, public_id)
    fields = ("name", "website", "country", "about")
    form = OrganisationForm(
        request.POST or None, initial={name: getattr(row, name) for name in fields}
    )
    if form.is_valid():
        with refusals_on(form):
            organisations.describe(row, **form.cleaned_data, by=request.user)
            messages.success(request, _("Your organisation was updated."))
            return redirect("accounts:organisation", row.public_id)
    member = selectors.membership(request.user, row)
    members = row.memberships.select_related("user").order_by("pk")
    invited = row.member_invitations.waiting().order_by("pk")
    context = {
        "organisation": row,
        "page": Paginator(members, MEMBERS_PER_PAGE).get_page(request.GET.get("page")),
        "invited": Paginator(invited, MEMBERS_PER_PAGE).get_page(request.GET.get("invited")),
        "changes": row.changes.select_related("user", "by")[:HISTORY_LINES],
        "may_describe": policies.may_describe(member),
        "may_manage": policies.may_manage_members(member),
        "form": form,
    }
    return render(
        request, "accounts/organisation.html", context, status=422 if form.errors else 200
    )


@require_safe
@client_only
def own_organisation(request: MemberRequest) -> HttpResponse:
    """Lead to the organisation this person belongs to."""
    row = Organisation.objects.visible_to(request.user)[0]
    return redirect("accounts:organisation", row.public_id)


@login_required
@asks_again
def invite(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let an owner invite somebody by their address."""
    row = _managed(request, public_id)
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            sent = member_invitations.invite(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("We have mailed %(email)s.") % {"email": sent.email})
            return redirect("accounts:organisation", row.public_id)
    context = {"organisation": row, "form": form}
    status = 422 if form.errors or request.method == "POST" else 200
    return render(request, "accounts/invite_member.html", context, status=status)


@require_POST
@login_required
@asks_again
def invite_again(request: MemberRequest, public_id: str, invitation_id: str) -> HttpResponse:
    """Mail an invitation once more."""
    invitation = _invitation(request, public_id, invitation_id)
    member_invitations.send_again(invitation, by=request.user, at=now())
    messages.success(request, _("We have mailed %(email)s.") % {"email": invitation.email})
    return redirect("accounts:organisation", public_id)


@require_POST
@login_required
def withdraw_invitation(request: MemberRequest, public_id: str, invitation_id: str) -> HttpResponse:
    """Take an invitation back."""
    invitation = _invitation(request, public_id, invitation_id)
    member_invitations.withdraw(invitation, by=request.user, at=now())
    messages.success(request, _("The invitation is taken back."))
    return redirect("accounts:organisation", public_id)


@login_required
@asks_again
def member(request: MemberRequest, public_id: str, user_id: str) -> HttpResponse:
    """Let an owner change a member's role."""
    row = _managed(request, public_id)
    subject = _member(row, user_id)
    form = RoleForm(request.POST or None, initial={"role": subject.role})
    if form.is_valid():
        with refusals_on(form):
            memberships.change_role(
                row, subject.user, **form.cleaned_data, by=request.user, at=now()
            )
            messages.success(request, _("The role was changed."))
            return redirect("accounts:organisation", row.public_id)
    context = {"organisation": row, "member": subject, "form": form}
    status = 422 if form.errors or request.method == "POST" else 200
    return render(request, "accounts/member.html", context, status=status)


@require_POST
@login_required
@asks_again
def remove_member(request: MemberRequest, public_id: str, user_id: str) -> HttpResponse:
    """Let an owner end somebody's membership."""
    row = _managed(request, public_id)
    subject = _member(row, user_id)
    if subject.user == request.user:
        return redirect("accounts:leave", row.public_id)
    memberships.remove(row, subject.user, by=request.user, at=now())
    messages.success(request, _("%(name)s was removed.") % {"name": subject.user.shown_name})
    return redirect("accounts:organisation", row.public_id)


@login_required
def leave(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask whether a member means it, and let them go."""
    row = _own(request, public_id)
    if request.method == "POST":
        memberships.leave(row, by=request.user, at=now())
        messages.success(request, _("You do not belong to %(name)s any more.") % {"name": row.name})
        return redirect("accounts:start")
    return render(request, "accounts/leave_organisation.html", {"organisation": row})


def _own(request: MemberRequest, public_id: str) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), public_id=public_id)


def _managed(request: MemberRequest, public_id: str) -> Organisation:
    row = _own(request, public_id)
    if not policies.may_manage_members(selectors.membership(request.user, row)):
        raise PermissionDenied
    return row


def _member(row: Organisation, user_id: str) -> Membership:
    return get_object_or_404(row.memberships.select_related("user"), user__public_id=user_id)


def _invitation(request: MemberRequest, public_id: str, invitation_id: str) -> MemberInvitation:
    visible = MemberInvitation.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(visible, organisation__public_id=public_id, public_id=invitation_id)
