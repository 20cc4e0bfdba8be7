"""How a dispute ends with money: what the expert gets and what goes back, in one transaction."""

from datetime import datetime

from accounts.models import User
from contracts.models import Decision, Dispute, Milestone, Refund, Release
from contracts.models.dispute import IMPOSED, Outcome
from contracts.services import contracts, refunds, releases
from marketplace.kit.money import Money


def give(
    dispute: Dispute,
    award: Money,
    *,
    verb: str,
    outcome: Outcome,
    by: User | None,
    at: datetime,
) -> Dispute:
    """End a dispute: release the award, return the rest, close what is over.

    The caller has checked who may, and holds the contract.

    :param verb: the dispute's own move.
    :raises IllegalMove: unless the dispute is where the verb starts.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    contracts.hold_unfrozen(dispute.milestone.contract)
    dispute.award_minor, dispute.outcome, dispute.ended_at = award.minor, outcome, at
    dispute.save(update_fields=["award_minor", "outcome", "ended_at"])
    dispute.move(verb, by=by, at=at)
    put_away(dispute, by=by, at=at)
    _move_the_money(dispute, award, by=by, at=at)
    contracts.close_if_over(dispute.milestone.contract, by=by, at=at)
    return dispute


def put_away(dispute: Dispute, *, by: User | None, at: datetime) -> None:
    """Stop the clock of a dispute that is over, and take it from the desk."""
    drop_proposals(dispute, by=by, at=at)
    dispute.due_at = dispute.suspended_at = dispute.decider = dispute.taken_at = None
    dispute.save(update_fields=["due_at", "suspended_at", "decider", "taken_at"])


def drop_proposals(dispute: Dispute, *, by: User | None, at: datetime) -> None:
    """Lay aside a decision that waits for its second person."""
    for row in dispute.decisions.filter(status=Decision.Status.PROPOSED):
        row.move("drop", by=by, at=at)


def _move_the_money(dispute: Dispute, award: Money, *, by: User | None, at: datetime) -> None:
    milestone = Milestone.objects.select_related("contract__expert").get(pk=dispute.milestone_id)
    rest = milestone.held - award
    is_imposed = dispute.outcome in IMPOSED
    milestone.move(_verb_of(milestone, award, rest), by=by, at=at)
    if award:
        milestone.released_at = at
        milestone.save(update_fields=["released_at"])
        kind = Release.Kind.DECIDED if is_imposed else Release.Kind.AGREED
        releases.release(milestone, award, kind=kind, by=by, at=at)
    if rest:
        back = Refund.Kind.DECIDED if is_imposed else Refund.Kind.AGREED
        refunds.refund(milestone, rest, kind=back, by=by, at=at)


def _verb_of(milestone: Milestone, award: Money, rest: Money) -> str:
    """Which way the milestone goes, counting the parts that moved before the dispute."""
    if not milestone.released + award:
        return "award_client"
    return "award_both" if milestone.returned + rest else "award_expert"
