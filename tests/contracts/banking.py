"""What tests of chargebacks and clawbacks share: a bank that acts, and books that agree."""

from datetime import datetime

from django.conf import settings
from stripe import StripeClient

from accounts.models import User
from contracts import gateway, invariants
from contracts.models import Chargeback, Clawback, Milestone, Operation, Payment
from contracts.services import chargebacks, clawbacks, funding, ledger
from marketplace.kit.money import Money
from marketplace.local.fakestripe.remote import Remote
from tests.conftest import NOON


def usd(minor: int) -> Money:
    """Write an amount as short as it is read."""
    return Money(minor, "usd")


class Bank:
    """The client's bank at the stand-in, with us taking note of each of its steps."""

    def __init__(self, stripe: Remote) -> None:
        self.stripe = stripe

    def brings(
        self, payment: Payment, stage: str = "needs_response", *, at: datetime = NOON, **details
    ) -> Chargeback:
        """Open a chargeback, or bring it further; return it as we have it then."""
        dispute = self.says(payment, stage, **details)
        seen = chargebacks.look(dispute["id"])
        row = chargebacks.settle(payment, seen, at=at)
        row.refresh_from_db()
        return row

    def says(self, payment: Payment, stage: str = "needs_response", **details):
        """Do it at Stripe alone."""
        return self.stripe.dispute(payment.charge_id, stage, **details)


CREDITS = frozenset(["escrow", "fee_deferred", "payable", "refund_payable", "fee_revenue"])


def pots(*names: str) -> dict[str, int]:
    """Return what is in these pots, over all their accounts, read from what each is."""
    found = dict.fromkeys(names, 0)
    for code, amount in ledger.trial_balance().items():
        pot = code.partition(":")[0]
        if pot in found:
            is_credit = pot in {
                "escrow",
                "fee_deferred",
                "payable",
                "refund_payable",
                "fee_revenue",
            }
            found[pot] += -amount.minor if is_credit else amount.minor
    return found


def books_agree() -> bool:
    """Whether our books and Stripe's say the same of our balance."""
    theirs = {code: found.total for code, found in gateway.provider().balance().items()}
    return invariants.differences(theirs) == []


def paid(stripe: Remote, milestone: Milestone, *, by: User, at: datetime = NOON) -> Payment:
    """Let the client pay for a milestone at the stand-in, and take note of it."""
    funding.checkout_url(milestone, by=by, at=at)
    payment = milestone.payments.get()
    stripe.pay(payment.session_id)
    payment = funding.sync(payment, at=at)
    milestone.refresh_from_db()
    return payment


def operations(kind: str) -> list[tuple[int, str]]:
    """Return the operations of a kind with where they stand."""
    rows = Operation.objects.filter(kind=kind).order_by("pk")
    return [(row.amount.minor, row.status) for row in rows]


def dispute(chargeback: Chargeback):
    """Return a chargeback as Stripe has it."""
    client = StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses=dict.fromkeys(
            ("api", "connect", "files", "meter_events"), settings.STRIPE_API_BASE
        ),
    )
    return client.v1.disputes.retrieve(chargeback.stripe_id).to_dict()


def refund(stripe_id: str) -> gateway.Refund:
    """Return a refund as Stripe has it."""
    return gateway.provider().refund_by_id(stripe_id)


def given_back(milestone: Milestone, amount: Money, *, by: User) -> Clawback:
    """Let the expert give released money back."""
    return clawbacks.give_back(milestone, amount, reason="We agreed on less.", by=by, at=NOON)
