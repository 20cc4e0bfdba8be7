"""What we can show a bank about a payment: put together from the contract, the work and the ledger.

Every field is one that Stripe has a name for, in English and in UTC. Nothing in it says from where
anybody acted: we keep no addresses of people's machines.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from contracts.models import (
    Chargeback,
    Contract,
    Milestone,
    MilestoneEvent,
    Payment,
    Release,
    Submission,
)
from contracts.services import ledger
from marketplace.kit.money import Money
from marketplace.kit.words import day_text, moment_text, money_text

# Stripe takes so many characters in one field (docs.stripe.com/api/disputes/evidence_object).
MOST_CHARACTERS = 20_000
CUT = "\n[cut]"
# What a person did, in a bank's words, by the verb of its history.
DEEDS = {
    "start_funding": "opened the payment page",
    "fund": "paid",
    "submit": "handed in the work",
    "ask_for_changes": "asked for changes",
    "release": "accepted the work and released the money",
    "release_unanswered": "did not answer within the agreed review window; the money was released",
    "pay_out_rest": "released the rest of the money",
    "refund": "returned the money",
    "split": "agreed to share the money",
    "dispute": "opened a dispute on our site",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One field: Stripe's name for it, ours, and what we say."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """What a pack is put together from."""

    chargeback: Chargeback
    payment: Payment
    milestone: Milestone
    contract: Contract
    submissions: list[Submission]
    releases: list[Release]

    @property
    def accepted(self) -> Release | None:
        """The last release, if any money was released."""
        return self.releases[-1] if self.releases else None


def assemble(chargeback: Chargeback, *, note: str = "") -> list[Piece]:
    """Return every piece of evidence there is; `note` is what our staff add to it."""
    case = _case(chargeback)
    with translation.override("en"), timezone.override(UTC):
        written = [
            Piece(name, str(label), _cut(write(case).strip())) for name, label, write in PIECES
        ]
        said = [Piece("uncategorized_text", str(_("The record")), _cut(_record(case, note)))]
    return [piece for piece in (*written, *said) if piece.text]


def as_sent(pieces: Iterable[Piece]) -> Mapping[str, str]:
    """Return a pack as Stripe takes it."""
    return {piece.name: piece.text for piece in pieces}


def _case(chargeback: Chargeback) -> Case:
    payment = chargeback.payment
    milestone = payment.milestone
    submissions = milestone.submissions.order_by("pk").prefetch_related(
        "measures__agreed_check", "change_request", "declaration", "built_on"
    )
    return Case(
        chargeback=chargeback,
        payment=payment,
        milestone=milestone,
        contract=milestone.contract,
        submissions=list(submissions),
        releases=list(milestone.releases.select_related("by", "milestone__contract")),
    )


# --- One function for each field


def _customer(case: Case) -> str:
    return f"{case.payment.by.shown_name}, for {case.contract.organisation.name}"


def _email(case: Case) -> str:
    return case.payment.by.email


def _product(case: Case) -> str:
    contract = case.contract
    return "\n".join(
        [
            f"Work to order by an independent expert: {contract.title}.",
            f"This payment is for milestone {case.milestone.position}: {case.milestone.title}.",
            (
                f"Price {money_text(case.milestone.amount)}, total paid"
                f" {money_text(case.payment.total)} with our service fee."
            ),
            f"The work as the client described it: {_asked(contract)}",
            "It was to be accepted by these checks, agreed in writing before any work began:",
            *_checks(contract),
        ]
    )


def _service_date(case: Case) -> str:
    latest = case.submissions[-1].created_at if case.submissions else None
    accepted = case.accepted.created_at if case.accepted else None
    day = accepted or latest
    return day_text(day) if day else ""


def _asked(contract: Contract) -> str:
    """What the client wanted, in their own words."""
    return contract.job.scope if contract.job else contract.consultation.question


def _activity(case: Case) -> str:
    """What the client's own people did, with the moment, from append-only histories."""
    lines = [
        (event.at, f"{event.by.shown_name if event.by else 'The site'} {deed}")
        for event in _events(case)
        if (deed := DEEDS.get(event.verb))
    ]
    offer = case.contract.offer
    made = []
    if offer is not None and offer.is_from_expert:
        accepted = offer.history.select_related("by").get(verb="accept")
        made.append((accepted.at, f"{accepted.by and accepted.by.shown_name} accepted the offer"))
    elif offer is not None and offer.sent_at:
        made.append((offer.sent_at, f"{offer.made_by.shown_name} sent the offer"))
    return "\n".join(f"{moment_text(at)}: {what}" for at, what in sorted([*made, *lines]))


def _events(case: Case) -> list[MilestoneEvent]:
    return list(MilestoneEvent.objects.filter(row=case.milestone).select_related("by"))


def _refund_policy(case: Case) -> str:
    return (
        "Shown on the page of the contract and on the fee page before every payment: the price is"
        " held, not paid out, until the client accepts the work or lets the agreed review window"
        f" of {case.contract.review_window_days} days end. Until then the client can ask for"
        " changes, agree on a return, or open a dispute that an uninvolved person decides. What is"
        " returned includes our fee on it. The release of accepted work is final."
    )


def _cancellation_policy(case: Case) -> str:
    return (
        "There is no subscription and nothing renews. Each milestone is paid for by itself; a"
        " client who wants to stop does not pay for the next one. Shown with the terms of the"
        f" contract, which both sides accepted on {day_text(case.contract.started_at)}."
    )


