"""The desks for chargebacks, clawbacks and differences, and what both sides read of them."""

import pytest
from django.urls import reverse

from contracts.models import Answer, Clawback, Difference
from contracts.services import answers, milestones, reconciliation
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import usd
from tests.contracts.test_reconcile import DAY, TOMORROW, make_up
from tests.laid import laid


@pytest.fixture(autouse=True)
def two_from_a_thousand(settings):
    settings.MONEY_TWO_PERSONS_MINOR = 1_000_00


@pytest.fixture
def bank(stripe) -> banking.Bank:
    """The client's bank."""
    return banking.Bank(stripe)


@laid
def chargeback(held, checks, account, bank, acme, work):
    """The bank took back what was paid for accepted work."""
    milestones.approve(agreed.handed_in(held.milestone), by=acme, at=NOON)
    work()
    return bank.brings(held)


@laid
def short(held, account, acme, ada, stripe, work) -> Clawback:
    """The expert wants to return $3,000.00 and has $820.00."""
    agreed.part_released(held.milestone, usd(3_000_00), by=acme, at=NOON)
    work()
    stripe.advance(3 * 24 * 3600)
    stripe.pay_out(account.stripe_id, 2_000_00)
    row = banking.given_back(held.milestone, usd(3_000_00), by=ada)
    work()
    row.refresh_from_db()
    return row


def desk(name: str, *args: str) -> str:
    return reverse(f"admin:{name}", args=args)


# --- Chargebacks


def test_the_list_has_what_is_due_first(client, finn, chargeback):
    client.force_login(finn)

    page = client.get(desk("chargebacks:index")).content.decode()

    assert page.index("Waiting for our answer") < page.index(chargeback.public_id)
    assert page.index(chargeback.public_id) < page.index("With the banks")
    assert "$3,150.00" in page


def test_the_page_shows_the_pack_and_what_a_loss_would_cost(client, finn, chargeback):
    client.force_login(finn)

    page = client.get(desk("chargebacks:chargeback", chargeback.public_id)).content.decode()

    assert "refund_refusal_explanation" in page
    assert "Dana Whitlock accepted the work" in page
    assert "Accept the loss of $3,150.00" in page


def test_the_evidence_is_sent_from_the_page(client, finn, chargeback):
    client.force_login(finn)
    address = desk("chargebacks:submit", chargeback.public_id)

    assert client.post(address, {"note": "x" * 4_001}).status_code == 422
    assert not Answer.objects.exists()
    assert client.post(address, {"note": "They use it daily."}).status_code == 302
    again = client.post(address, {"note": ""})

    assert again.status_code == 422
    assert "An answer to this has been decided already." in again.content.decode()
    answers.send(Answer.objects.get().pk, at=NOON)
    page = client.get(desk("chargebacks:chargeback", chargeback.public_id)).content.decode()
    assert "They use it daily." in page
    assert "What the bank was sent" in page


def test_two_persons_give_it_up_on_the_page(client, finn, chargeback):
    client.force_login(finn)
    address = desk("chargebacks:accept", chargeback.public_id)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Too little."}).status_code == 302
    answer = Answer.objects.get()
    page = desk("chargebacks:chargeback", chargeback.public_id)
    assert "Finn Aldous wants to give it up: Too little." in client.get(page).content.decode()
    assert client.post(desk("chargebacks:confirm", answer.public_id)).status_code == 422

    client.force_login(factories.finance("Second"))
    assert client.post(desk("chargebacks:confirm", answer.public_id)).status_code == 302
    answers.send(answer.pk, at=NOON)

    assert "Who bore it" in client.get(page).content.decode()


def test_a_wish_is_dropped_on_the_page(client, finn, chargeback):
    answer = answers.accept(chargeback, reason="Too little.", by=finn, at=NOON)
    client.force_login(finn)

    assert client.post(desk("chargebacks:drop", answer.public_id)).status_code == 302

    answer.refresh_from_db()
    assert answer.status == Answer.Status.DROPPED


def test_the_cover_is_taken_away_by_two_on_the_page(client, finn, chargeback):
    address = desk("chargebacks:uncover", chargeback.public_id)
    for by, status in ((finn, 302), (finn, 422), (factories.finance("Second"), 302)):
        client.force_login(by)
        assert client.post(address, {"reason": "One person."}).status_code == status

    chargeback.refresh_from_db()
    assert not chargeback.is_covered
    page = client.get(desk("chargebacks:chargeback", chargeback.public_id)).content.decode()
    assert "$2,820.00" in page


