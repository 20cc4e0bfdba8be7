"""Proofs: both sides agree to show in public that a contract was paid and accepted, or do not."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import membership
from contracts import policies
from contracts.models import Contract, ProofConsent
from contracts.services import contracts
from marketplace.kit.errors import DomainError

Side = ProofConsent.Side


class NothingToProve(DomainError):
    """No milestone was released yet."""

    code = "nothing_to_prove"
    sentence = _("There is nothing to show yet. Come back when a milestone has been released.")


@transaction.atomic
def agree(contract: Contract, *, by: User, at: datetime) -> ProofConsent:
    """Agree for one's own side; the page is public once the other side has agreed as well.

    Agreeing again changes nothing.

    :raises PermissionDenied: unless `by` is the expert or speaks for the client.
    :raises NothingToProve: before the first release.
    """
    contract = contracts.hold(contract)
    side = _side_of(by, contract)
    if not contract.milestones.filter(releases__isnull=False).exists():
        raise NothingToProve
    row, _is_new = contract.proof_consents.get_or_create(
        side=side, withdrawn_at=None, defaults={"by": by, "given_at": at}
    )
    return row


@transaction.atomic
def withdraw(contract: Contract, *, by: User, at: datetime) -> None:
    """Take one's own side's word back; the page is gone at once.

    :raises PermissionDenied: unless `by` is the expert or speaks for the client.
    """
    contract = contracts.hold(contract)
    side = _side_of(by, contract)
    standing = contract.proof_consents.filter(side=side, withdrawn_at=None)
    standing.update(withdrawn_at=at, withdrawn_by=by)


def _side_of(user: User, contract: Contract) -> Side:
    if not policies.may_show_proof(user, membership(user, contract.organisation), contract):
        raise PermissionDenied
    return Side.EXPERT if policies.is_expert_of(user, contract) else Side.CLIENT
