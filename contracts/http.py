"""How a view of a contract answers: rows fetched through the reader, and the way out to Stripe."""

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404

from accounts.models import User
from contracts.models import Contract, Milestone, Submission


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch that address next, with GET (RFC 9110, section 15.4.4)."""

    status_code = 303


def contract_for(user: User, public_id: str) -> Contract:
    """Return a contract its reader is part of, with both sides' names; or answer 404."""
    visible = Contract.objects.visible_to(user).select_related("organisation", "expert__user")
    return get_object_or_404(visible, public_id=public_id)


def milestone_for(user: User, contract_id: str, public_id: str) -> Milestone:
    """Return a milestone of such a contract; or answer 404."""
    return get_object_or_404(contract_for(user, contract_id).milestones, public_id=public_id)


def submission_for(user: User, contract_id: str, public_id: str) -> Submission:
    """Return work handed in on such a contract; or answer 404."""
    contract = contract_for(user, contract_id)
    work = Submission.objects.select_related("milestone").filter(milestone__contract=contract)
    submission = get_object_or_404(work, public_id=public_id)
    submission.milestone.contract = contract
    return submission
