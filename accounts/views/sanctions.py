"""The rules of the site; and what somebody with a sanction reads, with their appeal."""

from datetime import UTC

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import policies, transparency
from accounts.forms import AppealForm
from accounts.http import MemberRequest
from accounts.models import Sanction
from accounts.models.sanction import ANSWER_WITHIN, APPEAL_WITHIN
from accounts.rules import RULES
from accounts.services import sanctions
from marketplace.kit.http import refusals_on

SANCTIONS_PER_PAGE = 20


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules, and what follows when one is broken."""
    context = {
        "rules": RULES,
        "appeal_days": APPEAL_WITHIN.days,
        "answer_days": ANSWER_WITHIN.days,
    }
    return render(request, "accounts/rules.html", context)


@require_safe
def transparency_report(request: HttpRequest) -> HttpResponse:
    """Show what our staff made of reports and appeals, quarter by quarter."""
    context = {"report": transparency.report(now().astimezone(UTC).date())}
    return render(request, "accounts/transparency.html", context)


@require_safe
@login_required
def sanction_list(request: MemberRequest) -> HttpResponse:
    """List what we have imposed on the reader, the newest first."""
    rows = Sanction.objects.visible_to(request.user).order_by("-starts_at", "-pk")
    page = Paginator(rows, SANCTIONS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/sanctions.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def sanction(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one with its grounds and what is left to the reader; take their appeal."""
    row = get_object_or_404(Sanction.objects.visible_to(request.user), public_id=public_id)
    may_appeal = policies.may_appeal(request.user, row, at=now())
    if request.method == "POST" and not may_appeal:
        raise PermissionDenied
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            sanctions.appeal(row, text=form.cleaned_data["text"], by=request.user, at=now())
            messages.success(request, _("Your appeal is with us. Somebody else answers it."))
            return redirect("accounts:sanction", row.public_id)
    context = {
        "sanction": row,
        "form": form if may_appeal else None,
        "appeal_days": APPEAL_WITHIN.days,
        "answer_days": ANSWER_WITHIN.days,
    }
    return render(request, "accounts/sanction.html", context, status=422 if form.errors else 200)