def _refusal(case: Case) -> str:
    """Why the money was not simply returned."""
    accepted = case.accepted
    if accepted is None:
        return (
            f"The client has not asked for a return on our site. {money_text(case.milestone.held)}"
            " are still held for the work, and would be returned by agreement or by decision."
        )
    if accepted.by:
        return (
            f"{accepted.by.shown_name} accepted the work on {moment_text(accepted.created_at)} for"
            " the client and released the money, after reading what was measured for each check."
        )
    return (
        f"The work was handed in on {_handed_in_on(case)}. The client was reminded and did"
        f" not answer within {case.contract.review_window_days} days, so it was released on"
        f" {moment_text(accepted.created_at)} as both sides had agreed."
    )


def _handed_in_on(case: Case) -> str:
    return moment_text(case.submissions[-1].created_at) if case.submissions else ""


def _duplicates(case: Case) -> str:
    if not (others := _others(case)):
        return ""
    lines = [
        f"{row.charge_id}, {moment_text(row.held_at)}, {money_text(row.total)}:"
        f" {row.milestone.contract.title}, milestone {row.milestone.position},"
        f" {row.milestone.title}"
        for row in others
        if row.held_at
    ]
    return "\n".join(["Each payment is for another milestone. The others of this client:", *lines])


def _duplicate_id(case: Case) -> str:
    others = _others(case)
    return others[0].charge_id or "" if len(others) == 1 else ""


def _others(case: Case) -> list[Payment]:
    paid = Payment.objects.filter(
        ~Q(pk=case.payment.pk),
        status=Payment.Status.HELD,
        milestone__contract__organisation=case.contract.organisation,
    )
    return list(paid.select_related("milestone__contract").order_by("held_at"))


PIECES: tuple[tuple[str, object, Callable[[Case], str]], ...] = (
    ("customer_name", _("Who paid"), _customer),
    ("customer_email_address", _("Their address"), _email),
    ("product_description", _("What was paid for"), _product),
    ("service_date", _("When it was delivered"), _service_date),
    ("access_activity_log", _("What the client did"), _activity),
    ("refund_policy_disclosure", _("How returns work, and where it is shown"), _refund_policy),
    ("cancellation_policy_disclosure", _("How one stops"), _cancellation_policy),
    ("cancellation_rebuttal", _("Why it was not cancelled"), _refusal),
    ("refund_refusal_explanation", _("Why it was not returned"), _refusal),
    ("duplicate_charge_explanation", _("Why it is no duplicate"), _duplicates),
    ("duplicate_charge_id", _("The payment it is taken for"), _duplicate_id),
)


# --- The record


def _record(case: Case, note: str) -> str:
    """All of it in one text: terms, work with its measures, acceptance, and the ledger."""
    contract = case.contract
    parts = [
        ("From our staff", [note] if note else []),
        ("The contract", _terms(contract)),
        ("The checks both sides agreed to", list(_checks(contract))),
        ("What was handed in", [line for work in case.submissions for line in _work(work)]),
        ("What was accepted", [_acceptance(row) for row in case.releases]),
        ("The ledger, as both sides see it", _ledger(contract)),
    ]
    return "\n\n".join("\n".join([f"{title}:", *lines]) for title, lines in parts if lines)


def _agreed_by(contract: Contract) -> str:
    """How the two came to agree: by an offer, or because a time was booked."""
    offer, moment = contract.offer, moment_text(contract.started_at)
    if offer is None:
        return f"The client booked and paid for a consultation on {moment}."
    return (
        f"Offer {offer.public_id} was sent by {offer.made_by.shown_name} for the {offer.side} and"
        f" accepted by the {'client' if offer.is_from_expert else 'expert'} on {moment}."
    )


def _terms(contract: Contract) -> list[str]:
    return [
        f"{contract.public_id}, {contract.title}, on {settings.SITE_NAME} ({settings.SITE_URL}).",
        f"Client: {contract.organisation.name}. Expert: {contract.expert.name}.",
        _agreed_by(contract),
        *(
            f"Milestone {row.position}: {row.title}, {money_text(row.amount)},"
            f" due {day_text(row.due_on)}."
            for row in contract.milestones.all()
        ),
    ]


def _checks(contract: Contract) -> list[str]:
    return [f"- {row.metric}: {row.goal}" for row in contract.checks.all()]


def _work(work: Submission) -> list[str]:
    lines = [f"{moment_text(work.created_at)}, {work.public_id}: {work.note} {work.link}".strip()]
    for row in work.measures.all():
        result = {True: "met", False: "not met", None: "for the client to judge"}[row.is_met]
        said = f" ({row.explanation})" if row.explanation else ""
        lines.append(f"- {row.agreed_check.metric}: {row.value or 'not measured'}, {result}{said}")
    if declared := getattr(work, "declaration", None):
        lines += [f"- Declared: runs on {model}" for model in declared.model_ids]
        lines += [f"- Declared: {name}: {text}" for name, text in declared.lines]
    if request := getattr(work, "change_request", None):
        lines.append(f"{moment_text(request.created_at)}: changes asked: {request.note}")
    return lines


def _acceptance(row: Release) -> str:
    by = row.by.shown_name if row.by else "nobody within the review window"
    kind = Release.Kind(row.kind).label
    return f"{moment_text(row.created_at)}: {kind}, {money_text(row.gross)}, by {by}."


def _ledger(contract: Contract) -> list[str]:
    return [
        f"{moment_text(line.at)}: {line.text}, {_signed(line.amount)}, held"
        f" {money_text(line.balance_after)}"
        for line in ledger.statement(contract)
    ]


def _signed(amount: Money) -> str:
    return f"+{money_text(amount)}" if amount.minor > 0 else money_text(amount)


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    return text[: MOST_CHARACTERS - len(CUT)] + CUT
