"""Only the stand-in's own keys open it, and an account sees what is its own."""

import pytest
from stripe import AuthenticationError, InvalidRequestError, PermissionError

from tests.fakestripe.conftest import client, open_account, send


@pytest.mark.parametrize("key", ["sk_live_abc", "sk_test_abc", "pk_test_fake_local"])
def test_a_real_key_is_refused(stand_in, key):
    with pytest.raises(AuthenticationError, match="Invalid API Key"):
        client(stand_in.url, key=key).v1.balance.retrieve()


def test_an_error_carries_the_id_of_its_request(stripe, remote):
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.transfers.retrieve("tr_nobody")
    assert refused.value.code == "resource_missing"
    assert refused.value.http_status == 404
    assert refused.value.request_id == remote.journal("transfers")[-1]["request_id"]


def test_an_account_that_is_not_ours_is_refused(stripe):
    with pytest.raises(PermissionError, match="acct_stranger"):
        stripe.v1.balance.retrieve(options={"stripe_account": "acct_stranger"})


def test_an_account_sees_its_own_balance_and_not_the_platforms(stripe, ada, charge):
    send(stripe, ada, charge, 200_00)
    theirs = stripe.v1.balance.retrieve(options={"stripe_account": ada.id})
    assert theirs.pending[0].amount == 200_00
    with pytest.raises(InvalidRequestError, match="No such charge"):
        stripe.v1.charges.retrieve(charge.id, options={"stripe_account": ada.id})


def test_one_account_does_not_see_another(stripe, ada, charge):
    payment = send(stripe, ada, charge, 100_00).destination_payment
    other = open_account(stripe)
    assert stripe.v1.charges.retrieve(payment, options={"stripe_account": ada.id}).paid
    with pytest.raises(InvalidRequestError, match="No such charge"):
        stripe.v1.charges.retrieve(payment, options={"stripe_account": other.id})


def test_an_operation_the_stand_in_lacks_says_so(stripe):
    with pytest.raises(InvalidRequestError, match="does not serve GET /v1/invoices"):
        stripe.v1.invoices.list()
