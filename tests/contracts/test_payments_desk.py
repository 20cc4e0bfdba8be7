"""The payments desk: what is stuck is found there, tried again, and never paid twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from contracts.models import Instruction, Operation, Payment, Refund, StripeEvent
from contracts.services import contracts, funding, inbox, operations
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, banking
from tests.contracts.banking import books_agree, usd
from tests.laid import laid

S = Operation.Status
TRANSFERS = "POST /v1/transfers*"


@pytest.fixture
def transfer(held, account, acme, settings) -> Operation:
    """Money that is on its way to ada."""
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    return Operation.objects.get()


@pytest.fixture
def frozen(transfer, stripe) -> Operation:
    """One that Stripe has, while we were told that our key does not fit what we sent."""
    stripe.plant(TRANSFERS, "after", times=3)
    operations.send(transfer.pk, at=NOON)
    params = transfer.params
    Operation.objects.update(params=params | {"amount": 1}, due_at=NOON)
    operations.send(transfer.pk, at=NOON)
    Operation.objects.update(params=params)
    transfer.refresh_from_db()
    assert transfer.status == S.FROZEN
    return transfer


@laid
def dead(db) -> StripeEvent:
    """An event that was tried twelve times."""
    event = agreed.told("charge.succeeded", "ch_x")
    StripeEvent.objects.update(attempts=12, error="Unavailable: timeout")
    inbox.handle(event.pk, at=NOON)
    event.refresh_from_db()
    return event


@laid
def aside(stripe, open_payment) -> Payment:
    """A payment that names another payment than ours."""
    stripe.pay(open_payment.session_id, amount=3_149_99)
    return funding.sync(open_payment, at=NOON)


def desk(name: str, *args: str) -> str:
    return reverse(f"admin:payments:{name}", args=args)


# --- Trying again


def test_what_needed_a_person_is_looked_up_before_it_is_sent(frozen, finn, sdk, work):
    operations.try_again(frozen, reason="The deploy is undone.", by=finn, at=NOON)
    work()

    frozen.refresh_from_db()
    assert frozen.status == S.SUCCEEDED
    assert len(sdk.v1.transfers.list().data) == 1
    assert frozen.history.get(verb="thaw").reason == "The deploy is undone."
    assert books_agree()


def test_what_stripe_never_had_is_sent_under_a_new_key_after_two_looks(
    transfer, stripe, finn, sdk, work
):
    stripe.plant(TRANSFERS, "before", times=3)
    operations.send(transfer.pk, at=NOON)
    later = NOON + timedelta(seconds=1)

    row = operations.try_again(transfer, reason="Stripe is up again.", by=finn, at=later)
    work(later)
    row.refresh_from_db()
    assert (row.status, row.error_code, row.attempt) == (S.PENDING, "not_found", 1)
    work(later + timedelta(minutes=10))

    row.refresh_from_db()
    assert (row.status, row.attempt) == (S.SUCCEEDED, 2)
    assert len(sdk.v1.transfers.list().data) == 1
    assert books_agree()


def test_what_clears_is_not_stuck(held, account, acme, finn, settings):
    settings.CLEARING_DAYS = 3
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    row = Operation.objects.get()

    with pytest.raises(IllegalMove):
        operations.try_again(row, reason="Now.", by=finn, at=NOON)

    row.refresh_from_db()
    assert row.due_at == NOON + timedelta(days=3)


@pytest.mark.parametrize("who", ["acme", "ada"])
def test_only_those_who_watch_the_money_try_again(request, frozen, dead, who):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        operations.try_again(frozen, reason="Mine.", by=by, at=NOON)
    with pytest.raises(PermissionDenied):
        inbox.replay(dead, reason="Mine.", by=by, at=NOON)

    frozen.refresh_from_db()
    dead.refresh_from_db()
    assert (frozen.status, dead.status) == (S.FROZEN, StripeEvent.Status.DEAD)


# --- The pages


def test_everything_that_waits_is_on_one_page(client, finn, frozen, dead, held, stripe):
    banking.Bank(stripe).brings(held)
    client.force_login(finn)

    page = client.get(desk("index")).content.decode()

    for found in (
        desk("operation", frozen.public_id),
        desk("event", dead.event_id),
        "idempotency_error",
        "Banks that wait for our answer",
        "Held longest",
    ):
        assert found in page


def test_a_quiet_desk_says_so(client, finn, db):
    client.force_login(finn)

    page = client.get(desk("index")).content.decode()

    assert "Nothing waits for anybody." in page
    assert "Nothing is held." in page


def test_an_operation_is_tried_again_on_its_page(client, finn, frozen):
    client.force_login(finn)
    page = client.get(desk("operation", frozen.public_id)).content.decode()
    assert "Try $940.00 again" in page
    again = desk("try-again", frozen.public_id)
    assert client.post(again, {"reason": ""}).status_code == 422

    assert client.post(again, {"reason": "Undone."}).status_code == 302

    assert Operation.objects.get().status == S.PENDING
    assert client.post(again, {"reason": "Undone."}).status_code == 302


def test_an_event_is_handled_again_from_its_page(client, finn, dead):
    client.force_login(finn)
    assert "Unavailable: timeout" in client.get(desk("event", dead.event_id)).content.decode()
    again = desk("replay", dead.event_id)
    assert client.post(again, {"reason": ""}).status_code == 422

    assert client.post(again, {"reason": "Stripe is up."}).status_code == 302

    dead.refresh_from_db()
    assert (dead.status, dead.attempts) == (StripeEvent.Status.NEW, 0)
    assert inbox.due(at=now()) == [dead.pk]
    assert client.post(again, {"reason": "Stripe is up."}).status_code == 422


def test_money_set_aside_is_sent_back_by_two_from_its_page(client, finn, aside):
    client.force_login(finn)
    page = client.get(desk("set-aside", aside.public_id)).content.decode()
    assert "Send $3,149.99 back" in page
    assert "Let it count" not in page
    assert desk("set-aside", aside.public_id) in client.get(desk("index")).content.decode()

    why = {"reason": "A cent is missing."}
    assert client.post(desk("adopt", aside.public_id), why).status_code == 422
    assert client.post(desk("send-back", aside.public_id), {"reason": ""}).status_code == 422
    assert client.post(desk("send-back", aside.public_id), why).status_code == 302
    aside.refresh_from_db()
    assert aside.status == Payment.Status.MISMATCH
    row = Instruction.objects.get()
    client.force_login(factories.finance("Second"))
    page = client.get(desk("set-aside", aside.public_id)).content.decode()
    assert "Confirm: send $3,149.99 back" in page
    assert "A cent is missing." in page
    assert client.post(desk("confirm", row.public_id)).status_code == 302

    aside.refresh_from_db()
    assert aside.status == Payment.Status.RETURNED
    assert client.post(desk("send-back", aside.public_id), why).status_code == 422


# --- Stopping a contract


def test_staff_stop_a_contracts_money_and_let_it_move(client, finn, transfer, held, sdk, work):
    contract = held.milestone.contract
    client.force_login(finn)
    assert "Stop $2,000.00" in client.get(desk("contract", contract.public_id)).content.decode()

    assert client.post(desk("stop", contract.public_id), {"reason": "A tip."}).status_code == 302
    work()
    assert sdk.v1.transfers.list().data == []
    assert "Contracts we have stopped" in client.get(desk("index")).content.decode()
    assert "Let its money move" in client.get(desk("contract", contract.public_id)).content.decode()

    why = {"reason": "It was nothing."}
    assert client.post(desk("go-on", contract.public_id), why).status_code == 302
    work(NOON + timedelta(hours=1))
    assert [row.amount for row in sdk.v1.transfers.list().data] == [940_00]


def test_what_else_keeps_it_still_goes_on_doing_so(finn, held, stripe):
    contract = held.milestone.contract
    banking.Bank(stripe).brings(held)
    contracts.stop_money(contract, reason="A tip.", by=finn, at=NOON)

    contracts.let_money_move(contract, reason="It was nothing.", by=finn, at=NOON)

    assert contract.is_frozen


@pytest.mark.parametrize("who", ["acme", "ada"])
def test_nobody_stops_or_frees_their_own(request, held, finn, who):
    contract, by = held.milestone.contract, request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        contracts.stop_money(contract, reason="A tip.", by=by, at=NOON)
    contracts.stop_money(contract, reason="A tip.", by=finn, at=NOON)
    with pytest.raises(PermissionDenied):
        contracts.let_money_move(contract, reason="Mine.", by=by, at=NOON)

    assert contract.is_frozen


def test_why_it_was_stopped_and_why_no_longer_is_kept_and_shown(client, finn, held):
    contract = held.milestone.contract
    client.force_login(finn)
    stop, page = desk("stop", contract.public_id), desk("contract", contract.public_id)
    assert client.post(stop, {"reason": ""}).status_code == 422
    assert not contract.is_frozen

    assert client.post(stop, {"reason": "The card looks stolen."}).status_code == 302

    freeze = contract.freezes.get()
    assert (freeze.by, freeze.note) == (finn, "The card looks stolen.")
    for shown in (page, desk("index")):
        assert "The card looks stolen." in client.get(shown).content.decode()

    go_on = desk("go-on", contract.public_id)
    assert client.post(go_on, {"reason": " "}).status_code == 422
    assert contract.is_frozen
    assert client.post(go_on, {"reason": "The bank says it is theirs."}).status_code == 302

    freeze.refresh_from_db()
    assert (freeze.lifted_by, freeze.lifted_note) == (finn, "The bank says it is theirs.")
    history = client.get(page).content.decode()
    assert "What kept it still before" in history
    assert "The card looks stolen." in history
    assert "The bank says it is theirs." in history


# --- Returning held money


def test_held_money_is_returned_by_two_from_the_contracts_page(client, finn, held):
    contract, milestone = held.milestone.contract, held.milestone
    client.force_login(finn)
    page, form = (
        desk("contract", contract.public_id),
        desk("return-held", milestone.public_id),
    )
    assert form in client.get(page).content.decode()
    assert "$3,000.00" in client.get(form).content.decode()
    for wrong in ({"amount": "3,000.01", "reason": "Too much."}, {"amount": "10", "reason": ""}):
        assert client.post(form, wrong).status_code == 422

    assert client.post(form, {"amount": "1,000", "reason": "Less work."}).status_code == 302
    row = Instruction.objects.get()
    assert client.post(desk("confirm", row.public_id)).status_code == 422
    said = client.get(page).content.decode()
    assert "Somebody else has to confirm what you proposed." in said
    assert "Less work." in said

    client.force_login(factories.finance("Second"))
    assert "Return held money" in client.get(desk("index")).content.decode()
    assert "Confirm: return $1,000.00" in client.get(page).content.decode()
    assert client.post(desk("confirm", row.public_id)).status_code == 302
    assert client.post(desk("confirm", row.public_id)).status_code == 409

    assert Refund.objects.get().total == usd(1_050_00)
    after = client.get(page).content.decode()
    assert "Done by hand" in after
    assert "$2,000.00" in after


def test_what_was_proposed_is_dropped_on_the_page(client, finn, held):
    client.force_login(finn)
    client.post(desk("return-held", held.milestone.public_id), {"amount": "1", "reason": "Oops."})
    row = Instruction.objects.get()

    assert client.post(desk("drop", row.public_id)).status_code == 302

    row.refresh_from_db()
    assert row.status == Instruction.Status.DROPPED
    assert not Refund.objects.exists()
