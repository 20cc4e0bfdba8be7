"""Consultations: a client books a time that an expert offers and pays ahead, and it takes place.

A consultation is a contract with one milestone. Saying that it took place hands the milestone in;
from there it is work like any other: the client approves, objects, disputes or says nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies as people
from accounts.models import Organisation, User
from accounts.selectors import membership
from accounts.services.sanctions import refuse_restricted
from contracts import policies
from contracts.models import Consultation, Consulting, Contract, Milestone, Payment, Refund, Slot
from contracts.models.consultation import BOOKED_FIRST, EARLIEST, FREE_TO_CANCEL, GRACE
from contracts.models.payment import LIVE_PAYMENTS
from contracts.services import consultation_notices, contracts, funding, links, milestones, terms
from contracts.services.terms import Word
from marketplace.kit.errors import DomainError

Status = Consultation.Status
REVIEW_DAYS = 3
# How long the expert may contradict, and how long both may say nothing after the end.
CONTRADICT_WITHIN = timedelta(hours=24)
SAY_WITHIN = timedelta(days=7)


class TimeIsTaken(DomainError):
    """Somebody else has booked it, or it is no longer offered."""

    code = "time_is_taken"
    sentence = gettext_lazy(
        "This time has just been taken, or is no longer offered. Choose another."
    )


class TooLateToCancel(DomainError):
    """Within a day of it, the time is the expert's loss."""

    code = "too_late_to_cancel"
    sentence = gettext_lazy("It begins within 24 hours, so only the expert can cancel it now.")


class TooEarly(DomainError):
    """Nobody can say how it went before it went."""

    code = "too_early"
    sentence = gettext_lazy("You can say that once it has begun.")


# --- Booking


def checkout_url(
    slot: Slot, *, organisation: Organisation, question: str, by: User, at: datetime
) -> str:
    """Book a time and return the address of the page on which it is paid for.

    :raises PermissionDenied: unless `by` moves money for the client, and is not the expert.
    :raises AccountIsRestricted: while a sanction of theirs is in force.
    :raises SidesAreOne: when the organisation and the expert are one person or business.
    :raises TimeIsTaken: when another has it, or it is not offered any more.
    :raises PaymentPageUnavailable: if Stripe opens none now; the time is kept as long as a page
        would have been open.
    """
    consultation = _take(slot, organisation, question, by=by, at=at)
    return funding.checkout_url(consultation.milestone, by=by, at=at)


@transaction.atomic
def _take(
    slot: Slot, organisation: Organisation, question: str, *, by: User, at: datetime
) -> Consultation:
    slot = _held_to_book(slot, organisation, by, at)
    consulting = Consulting.objects.filter(expert=slot.expert, is_open=True).first()
    takes_work = people.may_begin_anew(slot.expert.user)
    is_offered = takes_work and slot.withdrawn_at is None and slot.starts_at >= at + EARLIEST
    if consulting is None or not is_offered:
        raise TimeIsTaken
    same = slot.consultations.filter(status=Status.PAYING, contract__organisation=organisation)
    if begun := same.select_related("contract").first():
        return begun
    try:
        with transaction.atomic():
            return _write(slot, consulting, organisation, question, by=by, at=at)
    except IntegrityError as error:
        if "offered_slot_taken_once" not in str(error):
            raise
        raise TimeIsTaken from error


def _held_to_book(slot: Slot, organisation: Organisation, by: User, at: datetime) -> Slot:
    """Take the time's row for somebody who may book it when it comes."""
    slot = (
        Slot.objects.select_for_update(no_key=True).select_related("expert__user").get(pk=slot.pk)
    )
    if not policies.may_fund(membership(by, organisation)) or slot.expert.user_id == by.pk:
        raise PermissionDenied
    refuse_restricted(by)
    links.refuse_one(organisation, slot.expert, at=at)
    return slot


