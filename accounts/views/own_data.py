"""A person's own data: a copy of it, and the end of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest, asks_again
from accounts.models import AuditEvent, Erasure, Export
from accounts.periods import SITE
from accounts.services import audit, erasures, exports
from accounts.tasks import build_export
from marketplace.kit import erasing, personal
from marketplace.kit.http import private_file


@require_http_methods(["GET", "POST"])
@login_required
@asks_again
def own_data(request: MemberRequest) -> HttpResponse:
    """Show where one's copy stands; or ask for one."""
    if request.method == "POST":
        asked = exports.ask(by=request.user, at=now())
        build_export.delay_on_commit(export_pk=asked.pk)
        messages.success(request, _("We are making your copy, and tell you when it is ready."))
        return redirect("accounts:own-data")
    context = {
        "export": Export.objects.visible_to(request.user).first(),
        "erasure": Erasure.objects.visible_to(request.user).waiting().first(),
    }
    return render(request, "accounts/own_data.html", context)


@require_safe
@login_required
@asks_again
def own_copy(request: MemberRequest, public_id: str) -> FileResponse:
    """Hand out the copy to the person it is of."""
    ready = Export.objects.visible_to(request.user).filter(status=Export.Status.READY)
    row = get_object_or_404(ready, public_id=public_id)
    audit.note(AuditEvent.Act.COPY, by=request.user, about=row.public_id, at=now())
    return private_file(row.file, "attest.zip", of_type="application/zip")


@require_http_methods(["GET", "POST"])
@login_required
@asks_again
def erase(request: MemberRequest) -> HttpResponse:
    """Say what goes and what stays when an account is deleted; or ask for it."""
    if request.method == "POST":
        erasures.ask(by=request.user, at=now())
        messages.success(request, _("You have asked for your account to be deleted."))
        return redirect("accounts:erase")
    periods = [period for period in personal.periods() if period != SITE]
    context = {
        "erasure": Erasure.objects.visible_to(request.user).waiting().first(),
        "reasons": erasing.holds(request.user),
        "days": erasures.GRACE.days,
        "gone": [period for period in periods if period.erased != personal.STAYS],
        "kept": [period for period in periods if period.erased == personal.STAYS],
    }
    return render(request, "accounts/erase.html", context)


@require_POST
@login_required
def keep_account(request: MemberRequest) -> HttpResponse:
    """Take the wish back: the account stays as it is."""
    row = get_object_or_404(Erasure.objects.visible_to(request.user).waiting())
    erasures.cancel(row, by=request.user, at=now())
    messages.success(request, _("Your account stays."))
    return redirect("accounts:own-data")
