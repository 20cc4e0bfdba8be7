"""The chargeback desk: what banks wait for, the evidence as it would be sent, and the way out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.desk import BankAnswerForm, ReasonForm
from contracts.http import finance_only
from contracts.models import Answer, Chargeback
from contracts.selectors import chargebacks as reads
from contracts.services import answers, chargebacks, evidence_packs, losses
from marketplace.kit.forms import SiteForm
from marketplace.kit.http import refusals_on

WAITING_PER_PAGE = 50


@require_safe
@finance_only
def index(request: MemberRequest) -> HttpResponse:
    """List what banks wait for by due date, then what they have, then what is over."""
    page = Paginator(reads.waiting(), WAITING_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "admin/contracts/chargebacks.html", {"page": page, "desk": reads.desk()})


@require_safe
@finance_only
def chargeback(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show one chargeback with the evidence as it would be sent now."""
    return _page(request, _row(public_id))


@require_POST
@finance_only
def submit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send the evidence."""
    row, form = _row(public_id), BankAnswerForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            answers.submit(row, note=form.cleaned_data["note"], by=request.user, at=now())
            messages.success(request, _("The evidence is on its way to the bank."))
            return redirect("admin:chargebacks:chargeback", row.public_id)
    return _page(request, row, submit_form=form)


@require_POST
@finance_only
def accept(request: MemberRequest, public_id: str) -> HttpResponse:
    """Give it up, or propose to."""
    row, form = _row(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            answer = answers.accept(row, **form.cleaned_data, by=request.user, at=now())
            waits = answer.status == Answer.Status.PROPOSED
            messages.success(
                request,
                _("A second person has to confirm it.") if waits else _("The loss is accepted."),
            )
            return redirect("admin:chargebacks:chargeback", row.public_id)
    return _page(request, row, accept_form=form)


@require_POST
@finance_only
def give_in(request: MemberRequest, public_id: str) -> HttpResponse:
    """Return the held money instead of answering an inquiry."""
    row, form = _row(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            chargebacks.give_in(row, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("The money is on its way back to the client."))
            return redirect("admin:chargebacks:chargeback", row.public_id)
    return _page(request, row, give_in_form=form)


@require_POST
@finance_only
def uncover(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let the expert bear a loss, or propose to."""
    row, form = _row(public_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            row = chargebacks.refuse_cover(row, **form.cleaned_data, by=request.user, at=now())
            waits = row.is_covered
            messages.success(
                request,
                _("A second person has to say the same.") if waits else _("The cover is gone."),
            )
            return redirect("admin:chargebacks:chargeback", row.public_id)
    return _page(request, row, uncover_form=form)


@require_POST
@finance_only
def confirm(request: MemberRequest, public_id: str) -> HttpResponse:
    """Agree, as the second person, to give it up."""
    answer = get_object_or_404(Answer.objects.select_related("chargeback"), public_id=public_id)
    answers.confirm(answer, by=request.user, at=now())
    messages.success(request, _("The loss is accepted."))
    return redirect("admin:chargebacks:chargeback", answer.chargeback.public_id)


@require_POST
@finance_only
def drop(request: MemberRequest, public_id: str) -> HttpResponse:
    """Do not give it up after all."""
    answer = get_object_or_404(Answer.objects.select_related("chargeback"), public_id=public_id)
    answers.drop(answer, by=request.user, at=now())
    messages.success(request, _("It is not given up."))
    return redirect("admin:chargebacks:chargeback", answer.chargeback.public_id)


def _row(public_id: str) -> Chargeback:
    return get_object_or_404(reads.whole(), public_id=public_id)


def _page(request: MemberRequest, row: Chargeback, **tried: SiteForm) -> HttpResponse:
    """Show the page; a form that was refused stands on it with what was typed."""
    has_part = not policies.may_watch_money_of(
        request.user, membership(request.user, row.contract.organisation), row.contract
    )
    context = {
        "chargeback": row,
        "contract": row.contract,
        "pieces": evidence_packs.assemble(row) if row.is_answerable else [],
        "sent": row.answers.filter(kind=Answer.Kind.EVIDENCE, status=Answer.Status.SENT).last(),
        "proposed": row.answers.filter(status=Answer.Status.PROPOSED).first(),
        "decided": row.answers.filter(status=Answer.Status.DECIDED).first(),
        "forecast": losses.forecast(row) if row.is_open else None,
        "shares": reads.shares(row),
        "history": row.history.select_related("by"),
        "answers": reads.answers_of(row),
        "has_part": has_part,
        "may_give_in": chargebacks.may_give_in(row),
        "submit_form": BankAnswerForm(),
        "accept_form": ReasonForm(auto_id="accept_%s"),
        "give_in_form": ReasonForm(auto_id="give_in_%s"),
        "uncover_form": ReasonForm(auto_id="uncover_%s"),
        "at": now(),
    }
    if context["decided"] or not row.is_answerable:
        # Its form is not on the page any more.
        context["refusals"] = [why for form in tried.values() for why in form.non_field_errors()]
    status = 422 if any(form.errors for form in tried.values()) else 200
    return render(request, "admin/contracts/chargeback.html", context | tried, status=status)