def _write(
    slot: Slot,
    consulting: Consulting,
    organisation: Organisation,
    question: str,
    *,
    by: User,
    at: datetime,
) -> Consultation:
    title = _("Consultation of %(minutes)d minutes") % {"minutes": slot.minutes}
    contract = Contract.objects.create(
        kind=Contract.Kind.CONSULTATION,
        organisation=organisation,
        expert=slot.expert,
        title=title,
        currency=consulting.currency,
        client_fee_bps=settings.CLIENT_FEE_BPS,
        expert_fee_bps=settings.EXPERT_FEE_BPS,
        review_window_days=REVIEW_DAYS,
        started_at=at,
    )
    Milestone.objects.create(
        contract=contract,
        position=BOOKED_FIRST,
        title=title,
        amount_minor=consulting.price_of(slot.minutes).minor,
        due_on=slot.ends_at.date(),
    )
    said = Word(slot.expert.user, slot.created_at)
    terms.record(contract, client=Word(by, at), expert=said)
    row = Consultation.objects.create(
        slot=slot, contract=contract, question=question, due_at=at + funding.PAGE_IS_OPEN
    )
    contract.move("start", by=by, at=at)
    return row


@transaction.atomic
def note_payment(milestone: Milestone, *, at: datetime) -> None:
    """Take note that a consultation was paid for."""
    row = _booked_with(milestone)
    if row is not None and row.may("book"):
        row.due_at = row.slot.ends_at + SAY_WITHIN
        row.save(update_fields=["due_at"])
        row.move("book", by=None, at=at)
        consultation_notices.was_booked(row, at)


@transaction.atomic
def note_work(milestone: Milestone, *, at: datetime) -> None:
    """Take note that notes were handed in as work: it took place."""
    _note(milestone, "give", at)


@transaction.atomic
def note_return(milestone: Milestone, *, at: datetime) -> None:
    """Take note that its money went another way, or that it was given up."""
    _note(milestone, "lapse", at)
    _note(milestone, "give_back", at)


def _note(milestone: Milestone, verb: str, at: datetime) -> None:
    row = _booked_with(milestone)
    if row is not None and row.may(verb):
        row.due_at = None
        row.save(update_fields=["due_at"])
        row.move(verb, by=None, at=at)


@transaction.atomic
def lapse(milestone: Milestone, *, at: datetime) -> None:
    """Let go of a time that was not paid for: it is free for others again."""
    row = _booked_with(milestone)
    if row is None or not row.may("lapse"):
        return
    row.due_at = None
    row.save(update_fields=["due_at"])
    row.move("lapse", by=None, at=at)
    milestone = row.milestone
    if milestone.may("cancel"):
        milestone.move("cancel", by=None, at=at)
    contracts.close_if_over(row.contract, by=None, at=at)


@transaction.atomic
def lapse_unopened(consultation: Consultation, *, at: datetime) -> None:
    """Free a time for which no payment page was opened, once one would have closed."""
    contracts.hold(consultation.contract)
    row = _unopened(at).select_related("contract").filter(pk=consultation.pk).first()
    if row is not None:
        lapse(row.milestone, at=at)


