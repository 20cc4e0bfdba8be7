"""What we say to a client's bank: put together by itself, sent in time, given up by two."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from contracts.models import Answer, Chargeback, ContractCheck, Payment
from contracts.services import answers, chargebacks, evidence_packs, milestones
from contracts.services.answers import AnswerIsDecided, NothingToAnswer
from contracts.services.clawbacks import SecondPersonNeeded
from marketplace.kit.states import IllegalMove
from marketplace.local.fakestripe.disputes import EVIDENCE
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import pots, usd
from tests.laid import laid

A = Answer.Status
# What we have nothing for: we ship nothing, hold no addresses of houses or machines, send no files.
NOT_OURS = {
    "billing_address",
    "cancellation_policy",
    "customer_communication",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
}


@pytest.fixture
def bank(stripe) -> banking.Bank:
    """The client's bank."""
    return banking.Bank(stripe)


@laid
def chargeback(held, checks, bank, acme, finn) -> Chargeback:
    """The bank took back what was paid for work that was sent back once and then accepted."""
    first = agreed.handed_in(held.milestone)
    failing = ContractCheck.objects.filter(position=1)
    milestones.ask_for_changes(first, note="Cite the page.", failing=failing, by=acme, at=NOON)
    held.milestone.refresh_from_db()
    milestones.approve(agreed.handed_in(held.milestone), by=acme, at=NOON)
    return bank.brings(held)


@pytest.fixture
def proposed(chargeback, finn, settings) -> Answer:
    """Finn wants to give it up, and it is above the limit."""
    settings.MONEY_TWO_PERSONS_MINOR = 1_000_00
    return answers.accept(chargeback, reason="Not worth it.", by=finn, at=NOON)


def sent(at=NOON) -> None:
    for key in answers.due(at=at):
        answers.send(key, at=at)


# --- The pack


@pytest.fixture
def other(stripe, contract, acme) -> Payment:
    """Acme has paid for the second milestone as well."""
    return banking.paid(stripe, contract.milestones.get(position=2), by=acme)


def test_every_field_we_can_fill_is_filled(other, chargeback):
    pieces = {piece.name: piece.text for piece in evidence_packs.assemble(chargeback)}

    assert set(EVIDENCE) - set(pieces) == NOT_OURS
    assert set(pieces) <= set(EVIDENCE)
    assert pieces["customer_name"] == "Dana Whitlock, for Acme"
    assert pieces["customer_email_address"] == "acme@attest.example"
    assert pieces["service_date"] == "1 Jan 2030"
    assert "- Faithfulness: ≥ 0.95" in pieces["product_description"]
    assert "Dana Whitlock accepted the work and released the money" in pieces["access_activity_log"]
    assert "Dana Whitlock accepted the work on 1 Jan 2030" in pieces["refund_refusal_explanation"]
    assert pieces["duplicate_charge_id"] == other.charge_id
    record = pieces["uncategorized_text"]
    assert "changes asked: Cite the page." in record
    assert "- p95 latency: 2.1, met (Held-out set)" in record
    assert "Approved by the client, $3,000.00, by Dana Whitlock" in record
    assert "Released: Retrieval with sources" in record


def test_it_names_no_address_of_any_machine(chargeback):
    text = " ".join(piece.text for piece in evidence_packs.assemble(chargeback))

    assert not re.search(r"\b\d{1,3}(\.\d{1,3}){3}\b", text)


def test_work_nobody_handed_in_still_makes_a_pack(held, bank):
    names = [piece.name for piece in evidence_packs.assemble(bank.brings(held))]

    assert "service_date" not in names
    assert {"product_description", "refund_refusal_explanation", "uncategorized_text"} <= set(names)


def test_a_field_is_cut_where_stripe_would_refuse_it(chargeback):
    long = evidence_packs.assemble(chargeback, note="word " * 10_000)[-1].text

    assert len(long) == 20_000
    assert long.endswith("[cut]")


# --- Sending it


def test_the_evidence_is_sent_once_with_what_staff_add(chargeback, finn, stripe, ada):
    answers.submit(chargeback, note="They wrote that it works.", by=finn, at=NOON)
    sent()
    sent(NOON + timedelta(hours=1))

    chargeback.refresh_from_db()
    answer = Answer.objects.get()
    assert (answer.status, chargeback.status) == (A.SENT, "under_review")
    assert chargeback.answered_at == NOON
    assert len(stripe.journal(f"/v1/disputes/{chargeback.stripe_id}", "POST")) == 1
    evidence = banking.dispute(chargeback)["evidence"]
    assert evidence["uncategorized_text"].startswith("From our staff:\nThey wrote that it works.")
    assert Notification.objects.filter(user=ada, key__endswith=":answered").exists()
    with pytest.raises(NothingToAnswer):
        answers.submit(chargeback, note="", by=finn, at=NOON)


@pytest.mark.parametrize("fault", ["before", "after", "429", "html502"])
def test_an_answer_that_was_lost_is_sent_again_and_read_once(chargeback, finn, stripe, fault):
    stripe.plant("POST /v1/disputes/*", fault, times=3 if fault != "429" else 1)
    answers.submit(chargeback, note="", by=finn, at=NOON)
    sent()
    assert Answer.objects.get().status == A.DECIDED

    sent(NOON + timedelta(minutes=5))

    assert Answer.objects.get().status == A.SENT
    assert banking.dispute(chargeback)["evidence_details"]["submission_count"] == 1


def test_an_answer_the_bank_was_faster_than_is_overtaken(chargeback, finn, bank):
    answers.submit(chargeback, note="", by=finn, at=NOON)
    bank.says(chargeback.payment, "lost")
    sent()

    assert Answer.objects.get().status == A.OVERTAKEN


