"""An expert's account at Stripe: opened, mirrored, and what waits for it woken when it is ready."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts import gateway
from contracts.models import Operation, PayoutAccount
from experts.models import Expert
from marketplace.kit.errors import DomainError

# Money that waits for an account has us look at it this often, should its webhooks be lost.
LOOK_AGAIN = timedelta(minutes=10)


class OnboardingUnavailable(DomainError):
    """Stripe did not open the pages on which an expert sets up payouts."""

    status = 503
    code = "onboarding_unavailable"
    sentence = _("Our payment provider does not answer at the moment. Try again in a minute.")


def start(expert: Expert, *, by: User, at: datetime) -> str:
    """Return the address where the expert tells Stripe who they are; it works once.

    :raises PermissionDenied: unless `by` is the expert.
    :raises OnboardingUnavailable: if Stripe gives none now.
    """
    if expert.user_id != by.pk:
        raise PermissionDenied
    try:
        account = _opened(expert, at)
        return gateway.provider().onboarding_link(
            account.stripe_id,
            return_url=settings.SITE_URL + reverse("contracts:payouts"),
            # A link works once, so every visit is a new wish.
            key=f"link:{expert.public_id}:{int(at.timestamp())}",
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
    account.country = seen.country or account.country
    account.can_receive = seen.can_receive
    account.requirements_due = list(seen.requirements_due)
    account.is_closed = seen.is_closed
    account.checked_at = at
    account.save()
    if account.can_receive:
        _wake_blocked(account, at)
    return account


def _opened(expert: Expert, at: datetime) -> PayoutAccount:
    """Find the expert's account or open one; the key makes two clicks one account."""
    if account := PayoutAccount.objects.filter(expert=expert).first():
        return account
    seen = gateway.provider().open_account(
        expert_id=expert.public_id,
        email=expert.user.email,
        name=expert.name,
        country=expert.country,
        currency=settings.CURRENCY,
        key=f"acct:{expert.public_id}:1",
    )
    account, _is_new = PayoutAccount.objects.get_or_create(
        expert=expert,
        defaults={
            "stripe_id": seen.id,
            "country": seen.country,
            "created_at": at,
            "checked_at": at,
        },
    )
    return settle(account, seen, at=at)


def _wake_blocked(account: PayoutAccount, at: datetime) -> None:
    waiting = Operation.objects.select_for_update(no_key=True, of=("self",)).filter(
        status=Operation.Status.BLOCKED, contract__expert=account.expert_id
    )
    for operation in waiting.order_by("pk"):
        operation.due_at = at
        operation.save(update_fields=["due_at"])
        operation.move("wake", by=None, at=at)
