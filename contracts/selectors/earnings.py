"""Reads of what an expert has earned, and of the account it is paid to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from contracts.models import Milestone, Operation, PayoutAccount, Release
from contracts.selectors.contracts import HELD
from experts.models import Expert
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import in_reader_zone, month_text


@dataclass(frozen=True, slots=True)
class Payout:
    """One release and the transfer that takes it to the expert's account."""

    release: Release
    transfer: Operation

    @property
    def net(self) -> Money:
        """What the expert gets of it, after our fee."""
        return self.release.net

    @property
    def fee(self) -> Money:
        """What we keep of it."""
        return Money(self.release.expert_fee_minor, self.net.currency)

    @property
    def label(self) -> str:
        """Where the transfer stands, in the expert's words."""
        return {
            Operation.Status.SUCCEEDED: _("Paid"),
            Operation.Status.BLOCKED: _("Waiting for your payout account"),
            Operation.Status.FROZEN: _("We are looking at it"),
        }.get(Operation.Status(self.transfer.status), _("On its way"))


@dataclass(frozen=True, slots=True)
class Earnings:
    """What an expert has earned, after our fee, by where it is; `months` are the last twelve."""

    held: Money
    on_its_way: Money
    blocked: Money
    paid: Money
    payouts: Sequence[Payout]
    months: Sequence[tuple[str, Money, Money]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not self.payouts and not self.held


def earnings(expert: Expert, *, currency: str, at: datetime) -> Earnings:
    """Return what this expert has earned, in two queries."""
    payouts = _payouts(expert)
    held = _held_for(expert)

    def total(*statuses: str) -> Money:
        return total_of((row.net for row in payouts if row.transfer.status in statuses), currency)

    paid = total(Operation.Status.SUCCEEDED)
    blocked = total(Operation.Status.BLOCKED)
    released = total_of((row.net for row in payouts), currency)
    return Earnings(
        held=total_of((_net(row) for row in held), currency),
        on_its_way=released - paid - blocked,
        blocked=blocked,
        paid=paid,
        payouts=payouts,
        months=_months(payouts, held, currency, at),
    )


def can_be_paid(user: User) -> bool:
    """Whether transfers to this expert arrive, as we last saw it."""
    return PayoutAccount.objects.filter(expert__user=user, can_receive=True).exists()


def payout_account(expert: Expert) -> PayoutAccount | None:
    """Return the expert's account at Stripe as we last saw it, if there is one."""
    return PayoutAccount.objects.filter(expert=expert).first()


def _payouts(expert: Expert) -> list[Payout]:
    transfers = Operation.objects.filter(contract__expert=expert, release__isnull=False)
    related = transfers.select_related("release__milestone__contract__organisation")
    return [
        Payout(row.release, row) for row in related.order_by("-release__created_at") if row.release
    ]


def _held_for(expert: Expert) -> list[Milestone]:
    held = Milestone.objects.filter(contract__expert=expert, status__in=HELD)
    return list(held.select_related("contract"))


def _net(milestone: Milestone) -> Money:
    _fee, rest = milestone.amount.split(milestone.contract.expert_fee_bps)
    return rest


def _months(
    payouts: Iterable[Payout], held: Iterable[Milestone], currency: str, at: datetime
) -> list[tuple[str, Money, Money]]:
    """Return (month, paid, held) of the last twelve months in the reader's calendar."""
    paid_in = [
        (in_reader_zone(row.release.created_at), row.net)
        for row in payouts
        if row.transfer.status == Operation.Status.SUCCEEDED
    ]
    held_in = [(in_reader_zone(row.funded_at), _net(row)) for row in held if row.funded_at]
    return [
        (month_text(month), _sum_of(month, paid_in, currency), _sum_of(month, held_in, currency))
        for month in _last_twelve(in_reader_zone(at).date())
    ]


def _sum_of(month: date, amounts: Iterable[tuple[datetime, Money]], currency: str) -> Money:
    of_month = (
        net for when, net in amounts if (when.year, when.month) == (month.year, month.month)
    )
    return total_of(of_month, currency)


def _last_twelve(today: date) -> list[date]:
    """Return the first day of this month and of the eleven before it, oldest first."""
    counted = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(counted - 11, counted + 1)]
