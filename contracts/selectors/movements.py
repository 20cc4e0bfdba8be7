"""Reads of what has moved on a milestone, or would: each release and refund, and how far it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from contracts import fees
from contracts.models import Milestone, Operation, Refund, Release
from contracts.selectors.steps import Side
from marketplace.kit.money import Money
from marketplace.kit.words import day_text, money_text

Status = Operation.Status


@dataclass(frozen=True, slots=True)
class Movement:
    """One release or refund, as one side reads it."""

    at: datetime
    what: str
    amount: Money
    # The rest of the sentence about it: what reaches the reader, and how far it is on its way.
    more: str
    how_far: str
    look: str


def movements(milestone: Milestone, side: str) -> list[Movement]:
    """Return what has moved, oldest first; no query where operations were fetched with it.

    Nor where the sums that came with the milestone say that nothing has.
    """
    releases = milestone.releases.all() if milestone.released else ()
    refunds = milestone.refunds.all() if milestone.returned else ()
    found = [*(_released(row, side) for row in releases), *(_returned(row) for row in refunds)]
    return sorted(found, key=lambda row: row.at)


@dataclass(frozen=True, slots=True)
class Part:
    """What would move if an amount were released now."""

    amount: Money
    expert_fee: Money
    stays: Money

    @property
    def net(self) -> Money:
        """What reaches the expert."""
        return self.amount - self.expert_fee


def part(milestone: Milestone, amount: Money) -> Part:
    """Work out what a release of this amount would do."""
    bps = milestone.contract.expert_fee_bps
    return Part(
        amount=amount,
        expert_fee=fees.earned_by(amount, released_before=milestone.released, bps=bps),
        stays=milestone.held - amount,
    )


def _released(release: Release, side: str) -> Movement:
    transfer = _last(release.operations.all(), Operation.Kind.TRANSFER)
    how_far, look = _of_transfer(transfer, side)
    return Movement(
        at=release.created_at,
        what=release.get_kind_display(),
        amount=release.gross,
        more=_("%(net)s after our fee") % {"net": money_text(release.net)}
        if side == Side.EXPERT
        else "",
        how_far=how_far,
        look=look,
    )


def _returned(refund: Refund) -> Movement:
    operation = _last(refund.operations.all(), Operation.Kind.REFUND)
    how_far, look = _of_refund(operation)
    return Movement(
        at=refund.created_at,
        what=refund.get_kind_display(),
        amount=-refund.amount,
        more=_("%(total)s with our fee on it") % {"total": money_text(refund.total)},
        how_far=how_far,
        look=look,
    )


def _last(operations: Iterable[Operation], kind: Operation.Kind) -> Operation | None:
    rows = [row for row in operations if row.kind == kind]
    return rows[-1] if rows else None


def _of_transfer(transfer: Operation | None, side: str) -> tuple[str, str]:
    """Say how far a transfer is; what keeps the money from an expert is told to nobody else."""
    is_expert = side == Side.EXPERT
    if transfer is None:
        return (_("Set against what you owe us") if is_expert else _("Done")), "ok"
    if clears_on(transfer):
        words = {"day": day_text(transfer.due_at)}
        return _("Clears on %(day)s, then it is sent") % words, "held"
    if transfer.status == Status.SUCCEEDED:
        return _("Sent to the expert's payout account") if not is_expert else _("Paid"), "ok"
    if transfer.status == Status.CANCELLED:
        return _("Not sent"), ""
    if is_expert and transfer.status in KEPT:
        return KEPT[transfer.status]()
    return _("On its way"), "held"


def clears_on(transfer: Operation) -> datetime | None:
    """Return when a transfer that waits for the end of the clearing period leaves."""
    is_waiting = transfer.status == Status.PENDING and transfer.sends == 0
    clears = transfer.due_at > transfer.created_at
    return transfer.due_at if is_waiting and clears else None


def _of_refund(operation: Operation | None) -> tuple[str, str]:
    if operation is None:
        return _("Done"), "ok"
    return REFUND_WORDS.get(operation.status, lambda: (_("On its way"), "held"))()


# Functions, so that each reader gets their own language.
KEPT: Mapping[str, Callable[[], tuple[str, str]]] = {
    Status.BLOCKED: lambda: (_("Waiting for your payout account"), "warn"),
    Status.FROZEN: lambda: (_("We are looking at it"), "bad"),
    Status.FAILED: lambda: (_("We are looking at it"), "bad"),
    Status.UNDER_REVIEW: lambda: (_("We are looking at it"), "held"),
}
REFUND_WORDS: Mapping[str, Callable[[], tuple[str, str]]] = {
    Status.SUBMITTED: lambda: (_("With the bank: most take 5 to 10 days"), "held"),
    Status.SUCCEEDED: lambda: (_("Returned to the card"), "ok"),
    Status.FROZEN: lambda: (_("We are looking at it"), "bad"),
    Status.UNDER_REVIEW: lambda: (_("We are looking at it"), "held"),
    Status.FAILED: lambda: (_("The bank sent it back. We are looking for another way"), "bad"),
}
