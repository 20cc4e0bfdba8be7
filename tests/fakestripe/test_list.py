"""Lists come in pages, newest first, and with the objects the caller wants inside."""

import pytest
from stripe import InvalidRequestError

from tests.fakestripe.conftest import open_account, open_session, pay


@pytest.fixture
def customers(stripe):
    return [stripe.v1.customers.create({"name": f"Client {n}"}).id for n in range(5)]


def test_pages_follow_each_other_without_gaps(stripe, customers):
    listed = stripe.v1.customers.list({"limit": 2})
    assert listed.has_more
    assert [one.id for one in listed.auto_paging_iter()] == customers[::-1]


def test_a_page_before_another_ends_at_it(stripe, customers):
    page = stripe.v1.customers.list({"limit": 2, "ending_before": customers[0]})
    assert [one.id for one in page.data] == [customers[2], customers[1]]
    assert page.has_more


def test_a_list_is_narrowed_by_time(stripe, remote, customers):
    remote.advance(60)
    later = stripe.v1.customers.create({"name": "Late"})
    listed = stripe.v1.customers.list({"created": {"gte": later.created}})
    assert [one.id for one in listed.data] == [later.id]


def test_a_cursor_must_be_an_object_of_the_list(stripe, customers):
    with pytest.raises(InvalidRequestError, match="No such customer"):
        stripe.v1.customers.list({"starting_after": "cus_nobody"})


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred_objects(stripe, limit):
    with pytest.raises(InvalidRequestError, match="between 1 and 100"):
        stripe.v1.customers.list({"limit": limit})


def test_a_filter_that_would_change_nothing_is_refused(stripe):
    with pytest.raises(InvalidRequestError, match="does not serve the parameter payout"):
        stripe.v1.balance_transactions.list({"payout": "po_1"})


def test_the_next_page_of_the_newer_api_keeps_its_filter(stripe, remote):
    for _ in range(3):
        remote.onboard(open_account(stripe).id)
    kind = "v2.core.account.created"
    listed = stripe.v2.core.events.list({"types": [kind], "limit": 1}).auto_paging_iter()
    assert [event.type for event in listed] == [kind] * 3


def test_objects_are_expanded_along_a_path(stripe, remote):
    charge = pay(stripe, remote)
    listed = stripe.v1.charges.list(
        {"expand": ["data.payment_intent.latest_charge", "data.balance_transaction"]}
    )
    assert listed.data[0].payment_intent.latest_charge.id == charge.id
    assert listed.data[0].balance_transaction.net == 305_56


def test_nothing_is_expanded_that_is_not_there(stripe):
    session = open_session(stripe)
    paid_later = stripe.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert paid_later.payment_intent is None


@pytest.mark.parametrize("path", ["colour", "amount_total.x", "id", "a.b.c.d.e"])
def test_a_path_that_leads_nowhere_is_refused(stripe, path):
    session = open_session(stripe)
    with pytest.raises(InvalidRequestError, match="expand"):
        stripe.v1.checkout.sessions.retrieve(session.id, {"expand": [path]})


def test_metadata_is_kept_as_given(stripe):
    given = {"_private": "yes", "ünï": "✓", "0": "zero & more"}
    customer = stripe.v1.customers.create({"metadata": {**given, "empty": ""}})
    assert stripe.v1.customers.retrieve(customer.id).metadata.to_dict() == given


def test_events_are_listed_by_kind_for_thirty_days(stripe, remote, charge):
    kinds = [event.type for event in stripe.v1.events.list({"type": "charge.*"}).data]
    assert kinds == ["charge.updated", "charge.succeeded"]
    remote.advance(30 * 24 * 3600 - 60)
    listed = {"types": ["charge.succeeded"], "delivery_success": True}
    assert len(stripe.v1.events.list(listed).data) == 1
    remote.advance(120)
    assert stripe.v1.events.list(listed).data == []
