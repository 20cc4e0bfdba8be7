"""Pages of what is agreed: every version, a change proposed and answered, the end."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.forms.terms import ChangeForm, DeclineChangeForm, EndForm, ShareForm
from contracts.http import contract_for, milestone_for
from contracts.models import Amendment, Contract, TermsVersion
from contracts.models.contract import GOING
from contracts.selectors import agreements, terms
from contracts.selectors import contracts as reads
from contracts.services import amendments, endings
from contracts.views import papers
from jobs import clauses
from marketplace.kit.forms import SiteForm
from marketplace.kit.http import refusals_on
from marketplace.kit.money import total_of

PAPER = "documents/agreement.html"


@require_safe
@login_required
def index(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show what is agreed and every version of it, with who agreed and when."""
    contract = contract_for(request.user, public_id)
    member = membership(request.user, contract.organisation)
    context = {
        "contract": contract,
        "clauses": clauses.named(contract.clauses),
        "versions": terms.versions(contract),
        "amendment": terms.open_amendment(contract),
        "earlier": contract.amendments.exclude(status=Amendment.Status.PROPOSED).order_by("-pk"),
        "may_propose": contract.status in GOING
        and policies.may_propose_change(request.user, member, contract),
    }
    return render(request, "contracts/terms.html", context)


