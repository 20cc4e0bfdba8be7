"""An expert's account at Stripe: opened, mirrored, and what waits for it woken when it is ready."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit, second_factors
from contracts import gateway, policies
from contracts.models import FormerPayoutAccount, Operation, PayoutAccount
from contracts.services import operation_notices, payout_notices
from experts.models import Expert
from marketplace.kit.errors import DomainError
from marketplace.kit.states import IllegalMove

# After how many days of waiting the expert, and then our staff, are told of money nobody receives.
REMIND_EXPERT, ALERT_STAFF = 30, (60, 80)
# How long nothing is sent after the bank details behind an account, or the account, were replaced.
NEW_DETAILS_WAIT = timedelta(hours=72)
# Money that waits for an account has us look at it this often, should its webhooks be lost.
LOOK_AGAIN = timedelta(minutes=10)


class AccountWasRejected(DomainError):
    """The payment provider does not take this person; another account would be the same person."""

    code = "account_was_rejected"
    sentence = _("Our payment provider does not accept this payout account. Please write to us.")


class OnboardingUnavailable(DomainError):
    """Stripe did not open the pages on which an expert sets up payouts."""

    status = 503
    code = "onboarding_unavailable"
    sentence = _("Our payment provider does not answer at the moment. Try again in a minute.")


def start(expert: Expert, *, by: User, at: datetime) -> str:
    """Return the address where the expert tells Stripe who they are; it works once.

    An account that was closed is replaced by a new one.

    :raises PermissionDenied: unless `by` is the expert.
    :raises SecondFactorFirst: when a password alone opens their account.
    :raises AccountWasRejected: if Stripe has refused the expert for good.
    :raises OnboardingUnavailable: if Stripe gives none now.
    """
    if expert.user_id != by.pk:
        raise PermissionDenied
    second_factors.demand(by)
    try:
        account = _opened(expert, at)
        return gateway.provider().onboarding_link(
            account.stripe_id,
            return_url=settings.SITE_URL + reverse("contracts:payouts"),
            refresh_url=settings.SITE_URL + reverse("contracts:start-payouts-again"),
            # A link works once, so every visit is a new wish.
            key=f"link:{account.stripe_id}:{int(at.timestamp())}",
        )
    except gateway.GatewayError as error:
        raise OnboardingUnavailable from error


def sync(account: PayoutAccount, *, at: datetime) -> PayoutAccount:
    """Ask Stripe how an account stands, and take note.

    :raises GatewayError: if Stripe does not say.
    """
    return settle(account, gateway.provider().account(account.stripe_id), at=at)


def awaited(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of accounts that money waits for and nobody has looked at for a while."""
    rows = PayoutAccount.objects.filter(
        expert__contracts__operations__status=Operation.Status.BLOCKED,
        checked_at__lte=at - LOOK_AGAIN,
    )
    return list(rows.order_by("checked_at").values_list("pk", flat=True).distinct()[:limit])


@transaction.atomic
def settle(account: PayoutAccount, seen: gateway.Account, *, at: datetime) -> PayoutAccount:
    """Take note of how an account stood at `at`; an answer older than the last one is dropped."""
    account = PayoutAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.checked_at > at:
        return account
    if account.stripe_id != seen.id:
        # It has been replaced while we asked.
        return account
    before = account.can_receive
    account.country = seen.country or account.country
    account.can_receive = seen.can_receive
    account.requirements_due = list(seen.requirements_due)
    account.is_closed = seen.is_closed
    account.is_rejected = seen.is_rejected
    account.checked_at = at
    account.save()
    if account.takes_money(at):
        _wake_blocked(account, at)
    if account.can_receive != before:
        payout_notices.account_has_changed(account, at)
    return account


@transaction.atomic
def note_new_details(
    account: PayoutAccount, *, source: str, at: datetime, bank: str = "", is_new: bool = False
) -> None:
    """Tell an expert that where they are paid has changed, and send nothing there for three days.

    So whoever got into an account is not paid before its owner has read the mail.

    :param bank: Stripe's name for the bank account, the same for whoever uses it.
    :param is_new: whether details were added, not replaced; the first ones hold nothing up.
    """
    account = PayoutAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.details_at or not is_new:
        account.held_until = at + NEW_DETAILS_WAIT
    account.details_at = account.details_at or at
    account.bank = bank or account.bank
    account.save(update_fields=["details_at", "held_until", "bank"])
    audit.note(audit.Act.BANK, by=None, of=[account.expert.user], at=at)
    payout_notices.details_have_changed(account, source, at)


