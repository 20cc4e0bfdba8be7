"""What a contract can prove: its chain to download, the public page, and agreeing to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from contracts import chains
from contracts.http import contract_for
from contracts.selectors import proofs as reads
from contracts.services import proofs


@require_safe
@login_required
def ledger_file(request: MemberRequest, public_id: str) -> HttpResponse:
    """Hand out the contract's postings with their hashes, to be checked without us."""
    contract = contract_for(request.user, public_id)
    name = f"{contract.public_id}-ledger.json"
    return JsonResponse(
        chains.export(contract),
        json_dumps_params={"indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@never_cache
def proof(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show anybody that a contract was paid and accepted, if both sides agree to it."""
    shown = reads.proof(public_id)
    if shown is None:
        raise Http404
    return render(request, "contracts/proof.html", {"proof": shown})


@require_POST
@login_required
def agree(request: MemberRequest, public_id: str) -> HttpResponse:
    """Agree to the public page for one's own side."""
    contract = contract_for(request.user, public_id)
    proofs.agree(contract, by=request.user, at=now())
    messages.success(request, _("Agreed. The page is public once both sides agree."))
    return redirect("contracts:detail", contract.public_id)


@require_POST
@login_required
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take one's own side's word back."""
    contract = contract_for(request.user, public_id)
    proofs.withdraw(contract, by=request.user, at=now())
    messages.success(request, _("Taken back. The page is not public any more."))
    return redirect("contracts:detail", contract.public_id)