def unopened(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of times that are kept for nobody: no page, and none to come."""
    return list(_unopened(at).order_by("due_at").values_list("pk", flat=True)[:limit])


def _unopened(at: datetime) -> QuerySet[Consultation]:
    """What a page was opened for ends by Stripe's word instead: it may have been paid."""
    page = Payment.objects.filter(
        milestone__contract=OuterRef("contract"),
        status__in=LIVE_PAYMENTS,
        session_id__isnull=False,
    )
    return Consultation.objects.filter(~Exists(page), status=Status.PAYING, due_at__lte=at)


# --- What becomes of it


@transaction.atomic
def cancel(consultation: Consultation, *, by: User, at: datetime) -> Consultation:
    """Call it off; all of the money goes back.

    :raises PermissionDenied: unless `by` is the expert, or hires or pays for the client.
    :raises TooLateToCancel: for the client, within a day of it.
    :raises IllegalMove: unless it is booked.
    :raises ContractIsFrozen: while somebody looks at the contract.
    """
    row, is_expert = _held(consultation, by)
    if row.may("cancel") and not is_expert and row.slot.starts_at - at < FREE_TO_CANCEL:
        raise TooLateToCancel
    return _return(row, "cancel", by=by, at=at)


@transaction.atomic
def give(consultation: Consultation, *, notes: str, by: User, at: datetime) -> Consultation:
    """Say that it took place and hand in notes; the client has three days to object.

    :raises PermissionDenied: unless `by` is the expert.
    :raises TooEarly: before it has begun.
    :raises IllegalMove: unless it is booked, or the client says that the expert did not come.
    """
    return _hand_in(consultation, "give", notes, by=by, at=at)


@transaction.atomic
def report_client(consultation: Consultation, *, by: User, at: datetime) -> Consultation:
    """Say that the client did not come; they have three days to object, else it is paid.

    :raises PermissionDenied: unless `by` is the expert.
    :raises TooEarly: until a quarter of an hour after it was to begin.
    :raises IllegalMove: unless it is booked.
    """
    note = _("The client did not come to the consultation.")
    return _hand_in(consultation, "report_client", note, by=by, at=at)


@transaction.atomic
def report_expert(consultation: Consultation, *, by: User, at: datetime) -> Consultation:
    """Say that the expert did not come; unless they contradict within a day, the money goes back.

    :raises PermissionDenied: unless `by` hires or pays for the client.
    :raises TooEarly: until a quarter of an hour after it was to begin.
    :raises IllegalMove: unless it is booked.
    """
    row, is_expert = _held(consultation, by)
    if is_expert:
        raise PermissionDenied
    if at < row.slot.starts_at + GRACE:
        raise TooEarly
    row.move("report_expert", by=by, at=at)
    row.due_at = at + CONTRADICT_WITHIN
    row.save(update_fields=["due_at"])
    consultation_notices.expert_did_not_come(row, at)
    return row


@transaction.atomic
def give_back_unsaid(consultation: Consultation, *, at: datetime) -> Consultation | None:
    """Return the money of one of which nobody has said in time that it took place."""
    contract = contracts.hold(consultation.contract)
    row = _fresh_of(contract)
    is_due = row is not None and row.due_at is not None and row.due_at <= at
    if row is None or not is_due or not row.may("give_back") or contract.is_frozen:
        return None
    milestone = row.milestone
    return _return(row, "give_back", by=None, at=at) if milestone.may("refund") else None


def unsaid(*, at: datetime, limit: int = 200) -> list[int]:
    """Return the keys of consultations of which nobody has said in time how they went."""
    rows = Consultation.objects.filter(
        status__in=(Status.BOOKED, Status.EXPERT_MISSED), due_at__lte=at
    )
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


def _held(consultation: Consultation, by: User) -> tuple[Consultation, bool]:
    """Take the contract's row; return the consultation as it is, and whether the expert acts."""
    contract = contracts.hold(consultation.contract)
    if not policies.may_dispute(by, membership(by, contract.organisation), contract):
        raise PermissionDenied
    row = Consultation.objects.select_related(
        "slot", "contract__expert__user", "contract__organisation"
    ).get(pk=consultation.pk)
    return row, policies.is_expert_of(by, contract)


def _hand_in(
    consultation: Consultation, verb: str, note: str, *, by: User, at: datetime
) -> Consultation:
    row, is_expert = _held(consultation, by)
    if not is_expert:
        raise PermissionDenied
    if at < row.slot.starts_at + (GRACE if verb == "report_client" else timedelta()):
        raise TooEarly
    row.move(verb, by=by, at=at)
    row.due_at = None
    row.save(update_fields=["due_at"])
    milestone = row.milestone
    milestones.submit(milestone, note=note, link="", readings={}, by=by, at=at)
    return row


def _return(row: Consultation, verb: str, *, by: User | None, at: datetime) -> Consultation:
    row.move(verb, by=by, at=at)
    row.due_at = None
    row.save(update_fields=["due_at"])
    milestone = row.milestone
    milestones.return_rest(milestone, Refund.Kind.NO_MEETING, by=by, at=at)
    consultation_notices.was_called_off(row, at)
    return row


def _booked_with(milestone: Milestone) -> Consultation | None:
    """Return the consultation whose money this milestone is; a bonus for one is not."""
    is_it = milestone.position == BOOKED_FIRST and milestone.contract.is_consultation
    return _fresh_of(milestone.contract) if is_it else None


def _fresh_of(contract: Contract) -> Consultation | None:
    related = Consultation.objects.select_related(
        "slot", "contract__expert__user", "contract__organisation"
    )
    return related.filter(contract=contract).first()
