"""The moderation desk in the admin site: what people have reported, the longest waiting first."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import selectors
from accounts.flagging import SORTS
from accounts.forms import FlagAnswerForm
from accounts.http import MemberRequest, moderator_only
from accounts.models import AuditEvent, Flag
from accounts.services import audit, flags
from marketplace.kit.http import refusals_on

FLAGS_PER_PAGE = 20


@require_safe
@moderator_only
def index(request: MemberRequest) -> HttpResponse:
    """List what waits, with how many have said it, and what was answered last."""
    page = Paginator(selectors.open_flags(), FLAGS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "answered": selectors.answered_flags(10)}
    return render(request, "admin/accounts/flags.html", context)


@require_http_methods(["GET", "POST"])
@moderator_only
def flag(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one report with all others about the same thing, and answer it."""
    row = get_object_or_404(Flag.objects.select_related("by"), public_id=public_id)
    form = FlagAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            verb = flags.uphold if form.is_upheld else flags.dismiss
            verb(row, answer=form.cleaned_data["answer"], by=request.user, at=now())
            messages.success(request, _("Answered. Whoever reported it was told."))
            return redirect("admin:flags:index")
    owners = list(row.owners.all())
    audit.note(
        AuditEvent.Act.READ_REPORT, by=request.user, of=owners, about=row.public_id, at=now()
    )
    sort = SORTS.get(row.kind)
    others = Flag.objects.filter(kind=row.kind, about=row.about).exclude(pk=row.pk)
    context = {
        "flag": row,
        "form": form,
        "others": others,
        "owners": owners,
        "lines": sort.show(row.about) if sort else (),
        # Staff who are no party read the thing here; its page is none of theirs.
        "may_open": sort is not None and sort.find(request.user, row.about) is not None,
        "sanctions": row.sanctions.select_related("user"),
    }
    status = 422 if form.errors else 200
    return render(request, "admin/accounts/flag.html", context, status=status)
