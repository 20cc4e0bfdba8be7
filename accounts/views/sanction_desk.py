"""The desk of sanctions in the admin site: propose, impose, answer appeals, take back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import policies, selectors
from accounts.forms import AppealAnswerForm, ReasonForm, SanctionForm
from accounts.http import MemberRequest, moderator_only
from accounts.models import Flag, Sanction, User
from accounts.services import sanctions
from marketplace.kit.forms import SiteForm
from marketplace.kit.http import refusals_on


@require_safe
@moderator_only
def index(request: MemberRequest) -> HttpResponse:
    """List what waits: for a second person, for an answer to an appeal; and what holds."""
    context = {"desk": selectors.sanction_desk(now())}
    return render(request, "admin/accounts/sanctions.html", context)


@require_http_methods(["GET", "POST"])
@moderator_only
def propose(request: MemberRequest) -> HttpResponse:
    """Write down what a person did; from a report, with that as the evidence."""
    flag = Flag.objects.filter(public_id=request.GET.get("flag", "")).first()
    begins = _from_report(flag, request.GET.get("person", "")) if flag else {}
    form = SanctionForm(request.POST if request.method == "POST" else None, initial=begins)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            row = sanctions.propose(
                said.pop("person"), **said, flag=flag, by=request.user, at=now()
            )
            return redirect("admin:sanctions:sanction", row.public_id)
    context = {"form": form, "flag": flag}
    status = 422 if form.errors else 200
    return render(request, "admin/accounts/propose_sanction.html", context, status=status)


@require_safe
@moderator_only
def sanction(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one as the person reads it, with the evidence, the trail, and what can be done."""
    return _page(request, _find(public_id))


@require_POST
@moderator_only
def impose(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put it into force."""
    row = _find(public_id)
    sanctions.impose(row, by=request.user, at=now())
    messages.success(request, _("In force. The person was told."))
    return redirect("admin:sanctions:sanction", row.public_id)


@require_POST
@moderator_only
def drop(request: MemberRequest, public_id: str) -> HttpResponse:
    """Leave it at that."""
    row, form = _find(public_id), ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["answer"]
        sanctions.drop(row, reason=reason, by=request.user, at=now())
        messages.success(request, _("Not imposed. The person hears nothing."))
        return redirect("admin:sanctions:index")
    return _page(request, row, drop=form)


@require_POST
@moderator_only
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """Answer an appeal."""
    row, form = _find(public_id), AppealAnswerForm(request.POST)
    if form.is_valid():
        verb = sanctions.uphold if form.is_upheld else sanctions.reverse
        verb(row, answer=form.cleaned_data["answer"], by=request.user, at=now())
        messages.success(request, _("Answered. The person was told."))
        return redirect("admin:sanctions:index")
    return _page(request, row, answer=form)


@require_POST
@moderator_only
def reverse(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take our own mistake back."""
    row, form = _find(public_id), ReasonForm(request.POST)
    if form.is_valid():
        why = form.cleaned_data["answer"]
        sanctions.reverse(row, answer=why, by=request.user, at=now())
        messages.success(request, _("Taken back. The person was told."))
        return redirect("admin:sanctions:sanction", row.public_id)
    return _page(request, row, reverse=form)


def _find(public_id: str) -> Sanction:
    rows = Sanction.objects.select_related("user", "flag", "proposed_by", "imposed_by")
    return get_object_or_404(rows, public_id=public_id)


def _page(request: MemberRequest, row: Sanction, **typed: SiteForm) -> HttpResponse:
    """Show the desk's page; `typed` are forms that came back with mistakes in them."""
    user, offered = request.user, dict[str, SiteForm]()
    if row.status == row.Status.PROPOSED and policies.may_sanction(user, row.user):
        offered["drop"] = ReasonForm()
    if row.awaits_an_answer and policies.may_answer_appeal(user, row):
        offered["answer"] = AppealAnswerForm()
    if row.may("reverse") and not row.awaits_an_answer and policies.may_reverse(user, row):
        offered["reverse"] = ReasonForm()
    is_proposed = row.status == row.Status.PROPOSED
    context = {
        "sanction": row,
        "forms": {name: typed.get(name, form) for name, form in offered.items()},
        "may_impose": is_proposed and policies.may_impose(user, row),
        "others": Sanction.objects.filter(user=row.user_id).exclude(pk=row.pk),
        "trail": row.history.select_related("by"),
    }
    status = 422 if typed else 200
    return render(request, "admin/accounts/sanction.html", context, status=status)


def _from_report(flag: Flag, person: str) -> dict[str, str]:
    """Begin with what was reported, for one of those whose it is."""
    owner = flag.owners.filter(public_id=person).first()
    said = f"{flag.public_id}: {flag.title}\n{flag.get_reason_display()}\n{flag.note}"
    return {
        "person": owner.email if isinstance(owner, User) else "",
        "facts": flag.answer,
        "evidence": said.strip(),
    }
