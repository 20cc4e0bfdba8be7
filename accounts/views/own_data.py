"""A person's own data: asking for a copy, and saving it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import MemberRequest, asks_again
from accounts.models import Export
from accounts.services import exports
from accounts.tasks import build_export
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
    row = Export.objects.visible_to(request.user).first()
    return render(request, "accounts/own_data.html", {"export": row})


@require_safe
@login_required
@asks_again
def own_copy(request: MemberRequest, public_id: str) -> FileResponse:
    """Hand out the copy to the person it is of."""
    ready = Export.objects.visible_to(request.user).filter(status=Export.Status.READY)
    row = get_object_or_404(ready, public_id=public_id)
    return private_file(row.file, "attest.zip", of_type="application/zip")
