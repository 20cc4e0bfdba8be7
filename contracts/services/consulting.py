"""Consulting: an expert's price of a consultation, and the times at which they offer one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services.sanctions import refuse_restricted
from contracts.models import Consulting, Slot
from contracts.models.consultation import EARLIEST, LENGTHS
from experts.models import Expert
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money

LATEST = timedelta(days=60)
PRICE_LEAST_MINOR, PRICE_MOST_MINOR = 25_00, 2_000_00


class TimeRefused(DomainError):
    """A time at which nobody can meet, or that overlaps another."""

    code = "time_refused"
    status = 422


class PriceOutOfBounds(DomainError):
    """A price that no consultation may have."""

    code = "price_out_of_bounds"
    status = 422
    sentence = gettext_lazy("Enter a price from $25.00 to $2,000.00 for thirty minutes.")


@transaction.atomic
def set_price(expert: Expert, price: Money, *, by: User) -> Consulting:
    """Offer consultations at a price for thirty minutes; booked ones keep theirs.

    :raises PermissionDenied: unless `by` is the expert.
    :raises PriceOutOfBounds: unless it is within the bounds.
    """
    _refuse_others(expert, by)
    if not PRICE_LEAST_MINOR <= price.minor <= PRICE_MOST_MINOR:
        raise PriceOutOfBounds
    values = {"price_minor": price.minor, "currency": price.currency, "is_open": True}
    return Consulting.objects.update_or_create(expert=expert, defaults=values)[0]


@transaction.atomic
def stop(expert: Expert, *, by: User) -> None:
    """Offer consultations no longer, until a price is set again; what is booked stays booked.

    :raises PermissionDenied: unless `by` is the expert.
    """
    _refuse_others(expert, by)
    Consulting.objects.filter(expert=expert).update(is_open=False)


@transaction.atomic
def offer_times(
    expert: Expert, starts: Sequence[datetime], *, minutes: int, by: User, at: datetime
) -> list[Slot]:
    """Offer times; a client may book each for itself.

    :raises PermissionDenied: unless `by` is the expert.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    :raises TimeRefused: for one too near, too far away, of no known length, or over another.
    """
    _refuse_others(expert, by)
    Expert.objects.select_for_update(no_key=True).get(pk=expert.pk)
    refuse_restricted(by)
    found = []
    for start in sorted(starts):
        if minutes not in LENGTHS or not at + EARLIEST <= start <= at + LATEST:
            raise TimeRefused(_("Offer times from two hours on and within the next 60 days."))
        slot = Slot(expert=expert, starts_at=start, minutes=minutes, created_at=at)
        near = expert.slots.filter(withdrawn_at=None, starts_at__lt=slot.ends_at)
        near = near.filter(starts_at__gt=start - timedelta(minutes=max(LENGTHS)))
        if any(other.ends_at > start for other in near):
            raise TimeRefused(_("One of these times overlaps another that you offer."))
        slot.save()
        found.append(slot)
    return found


@transaction.atomic
def withdraw_time(slot: Slot, *, by: User, at: datetime) -> None:
    """Take a time from the list; a consultation that is booked for it stays booked.

    :raises PermissionDenied: unless `by` is the expert.
    """
    _refuse_others(slot.expert, by)
    Slot.objects.filter(pk=slot.pk, withdrawn_at=None).update(withdrawn_at=at)


def _refuse_others(expert: Expert, by: User) -> None:
    if expert.user_id != by.pk:
        raise PermissionDenied
