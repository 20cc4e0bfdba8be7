"""What of a release has not reached the expert, and what of it comes back from them.

Clawbacks and lost chargebacks both take a part of what was released: first of what was not sent
yet, then by reversing the transfers. Each part is cut so that the fees on all parts of a release
add up to the fees of the release.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BigIntegerField, F, Sum
from django.db.models.functions import Cast

from accounts.models import User
from contracts.models import Chargeback, Clawback, Milestone, Operation, Payment, Recovery, Release
from contracts.services import outgoing
from marketplace.kit.money import Money

Kind = Operation.Kind
Status = Operation.Status
Source = Recovery.Source
# Given up before Stripe had it, or refused by Stripe.
NOTHING_CAME_OF_IT = (Status.CANCELLED, Status.FAILED)
AMOUNT = Sum(Cast(F("params__amount"), BigIntegerField()), default=0)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one release's price, with both sides' fees on it."""

    release: Release
    gross: Money
    expert_fee: Money
    client_fee: Money

    @property
    def from_expert(self) -> Money:
        """What the expert had of it."""
        return self.gross - self.expert_fee

    @property
    def from_client(self) -> Money:
        """What the client had paid for it."""
        return self.gross + self.client_fee


# --- Sending


def outstanding(release: Release) -> Money:
    """Return what of a release is the expert's and neither with them nor on its way to them."""
    return release.sent - _net_sent(release) - _taken(release)


@transaction.atomic
def send_rest(release: Release, payment: Payment, *, at: datetime) -> None:
    """Decide to send what of a release is outstanding, if anything is; holds the contract's lock.

    A payment that its bank has taken back funds nothing, and no payment funds more than it is: what
    we owe beyond that leaves our own balance.
    """
    rest = outstanding(release)
    if rest.minor > 0:
        is_lost = payment.chargebacks.filter(status=Chargeback.Status.LOST).exists()
        is_beyond = release.recoveries.filter(repaid_minor__gt=0).exists()
        source = None if is_lost or is_beyond else payment
        outgoing.decide_transfer_again(release, source, rest, at=at)


def hold_back(release: Release, *, at: datetime, reason: str) -> None:
    """Cancel what of a release was never sent; it stays the expert's until somebody decides."""
    for operation in release.operations.filter(kind=Kind.TRANSFER, first_sent_at=None):
        if operation.may("cancel"):
            outgoing.cancel(operation, by=None, at=at, reason=reason)


def is_under_way(release: Release) -> bool:
    """Whether a transfer of a release may be with Stripe and nobody knows yet."""
    rows = release.operations.filter(kind=Kind.TRANSFER).exclude(status__in=NOTHING_CAME_OF_IT)
    return rows.filter(moved_at=None, first_sent_at__isnull=False).exists()


# --- Cutting


def of_price(milestone: Milestone, amount: Money) -> list[Part]:
    """Cut an amount of a milestone's price out of its releases, the newest first."""
    parts = []
    for release in _newest_first(milestone):
        left = _left(release)
        part = _part(release, min(left.gross.minor, amount.minor))
        amount -= part.gross
        if part.gross:
            parts.append(part)
    return parts


