"""One idempotency key: one effect and one answer."""

import threading

import pytest
from stripe import APIError, IdempotencyError, InvalidRequestError

from tests.fakestripe.conftest import client, open_account, send

DAY = 24 * 3600


def refund(stripe, charge, amount, key):
    return stripe.v1.refunds.create(
        {"charge": charge.id, "amount": amount}, {"idempotency_key": key}
    )


def test_the_same_request_again_has_the_same_answer(stripe, remote, charge):
    first = refund(stripe, charge, 100, "op:1")
    second = refund(stripe, charge, 100, "op:1")
    assert second.id == first.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert len(stripe.v1.refunds.list().data) == 1
    assert [entry["replayed"] for entry in remote.journal("refunds", "POST")] == [False, True]


def test_the_answer_does_not_follow_the_object(stripe, charge):
    customer = stripe.v1.customers.create({"name": "Acme"}, {"idempotency_key": "cus:1"})
    stripe.v1.customers.update(customer.id, {"name": "Acme Ltd"})
    again = stripe.v1.customers.create({"name": "Acme"}, {"idempotency_key": "cus:1"})
    assert again.name == "Acme"


def test_other_parameters_are_refused(stripe, charge):
    refund(stripe, charge, 100, "op:1")
    with pytest.raises(IdempotencyError, match="same parameters"):
        refund(stripe, charge, 200, "op:1")
    assert len(stripe.v1.refunds.list().data) == 1


def test_another_endpoint_is_refused(stripe, charge):
    refund(stripe, charge, 100, "op:1")
    with pytest.raises(IdempotencyError, match="same endpoint"):
        stripe.v1.customers.create({"name": "Acme"}, {"idempotency_key": "op:1"})


def test_an_error_is_saved_like_any_answer(stripe, remote, ada, charge):
    def transfer(key):
        order = {"amount": 100_00, "currency": "usd", "destination": ada.id}
        return stripe.v1.transfers.create(order, {"idempotency_key": key})

    remote.advance(2 * DAY - 60)
    with pytest.raises(InvalidRequestError, match="insufficient"):
        transfer("op:1")
    remote.advance(60)
    # There is enough by now, but the answer under the key stays what it was.
    with pytest.raises(InvalidRequestError, match="insufficient"):
        transfer("op:1")
    assert transfer("op:2").amount == 100_00


def test_a_request_that_breaks_the_contract_is_not_saved(stripe, charge):
    with pytest.raises(InvalidRequestError, match="unknown parameter"):
        stripe.v1.refunds.create(
            {"charge": charge.id, "colour": "red"}, {"idempotency_key": "op:1"}
        )
    assert refund(stripe, charge, 100, "op:1").amount == 100


def test_a_key_is_forgotten_after_a_day(stripe, remote, charge):
    first = refund(stripe, charge, 100, "op:1")
    remote.advance(DAY - 60)
    assert refund(stripe, charge, 100, "op:1").id == first.id
    remote.advance(60)
    assert refund(stripe, charge, 100, "op:1").id != first.id


def test_a_key_belongs_to_one_account(stripe, remote, ada, charge):
    send(stripe, ada, charge, 200_00)
    remote.advance(2 * DAY)
    order = {"amount": 100_00, "currency": "usd"}
    ours = stripe.v1.payouts.create(order, {"idempotency_key": "po:1"})
    theirs = stripe.v1.payouts.create(order, {"idempotency_key": "po:1", "stripe_account": ada.id})
    assert ours.id != theirs.id


def test_the_newer_api_tries_failed_work_again(stripe, remote):
    account = open_account(stripe)

    def close():
        return stripe.v2.core.accounts.close(account.id, options={"idempotency_key": "close:1"})

    remote.plant("POST /v2/core/accounts/*/close", "500")
    with pytest.raises(APIError):
        close()
    assert close().closed


def test_a_key_may_not_be_endless(stripe, charge):
    with pytest.raises(InvalidRequestError, match="at most 255"):
        refund(stripe, charge, 100, "k" * 256)


def test_two_at_once_are_one_effect_and_one_conflict(stand_in, remote, charge):
    remote.plant("POST /v1/refunds", "slow", seconds=0.3)
    start = threading.Barrier(2)
    outcomes = []

    def work():
        start.wait()
        try:
            outcomes.append(refund(client(stand_in.url), charge, 100, "op:1").object)
        except APIError as conflict:
            outcomes.append(conflict.http_status)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [409, "refund"]
    assert len(client(stand_in.url).v1.refunds.list().data) == 1


def test_many_at_once_with_keys_of_their_own_all_count(stand_in, remote, charge):
    def work(number):
        refund(client(stand_in.url), charge, 100, f"op:{number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    books = remote.invariants()
    assert books["ok"]
    assert books["platform"]["usd"]["by_type"]["refund"] == -800
