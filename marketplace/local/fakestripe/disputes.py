"""Disputes: the payer's bank takes a charge back, and a decision about it comes later."""

import re
from enum import StrEnum

from marketplace.local.fakestripe import balance, events, listing, payments
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import Refused, WrongValue
from marketplace.local.fakestripe.payments import CHARGE
from marketplace.local.fakestripe.store import Obj
from marketplace.local.fakestripe.world import DAY, World, new_id

DISPUTE = "dispute"
# https://stripe.com/pricing: dispute fee in the United States, kept whatever the outcome.
FEE = 1_500
TIME_TO_ANSWER = 9 * DAY
CLOSED = frozenset({"won", "lost", "warning_closed", "prevented"})
EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


class Stage(StrEnum):
    """Where a dispute can be brought."""

    INQUIRY = "warning_needs_response"  # the bank asks, no money moves yet
    INQUIRY_REVIEW = "warning_under_review"
    INQUIRY_CLOSED = "warning_closed"
    PREVENTED = "prevented"  # given back by the network's own rules, before it was a dispute
    NEEDS_RESPONSE = "needs_response"  # the bank has taken the money
    UNDER_REVIEW = "under_review"
    APPEAL = "appeal_needs_response"  # the bank did not accept the answer
    APPEAL_REVIEW = "appeal_under_review"  # the card network decides
    WON = "won"
    LOST = "lost"


OPENING = frozenset({Stage.INQUIRY, Stage.NEEDS_RESPONSE, Stage.PREVENTED})
ASKING = frozenset({Stage.INQUIRY, Stage.INQUIRY_REVIEW})
FOUGHT = frozenset({Stage.NEEDS_RESPONSE, Stage.UNDER_REVIEW, Stage.APPEAL, Stage.APPEAL_REVIEW})
# https://docs.stripe.com/disputes/how-disputes-work and /disputes/arbitration
MAY_COME_FROM: dict[Stage, frozenset[Stage]] = {
    Stage.INQUIRY: frozenset(),
    Stage.INQUIRY_REVIEW: frozenset({Stage.INQUIRY}),
    Stage.INQUIRY_CLOSED: ASKING,
    Stage.PREVENTED: ASKING,
    Stage.NEEDS_RESPONSE: ASKING,
    Stage.UNDER_REVIEW: frozenset({Stage.NEEDS_RESPONSE}),
    Stage.APPEAL: frozenset({Stage.UNDER_REVIEW}),
    Stage.APPEAL_REVIEW: frozenset({Stage.APPEAL, Stage.LOST}),
    Stage.WON: FOUGHT | {Stage.LOST},
    Stage.LOST: FOUGHT,
}
KNOWN = frozenset(Stage)
# The network may look once more at what a bank has decided.
ON_APPEAL = frozenset({Stage.APPEAL_REVIEW, Stage.WON})
# The contract lets words of this form pass wherever the SDK knows that there will be others.
UNHEARD_OF = re.compile(r"[a-z]+_[a-z]{8,}")
# What an answer to a dispute makes of it.
ANSWERED = {
    Stage.INQUIRY: Stage.INQUIRY_REVIEW,
    Stage.NEEDS_RESPONSE: Stage.UNDER_REVIEW,
    Stage.APPEAL: Stage.APPEAL_REVIEW,
}
# Words by which evidence decides a test dispute: https://docs.stripe.com/testing#evidence
TEST_VERDICTS = {"winning_evidence": Stage.WON, "losing_evidence": Stage.LOST}


class AlreadyClosed(Refused):
    """The bank has decided; nothing about the dispute changes any more."""

    def __init__(self, dispute: Obj) -> None:
        super().__init__(f"This dispute is already closed: {dispute['status']}.")


def open_dispute(
    world: World, charge: Obj, *, stage: Stage, amount: int, reason: str = "fraudulent"
) -> Obj:
    """Let the payer's bank question a charge, or take its money back at once.

    :raises Refused: if the charge is not paid, or disputed with the bank still at it.
    """
    earlier = of_charge(world, charge)
    if not charge["balance_transaction"] or (earlier and earlier["status"] not in CLOSED):
        raise Refused(f"Charge {charge['id']} cannot be disputed.")
    if not 1 <= amount <= charge["amount"]:
        raise WrongValue("amount", "A dispute is over a part of the charge or all of it.")
    dispute = world.add(_shape(world, charge, stage=stage, amount=amount, reason=reason))
    charge.update(disputed=True, _refundable=stage is Stage.INQUIRY)
    world.save(charge)
    events.emit(world, "charge.dispute.created", dispute)
    if stage in {Stage.NEEDS_RESPONSE, Stage.PREVENTED}:
        _withdraw(world, dispute)
    if stage is Stage.PREVENTED:
        events.emit(world, "charge.dispute.closed", dispute)
    return dispute


def open_by_card(world: World, charge_id: str) -> None:
    """Dispute a charge the way its test card promises, as soon as it is paid."""
    charge = world.get(CHARGE, charge_id)
    stage = Stage(payments.TEST_CARDS[charge["_card"]].disputed_as)
    open_dispute(world, charge, stage=stage, amount=charge["amount"])


