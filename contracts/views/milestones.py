"""Pages of milestones: paying for one, handing work in, sending it back, approving it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies, written
from contracts.forms.milestones import ApproveForm, ChangesForm, SubmissionForm
from contracts.http import SeeOther, back_to, milestone_for, submission_for
from contracts.models.terms import canonical
from contracts.selectors import contracts, payments, stages
from contracts.services import funding, milestones
from marketplace.kit.http import refusals_on, render_part
from marketplace.kit.words import money_text


@require_POST
@login_required
def fund(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Go to Stripe's page to pay."""
    milestone = milestone_for(request.user, contract_id, public_id)
    return SeeOther(funding.checkout_url(milestone, by=request.user, at=now()))


@require_safe
@login_required
def funding_state(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Show, after Stripe's page, how the payment stands; Stripe's word decides, not this visit."""
    milestone = milestone_for(request.user, contract_id, public_id)
    payment = milestone.payments.order_by("-pk").first()
    context = {
        "contract": milestone.contract,
        "milestone": milestone,
        "payment": payment,
        "refusal": payments.refusal(payment),
        "was_cancelled": "cancelled" in request.GET,
        "is_frozen": milestone.contract.is_frozen,
        "may_fund": policies.may_fund(membership(request.user, milestone.contract.organisation)),
    }
    return render_part(
        request, "contracts/funding_state.html", "contracts/_funding_state.html", context
    )


@require_http_methods(["GET", "POST"])
@login_required
def submit(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Hand in work with a value for every agreed check."""
    milestone = milestone_for(request.user, contract_id, public_id)
    if not policies.may_submit(request.user, milestone.contract):
        raise PermissionDenied
    form = SubmissionForm(request.POST if request.method == "POST" else None, milestone=milestone)
    if form.is_valid():
        with refusals_on(form):
            milestones.submit(milestone, **form.work, by=request.user, at=now())
            messages.success(request, _("Handed in. The client was asked to review it."))
            return back_to(milestone)
    context = {
        "contract": milestone.contract,
        "milestone": milestone,
        "changes": stages.latest_changes(milestone),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/submit.html", context, status=status)


@require_safe
@login_required
def handed_in(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Hand out the text the fingerprint of handed-in work is taken of, byte for byte."""
    submission = submission_for(request.user, contract_id, public_id)
    name = f"{submission.public_id}.json"
    return HttpResponse(
        canonical(written.of_submission(submission)),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
@login_required
def ask_for_changes(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Send work back: which checks fail, and what has to change."""
    submission = submission_for(request.user, contract_id, public_id)
    contract = submission.milestone.contract
    member = membership(request.user, contract.organisation)
    if not policies.may_ask_for_changes(request.user, member, contract):
        raise PermissionDenied
    form = ChangesForm(request.POST if request.method == "POST" else None, contract=contract)
    if form.is_valid():
        with refusals_on(form):
            milestones.ask_for_changes(submission, **form.changes, by=request.user, at=now())
            messages.success(request, _("The expert was told. The review clock has stopped."))
            return back_to(submission.milestone)
    context = {
        "contract": contract,
        "milestone": submission.milestone,
        "submission": submission,
        "checks": stages.check_lines(submission),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/ask_for_changes.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def approve(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Confirm once more what leaves, then release it for good."""
    submission = submission_for(request.user, contract_id, public_id)
    milestone, contract = submission.milestone, submission.milestone.contract
    member = membership(request.user, contract.organisation)
    if not policies.may_release(request.user, member, contract):
        raise PermissionDenied
    contracts.fetch_milestones(contract)
    checks = stages.check_lines(submission)
    form = ApproveForm(request.POST if request.method == "POST" else None, has_checks=bool(checks))
    if form.is_valid():
        with refusals_on(form):
            release = milestones.approve(submission, by=request.user, at=now())
            words = {"amount": money_text(release.gross), "name": contract.expert.name}
            messages.success(request, _("%(amount)s released to %(name)s.") % words)
            return back_to(milestone)
    context = {
        "contract": contract,
        "milestone": milestone,
        "submission": submission,
        "checks": checks,
        "missed": stages.missed(checks),
        "left": contracts.figures(contract).held - milestone.held,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/approve.html", context, status=status)
