"""Changing what was agreed: one side proposes, and nothing holds until the other accepts.

Every verb first takes the contract's row, as all verbs on its money do. A milestone that is paid
for, or a part that is released, while a proposal waits is therefore seen when it is accepted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import membership
from contracts import policies
from contracts.models import Amendment, AmendmentLine, Contract, Feedback, TermsVersion
from contracts.models.contract import ALIVE, GOING
from contracts.services import contracts, differences, funding, terms
from contracts.services.differences import Check, Planned, TermsHaveChanged
from contracts.services.terms import Word
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove


class NothingWouldChange(DomainError):
    """What was proposed is what is agreed."""

    code = "nothing_would_change"
    status = 422
    sentence = _("This is what is agreed already. Change something before you send it.")


class AnotherProposalIsOpen(DomainError):
    """A proposal to change this contract waits for an answer."""

    code = "another_proposal_is_open"
    sentence = _("A proposal to change this contract is open. It has to be answered first.")


class ProposalHasExpired(DomainError):
    """Its time ran out before it was answered."""

    code = "proposal_has_expired"
    sentence = _("The time to answer this proposal is over. Propose it again.")


# --- Proposing


@transaction.atomic
def propose_change(
    contract: Contract,
    *,
    planned: Sequence[Planned],
    checks: Sequence[Check],
    review_window_days: int,
    clauses: Sequence[str] = (),
    message: str,
    by: User,
    at: datetime,
) -> Amendment:
    """Propose other terms: `planned` and `checks` are all that there would be, not only the new.

    `clauses` are references into the library, one for each topic; none leaves them as they are.
    A milestone without money that is not among `planned` would be cancelled.

    :raises PermissionDenied: unless `by` is the expert or hires for the client.
    :raises IllegalMove: unless the contract is active or paused, and has a fixed price.
    :raises AnotherProposalIsOpen: while one waits for an answer.
    :raises TermsHaveChanged: when one of the milestones or checks is no longer there to change.
    :raises TermsAreOutOfBounds: on an amount, a date or a count that no contract may have.
    :raises NothingWouldChange: when it is what is agreed.
    """
    contract = contracts.hold(contract)
    if not policies.may_propose_change(by, membership(by, contract.organisation), contract):
        raise PermissionDenied
    if contract.status not in GOING or contract.kind != Contract.Kind.FIXED:
        raise IllegalMove
    differences.refuse_counts(contract, planned, checks)
    lines = [
        *differences.milestone_lines(contract, planned, at),
        *differences.check_lines(contract, checks),
        *differences.window_lines(contract, review_window_days),
        *(differences.clause_lines(contract, clauses) if clauses else ()),
    ]
    return _propose(contract, Amendment.Kind.CHANGE, lines, message=message, by=by, at=at)


@transaction.atomic
def propose_end(
    contract: Contract, *, shares: Mapping[int, Money], message: str, by: User, at: datetime
) -> Amendment:
    """Propose to end now: of each milestone's held money, by its key, the expert gets a share.

    :raises PermissionDenied: unless `by` is the expert or moves money for the client.
    :raises IllegalMove: unless the contract is under way.
    :raises MilestoneIsDisputed: while one is.
    :raises AnotherProposalIsOpen: while one waits for an answer.
    :raises TermsHaveChanged: unless the shares name exactly what is held.
    :raises MoreThanIsHeld: unless each is within what is held.
    """
    contract = contracts.hold(contract)
    if not policies.may_propose_end(by, membership(by, contract.organisation), contract):
        raise PermissionDenied
    if contract.status not in ALIVE:
        raise IllegalMove
    lines = [
        *differences.share_lines(contract, shares),
        *differences.milestone_lines(contract, (), at),
    ]
    return _propose(contract, Amendment.Kind.END, lines, message=message, by=by, at=at)


def _propose(
    contract: Contract,
    kind: Amendment.Kind,
    lines: Sequence[AmendmentLine],
    *,
    message: str,
    by: User,
    at: datetime,
) -> Amendment:
    if not lines:
        raise NothingWouldChange
    if contract.amendments.filter(status=Amendment.Status.PROPOSED).exists():
        raise AnotherProposalIsOpen
    is_expert = policies.is_expert_of(by, contract)
    amendment = Amendment.objects.create(
        contract=contract,
        kind=kind,
        side=Feedback.Side.EXPERT if is_expert else Feedback.Side.CLIENT,
        made_by=by,
        message=message,
        created_at=at,
        expires_at=at + timedelta(days=settings.AMENDMENT_EXPIRES_AFTER_DAYS),
    )
    for position, line in enumerate(lines, start=1):
        line.amendment, line.position = amendment, position
    AmendmentLine.objects.bulk_create(lines)
    amendment.move("propose", by=by, at=at)
    return amendment


# --- Answering


def accept(amendment: Amendment, *, by: User, at: datetime) -> TermsVersion:
    """Agree: what was proposed holds from now on, and is the next version of the terms.

    Payment pages of milestones that change or are cancelled are closed before any lock is taken.

    :raises PermissionDenied: unless `by` speaks for the other side.
    :raises IllegalMove: unless it waits for an answer.
    :raises ProposalHasExpired: once its time is over.
    :raises TermsHaveChanged: when the contract is no longer what it was written for.
    :raises ContractIsFrozen: if it would move money while somebody looks at the contract.
    :raises PaymentPageUnavailable: if Stripe does not close a page that is open.
    """
    _refuse_others(amendment, by)
    if amendment.may("accept"):
        funding.close_pages([line.milestone for line in amendment.lines.all()], at=at)
    return _accept(amendment, by=by, at=at)


@transaction.atomic
def _accept(amendment: Amendment, *, by: User, at: datetime) -> TermsVersion:
    is_end = amendment.kind == Amendment.Kind.END
    hold = contracts.hold_unfrozen if is_end else contracts.hold
    contract = hold(amendment.contract)
    # Once more under the lock: a role may have been taken away while Stripe was asked.
    _refuse_others(amendment, by)
    amendment = _fresh(amendment)
    if amendment.may("accept") and amendment.expires_at <= at:
        raise ProposalHasExpired
    amendment.move("accept", by=by, at=at)
    if is_end:
        _refuse_other_money(amendment)
    elif contract.status not in GOING:
        raise TermsHaveChanged
    for line in amendment.lines.select_related("milestone__contract", "agreed_check"):
        differences.apply(contract, line, by=by, at=at)
    version = terms.record(contract, **_words(amendment, by, at), amendment=amendment)
    contracts.close_if_over(contract, by=by, at=at)
    return version


@transaction.atomic
def decline(amendment: Amendment, *, note: str, by: User, at: datetime) -> Amendment:
    """Say no; the terms stay as they are.

    :raises PermissionDenied: unless `by` speaks for the other side.
    :raises IllegalMove: unless it waits for an answer.
    """
    contracts.hold(amendment.contract)
    _refuse_others(amendment, by)
    amendment = _fresh(amendment)
    amendment.answer_note = note
    amendment.save(update_fields=["answer_note"])
    amendment.move("decline", by=by, at=at, reason=note)
    return amendment


@transaction.atomic
def withdraw(amendment: Amendment, *, by: User, at: datetime) -> Amendment:
    """Take an unanswered proposal back.

    :raises PermissionDenied: unless `by` speaks for the side that made it.
    :raises IllegalMove: once it has been answered.
    """
    contract = contracts.hold(amendment.contract)
    if not policies.may_withdraw(by, membership(by, contract.organisation), amendment):
        raise PermissionDenied
    amendment = _fresh(amendment)
    amendment.move("withdraw", by=by, at=at)
    return amendment


def expire_due(*, at: datetime) -> int:
    """End the proposals whose time has run out; return how many, so that a sweep can say."""
    due = Amendment.objects.filter(status=Amendment.Status.PROPOSED, expires_at__lte=at)
    return sum(_expire(row, at) for row in due.select_related("contract"))


@transaction.atomic
def expire_open(contract: Contract, *, at: datetime) -> None:
    """End what is proposed on a contract to which nothing of it can happen any more."""
    for amendment in contract.amendments.filter(status=Amendment.Status.PROPOSED):
        if amendment.kind == Amendment.Kind.CHANGE or contract.status not in ALIVE:
            amendment.move("expire", by=None, at=at, reason="The contract has ended.")


@transaction.atomic
def _expire(amendment: Amendment, at: datetime) -> bool:
    """Expire one, unless it has been answered while the sweep came to it."""
    contracts.hold(amendment.contract)
    amendment = _fresh(amendment)
    if not amendment.may("expire"):
        return False
    amendment.move("expire", by=None, at=at)
    return True


def _fresh(amendment: Amendment) -> Amendment:
    return Amendment.objects.select_related(
        "contract__organisation", "contract__expert__user", "made_by"
    ).get(pk=amendment.pk)


def _refuse_others(amendment: Amendment, by: User) -> None:
    contract = amendment.contract
    if not policies.may_answer_change(by, membership(by, contract.organisation), amendment):
        raise PermissionDenied


def _words(amendment: Amendment, by: User, at: datetime) -> dict[str, Word]:
    asked, answered = Word(amendment.made_by, amendment.created_at), Word(by, at)
    if amendment.is_from_expert:
        return {"expert": asked, "client": answered}
    return {"client": asked, "expert": answered}


def _refuse_other_money(amendment: Amendment) -> None:
    """Refuse to share money that is not exactly what is held now."""
    held = {key: row.held.minor for key, row in differences.held_now(amendment.contract).items()}
    meant = {line.milestone_id: line.before["held_minor"] for line in amendment.shares}
    if held != meant:
        raise TermsHaveChanged
