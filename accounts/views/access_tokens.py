"""Pages of the keys that let a person's own programs act as them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import TokenForm
from accounts.http import MemberRequest, asks_again
from accounts.models import AccessToken
from accounts.services import access_tokens
from marketplace.kit.http import refusals_on


@require_safe
@login_required
def token_list(request: MemberRequest) -> HttpResponse:
    """Show which tokens there are, what each may do and when it was last used."""
    rows = AccessToken.objects.visible_to(request.user)
    return render(request, "accounts/tokens.html", {"tokens": rows, "at": now()})


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@asks_again
def issue(request: MemberRequest) -> HttpResponse:
    """Make a token, and show it this once."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            row, token = access_tokens.issue(**form.cleaned_data, by=request.user, at=now())
            return render(request, "accounts/new_token.html", {"row": row, "token": token})
    status = 422 if form.errors or request.method == "POST" else 200
    return render(request, "accounts/issue_token.html", {"form": form}, status=status)


@require_POST
@login_required
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let a token open nothing any more."""
    row = get_object_or_404(AccessToken.objects.visible_to(request.user), public_id=public_id)
    access_tokens.revoke(row, by=request.user, at=now())
    messages.success(request, _("Revoked. No program can use it any more."))
    return redirect("accounts:tokens")
