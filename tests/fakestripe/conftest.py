"""A stand-in of its own for every test, the real SDK as its client, and an ear for its webhooks."""

from dataclasses import dataclass, field

import pytest
from stripe import PermissionError, StripeClient

from marketplace.local.fakestripe import contract
from marketplace.local.fakestripe.endpoints import Scope, Subscription
from marketplace.local.fakestripe.remote import Remote
from marketplace.local.fakestripe.server import StandIn
from tests.served import Quiet, served

KEY = "sk_test_fake_local"
SECRETS = {scope.value: f"whsec_{scope}" for scope in Scope}
RECIPIENT = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}


@dataclass(frozen=True)
class Heard:
    """One webhook as it arrived."""

    scope: str
    body: bytes
    signature: str


@dataclass
class Ear:
    """A web server that takes webhooks, or refuses as many as a test wants."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    refusals: int = 0

    def subscriptions(self):
        return tuple(
            Subscription(scope, f"{self.url}/{scope}", SECRETS[scope.value]) for scope in Scope
        )

    def answer(self, webhook: Heard) -> int:
        self.heard.append(webhook)
        if self.refusals:
            self.refusals -= 1
            return 500
        return 200


@pytest.fixture
def ear():
    """Where the webhooks of this test arrive."""
    ear = Ear()

    class Handler(Quiet):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            webhook = Heard(self.path.strip("/"), body, self.headers["Stripe-Signature"])
            self.send_response(ear.answer(webhook))
            self.end_headers()

    with served(Handler) as ear.url:
        yield ear


@pytest.fixture(scope="session")
def running_stand_in():
    """One process's stand-in, shared because starting one takes longer than a test."""
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(running_stand_in):
    """A stand-in that knows nothing yet, and that nobody listens to."""
    Remote(running_stand_in.url).reset()
    yield running_stand_in
    check_everything(running_stand_in.url)


@pytest.fixture
def heard_stand_in(ear):
    """A stand-in whose webhooks arrive at the ear."""
    with StandIn(webhooks=ear.subscriptions()) as stand_in:
        yield stand_in
        check_everything(stand_in.url)


@pytest.fixture
def stripe(stand_in) -> StripeClient:
    """The real SDK, talking to the stand-in and repeating nothing by itself."""
    return client(stand_in.url)


@pytest.fixture
def remote(stand_in) -> Remote:
    """The control plane of the stand-in."""
    return Remote(stand_in.url)


@pytest.fixture
def ada(stripe, remote):
    """An expert who has been through onboarding and can be paid."""
    account = open_account(stripe)
    remote.onboard(account.id)
    return account


@pytest.fixture
def charge(stripe, remote):
    """A paid charge of $315.00: a milestone of $300.00 and the client's fee."""
    return pay(stripe, remote)


def check_everything(url: str) -> None:
    """Whatever a test made the stand-in say Stripe could have said, and its books add up."""
    Remote(url).limit(0)
    Remote(url).clear_faults()
    stripe = client(url)
    known = [one.id for one in stripe.v2.core.accounts.list().auto_paging_iter()]
    for account in (None, *known):
        try:
            listed = stripe.v1.events.list({"limit": 100}, {"stripe_account": account})
        except PermissionError:
            # The person has ended our access.
            continue
        for event in listed.auto_paging_iter():
            thing = event.data.object.to_dict()
            assert event.type in contract.event_types()
            assert not contract.problems_in_object(thing), event.type
    for thin in stripe.v2.core.events.list({"limit": 100}).auto_paging_iter():
        assert not contract.problems_in_object(thin.to_dict()), thin.type
    assert Remote(url).invariants()["problems"] == []


def client(url: str, *, key: str = KEY, retries: int = 0) -> StripeClient:
    """Return the SDK's client as the apps make it."""
    return StripeClient(
        key,
        base_addresses={"api": url, "connect": url, "files": url, "meter_events": url},
        max_network_retries=retries,
    )


def open_account(stripe, **changes):
    """Open an account the way the apps do."""
    return stripe.v2.core.accounts.create(
        {
            "contact_email": "ada@attest.example",
            "display_name": "Ada Byron",
            "dashboard": "express",
            "identity": {"country": "gb"},
            "configuration": {"recipient": RECIPIENT},
            "defaults": {
                "currency": "usd",
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                },
            },
            "metadata": {"expert": "exp_1"},
            "include": ["configuration.recipient", "identity", "defaults", "requirements"],
            **changes,
        }
    )


def open_session(stripe, **changes):
    """Open a checkout session the way the apps do."""
    lines = (("Milestone 1", 300_00), ("Service fee", 15_00))
    return stripe.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "ui_mode": "hosted_page",
            "client_reference_id": "pay_1",
            "allowed_payment_method_types": ["card"],
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": amount,
                        "product_data": {"name": name},
                    },
                }
                for name, amount in lines
            ],
            "payment_intent_data": {
                "transfer_group": "contract_1",
                "metadata": {"payment": "pay_1"},
            },
            "metadata": {"payment": "pay_1"},
            "success_url": "http://attest.example/paid?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://attest.example/cancelled",
            **changes,
        }
    )


def pay(stripe, remote, **changes):
    """Pay a new session and return the charge."""
    session = remote.pay(open_session(stripe, **changes).id)
    intent = stripe.v1.payment_intents.retrieve(
        session["payment_intent"], {"expand": ["latest_charge"]}
    )
    return intent.latest_charge


def send(stripe, account, charge, amount, /, **changes):
    """Transfer a part of a charge to an account."""
    return stripe.v1.transfers.create(
        {
            "amount": amount,
            "currency": "usd",
            "destination": account.id,
            "source_transaction": charge.id,
            **changes,
        }
    )
