"""The disputes desk: what waits for a decision by due date, one case at a time, and the decision.

What the sides wrote and handed in is by strangers. Nothing here follows what it says: no link in it
is opened by us, and every verb is a form that a person sends.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.services import audit
from contracts import policies
from contracts.forms.decisions import DecisionForm, SendBackForm
from contracts.http import decider_only
from contracts.models import Decision, Dispute
from contracts.selectors import conflicts
from contracts.selectors import disputes as reads
from contracts.services import decisions, ledger
from marketplace.kit.http import refusals_on

DISPUTES_PER_PAGE = 50


@require_safe
@decider_only
def queue(request: MemberRequest) -> HttpResponse:
    """Show what waits for a decision, by due date, and what was decided last."""
    at = now()
    context = {
        "page": Paginator(reads.queue(request.user, at=at), DISPUTES_PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "decided": reads.lately_decided(request.user, at=at),
        "at": at,
    }
    return render(request, "admin/contracts/dispute_queue.html", context)


@require_http_methods(["GET", "POST"])
@decider_only
def case(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show the file of a dispute, and take the decision of whoever has taken it."""
    dispute = _case(request, public_id)
    sides = [dispute.opened_by, dispute.milestone.contract.expert.user]
    audit.note(audit.Act.READ_DISPUTE, by=request.user, of=sides, about=public_id, at=now())
    form = DecisionForm(request.POST if request.method == "POST" else None, dispute=dispute)
    if form.is_valid():
        with refusals_on(form):
            decision = decisions.decide(dispute, **form.decided, by=request.user, at=now())
            messages.success(request, _what_follows(decision))
            return redirect("admin:disputes:queue")
    return _bench(request, dispute, form=form)


@require_POST
@decider_only
def take(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a dispute."""
    dispute = decisions.take(_case(request, public_id), by=request.user, at=now())
    return redirect("admin:disputes:case", dispute.public_id)


@require_POST
@decider_only
def hand_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Give it back, undecided."""
    decisions.hand_back(_case(request, public_id), by=request.user, at=now())
    messages.success(request, _("The dispute is back in the queue."))
    return redirect("admin:disputes:queue")


@require_POST
@decider_only
def confirm(request: MemberRequest, public_id: str) -> HttpResponse:
    """Agree, as the second person."""
    decision = decisions.confirm(_proposed(request, public_id), by=request.user, at=now())
    messages.success(request, _what_follows(decision))
    return redirect("admin:disputes:queue")


@require_POST
@decider_only
def send_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Disagree, as the second person, and say why."""
    decision = _proposed(request, public_id)
    form = SendBackForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            decisions.send_back(decision, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Sent back. The dispute is in the queue again."))
            return redirect("admin:disputes:queue")
    return _bench(request, _case(request, decision.dispute.public_id), second_form=form)


def _case(request: MemberRequest, public_id: str) -> Dispute:
    """Find a dispute that came to our staff; whoever has to do with a side reads nothing of it."""
    rows = reads.whole(reads.at_desk(request.user, at=now()))
    dispute = get_object_or_404(rows, public_id=public_id)
    if reason := conflicts.conflict_of(request.user, dispute, at=now()):
        raise decisions.HasAConflict(conflicts.WORDS[reason])
    return dispute


def _proposed(request: MemberRequest, public_id: str) -> Decision:
    decision = get_object_or_404(Decision.objects.select_related("dispute"), public_id=public_id)
    _case(request, decision.dispute.public_id)
    return decision


def _bench(
    request: MemberRequest,
    dispute: Dispute,
    *,
    form: DecisionForm | None = None,
    second_form: SendBackForm | None = None,
) -> HttpResponse:
    contract = dispute.milestone.contract
    proposed = reads.proposed(dispute)
    context = {
        "dispute": dispute,
        "contract": contract,
        "path": reads.path(dispute),
        "wishes": reads.wishes(dispute),
        "file": reads.case_file(dispute.milestone),
        "lines": ledger.statement(contract),
        "form": form or DecisionForm(dispute=dispute),
        "second_form": second_form or SendBackForm(),
        "proposed": proposed,
        "sent_back": reads.sent_back(dispute),
        "may_confirm": proposed is not None and policies.may_confirm(request.user, proposed),
        "needs_two": decisions.needs_two(dispute),
        "at": now(),
    }
    is_wrong = (form and form.errors) or (second_form and second_form.errors)
    status = 422 if is_wrong else 200
    return render(request, "admin/contracts/dispute_case.html", context, status=status)


def _what_follows(decision: Decision) -> str:
    if decision.status == Decision.Status.PROPOSED:
        return _("Your decision waits for a second person.")
    if decision.is_on_appeal:
        return _("Decided. It is final, and the money is on its way.")
    return _("Decided. Both sides were told, and can appeal for five days.")
