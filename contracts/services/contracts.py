"""Contracts: they start when an offer is accepted and end when nothing is held any more."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import membership
from contracts import policies
from contracts.models import Contract, ContractCheck, Freeze, Milestone, Offer
from contracts.models.contract import GOING
from contracts.models.milestone import FINAL
from contracts.services import terms
from contracts.services.terms import Word
from marketplace.kit.errors import DomainError

# The cause of a freeze that our staff began themselves.
BY_STAFF = "staff"


@transaction.atomic
def start(offer: Offer, *, by: User, at: datetime) -> Contract:
    """Turn accepted terms into a contract: frozen fees, its milestones, its checks, version 1."""
    proposal = offer.proposal
    contract = Contract.objects.create(
        kind=Contract.Kind.HOURLY if offer.is_hourly else Contract.Kind.FIXED,
        rate_minor=offer.rate_minor,
        weekly_minutes=offer.weekly_minutes,
        offer=offer,
        job=proposal.job,
        organisation=proposal.job.organisation,
        expert=proposal.expert,
        title=offer.title,
        currency=offer.currency,
        client_fee_bps=offer.client_fee_bps,
        expert_fee_bps=offer.expert_fee_bps,
        review_window_days=offer.review_window_days,
        clauses=offer.clauses,
        started_at=at,
    )
    _copy_milestones(offer, contract)
    _copy_checks(offer, contract)
    named, agreed = Word(offer.made_by, offer.sent_at or offer.created_at), Word(by, at)
    client, expert = (agreed, named) if offer.is_from_expert else (named, agreed)
    terms.record(contract, client=client, expert=expert)
    contract.move("start", by=by, at=at)
    return contract


@transaction.atomic
def close_if_over(contract: Contract, *, by: User | None, at: datetime) -> Contract:
    """Close a contract whose every milestone is over: complete if any was paid, else cancelled.

    Hourly work goes on from week to week until one side ends it.
    """
    # The caller's copy may be older than what the other side has done to it.
    contract = hold(contract)
    goes_on = contract.is_hourly and contract.status in GOING
    # A bonus that was begun and not paid is no work that is left.
    work = contract.milestones.exclude(kind=Milestone.Kind.BONUS)
    if goes_on or not contract.may("complete") or work.exclude(status__in=FINAL).exists():
        return contract
    contract.completed_at = at
    contract.save(update_fields=["completed_at"])
    was_paid = work.filter(releases__isnull=False).exists()
    contract.move("complete" if was_paid else "cancel", by=by, at=at)
    return contract


@transaction.atomic
def reopen(contract: Contract, *, by: User | None, at: datetime) -> Contract:
    """Let a contract that was over go on, because money is held for it again."""
    if contract.may("reopen"):
        contract.completed_at = None
        contract.save(update_fields=["completed_at"])
        contract.move("reopen", by=by, at=at)
    return contract


class ContractIsFrozen(DomainError):
    """Nobody moves the money of a contract that somebody is looking at."""

    code = "contract_frozen"
    sentence = _("This contract is on hold while we look at it. Its money does not move meanwhile.")


class ContractIsPaused(DomainError):
    """Nothing new is paid for while one side has paused the contract."""

    code = "contract_paused"
    sentence = _("This contract is paused. Nothing new is paid for until it goes on.")


def hold(contract: Contract) -> Contract:
    """Take the contract's row, the first lock of every verb on its work or its money; return it."""
    return Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)


def hold_unfrozen(contract: Contract) -> Contract:
    """Take the contract's row for a verb that moves its money.

    :raises ContractIsFrozen: while it is frozen.
    """
    contract = hold(contract)
    if contract.is_frozen:
        raise ContractIsFrozen
    return contract


class BankIsTakingItBack(DomainError):
    """What a client's bank may take is not returned to the client as well."""

    code = "bank_is_taking_it_back"
    status = 422
    sentence = _(
        "The client's bank is taking a payment of this contract back. Nothing is returned before "
        "that is over, or the client might get the same money twice."
    )


def hold_for_staff(contract: Contract) -> Contract:
    """Take the contract's row to return held money by hand, whatever else keeps the money still.

    A stop keeps money from the two sides and from time, not from two of our staff.

    :raises BankIsTakingItBack: while a chargeback keeps it still.
    """
    contract = hold(contract)
    if contract.freezes.filter(reason=Freeze.Reason.CHARGEBACK, lifted_at=None).exists():
        raise BankIsTakingItBack
    return contract


def refuse_all_but_finance(by: User, contract: Contract) -> None:
    """Refuse everybody but staff who watch over the money and have no part in the contract.

    :raises PermissionDenied: to all others.
    """
    member = membership(by, contract.organisation)
    if not policies.may_watch_money_of(by, member, contract):
        raise PermissionDenied


def refuse_all_but_payers(by: User, contract: Contract) -> None:
    """Refuse everybody but those who move money for the client, and the expert even then.

    :raises PermissionDenied: to all others.
    """
    if not policies.may_release(by, membership(by, contract.organisation), contract):
        raise PermissionDenied


@transaction.atomic
def freeze(
    contract: Contract,
    *,
    reason: Freeze.Reason,
    source: str,
    by: User | None,
    at: datetime,
    note: str = "",
) -> Freeze:
    """Let the contract's money stand still until this cause is lifted; doing it again is nothing.

    :param source: names the cause, such as the chargeback's public id.
    :param note: says why, where a person began it.
    """
    begun = {"reason": reason, "since": at, "by": by, "note": note}
    row, _is_new = hold(contract).freezes.get_or_create(
        source=source, lifted_at=None, defaults=begun
    )
    return row


@transaction.atomic
def unfreeze(
    contract: Contract, *, source: str, by: User | None, at: datetime, note: str = ""
) -> None:
    """Lift one cause; the money moves again once no other is left.

    :param note: says why, where a person lifted it.
    """
    found = hold(contract).freezes.filter(source=source, lifted_at=None)
    found.update(lifted_at=at, lifted_by=by, lifted_note=note)


@transaction.atomic
def stop_money(contract: Contract, *, reason: str, by: User, at: datetime) -> Freeze:
    """Let a contract's money stand still while our staff look at it; who, when and why is kept.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    """
    refuse_all_but_finance(by, hold(contract))
    return freeze(contract, reason=Freeze.Reason.STAFF, source=BY_STAFF, by=by, at=at, note=reason)


@transaction.atomic
def let_money_move(contract: Contract, *, reason: str, by: User, at: datetime) -> None:
    """Have our staff look no longer; who, when and why is kept beside who stopped it.

    What else keeps the money still goes on doing so.

    :raises PermissionDenied: unless `by` watches over the money and has no part in the contract.
    """
    refuse_all_but_finance(by, hold(contract))
    unfreeze(contract, source=BY_STAFF, by=by, at=at, note=reason)


def _copy_milestones(offer: Offer, contract: Contract) -> None:
    Milestone.objects.bulk_create(
        Milestone(
            contract=contract,
            position=row.position,
            title=row.title,
            amount_minor=row.amount_minor,
            due_on=row.due_on,
        )
        for row in offer.milestones.all()
    )


def _copy_checks(offer: Offer, contract: Contract) -> None:
    ContractCheck.objects.bulk_create(
        ContractCheck(
            contract=contract,
            position=row.position,
            metric=row.metric,
            comparator=row.comparator,
            target=row.target,
            unit=row.unit,
            how=row.how,
        )
        for row in offer.checks.all()
    )