def bring_to(world: World, dispute: Obj, stage: Stage) -> Obj:
    """Let a dispute move on.

    :raises AlreadyClosed: if the bank has decided.
    :raises Refused: if it cannot get there from where it is.
    """
    status = dispute["status"]
    if status != Stage.LOST or stage not in ON_APPEAL:
        _check_open(dispute)
    # A status that nobody knows may lead anywhere.
    if status in KNOWN and Stage(status) not in MAY_COME_FROM[stage]:
        raise Refused(f"A dispute that is {status} does not become {stage}.")
    was_inquiry = not dispute["balance_transactions"]
    dispute["status"] = stage.value
    if stage is Stage.APPEAL:
        dispute["evidence_details"]["due_by"] = world.now + TIME_TO_ANSWER
    world.save(dispute)
    if was_inquiry and stage in {Stage.NEEDS_RESPONSE, Stage.PREVENTED}:
        _withdraw(world, dispute)
    if stage is Stage.WON and not was_inquiry:
        _reinstate(world, dispute)
    kind = "charge.dispute.closed" if stage in CLOSED else "charge.dispute.updated"
    events.emit(world, kind, dispute, before={"status": status})
    return dispute


def bring_to_unheard_of(world: World, dispute: Obj, status: str) -> Obj:
    """Give a dispute a status of which no SDK knows yet, as Stripe may any day.

    :raises AlreadyClosed: if the bank has decided.
    :raises Refused: if the word does not look like one, and rather like a slip.
    """
    _check_open(dispute)
    if not UNHEARD_OF.fullmatch(status):
        raise Refused(f"There is no stage {status}; a made-up one reads like next_escalation.")
    before = {"status": dispute["status"]}
    dispute["status"] = status
    world.save(dispute)
    events.emit(world, "charge.dispute.updated", dispute, before=before)
    return dispute


def decide_by_evidence(world: World, dispute_id: str) -> None:
    """Let the words in the evidence of a test dispute decide it."""
    dispute = world.get(DISPUTE, dispute_id)
    verdict = TEST_VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "")
    if verdict and dispute["status"] in MAY_COME_FROM[verdict]:
        bring_to(world, dispute, verdict)


def of_charge(world: World, charge: Obj) -> Obj | None:
    """Return the newest dispute over a charge."""
    found = world.find(DISPUTE, charge=charge["id"])
    return found[-1] if found else None


def _check_open(dispute: Obj) -> None:
    if dispute["status"] in CLOSED:
        raise AlreadyClosed(dispute)


def _withdraw(world: World, dispute: Obj) -> None:
    fee = 0 if dispute["status"] == Stage.PREVENTED else FEE
    _move(world, dispute, amount=-dispute["amount"], fee=fee, category="dispute")
    charge = world.get(CHARGE, dispute["charge"])
    world.save({**charge, "_refundable": False})
    dispute["is_charge_refundable"] = False
    world.save(dispute)
    events.emit(world, "charge.dispute.funds_withdrawn", dispute)


def _reinstate(world: World, dispute: Obj) -> None:
    _move(world, dispute, amount=dispute["amount"], fee=0, category="dispute_reversal")
    # The merchant has the money again, and may give it back.
    world.save({**world.get(CHARGE, dispute["charge"]), "_refundable": True})
    events.emit(world, "charge.dispute.funds_reinstated", dispute)


def _move(world: World, dispute: Obj, *, amount: int, fee: int, category: str) -> None:
    entry = balance.post(
        world,
        amount=amount,
        fee=fee,
        currency=dispute["currency"],
        kind="adjustment",
        category=category,
        source=dispute["id"],
        description=f"Chargeback for {dispute['charge']}",
    )
    dispute["balance_transactions"].append(entry)
    world.save(dispute)


def _shape(world: World, charge: Obj, *, stage: Stage, amount: int, reason: str) -> Obj:
    inquiry = stage is Stage.INQUIRY
    return {
        "id": new_id("du"),
        "object": DISPUTE,
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.now + TIME_TO_ANSWER,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": "visa",
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": "visa",
                "network_reason_code": "10.4",
            },
        },
        "reason": reason,
        "status": stage.value,
    }


# --- Operations


def retrieve(call: Call, dispute_id: str) -> Obj:
    """GET /v1/disputes/{id}"""
    return call.world.get(DISPUTE, dispute_id)


def list_all(call: Call) -> Obj:
    """GET /v1/disputes"""
    return listing.page(call, DISPUTE, filters=("charge", "payment_intent"))


def update(call: Call, dispute_id: str) -> Obj:
    """POST /v1/disputes/{id}; `submit` sends the evidence to the bank, once and for all."""
    world = call.world
    dispute = world.get(DISPUTE, dispute_id)
    _check_open(dispute)
    dispute["metadata"] = call.metadata(dispute["metadata"])
    evidence = {name: text or None for name, text in call.get("evidence", {}).items()}
    dispute["evidence"].update(evidence)
    details = dispute["evidence_details"]
    details["has_evidence"] = details["has_evidence"] or any(evidence.values())
    if not call.get("submit", evidence != {}):
        world.save(dispute)
        events.emit(world, "charge.dispute.updated", dispute)
        return dispute
    if world.now > details["due_by"]:
        raise Refused("The time to submit evidence for this dispute is over.")
    if dispute["status"] not in ANSWERED:
        raise Refused("Evidence for this dispute has been submitted already.")
    details["submission_count"] += 1
    details["submission_method"] = "manual"
    world.later(0, "disputes.decide_by_evidence", dispute_id)
    return bring_to(world, dispute, ANSWERED[Stage(dispute["status"])])


def close(call: Call, dispute_id: str) -> Obj:
    """POST /v1/disputes/{id}/close; to close is to accept that the money is lost."""
    dispute = call.world.get(DISPUTE, dispute_id)
    stage = Stage.LOST if dispute["balance_transactions"] else Stage.INQUIRY_CLOSED
    return bring_to(call.world, dispute, stage)