def remind_of_blocked(*, at: datetime) -> None:
    """Tell the expert, and later our staff, of money that waits for an account; each once."""
    blocked = Operation.objects.filter(
        kind=Operation.Kind.TRANSFER,
        status=Operation.Status.BLOCKED,
        created_at__lte=at - timedelta(days=REMIND_EXPERT),
    )
    for operation in blocked.select_related("release__milestone__contract__expert__user"):
        operation_notices.payout_still_waits(operation, REMIND_EXPERT, at)
        waited = (at - operation.created_at).days
        if days := max((days for days in ALERT_STAFF if days <= waited), default=0):
            operation_notices.payout_needs_a_person(operation, days, at)


@transaction.atomic
def send_to_new_account(operation: Operation, *, by: User, at: datetime) -> Operation:
    """Let money that was decided for a closed account go to the one that replaced it.

    :raises PermissionDenied: unless `by` is staff who watch the money.
    :raises IllegalMove: if it may be under way, or its account was not replaced.
    """
    operation = Operation.objects.select_for_update(no_key=True, of=("self",)).get(pk=operation.pk)
    if not policies.may_watch_money(by):
        raise PermissionDenied
    account = PayoutAccount.objects.get(expert__contracts=operation.contract_id)
    is_for_former = FormerPayoutAccount.objects.filter(
        expert=account.expert_id, stripe_id=operation.params.get("destination", "")
    ).exists()
    is_unsent = operation.status == Operation.Status.BLOCKED and operation.first_sent_at is None
    if not is_for_former or not is_unsent:
        raise IllegalMove
    operation.params["destination"] = account.stripe_id
    operation.due_at = at
    operation.save(update_fields=["params", "due_at"])
    operation.move("wake", by=by, at=at, reason=f"now to {account.stripe_id}")
    return operation


def _opened(expert: Expert, at: datetime) -> PayoutAccount:
    """Find the expert's account, or open one; the key makes two clicks one account."""
    account = PayoutAccount.objects.filter(expert=expert).first()
    if account and account.is_rejected:
        raise AccountWasRejected
    if account and not account.is_closed:
        return account
    seen = gateway.provider().open_account(
        expert_id=expert.public_id,
        email=expert.user.email,
        name=expert.name,
        country=expert.country,
        currency=settings.CURRENCY,
        key=f"acct:{expert.public_id}:{expert.former_payout_accounts.count() + 1 + bool(account)}",
    )
    return settle(_kept(expert, seen, at), seen, at=at)


@transaction.atomic
def _kept(expert: Expert, seen: gateway.Account, at: datetime) -> PayoutAccount:
    """Write down a new account; the one it replaces is remembered."""
    account, is_new = PayoutAccount.objects.select_for_update(no_key=True).get_or_create(
        expert=expert,
        defaults={
            "stripe_id": seen.id,
            "country": seen.country,
            "created_at": at,
            "checked_at": at,
        },
    )
    if not is_new and account.stripe_id != seen.id:
        FormerPayoutAccount.objects.create(
            expert=expert, stripe_id=account.stripe_id, replaced_at=at
        )
        account.stripe_id, account.created_at, account.checked_at = seen.id, at, at
        account.details_at, account.held_until = None, at + NEW_DETAILS_WAIT
        account.save(
            update_fields=["stripe_id", "created_at", "checked_at", "details_at", "held_until"]
        )
        payout_notices.account_was_replaced(account, at)
    return account


def _wake_blocked(account: PayoutAccount, at: datetime) -> None:
    waiting = Operation.objects.select_for_update(no_key=True, of=("self",)).filter(
        status=Operation.Status.BLOCKED, contract__expert=account.expert_id
    )
    # Money decided for an account that was replaced waits for a person to say where it goes.
    mine = Q(params__destination="") | Q(params__destination=account.stripe_id)
    for operation in waiting.filter(mine).order_by("pk"):
        operation.due_at = at
        operation.save(update_fields=["due_at"])
        operation.move("wake", by=None, at=at)
