"""What banks take and who bears it, and released money that comes back."""

from collections.abc import Iterator

from contracts.invariants.sums import balances_of
from contracts.models import Chargeback, Clawback, Freeze, Recovery, Refund
from contracts.models.ledger import Pot

# What of a loss stands on the chargeback itself; the expert's part stands on its recoveries.
BORNE = (
    "from_refunds_minor",
    "from_held_minor",
    "from_fee_minor",
    "from_suspense_minor",
    "from_us_minor",
)


def chargebacks_not_borne() -> Iterator[str]:
    """What a bank has is open until it is decided, and then borne by somebody to the last cent."""
    there = balances_of(Pot.DISPUTE_RECV)
    for row in Chargeback.objects.prefetch_related("recoveries__operation"):
        borne = sum(getattr(row, column) for column in BORNE)
        borne += sum(part.amount.minor for part in row.recoveries.all() if _is_through(part))
        code = f"{Pot.DISPUTE_RECV.value}:{row.stripe_id}:{row.currency}"
        if there[code] != row.taken_minor - borne:
            yield f"{code} is {there[code]}, not {row.taken_minor - borne}"


def chargebacks_not_frozen() -> Iterator[str]:
    """A contract's money stands still exactly while a bank has yet to decide.

    An inquiry that was ended by returning the money keeps nothing still.
    """
    open_ = set(Chargeback.objects.going_on().values_list("public_id", flat=True))
    frozen = Freeze.objects.filter(reason=Freeze.Reason.CHARGEBACK, lifted_at=None)
    sources = set(frozen.values_list("source", flat=True))
    for key in sorted(open_ - sources):
        # What our staff return for another reason, two of them have instructed.
        given_in = Refund.objects.filter(
            payment__chargebacks__public_id=key, kind=Refund.Kind.STAFF, instruction=None
        )
        if not given_in.exists():
            yield f"{key} is open and its contract is not frozen"
    over = Chargeback.objects.filter(public_id__in=sources - open_)
    for key in over.values_list("public_id", flat=True):
        yield f"{key} is over and its contract is still frozen"


def clawbacks_refunded_first() -> Iterator[str]:
    """A refund after a release is decided once all of it has come back, or somebody stands in."""
    for row in Clawback.objects.prefetch_related("recoveries__operation"):
        parts = [part for part in row.recoveries.all() if part.undone_at is None]
        missing = [part for part in parts if part.source == "reversal" and not _is_through(part)]
        if row.status == Clawback.Status.RETURNED and missing:
            yield f"{row.public_id} is returned and {len(missing)} parts have not come back"
        if (row.refund_id is not None) != (row.status == Clawback.Status.RETURNED):
            yield f"{row.public_id} is {row.status} and its refund says otherwise"


def _is_through(part: Recovery) -> bool:
    """Whether the expert's part is with us, or owed to us."""
    if part.undone_at:
        return False
    return part.source != "reversal" or bool(part.operation and part.operation.moved_at)
