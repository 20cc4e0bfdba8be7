"""The workroom of a contract: all that happened on it, in one line of time."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from contracts.http import contract_for
from contracts.selectors import workroom


@require_safe
@login_required
def timeline(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show messages, files, work, money and terms, the newest first; or one of them alone."""
    contract = contract_for(request.user, public_id)
    topic = workroom.topic_of(request.GET.get("show", ""))
    after = workroom.mark_of(request.GET.get("after", ""))
    context = {
        "contract": contract,
        "topics": workroom.Topic,
        "topic": topic,
        "after": after,
        "page": workroom.page(contract, topic=topic, after=after),
    }
    return render(request, "contracts/workroom.html", context)
