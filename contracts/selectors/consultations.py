"""Reads of consultations: the times that are free, and one on both sides' clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from contracts.models import Consultation, Consulting, Payment, Slot
from contracts.models.consultation import EARLIEST, FREE_TO_CANCEL, GRACE, TAKES_THE_TIME
from contracts.models.payment import LIVE_PAYMENTS
from contracts.selectors.prices import Price, price
from contracts.selectors.steps import Side
from experts.models import Expert
from marketplace.kit import ical
from marketplace.kit.words import deadline_text

Status = Consultation.Status


@dataclass(frozen=True, slots=True)
class Time:
    """A time on the reader's clock, and on the other side's."""

    slot: Slot
    yours: str
    theirs: str
    price: Price | None


def on_both_clocks(slot: Slot, other_zone: str, price: Price | None = None) -> Time:
    """Write a time as the reader's clock shows it, and as the other's does."""
    with timezone.override(other_zone):
        theirs = deadline_text(slot.starts_at)
    return Time(slot, deadline_text(slot.starts_at), theirs, price)


def free_times(expert: Expert, client: Organisation, *, at: datetime) -> list[Time]:
    """Return what a client can book now; one they left unpaid is theirs to go on with."""
    consulting = terms_of(expert)
    if consulting is None or not consulting.is_open:
        return []
    taken = Consultation.objects.filter(slot__expert=expert, status__in=TAKES_THE_TIME)
    taken = taken.exclude(status=Status.PAYING, contract__organisation=client)
    rows = expert.slots.filter(withdrawn_at=None, starts_at__gte=at + EARLIEST)
    return [
        on_both_clocks(row, expert.time_zone, _price(consulting, row))
        for row in rows.exclude(pk__in=taken.values("slot"))
    ]


def _price(consulting: Consulting, slot: Slot) -> Price:
    return price(consulting.price_of(slot.minutes), bps=settings.CLIENT_FEE_BPS)


def terms_of(expert: Expert) -> Consulting | None:
    """Return an expert's price, if they give consultations."""
    return Consulting.objects.filter(expert=expert).first()


def own_times(expert: Expert, *, at: datetime) -> Sequence[Slot]:
    """Return the times an expert offers from now on; those booked carry their consultation."""
    rows = expert.slots.filter(withdrawn_at=None, starts_at__gt=at).prefetch_related(
        "consultations"
    )
    found = list(rows)
    for row in found:
        live = [one for one in row.consultations.all() if one.status in TAKES_THE_TIME]
        row.booking = live[0] if live else None  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True, slots=True)
class May:
    """What one reader may do with a consultation as it stands."""

    cancel: bool
    give: bool
    report_client: bool
    report_expert: bool


def may(row: Consultation, side: str, *, at: datetime) -> May:
    """Gather what the page offers."""
    is_expert, is_booked = side == Side.EXPERT, row.status == Status.BOOKED
    has_begun, is_late = at >= row.slot.starts_at, at >= row.slot.starts_at + GRACE
    in_time = row.slot.starts_at - at >= FREE_TO_CANCEL
    return May(
        cancel=is_booked and (is_expert or in_time),
        give=is_expert and has_begun and row.may("give"),
        report_client=is_expert and is_booked and is_late,
        report_expert=not is_expert and is_booked and is_late,
    )


@dataclass(frozen=True, slots=True)
class ToPay:
    """What a booking waits for before it is one."""

    price: Price
    until: datetime | None
    # The page at Stripe, once there is one.
    payment: Payment | None


def to_pay(row: Consultation) -> ToPay | None:
    """Return what is to be paid for a time, and until when it is kept; nothing once it is."""
    if row.status != Status.PAYING:
        return None
    milestone, bps = row.milestone, row.contract.client_fee_bps
    live = milestone.payments.filter(status__in=LIVE_PAYMENTS).first()
    until = live.expires_at if live else row.due_at
    return ToPay(price=price(milestone.amount, bps=bps), until=until, payment=live)


def calendar(row: Consultation, *, url: str, at: datetime) -> bytes:
    """Return a calendar file; its words name the moment on both clocks."""
    contract = row.contract
    with timezone.override(contract.expert.time_zone):
        theirs = deadline_text(row.slot.starts_at)
    words = {
        "expert": contract.expert.name,
        "client": contract.organisation.name,
        "here": deadline_text(row.slot.starts_at),
        "there": theirs,
    }
    return ical.event(
        uid=f"{row.public_id}@{settings.SITE_URL.rpartition('//')[2]}",
        starts_at=row.slot.starts_at,
        ends_at=row.slot.ends_at,
        at=at,
        title=_("Consultation: %(client)s and %(expert)s") % words,
        text=_("%(here)s, for %(expert)s: %(there)s") % words,
        url=url,
    )