def test_an_answer_stripe_refuses_is_told_to_staff(chargeback, finn, stripe):
    answers.submit(chargeback, note="", by=finn, at=NOON)
    Answer.objects.update(evidence={"no_such_field": "x"})
    sent()

    answer = Answer.objects.get()
    assert (answer.status, answer.error_code) == (A.DECIDED, "parameter_unknown")
    assert Notification.objects.filter(user=finn, key__contains=":refused:").exists()


# --- When nobody does


def test_staff_are_asked_three_days_and_one_day_before(chargeback, finn):
    def asked() -> list[str]:
        rows = Notification.objects.filter(user=finn, key__contains=":due:")
        return sorted(key.rpartition(":")[2] for key in rows.values_list("key", flat=True))

    answers.remind(at=chargeback.due_at - timedelta(hours=73))
    assert asked() == []
    for hours in (72, 50, 25):
        answers.remind(at=chargeback.due_at - timedelta(hours=hours))
    assert asked() == ["72"]
    answers.remind(at=chargeback.due_at - timedelta(hours=24))
    assert asked() == ["24", "72"]


def test_the_evidence_leaves_by_itself_a_day_before(chargeback):
    before = chargeback.due_at - timedelta(hours=24)
    assert answers.unanswered(at=before - timedelta(seconds=1)) == []
    assert answers.answer_unanswered(chargeback, at=before - timedelta(seconds=1)) is None

    assert answers.unanswered(at=before) == [chargeback.pk]
    answer = answers.answer_unanswered(chargeback, at=before)
    sent(before)

    answer.refresh_from_db()
    assert (answer.kind, answer.by, answer.status) == (Answer.Kind.EVIDENCE, None, A.SENT)
    assert answers.unanswered(at=before) == []
    assert answers.answer_unanswered(chargeback, at=before) is None


def test_a_wish_nobody_confirmed_gives_way_to_the_evidence(proposed):
    before = proposed.chargeback.due_at - timedelta(hours=24)

    answer = answers.answer_unanswered(proposed.chargeback, at=before)

    proposed.refresh_from_db()
    assert (proposed.status, answer.kind) == (A.DROPPED, Answer.Kind.EVIDENCE)


# --- Giving up


def test_below_the_limit_one_person_gives_it_up(chargeback, finn, bank):
    answers.accept(chargeback, reason="Not worth it.", by=finn, at=NOON)
    sent()

    chargeback.refresh_from_db()
    assert (Answer.objects.get().status, chargeback.status) == (A.SENT, "lost")
    assert pots("dispute_recv", "dispute_loss") == {"dispute_recv": 0, "dispute_loss": 3_150_00}


def test_above_the_limit_it_takes_two(proposed, finn):
    assert proposed.status == A.PROPOSED
    with pytest.raises(SecondPersonNeeded):
        answers.confirm(proposed, by=finn, at=NOON)
    with pytest.raises(AnswerIsDecided):
        answers.submit(proposed.chargeback, note="", by=finn, at=NOON)
    assert answers.due(at=NOON) == []

    second = factories.finance("Second")
    answers.confirm(proposed, by=second, at=NOON)
    sent()

    proposed.refresh_from_db()
    assert (proposed.status, proposed.second) == (A.SENT, second)
    proposed.chargeback.refresh_from_db()
    assert proposed.chargeback.status == "lost"


def test_it_can_be_dropped_and_answered_instead(proposed, finn):
    answers.drop(proposed, by=finn, at=NOON)
    answers.submit(proposed.chargeback, note="", by=finn, at=NOON)

    with pytest.raises(IllegalMove):
        answers.confirm(proposed, by=factories.finance("Second"), at=NOON)


@pytest.mark.parametrize("who", ["ada", "acme", "rhea", "mallory"])
def test_only_those_who_watch_the_money_answer(proposed, who, request):
    by, chargeback = request.getfixturevalue(who), proposed.chargeback

    for act in (
        lambda: answers.submit(chargeback, note="", by=by, at=NOON),
        lambda: answers.accept(chargeback, reason="", by=by, at=NOON),
        lambda: answers.confirm(proposed, by=by, at=NOON),
        lambda: answers.drop(proposed, by=by, at=NOON),
        lambda: chargebacks.refuse_cover(chargeback, reason="", by=by, at=NOON),
        lambda: chargebacks.give_in(chargeback, reason="", by=by, at=NOON),
    ):
        with pytest.raises(PermissionDenied):
            act()

    proposed.refresh_from_db()
    assert (proposed.status, Answer.objects.count()) == (A.PROPOSED, 1)


def test_to_take_the_cover_away_takes_two_above_the_limit(chargeback, finn, settings):
    settings.MONEY_TWO_PERSONS_MINOR = 1_000_00
    row = chargebacks.refuse_cover(chargeback, reason="One person.", by=finn, at=NOON)
    assert row.is_covered
    with pytest.raises(SecondPersonNeeded):
        chargebacks.refuse_cover(chargeback, reason="One person.", by=finn, at=NOON)

    second = factories.finance("Second")
    row = chargebacks.refuse_cover(chargeback, reason="One person.", by=second, at=NOON)

    assert not row.is_covered


def test_an_inquiry_can_be_ended_by_returning_what_is_held(held, bank, finn, work):
    row = bank.brings(held, "warning_needs_response")

    refund = chargebacks.give_in(row, reason="Cheaper.", by=finn, at=NOON)
    work()
    row = bank.brings(held, "warning_closed")

    assert (refund.kind, refund.total) == ("staff", usd(3_150_00))
    assert banking.operations("refund") == [(3_150_00, "succeeded")]
    assert row.status == "closed"
    with pytest.raises(IllegalMove):
        chargebacks.give_in(row, reason="Again.", by=finn, at=NOON)