def test_an_inquiry_is_ended_on_the_page(client, finn, held, bank):
    row = bank.brings(held, "warning_needs_response")
    client.force_login(finn)
    page = client.get(desk("chargebacks:chargeback", row.public_id)).content.decode()
    assert "Return $3,150.00" in page

    address = desk("chargebacks:give-in", row.public_id)
    assert client.post(address, {"reason": "Cheaper."}).status_code == 302

    assert banking.operations("refund") == [(3_150_00, "pending")]


# --- Clawbacks


def test_staff_take_back_and_decide_on_the_pages(client, finn, short):
    client.force_login(finn)
    index = client.get(desk("clawbacks:index")).content.decode()
    assert index.index("Waiting for a decision") < index.index(short.public_id)
    page = client.get(desk("clawbacks:clawback", short.public_id)).content.decode()
    assert "Return $3,150.00 to the client" in page

    address = desk("clawbacks:cover", short.public_id)
    assert client.post(address, {"cover": "gift", "reason": "x"}).status_code == 422
    assert client.post(address, {"cover": "debt", "reason": "Agreed."}).status_code == 302
    assert client.post(address, {"cover": "debt", "reason": "Agreed."}).status_code == 422
    client.force_login(factories.finance("Second"))
    assert client.post(address, {"cover": "debt", "reason": "Agreed."}).status_code == 302

    short.refresh_from_db()
    assert short.status == Clawback.Status.RETURNED


def test_staff_refuse_on_the_page(client, finn, short):
    client.force_login(finn)
    address = desk("clawbacks:refuse", short.public_id)

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "It was fine."}).status_code == 302

    short.refresh_from_db()
    assert short.status == Clawback.Status.REFUSED


def test_staff_begin_one_on_the_page(client, finn, held, account, acme, work):
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    work()
    client.force_login(finn)
    address = desk("clawbacks:decide", held.milestone.public_id)
    assert "$1,000.00" in client.get(address).content.decode()

    assert client.post(address, {"amount": "1,000.01", "reason": "No."}).status_code == 422
    assert client.post(address, {"amount": "400", "reason": "No."}).status_code == 302

    assert Clawback.objects.get().amount == usd(400_00)


def test_the_expert_gives_back_on_their_page(client, ada, held, account, acme, work):
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    work()
    client.force_login(ada)
    contract = held.milestone.contract
    address = reverse(
        "contracts:give-back-released", args=[contract.public_id, held.milestone.public_id]
    )
    assert (
        address
        in client.get(reverse("contracts:detail", args=[contract.public_id])).content.decode()
    )
    assert "$1,000.00" in client.get(address).content.decode()

    too_much = {"amount": "2,000", "reason": "Less work."}
    assert client.get(address, too_much).status_code == 422
    page = client.get(address, {"amount": "250.50", "reason": "Less work."}).content.decode()
    assert "Return $263.03" in page
    assert "$235.47" in page
    refused = client.post(address, too_much)
    assert refused.status_code == 422
    assert "no more than what can still be returned" in refused.content.decode()
    assert client.post(address, {"amount": "250.50", "reason": "Less work."}).status_code == 302

    page = client.get(reverse("contracts:detail", args=[contract.public_id])).content.decode()
    assert "Less work." in page


# --- Differences


def test_staff_resolve_on_the_pages(client, finn, held):
    make_up("planted")
    reconciliation.reconcile(DAY, at=TOMORROW)
    row = Difference.objects.get()
    client.force_login(finn)
    assert "planted" in client.get(desk("differences:index")).content.decode()
    page = client.get(desk("differences:difference", row.public_id)).content.decode()
    assert "Take back $0.07" in page
    assert "suspense:0:usd" in page

    take_back = desk("differences:take-back", row.public_id)
    assert client.post(take_back, {"reason": ""}).status_code == 422
    assert client.post(take_back, {"reason": "A slip."}).status_code == 302
    assert client.post(take_back, {"reason": "A slip."}).status_code == 422
    explain = desk("differences:explain", row.public_id)
    assert client.post(explain, {"reason": "A test."}).status_code == 302

    row.refresh_from_db()
    assert row.status == Difference.Status.RESOLVED


# --- What both sides read


def test_both_sides_read_what_happens_and_by_when(client, ada, acme, chargeback, bank, held):
    address = reverse("contracts:detail", args=[chargeback.contract.public_id])
    said = {}
    for who in (ada, acme):
        client.force_login(who)
        said[who] = client.get(address).content.decode()
        assert "Chargeback of $3,150.00, milestone 1" in said[who]
        assert "Until it decides, nobody moves the money of this contract." in said[who]
        assert "We answer by" in said[who]
    assert "You need not do anything." in said[ada]
    assert "ask your bank to withdraw it" in said[acme]

    bank.brings(held, "lost")

    client.force_login(ada)
    assert "What was released to you stays yours." in client.get(address).content.decode()
