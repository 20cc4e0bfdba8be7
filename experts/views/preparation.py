"""The tasks of an application beside claim and evidence: authorship, confidentiality, times."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from accounts.models.user import REVIEWERS
from experts.authorship import code_of
from experts.forms.applications import ProofForm, SessionsForm, ShownForm
from experts.http import reviewer_only
from experts.models import Application, Check, Evidence, LiveSlot
from experts.services import checks, drafts, evidence, sessions
from experts.views.task_pages import form_page, restored, saved, visible_application
from marketplace.kit.http import refusals_on


@login_required
def authorship(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say, piece by piece, how we can tell that it is the applicant's own."""
    row = visible_application(request, public_id)
    pieces = list(row.evidence.select_related("application__expert__user"))
    pairs = [(piece, _proof_form(request, piece)) for piece in pieces if piece.url]
    if request.method == "POST" and all(form.is_valid() for _piece, form in pairs):
        for piece, form in pairs:
            with refusals_on(form):
                evidence.prove(piece, **form.cleaned_data, by=request.user)
        if not any(form.errors for _piece, form in pairs):
            return saved(request, row)
    first_wrong = next((form for _piece, form in pairs if form.errors), None)
    context = {
        "application": row,
        "pairs": pairs,
        "others": [piece for piece in pieces if not piece.url],
        "code": code_of(row),
        "form": first_wrong,
    }
    return form_page(request, "experts/authorship.html", context)


@login_required
def confidentiality(request: MemberRequest, public_id: str) -> HttpResponse:
    """Choose for every piece what strangers may see."""
    row = visible_application(request, public_id)
    pieces = list(row.evidence.all())
    form = ShownForm(request.POST or None, pieces=pieces)
    if form.is_valid():
        with refusals_on(form):
            evidence.disclose(row, shown=form.shown(), by=request.user)
            return saved(request, row)
    context = {"form": form, "application": row, "pieces": pieces}
    return form_page(request, "experts/confidentiality.html", context)


@login_required
def offer_sessions(request: MemberRequest, public_id: str) -> HttpResponse:
    """Offer two times for a walkthrough."""
    row = visible_application(request, public_id)
    initial = restored(row, "sessions", SessionsForm.initial_of(list(row.slots.all())))
    form = SessionsForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            sessions.offer(row, starts=form.starts(), by=request.user, at=now())
            drafts.drop(row, task="sessions")
            return saved(request, row)
    context = {"form": form, "application": row}
    return form_page(request, "experts/sessions.html", context, "sessions")


@require_POST
@reviewer_only
def choose_session(request: MemberRequest, public_id: str) -> HttpResponse:
    """Choose one of the offered times."""
    slot = _slot(request, public_id)
    sessions.choose(slot, by=request.user, at=now())
    messages.success(request, _("Chosen. Both of you have been told."))
    return redirect("admin:vetting:case", slot.application.public_id)


@require_safe
@login_required
def session_calendar(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send a time as a calendar file."""
    slot = _slot(request, public_id)
    is_own = slot.application.expert.user_id == request.user.pk
    page = "experts:application" if is_own else "admin:vetting:case"
    url = request.build_absolute_uri(reverse(page, args=[slot.application.public_id]))
    response = HttpResponse(sessions.calendar(slot, url=url), content_type="text/calendar")
    response["Content-Disposition"] = f'attachment; filename="{slot.public_id}.ics"'
    return response


@require_POST
@login_required
def retry_check(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask one automatic check again."""
    rows = Check.objects.filter(application__in=Application.objects.visible_to(request.user))
    check = get_object_or_404(rows.select_related("application__expert"), public_id=public_id)
    checks.retry(check, by=request.user, at=now())
    messages.success(request, _("Being checked again. Reload in a minute."))
    is_own = check.application.expert.user_id == request.user.pk
    is_desk = request.user.has_duty(REVIEWERS) and not is_own
    page = "admin:vetting:case" if is_desk else "experts:application"
    return redirect(page, check.application.public_id)


def _proof_form(request: MemberRequest, piece: Evidence) -> ProofForm:
    initial = {"proof": piece.proof, "proof_url": piece.proof_url}
    data = request.POST if request.method == "POST" else None
    return ProofForm(data, prefix=piece.public_id, initial=initial)


def _slot(request: MemberRequest, public_id: str) -> LiveSlot:
    rows = LiveSlot.objects.filter(application__in=Application.objects.visible_to(request.user))
    rows = rows.select_related("application__expert__user", "application__skill")
    return get_object_or_404(rows, public_id=public_id)
