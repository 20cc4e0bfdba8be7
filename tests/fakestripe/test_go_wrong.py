"""Planted faults: each says whether the work was done, and the SDK sees what it would see."""

import time

import pytest
from stripe import APIConnectionError, APIError, RateLimitError, StripeError

from tests.fakestripe.conftest import client


def refund(stripe, charge, key="op:1"):
    return stripe.v1.refunds.create({"charge": charge.id, "amount": 100}, {"idempotency_key": key})


def refunds(stripe):
    return stripe.v1.refunds.list().data


@pytest.mark.parametrize("mode", ["before", "429", "409", "500", "html502"])
def test_some_faults_leave_the_work_undone(stripe, remote, charge, mode):
    remote.plant("POST /v1/refunds", mode)
    with pytest.raises(StripeError):
        refund(stripe, charge)
    assert refunds(stripe) == []


@pytest.mark.parametrize("mode", ["after", "garbage"])
def test_some_faults_come_when_the_work_is_done(stripe, remote, charge, mode):
    remote.plant("POST /v1/refunds", mode)
    with pytest.raises(StripeError):
        refund(stripe, charge)
    assert len(refunds(stripe)) == 1


@pytest.mark.parametrize(
    ("mode", "error", "status"),
    [
        ("before", APIConnectionError, None),
        ("after", APIConnectionError, None),
        ("429", RateLimitError, 429),
        ("409", APIError, 409),
        ("500", APIError, 500),
        ("html502", APIError, 502),
        ("garbage", APIError, 200),
    ],
)
def test_the_sdk_calls_each_fault_by_its_name(stripe, remote, mode, error, status):
    remote.plant("GET /v1/balance", mode)
    with pytest.raises(error) as raised:
        stripe.v1.balance.retrieve()
    assert raised.value.http_status == status


@pytest.mark.parametrize("mode", ["before", "after", "409", "html502"])
def test_the_sdk_repeats_with_the_same_key_and_there_is_one_effect(
    stand_in, stripe, remote, charge, mode
):
    remote.plant("POST /v1/refunds", mode)
    patient = client(stand_in.url, retries=2)
    given = patient.v1.refunds.create({"charge": charge.id, "amount": 100})
    assert [one.id for one in refunds(stripe)] == [given.id]


def test_a_server_error_is_replayed_under_its_key(stripe, remote, charge):
    remote.plant("POST /v1/refunds", "500")
    for _ in range(2):
        with pytest.raises(APIError):
            refund(stripe, charge)
    assert remote.journal("refunds", "POST")[-1]["replayed"]
    assert refund(stripe, charge, key="op:2").amount == 100


def test_a_lost_answer_is_found_under_its_key(stripe, remote, charge):
    remote.plant("POST /v1/refunds", "after")
    with pytest.raises(APIConnectionError):
        refund(stripe, charge)
    found = refund(stripe, charge)
    assert found.last_response.headers["Idempotent-Replayed"] == "true"
    assert [one.id for one in refunds(stripe)] == [found.id]


def test_a_fault_waits_for_the_nth_request_and_strikes_as_often_as_told(stripe, remote, charge):
    remote.plant("POST /v1/refunds", "429", nth=2, times=2)
    assert refund(stripe, charge, key="op:1").amount == 100
    for number in (2, 3):
        with pytest.raises(RateLimitError):
            refund(stripe, charge, key=f"op:{number}")
    assert refund(stripe, charge, key="op:4").amount == 100


def test_a_slow_request_is_slow(stripe, remote, charge):
    remote.plant("GET /v1/balance", "slow", seconds=0.2)
    begun = time.monotonic()
    stripe.v1.balance.retrieve()
    assert time.monotonic() - begun >= 0.2


def test_a_fault_can_be_taken_back(stripe, remote, charge):
    remote.plant("* /v1/*", "before", times=100)
    remote.clear_faults()
    assert stripe.v1.balance.retrieve().object == "balance"


def test_a_fault_that_does_not_exist_is_refused(remote):
    with pytest.raises(Exception, match="one of before, after"):
        remote.plant("POST /v1/refunds", "explode")


def test_too_many_requests_in_a_second_are_turned_away_and_done_later(stripe, remote, charge):
    remote.limit(5)
    turned_away = 0
    for number in range(8):
        try:
            refund(stripe, charge, key=f"op:{number}")
        except RateLimitError:
            turned_away += 1
    remote.limit(0)

    assert turned_away >= 2
    assert len(refunds(stripe)) == 8 - turned_away
    for number in range(8):
        refund(stripe, charge, key=f"op:{number}")
    assert len(refunds(stripe)) == 8