@require_safe
@login_required
def document(request: MemberRequest, public_id: str, number: int) -> HttpResponse:
    """Hand out the text a version's fingerprint is taken of, byte for byte."""
    version = _version(request, public_id, number)
    name = f"{version.contract.public_id}-terms-{number}.json"
    return HttpResponse(
        version.text,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@login_required
def agreement(request: MemberRequest, public_id: str, number: int) -> HttpResponse:
    """Show a version as a paper that prints, with the record of who accepted it and when."""
    return render(request, PAPER, _paper(_version(request, public_id, number)))


@require_safe
@login_required
def agreement_file(request: MemberRequest, public_id: str, number: int) -> HttpResponse:
    """Hand the same out as a PDF."""
    version = _version(request, public_id, number)
    name = f"{version.contract.public_id}-terms-{number}"
    return papers.printed(request, PAPER, _paper(version), name=name)


@require_http_methods(["GET", "POST"])
@login_required
def propose_change(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write the terms as they would be; nothing changes until the other side accepts."""
    contract = contract_for(request.user, public_id)
    member = membership(request.user, contract.organisation)
    if not policies.may_propose_change(request.user, member, contract):
        raise PermissionDenied
    form = ChangeForm(request.POST if request.method == "POST" else None, contract=contract)
    if form.is_valid():
        with refusals_on(form):
            made = amendments.propose_change(contract, **form.terms, by=request.user, at=now())
            messages.success(request, _("Proposed. Nothing changes until it is accepted."))
            return redirect("contracts:amendment", contract.public_id, made.public_id)
    return _proposing(request, contract, form, "contracts/propose_change.html")


@require_safe
@login_required
def amendment(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Show a proposal line by line, and what follows if it is accepted."""
    row = _amendment(request, contract_id, public_id)
    contract = row.contract
    member = membership(request.user, contract.organisation)
    context = {
        "contract": contract,
        "amendment": row,
        "differences": terms.differences(row),
        "settlement": terms.settlement(row),
        "proposer": contract.expert.name if row.is_from_expert else contract.organisation.name,
        "answerer": contract.organisation.name if row.is_from_expert else contract.expert.name,
        "may_answer": row.may("accept") and policies.may_answer_change(request.user, member, row),
        "may_withdraw": row.may("withdraw") and policies.may_withdraw(request.user, member, row),
    }
    return render(request, "contracts/amendment.html", context)


@require_POST
@login_required
def accept(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Agree; what was proposed holds from now on."""
    row = _amendment(request, contract_id, public_id)
    amendments.accept(row, by=request.user, at=now())
    messages.success(request, _("Agreed. The new version of the terms is on record."))
    return redirect("contracts:detail", contract_id)


@require_http_methods(["GET", "POST"])
@login_required
def decline(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Say no, with a word on why."""
    row = _amendment(request, contract_id, public_id)
    member = membership(request.user, row.contract.organisation)
    if not policies.may_answer_change(request.user, member, row):
        raise PermissionDenied
    form = DeclineChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        amendments.decline(row, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("Declined. Everything stays as agreed."))
        return redirect("contracts:amendment", contract_id, public_id)
    context = {"contract": row.contract, "amendment": row, "form": form}
    status = 422 if form.errors else 200
    return render(request, "contracts/decline_change.html", context, status=status)


@require_POST
@login_required
def withdraw(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Take a proposal back while nobody has answered."""
    row = _amendment(request, contract_id, public_id)
    amendments.withdraw(row, by=request.user, at=now())
    messages.success(request, _("Taken back. The other side was told."))
    return redirect("contracts:amendment", contract_id, public_id)


@require_http_methods(["GET", "POST"])
@login_required
def end(request: MemberRequest, public_id: str) -> HttpResponse:
    """Begin nothing more: say why, and what happens to what is held."""
    contract = contract_for(request.user, public_id)
    member = membership(request.user, contract.organisation)
    if not policies.may_end(request.user, member, contract):
        raise PermissionDenied
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            endings.end(contract, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Both sides were told. Nothing new begins."))
            return redirect("contracts:detail", contract.public_id)
    reads.fetch_milestones(contract)
    held = terms.held(contract)
    context = {
        "contract": contract,
        "form": form,
        "held": total_of((row.held for row in held), contract.currency),
        "unpaid": reads.unpaid(contract),
        "may_share": bool(held) and policies.may_propose_end(request.user, member, contract),
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/end.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def propose_end(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say how the held money is to be shared if the contract ends now."""
    contract = contract_for(request.user, public_id)
    member = membership(request.user, contract.organisation)
    if not policies.may_propose_end(request.user, member, contract):
        raise PermissionDenied
    reads.fetch_milestones(contract)
    form = ShareForm(request.POST if request.method == "POST" else None, held=terms.held(contract))
    if form.is_valid():
        with refusals_on(form):
            made = amendments.propose_end(contract, **form.terms, by=request.user, at=now())
            messages.success(request, _("Proposed. Nothing moves until it is accepted."))
            return redirect("contracts:amendment", contract.public_id, made.public_id)
    return _proposing(request, contract, form, "contracts/propose_end.html")


@require_http_methods(["GET", "POST"])
@login_required
def cancel_milestone(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Give up a milestone nobody has paid for."""
    milestone = milestone_for(request.user, contract_id, public_id)
    contract = milestone.contract
    if not policies.may_end(
        request.user, membership(request.user, contract.organisation), contract
    ):
        raise PermissionDenied
    if request.method == "POST":
        endings.cancel_milestone(milestone, by=request.user, at=now())
        messages.success(request, _("Cancelled. Both sides were told."))
        return redirect("contracts:detail", contract.public_id)
    context = {"contract": contract, "milestone": milestone}
    return render(request, "contracts/cancel_milestone.html", context)


def _version(request: MemberRequest, public_id: str, number: int) -> TermsVersion:
    return get_object_or_404(contract_for(request.user, public_id).terms, number=number)


def _paper(version: TermsVersion) -> dict[str, object]:
    contract_id = version.contract.public_id
    return {
        "agreement": agreements.read(version),
        "back_url": reverse("contracts:terms", args=[contract_id]),
        "pdf_url": reverse("contracts:agreement-file", args=[contract_id, version.number]),
    }


def _amendment(request: MemberRequest, contract_id: str, public_id: str) -> Amendment:
    rows = Amendment.objects.visible_to(request.user).filter(contract__public_id=contract_id)
    related = rows.select_related("contract__organisation", "contract__expert__user", "made_by")
    whole = related.prefetch_related("lines__milestone__contract", "lines__agreed_check")
    return get_object_or_404(whole, public_id=public_id)


def _proposing(
    request: MemberRequest, contract: Contract, form: SiteForm, template: str
) -> HttpResponse:
    """Show the page on which something is proposed, with what is open to an answer already."""
    context = {
        "contract": contract,
        "other": reads.other_of(contract, request.user),
        "amendment": terms.open_amendment(contract),
        "form": form,
    }
    return render(request, template, context, status=422 if form.errors else 200)
