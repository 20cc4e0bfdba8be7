"""Pages of interviews: propose times, answer, call it off, and the file for a calendar."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts.forms.messages import InterviewForm
from contracts.http import SeeOther, conversation_for
from contracts.selectors import conversations, interviews
from jobs import policies
from jobs.models import Conversation, Interview, InterviewTime
from jobs.services import interviews as service
from marketplace.kit.http import refusals_on

WITH_NAMES = ("conversation__job__organisation", "conversation__expert__user")


@require_http_methods(["GET", "POST"])
@login_required
def propose(request: MemberRequest, public_id: str) -> HttpResponse:
    """Propose times for a talk."""
    row, at = conversation_for(request.user, public_id), now()
    member = membership(request.user, row.job.organisation)
    if not policies.may_speak(request.user, member, row):
        raise PermissionDenied
    form = InterviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            service.propose(row, **form.proposed, by=request.user, at=at)
            messages.success(request, _("Proposed. The other side picks one of the times."))
            return _back_to(row)
    context = {
        "conversation": row,
        "form": form,
        "clocks": conversations.clocks(row, request.user, at),
        "waiting": row.interviews.filter(status=Interview.Status.PROPOSED).exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/propose_interview.html", context, status=status)


@require_POST
@login_required
def agree(request: MemberRequest, public_id: str) -> HttpResponse:
    """Pick one of the proposed times."""
    mine = Conversation.objects.visible_to(request.user)
    rows = InterviewTime.objects.filter(interview__conversation__in=mine)
    time = get_object_or_404(rows.select_related("interview__conversation"), public_id=public_id)
    service.agree(time, by=request.user, at=now())
    messages.success(request, _("Agreed. Take the calendar file, so that you do not miss it."))
    return _back_to(time.interview.conversation)


@require_POST
@login_required
def decline(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say that none of the times is possible."""
    said = _("Declined. You can propose other times.")
    return _answer(request, public_id, service.decline, said)


@require_POST
@login_required
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take the proposed times back."""
    return _answer(request, public_id, service.withdraw, _("Taken back."))


@require_POST
@login_required
def cancel(request: MemberRequest, public_id: str) -> HttpResponse:
    """Call an agreed talk off."""
    return _answer(request, public_id, service.cancel, _("Called off. The other side was told."))


@require_safe
@login_required
def calendar(request: MemberRequest, public_id: str) -> HttpResponse:
    """Hand out a file for a calendar, once a time was agreed."""
    rows = _visible(request).filter(status=Interview.Status.AGREED)
    row = get_object_or_404(rows.select_related(*WITH_NAMES), public_id=public_id)
    page = reverse("contracts:conversation", args=[row.conversation.public_id])
    url = request.build_absolute_uri(page)
    content = interviews.calendar(row, request.user, url=url, at=now())
    name = f'attachment; filename="{row.public_id}.ics"'
    return HttpResponse(content, "text/calendar", headers={"Content-Disposition": name})


def _visible(request: MemberRequest) -> QuerySet[Interview]:
    mine = Conversation.objects.visible_to(request.user)
    return Interview.objects.filter(conversation__in=mine)


def _answer(
    request: MemberRequest, public_id: str, verb: Callable[..., Interview], said: str
) -> HttpResponse:
    row = get_object_or_404(_visible(request).select_related("conversation"), public_id=public_id)
    verb(row, by=request.user, at=now())
    messages.success(request, said)
    return _back_to(row.conversation)


def _back_to(row: Conversation) -> HttpResponse:
    return SeeOther(reverse("contracts:conversation", args=[row.public_id]) + "#talks")
