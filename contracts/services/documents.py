"""Papers are issued with the money they are about, in its transaction, and never again changed.

They are in the site's language, whoever caused them: a paper has one language for all who read it.

A payment has one receipt. A release has up to three invoices: for the work, in the expert's name to
the client, and for our fees, from us to each side. A refund has one credit note, on the receipt.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Contract, Document, Milestone, Payment, Refund, Release
from contracts.models.document import DocumentKind as Kind
from contracts.models.document import Party
from contracts.selectors import parties
from marketplace.kit.money import Money, total_of
from marketplace.kit.words import day_text, in_sites_language, money_text, percent_text

Lines = Sequence[tuple[str, Money]]
# How the sequences of numbers begin. An expert's invoices have one of their own.
SERIES = {
    Kind.RECEIPT: "R",
    Kind.CLIENT_FEE: "F",
    Kind.EXPERT_FEE: "F",
    Kind.CREDIT_NOTE: "CN",
}


@transaction.atomic
@in_sites_language
def issue_receipt(payment: Payment, *, at: datetime) -> Document:
    """Write a client the receipt of a payment that has arrived; asked again, the same one."""
    there = Document.objects.filter(kind=Kind.RECEIPT, payment=payment).first()
    if there:
        return there
    milestone = payment.milestone
    fee = Money(payment.fee_minor, payment.currency)
    lines = [(_named(milestone), payment.total - fee), *_fee_line(milestone.contract, fee)]
    return _issue(
        Kind.RECEIPT,
        milestone.contract,
        seller=parties.ourselves(),
        buyer=parties.client(milestone.contract.organisation),
        lines=lines,
        about=[(_("Paid on"), day_text(_day(payment.held_at or at))), *_about(milestone.contract)],
        notes=[_kept(payment)],
        at=at,
        payment=payment,
    )


@transaction.atomic
@in_sites_language
def issue_for_release(release: Release, *, at: datetime) -> list[Document]:
    """Write the invoices of a release; asked again, the same ones.

    The expert's own sequence of numbers comes first and ours last, because all releases share it.
    """
    there = {row.kind: row for row in Document.objects.filter(release=release)}
    due = [Kind.WORK]
    due += [Kind.EXPERT_FEE] if release.expert_fee_minor else []
    due += [Kind.CLIENT_FEE] if release.client_fee_minor else []
    return [there.get(kind) or WRITERS[kind](release, at) for kind in due]


@transaction.atomic
@in_sites_language
def issue_credit_note(refund: Refund, *, at: datetime) -> Document:
    """Write a client what they get back of a payment; asked again, the same one."""
    there = Document.objects.filter(kind=Kind.CREDIT_NOTE, refund=refund).first()
    if there:
        return there
    receipt = issue_receipt(refund.payment, at=at)
    milestone = refund.payment.milestone
    fee = refund.total - refund.amount
    return _issue(
        Kind.CREDIT_NOTE,
        milestone.contract,
        seller=parties.ourselves(),
        buyer=parties.client(milestone.contract.organisation),
        lines=[(_named(milestone), refund.amount), *_fee_line(milestone.contract, fee)],
        about=[
            (_("Corrects"), receipt.name),
            (_("Reason"), str(refund.get_kind_display())),
            *_about(milestone.contract),
        ],
        notes=[_("It goes back to the card that paid. Banks take five to ten days to show it.")],
        at=at,
        refund=refund,
    )


def issue_missing(*, at: datetime, limit: int = 200) -> None:
    """Write the papers of money that moved before there were any, dated when they are written."""
    arrived = Payment.objects.filter(held_at__isnull=False).exclude(status=Payment.Status.MISMATCH)
    for payment in arrived.filter(documents=None)[:limit]:
        issue_receipt(payment, at=at)
    for release in Release.objects.filter(documents=None)[:limit]:
        issue_for_release(release, at=at)
    for refund in Refund.objects.filter(documents=None)[:limit]:
        issue_credit_note(refund, at=at)


def _write_for_work(release: Release, at: datetime) -> Document:
    milestone, contract = release.milestone, release.milestone.contract
    gross = Money(release.gross_minor, contract.currency)
    return _issue(
        Kind.WORK,
        contract,
        seller=parties.expert(contract.expert),
        buyer=parties.client(contract.organisation),
        lines=[(_named(milestone), gross)],
        about=_about_release(release),
        notes=[
            _("Issued by %(site)s in the name and on behalf of %(expert)s.")
            % {"site": settings.SITE_NAME, "expert": contract.expert.name},
            _("Paid out of the project funds held for this contract. Nothing is due."),
            _no_tax(),
        ],
        at=at,
        release=release,
    )


def _write_for_client_fee(release: Release, at: datetime) -> Document:
    contract = release.milestone.contract
    fee = Money(release.client_fee_minor, contract.currency)
    return _issue(
        Kind.CLIENT_FEE,
        contract,
        seller=parties.ourselves(),
        buyer=parties.client(contract.organisation),
        lines=_fee_line(contract, fee),
        about=_about_release(release),
        notes=[_("Paid together with the milestone. Nothing is due."), _no_tax()],
        at=at,
        release=release,
    )


def _write_for_expert_fee(release: Release, at: datetime) -> Document:
    contract = release.milestone.contract
    gross = Money(release.gross_minor, contract.currency)
    fee = Money(release.expert_fee_minor, contract.currency)
    words = {"rate": percent_text(contract.expert_fee_bps), "gross": money_text(gross)}
    return _issue(
        Kind.EXPERT_FEE,
        contract,
        seller=parties.ourselves(),
        buyer=parties.expert(contract.expert),
        lines=[(_("Expert fee, %(rate)s of %(gross)s released") % words, fee)],
        about=_about_release(release),
        notes=[_("Taken out of the release. Nothing is due."), _no_tax()],
        at=at,
        release=release,
    )


WRITERS = {
    Kind.WORK: _write_for_work,
    Kind.CLIENT_FEE: _write_for_client_fee,
    Kind.EXPERT_FEE: _write_for_expert_fee,
}


def _issue(
    kind: Kind,
    contract: Contract,
    *,
    seller: Party,
    buyer: Party,
    lines: Lines,
    about: Sequence[tuple[str, str]],
    notes: Sequence[str],
    at: datetime,
    payment: Payment | None = None,
    release: Release | None = None,
    refund: Refund | None = None,
) -> Document:
    # What goes back goes in the currency it came in, which may be another than was agreed.
    currency = lines[0][1].currency
    row = Document.objects.create(
        kind=kind,
        series=_series(kind, contract, at),
        issued_at=at,
        contract=contract,
        payment=payment,
        release=release,
        refund=refund,
        total_minor=total_of((amount for _text, amount in lines), currency).minor,
        currency=currency,
        facts={
            "seller": asdict(seller),
            "buyer": asdict(buyer),
            "lines": [{"text": text, "minor": amount.minor} for text, amount in lines],
            "about": [list(pair) for pair in about],
            "notes": list(notes),
        },
    )
    row.refresh_from_db(fields=["number"])
    return row


def _series(kind: Kind, contract: Contract, at: datetime) -> str:
    """Name the sequence a paper is counted in: by who issues it, and by year."""
    own = contract.expert.public_id.removeprefix("exp_")[:8].upper()
    return f"{SERIES.get(kind, f'W-{own}')}-{_day(at).year}"


def _about_release(release: Release) -> list[tuple[str, str]]:
    released_on = day_text(_day(release.created_at))
    milestone = (_("For"), _named(release.milestone))
    return [(_("Released on"), released_on), milestone, *_about(release.milestone.contract)]


def _about(contract: Contract) -> list[tuple[str, str]]:
    return [(_("Contract"), contract.title), (_("Contract number"), contract.public_id)]


def _kept(payment: Payment) -> str:
    """Say what becomes of a payment."""
    if payment.status == Payment.Status.RETURNED:
        return _("Paid by card. Nothing was open to be paid, so all of it goes back to the card.")
    return _(
        "Paid by card. We hold the milestone's price until the work is approved or the review time"
        " ends, as the contract says; invoices follow when it is released."
    )


def _named(milestone: Milestone) -> str:
    words = {"number": milestone.position, "title": milestone.title}
    return _("Milestone %(number)d: %(title)s") % words


def _fee_line(contract: Contract, fee: Money) -> Lines:
    """Return our service fee as a line; nothing where there is none."""
    words = {"site": settings.SITE_NAME, "rate": percent_text(contract.client_fee_bps)}
    return [(_("%(site)s service fee, %(rate)s") % words, fee)] if fee else []


def _no_tax() -> str:
    return _("No value added tax is contained in these amounts.")


def _day(moment: datetime) -> date:
    """Return the day of a paper: that of UTC, whoever reads it."""
    return moment.astimezone(UTC).date()
