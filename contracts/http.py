"""How a view of a contract answers: rows fetched through the reader, and the way out to Stripe."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect

from accounts.http import MemberRequest, P, only_those_who
from accounts.models import Organisation, User
from accounts.policies import may_pay
from contracts import policies
from contracts.models import Contract, Dispute, Milestone, Submission
from contracts.selectors import addresses, disputes
from jobs import talk
from jobs.models import Conversation, Proposal


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch that address next, with GET (RFC 9110, section 15.4.4)."""

    status_code = 303


class PayerRequest(MemberRequest):
    """A request whose sender moves the money of a client."""

    organisation: Organisation


PayerView = Callable[Concatenate[PayerRequest, P], HttpResponse]


def payer_only(view: PayerView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let those through who move a client's money; send those of no client to where they open one.

    :raises PermissionDenied: for its other members, which becomes a 403.
    """

    @login_required
    @wraps(view)
    def guarded(request: PayerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        member = request.user.memberships.select_related("organisation").order_by("pk").first()
        if member is None:
            return redirect("accounts:start")
        if not may_pay(member):
            raise PermissionDenied
        request.organisation = member.organisation
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def contract_for(user: User, public_id: str) -> Contract:
    """Return a contract its reader is part of, with both sides' names; or answer 404."""
    visible = Contract.objects.visible_to(user).select_related("organisation", "expert__user")
    return get_object_or_404(visible, public_id=public_id)


def milestone_for(user: User, contract_id: str, public_id: str) -> Milestone:
    """Return a milestone of such a contract, with what was released and returned; or answer 404."""
    rows = contract_for(user, contract_id).milestones.prefetch_related("releases", "refunds")
    return get_object_or_404(rows, public_id=public_id)


def submission_for(user: User, contract_id: str, public_id: str) -> Submission:
    """Return work handed in on such a contract; or answer 404."""
    contract = contract_for(user, contract_id)
    rows = Submission.objects.select_related("milestone").filter(milestone__contract=contract)
    work = rows.prefetch_related("milestone__releases", "milestone__refunds")
    submission = get_object_or_404(work, public_id=public_id)
    submission.milestone.contract = contract
    return submission


def proposal_for(user: User, public_id: str) -> Proposal:
    """Return a proposal its reader is part of, with both sides' names; or answer 404."""
    visible = Proposal.objects.visible_to(user)
    related = visible.select_related("job__organisation", "expert__user")
    return get_object_or_404(related, public_id=public_id)


def conversation_for(user: User, public_id: str) -> Conversation:
    """Return a conversation its reader is part of, with both sides' names; or answer 404."""
    rows = talk.with_names(Conversation.objects.visible_to(user))
    return get_object_or_404(rows, public_id=public_id)


def opened_conversation_for(user: User, public_id: str) -> talk.Opened:
    """Return such a conversation with all that its page asks first; or answer 404."""
    return get_object_or_404(talk.opened(user), public_id=public_id)


def back_to(milestone: Milestone) -> HttpResponseRedirect:
    """Lead to a milestone on the page of its contract."""
    place = addresses.of_milestone(milestone.contract.public_id, milestone.position)
    return HttpResponseRedirect(place)


def dispute_for(user: User, public_id: str) -> Dispute:
    """Return a dispute its reader is a side of, with all that its page shows; or answer 404."""
    return get_object_or_404(disputes.whole(Dispute.objects.visible_to(user)), public_id=public_id)


# For staff who watch over the money; for those who decide disputes.
finance_only = only_those_who(policies.may_watch_money)
decider_only = only_those_who(policies.may_decide)
