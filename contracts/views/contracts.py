"""Pages of contracts: the list and the one page both sides work from."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from accounts.selectors import membership
from contracts import policies
from contracts.models import Contract
from contracts.selectors import (
    agreements,
    chargebacks,
    clawbacks,
    contracts,
    conversations,
    hours,
    proofs,
    stages,
    steps,
)
from contracts.services import ledger
from jobs import clauses
from marketplace.kit.money import Money

PER_PAGE = 20
# The latest entries of the ledger; the workroom and the file have all.
LEDGER_LINES = 20


@require_safe
@login_required
def index(request: MemberRequest) -> HttpResponse:
    """List the reader's contracts, those under way first, each with what it waits for."""
    own = Contract.objects.visible_to(request.user).order_by("status", "-started_at")
    page = Paginator(contracts.whole(own), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": contracts.listed(page.object_list, request.user, at=now())}
    return render(request, "contracts/index.html", context)


@require_safe
@login_required
def detail(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show where the work and its money stand, and whose move it is."""
    own = contracts.with_milestones(Contract.objects.visible_to(request.user))
    contract = get_object_or_404(own.select_related("offer"), public_id=public_id)
    contracts.fetch_hours(contract)
    member = membership(request.user, contract.organisation)
    is_expert = policies.is_expert_of(request.user, contract)
    side = steps.side_of(request.user, contract)
    asked = {name: request.GET.get(name, "") for name in ("page", "milestone")}
    timeline = stages.timeline(contract, side, **asked)
    figures, lines = contracts.figures(contract), ledger.statement(contract)
    said, at = contracts.feedback(contract, request.user), now()
    balance = lines[-1].balance_after if lines else Money(0, contract.currency)
    agreed, paused = contract.terms.last(), contracts.pause_of(contract)
    freezes = list(contract.freezes.filter(lifted_at=None))
    context = {
        "contract": contract,
        "other": contracts.other_of(contract, request.user),
        "timeline": timeline,
        "turn": contracts.turn(contract, request.user, member, at=at),
        "figures": figures,
        "hours": hours.overview(contract, side, at=at) if contract.is_hourly else None,
        "freezes": freezes,
        "pause": paused,
        "may_resume": bool(paused and policies.may_resume(request.user, member, paused)),
        "clauses": clauses.named(contract.clauses),
        "agreed": agreed,
        "accepted": agreements.accepted(agreed, {}) if agreed else (),
        "releases": stages.models_of(timeline.stages),
        "lines": lines[-LEDGER_LINES:],
        "earlier": lines[:-LEDGER_LINES],
        "balance": balance,
        "is_balanced": balance == figures.held,
        "consents": proofs.consents(contract, request.user),
        "may_show_proof": policies.may_show_proof(request.user, member, contract),
        "feedback": said,
        "may_reply": said.others is not None
        and policies.may_reply(request.user, member, said.others)
        and said.others.may_be_replied_to(at),
        "may": policies.rights(request.user, member, contract, is_frozen=bool(freezes), at=at),
        "chargebacks": chargebacks.of_contract(contract, is_expert=is_expert),
        "clawbacks": clawbacks.of_contract(contract),
        "talk": conversations.of_contract(contract, request.user),
    }
    return render(request, "contracts/detail.html", context)
