"""What those on our staff who watch the money are told."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, User
from accounts.models.user import FINANCE
from accounts.services.notifications import Message, in_readers_languages
from contracts.models import Difference
from contracts.services.telling import tell
from marketplace.kit.money import Money
from marketplace.kit.words import day_text, money_text


@in_readers_languages
def money_moved_outside(stripe_id: str, amount: Money, at: datetime) -> None:
    """Tell our staff that somebody moved money at Stripe itself."""
    values = {"object": stripe_id, "amount": money_text(amount)}
    tell_finance(
        key=f"outside:{stripe_id}",
        subject=_("Moved at Stripe, not by us: %(amount)s") % values,
        body=_("%(object)s is in our books now. Find out who did it, and why.") % values,
        url=reverse("admin:index"),
        at=at,
    )


@in_readers_languages
def differences_were_found(found: Iterable[Difference], at: datetime) -> None:
    """Tell our staff on what Stripe's book and ours do not agree."""
    rows = list(found)
    values = {"count": len(rows), "day": day_text(rows[0].day)}
    tell_finance(
        key=f"differences:{rows[0].public_id}",
        subject=_("Reconciliation of %(day)s: %(count)d to explain") % values,
        body="\n".join(f"{row.get_kind_display()}: {row.about}" for row in rows[:20]),
        url=reverse("admin:differences:index"),
        at=at,
    )


@in_readers_languages
def cards_are_tested(at: datetime) -> None:
    """Tell our staff, once an hour, that somebody tries out cards."""
    tell_finance(
        key=f"card-testing:{at:%Y%m%d%H}",
        subject=_("Somebody is trying out cards"),
        body=_(
            "Banks refuse more cards than they accept. Clients who have never paid open no payment"
            " page until that ends. Look at Stripe's Radar, and block what the attempts have in"
            " common."
        ),
        url=reverse("admin:payments:index"),
        at=at,
    )


@in_readers_languages
def tell_finance(*, key: str, subject: str, body: str, url: str, at: datetime) -> None:
    """Tell everybody on our staff who watches the money."""

    def write(user: User) -> Message:
        return Message(
            user=user,
            kind=Kind.MONEY,
            key=key,
            subject=subject,
            body=body,
            url=url,
            action=_("Open the desk"),
        )

    tell(finance(), write, at)


def finance() -> Iterable[User]:
    """Return those on our staff who watch the money."""
    on_duty = Q(groups__name=FINANCE) | Q(is_superuser=True)
    return User.objects.filter(on_duty, is_staff=True, is_active=True).distinct()