def of_charge(milestone: Milestone, amount: Money) -> list[Part]:
    """Cut an amount that a client paid, our fee included, out of a milestone's releases."""
    parts = []
    for release in _newest_first(milestone):
        left = _left(release)
        paid = left.from_client.minor
        taken = min(paid, amount.minor)
        if taken <= 0:
            continue
        part = _part(release, left.gross.minor * taken // paid)
        # Of a part, price and fee are rounded apart: what lies between is our fee's.
        fee = Money(taken, amount.currency) - part.gross
        parts.append(Part(release, part.gross, part.expert_fee, fee))
        amount -= parts[-1].from_client
    return parts


def released(milestone: Milestone) -> Money:
    """Return what of a milestone's price was released and has not been taken back."""
    left = (_left(release).gross.minor for release in milestone.releases.all())
    return Money(sum(left), milestone.contract.currency)


def _newest_first(milestone: Milestone) -> list[Release]:
    rows = milestone.releases.select_related("milestone__contract")
    return list(rows.order_by("-number"))


def _left(release: Release) -> Part:
    gone = _gone(release)
    currency = release.gross.currency
    return Part(
        release,
        release.gross - gone.gross,
        Money(release.expert_fee_minor, currency) - gone.expert_fee,
        Money(release.client_fee_minor, currency) - gone.client_fee,
    )


def _part(release: Release, gross_minor: int) -> Part:
    """Cut the next part: its fees are those of all that is gone with it less those gone before."""
    gone, currency = _gone(release), release.gross.currency
    until = gone.gross.minor + gross_minor
    return Part(
        release,
        Money(gross_minor, currency),
        _share(release.expert_fee_minor, until, release) - gone.expert_fee,
        _share(release.client_fee_minor, until, release) - gone.client_fee,
    )


def _share(fee_minor: int, of_gross: int, release: Release) -> Money:
    """Return the fee on a part of a release, rounded half up; on all of it, all of the fee."""
    whole = release.gross_minor
    return Money((2 * fee_minor * of_gross + whole) // (2 * whole), release.gross.currency)


def _gone(release: Release) -> Part:
    rows = release.recoveries.filter(undone_at=None).aggregate(
        gross=Sum("gross_minor", default=0),
        expert_fee=Sum("expert_fee_minor", default=0),
        client_fee=Sum("client_fee_minor", default=0),
    )
    currency = release.gross.currency
    return Part(
        release,
        Money(rows["gross"], currency),
        Money(rows["expert_fee"], currency),
        Money(rows["client_fee"], currency),
    )


# --- Taking


@dataclass(slots=True)
class Taker:
    """Takes the expert's share of parts, and remembers how much their account still has."""

    of: Clawback | Chargeback
    # Names the reversals, once for each transfer.
    purpose: str
    by: User | None
    at: datetime
    # At most so much is on the expert's account, in minor units; nothing if that is not known.
    there: int | None = None

    def take(self, parts: Iterable[Part]) -> list[Recovery]:
        """Take parts: of what was not sent, by reversals, else as a debt; the caller posts."""
        rows = [row for part in parts for row in self._rows(part)]
        return list(Recovery.objects.bulk_create(rows))

    def _rows(self, part: Part) -> list[Recovery]:
        missing = part.from_expert.minor
        rows = []
        if unsent := min(max(outstanding(part.release).minor, 0), missing):
            rows.append(self._row(part, unsent, Source.UNSENT))
            missing -= unsent
        for transfer, reversible in _reversible(part.release):
            amount = min(missing, reversible, missing if self.there is None else self.there)
            if amount > 0:
                rows.append(self._reversal(part, transfer, amount))
                missing -= amount
        if missing or not rows:
            rows.append(self._row(part, missing, Source.DEBT if missing else Source.UNSENT))
        # The fees of a part stand on one of its rows.
        rows[-1].gross_minor += part.expert_fee.minor
        rows[-1].expert_fee_minor = part.expert_fee.minor
        rows[-1].client_fee_minor = part.client_fee.minor
        return rows

    def _reversal(self, part: Part, transfer: Operation, amount: int) -> Recovery:
        if self.there is not None:
            self.there -= amount
        money = Money(amount, part.gross.currency)
        row = self._row(part, amount, Source.REVERSAL)
        row.operation = outgoing.decide_reversal(
            transfer, money, purpose=self.purpose, by=self.by, at=self.at
        )
        return row

    def _row(self, part: Part, amount: int, source: Recovery.Source) -> Recovery:
        return Recovery(
            release=part.release,
            clawback=self.of if isinstance(self.of, Clawback) else None,
            chargeback=self.of if isinstance(self.of, Chargeback) else None,
            gross_minor=amount,
            expert_fee_minor=0,
            client_fee_minor=0,
            source=source,
            created_at=self.at,
        )


def total(rows: Iterable[Recovery], currency: str) -> Money:
    """Add up what the expert bears."""
    return Money(sum(row.gross_minor - row.expert_fee_minor for row in rows), currency)


def _reversible(release: Release) -> list[tuple[Operation, int]]:
    """Return the transfers of a release that Stripe has, with what is left of each to reverse."""
    sent = release.operations.filter(kind=Kind.TRANSFER, moved_at__isnull=False)
    found = []
    for transfer in sent.order_by("-pk"):
        back = transfer.reversals.exclude(status__in=NOTHING_CAME_OF_IT).aggregate(sum=AMOUNT)
        found.append((transfer, transfer.amount.minor - back["sum"]))
    return found


def _net_sent(release: Release) -> Money:
    """Return what was sent, or is on its way, less what has come back."""
    rows = release.operations.exclude(status__in=NOTHING_CAME_OF_IT)
    sent = rows.filter(kind=Kind.TRANSFER).aggregate(sum=AMOUNT)["sum"]
    back = rows.filter(kind=Kind.REVERSAL, moved_at__isnull=False).aggregate(sum=AMOUNT)["sum"]
    return Money(sent - back, release.gross.currency)


def _taken(release: Release) -> Money:
    """Return what is no longer the expert's, less what they got back of a debt that was paid."""
    rows = release.recoveries.all()
    kept = [
        row.amount.minor
        for row in rows
        if row.undone_at is None
        and (
            row.source == Source.UNSENT
            or (row.source == Source.REVERSAL and row.operation and row.operation.moved_at)
        )
    ]
    repaid = sum(row.repaid_minor for row in rows)
    return Money(sum(kept) - repaid, release.gross.currency)
