"""The control plane: for programs on this machine only, and clear about what it cannot do."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from marketplace.local.fakestripe.endpoints import Scope, Subscription
from marketplace.local.fakestripe.remote import NotDone
from marketplace.local.fakestripe.wire import decode_form
from tests.fakestripe.conftest import open_session, send


def call(stand_in, name, order, **headers):
    connection = http.client.HTTPConnection(urlsplit(stand_in.url).netloc, timeout=10)
    connection.request("POST", f"/_fake/{name}", json.dumps(order), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_page_in_a_browser_cannot_play_stripe(stand_in, stripe):
    session = open_session(stripe)
    order = {"session": session.id}
    assert call(stand_in, "pay", order, Origin="http://evil.example") == 403
    assert stripe.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert call(stand_in, "pay", order) == 200


@pytest.mark.parametrize(
    ("name", "order", "status"),
    [
        ("pay", {}, 400),
        ("pay", {"session": "cs_nobody"}, 404),
        ("pay", [], 400),
        ("nothing", {}, 404),
        ("clock", {"advance": "soon"}, 400),
        ("clock", {"advance": -1}, 400),
        ("webhooks", {"action": "explode"}, 400),
        ("onboard", {"account": "acct_nobody"}, 400),
    ],
)
def test_what_it_cannot_do_it_says(stand_in, name, order, status):
    assert call(stand_in, name, order) == status


def test_the_books_tell_every_balance(stripe, remote, ada, charge):
    send(stripe, ada, charge, 270_00)
    stripe.v1.refunds.create({"charge": charge.id, "amount": 15_00})
    books = remote.invariants()
    ours = books["platform"]["usd"]
    assert books["ok"]
    assert ours["by_type"] == {"charge": 315_00, "transfer": -270_00, "refund": -15_00}
    assert (ours["gross"], ours["fees"], ours["total"]) == (30_00, 9_44, 30_00 - 9_44)
    assert books["accounts"][ada.id]["usd"]["total"] == 270_00


def test_the_journal_keeps_every_request(stripe, remote):
    stripe.v1.customers.create({"name": "Acme"}, {"idempotency_key": "cus:1"})
    entry = remote.journal("customers", "POST")[0]
    assert (entry["status"], entry["idempotency_key"]) == (200, "cus:1")
    assert entry["body"] == "name=Acme"


def test_a_reset_forgets_everything(stripe, remote, charge):
    remote.advance(3600)
    remote.reset()
    assert stripe.v1.charges.list().data == []
    assert remote.invariants() == {"ok": True, "problems": [], "platform": {}, "accounts": {}}


def test_the_clock_starts_in_the_past_only_where_no_money_has_moved(stripe, remote):
    remote.begin_at(1_700_000_000)
    assert stripe.v1.customers.create({}).created - 1_700_000_000 < 60
    remote.pay(open_session(stripe, expires_at=1_700_003_600).id)
    with pytest.raises(NotDone, match="only goes forward"):
        remote.begin_at(1_600_000_000)


def test_an_endpoint_is_read_from_the_command_line():
    assert Subscription.parse("thin=http://a.example/?x=1=whsec_1") == Subscription(
        Scope.THIN, "http://a.example/?x=1", "whsec_1"
    )


@pytest.mark.parametrize("text", ["thin", "thin=http://a.example", "x=http://a=b", "thin=a=b"])
def test_an_endpoint_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match=r"is not|Scope"):
        Subscription.parse(text)


def test_brackets_make_groups_and_lists():
    text = "a[b][c]=1&d[]=2&d[]=3&e[0][f]=4&e[10]=6&e[2]=5&g=&h=%5B"
    assert decode_form(text) == {
        "a": {"b": {"c": "1"}},
        "d": ["2", "3"],
        "e": [{"f": "4"}, "5", "6"],
        "g": "",
        "h": "[",
    }
