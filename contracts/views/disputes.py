"""Pages of disputes, for the two sides: open, answer, settle, agree, add, withdraw, appeal."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import MemberRequest
from accounts.models import Membership
from accounts.selectors import membership
from accounts.services import audit
from contracts import policies
from contracts.forms.disputes import AmountForm, ConcedeForm, StatementForm, Steps
from contracts.http import dispute_for, milestone_for
from contracts.models import Dispute
from contracts.models.dispute import Side
from contracts.selectors import disputes as reads
from contracts.selectors import public_decisions
from contracts.services import decisions, disputes, ledger, settlements
from marketplace.kit.http import private_file, refusals_on
from marketplace.kit.money import Money
from marketplace.kit.words import money_text


@require_http_methods(["GET", "POST"])
@login_required
def open_dispute(request: MemberRequest, contract_id: str, public_id: str) -> HttpResponse:
    """Open a dispute in three steps: what happened, what is wanted, evidence."""
    milestone = milestone_for(request.user, contract_id, public_id)
    contract = milestone.contract
    if not policies.may_dispute(
        request.user, membership(request.user, contract.organisation), contract
    ):
        raise PermissionDenied
    case = Steps(contract=contract, held=milestone.held)
    is_whole = _receive(request, case)
    if is_whole:
        with refusals_on(case.form):
            dispute = disputes.open_on(
                milestone, wants=case.wants, told=case.told, by=request.user, at=now()
            )
            messages.success(request, _("The dispute is open. The other side was told."))
            return redirect("contracts:dispute", dispute.public_id)
    context = {
        "contract": contract,
        "milestone": milestone,
        "case": case,
        "path": reads.path_from(now()),
        "may_open": milestone.may("dispute"),
    }
    status = 422 if case.form.errors else 200
    return render(request, "contracts/open_dispute.html", context, status=status)


@require_safe
@login_required
def detail(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show all of a dispute that both sides may see, and what the reader can do."""
    dispute = dispute_for(request.user, public_id)
    contract = dispute.milestone.contract
    member = membership(request.user, contract.organisation)
    side = reads.side_of(request.user, dispute)
    context = {
        "dispute": dispute,
        "contract": contract,
        "side": side,
        "turn": reads.turn(dispute, request.user, member),
        "path": reads.path(dispute),
        "wishes": reads.wishes(dispute),
        "doors": reads.doors(dispute, request.user, member),
        "settlement": reads.settlement(dispute, side, most=settlements.MOST_OFFERS),
        "file": reads.case_file(dispute.milestone),
        "lines": ledger.statement(contract),
    }
    return render(request, "contracts/dispute.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """Answer in the same three steps."""
    dispute = dispute_for(request.user, public_id)
    contract = dispute.milestone.contract
    member = membership(request.user, contract.organisation)
    is_asked = reads.side_of(request.user, dispute) == dispute.other_side
    if not (is_asked and policies.may_dispute(request.user, member, contract)):
        raise PermissionDenied
    case = Steps(contract=contract, held=dispute.amount)
    is_whole = _receive(request, case)
    if is_whole:
        with refusals_on(case.form):
            disputes.answer(dispute, wants=case.wants, told=case.told, by=request.user, at=now())
            messages.success(request, _("Answered. You have four days to settle it between you."))
            return redirect("contracts:settle-dispute", dispute.public_id)
    context = {
        "dispute": dispute,
        "contract": contract,
        "case": case,
        "path": reads.path(dispute),
        "wishes": reads.wishes(dispute),
        "doors": reads.doors(dispute, request.user, member),
    }
    status = 422 if case.form.errors else 200
    return render(request, "contracts/answer_dispute.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def settle(request: MemberRequest, public_id: str) -> HttpResponse:
    """Name the amount one's side would accept; the other side never sees it on its own."""
    dispute = dispute_for(request.user, public_id)
    contract = dispute.milestone.contract
    member = membership(request.user, contract.organisation)
    if not policies.may_settle(request.user, member, contract):
        raise PermissionDenied
    side = reads.side_of(request.user, dispute)
    data = request.POST if request.method == "POST" else None
    form = AmountForm(data, label=_label_of(side), most=dispute.amount)
    if form.is_valid():
        with refusals_on(form):
            amount = form.cleaned_data["amount"]
            dispute = settlements.offer(dispute, amount, by=request.user, at=now())
            messages.success(request, _what_came_of(dispute, amount))
            return redirect("contracts:dispute", dispute.public_id)
    context = {
        "dispute": dispute,
        "contract": contract,
        "side": side,
        "form": form,
        "wishes": reads.wishes(dispute),
        "doors": reads.doors(dispute, request.user, member),
        "settlement": reads.settlement(dispute, side, most=settlements.MOST_OFFERS),
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/settle_dispute.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def concede(request: MemberRequest, public_id: str) -> HttpResponse:
    """Agree to what the other side asks for, once more after seeing what moves."""
    dispute = dispute_for(request.user, public_id)
    contract = dispute.milestone.contract
    member = membership(request.user, contract.organisation)
    if not policies.may_settle(request.user, member, contract):
        raise PermissionDenied
    form = ConcedeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            disputes.concede(dispute, by=request.user, at=now())
            messages.success(request, _("Agreed. The money is on its way."))
            return redirect("contracts:dispute", dispute.public_id)
    side = reads.side_of(request.user, dispute)
    theirs = dispute.wish_of(Side.CLIENT if side == Side.EXPERT else Side.EXPERT)
    context = {
        "dispute": dispute,
        "contract": contract,
        "to_expert": theirs,
        "to_client": None if theirs is None else dispute.amount - theirs,
        "doors": reads.doors(dispute, request.user, member),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/concede_dispute.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def add(request: MemberRequest, public_id: str) -> HttpResponse:
    """Add words, links and files to one's side."""
    dispute = dispute_for(request.user, public_id)
    member = _speaker(request, dispute)
    form = _statement_form(request)
    if form.is_valid():
        with refusals_on(form):
            disputes.add(dispute, told=form.statement, by=request.user, at=now())
            messages.success(request, _("Added. The other side can read it."))
            return redirect("contracts:dispute", dispute.public_id)
    context = {
        "dispute": dispute,
        "contract": dispute.milestone.contract,
        "is_open": reads.doors(dispute, request.user, member).add,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/add_to_dispute.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take the dispute back, once more after seeing what follows."""
    dispute = dispute_for(request.user, public_id)
    member = _speaker(request, dispute)
    if reads.side_of(request.user, dispute) != dispute.opener:
        raise PermissionDenied
    if request.method == "POST":
        disputes.withdraw(dispute, by=request.user, at=now())
        messages.success(request, _("Withdrawn. The milestone is where it was before."))
        return redirect("contracts:detail", dispute.milestone.contract.public_id)
    context = {
        "dispute": dispute,
        "contract": dispute.milestone.contract,
        "doors": reads.doors(dispute, request.user, member),
    }
    return render(request, "contracts/withdraw_dispute.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def appeal(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask for another decision by somebody else."""
    dispute = dispute_for(request.user, public_id)
    member = _speaker(request, dispute)
    form = _statement_form(request)
    if form.is_valid():
        with refusals_on(form):
            decisions.appeal(dispute, told=form.statement, by=request.user, at=now())
            messages.success(request, _("Appealed. Somebody who had no part in it decides now."))
            return redirect("contracts:dispute", dispute.public_id)
    context = {
        "dispute": dispute,
        "contract": dispute.milestone.contract,
        "is_open": reads.doors(dispute, request.user, member).appeal,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "contracts/appeal_dispute.html", context, status=status)


@require_safe
@login_required
def exhibit(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """Send a file of a dispute to the two sides, and to whoever decides it."""
    files = reads.exhibits_for(request.user, at=now())
    row = get_object_or_404(files, public_id=public_id)
    if request.user.is_staff:
        owners = [row.statement.by]
        audit.note(audit.Act.READ_EXHIBIT, by=request.user, of=owners, about=public_id, at=now())
    upload = row.upload
    assert upload  # noqa: S101 (a file, or it would not be among them)
    return private_file(upload.file, upload.name)


@require_safe
def published(request: MemberRequest) -> HttpResponse:
    """List what was decided, without names, titles and exact amounts."""
    return render(request, "contracts/decisions.html", {"rows": public_decisions.published()})


def _receive(request: MemberRequest, case: Steps) -> bool:
    """Let the steps read what was sent; say whether the last one is complete."""
    if request.method != "POST":
        return False
    if back := request.POST.get("back"):
        case.return_to(request.POST, int(back) if back.isdecimal() else 1)
        return False
    return case.receive(request.POST, request.FILES)


def _speaker(request: MemberRequest, dispute: Dispute) -> Membership | None:
    contract = dispute.milestone.contract
    member = membership(request.user, contract.organisation)
    if not policies.may_dispute(request.user, member, contract):
        raise PermissionDenied
    return member


def _statement_form(request: MemberRequest) -> StatementForm:
    if request.method != "POST":
        return StatementForm()
    return StatementForm(request.POST, request.FILES)


def _label_of(side: str) -> str:
    if side == Side.EXPERT:
        return _("The least you would accept, USD")
    return _("The most you would pay the expert, USD")


def _what_came_of(dispute: Dispute, amount: Money) -> str:
    if dispute.award is not None and not dispute.is_going_on:
        words = {"amount": money_text(dispute.award)}
        return _("The two amounts met. The expert gets %(amount)s.") % words
    words = {"amount": money_text(amount)}
    return _("Kept to yourself: %(amount)s. The two amounts have not met yet.") % words
