"""The installed SDK decides what a request and an object may look like."""

import copy
import json
from pathlib import Path

import pytest
import stripe as sdk

from marketplace.local.fakestripe import contract, events

# Sample objects of Stripe's own, beside the checkout on machines that have them.
FIXTURES = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "stripe-fixtures-2026-08-21.json"
)
OF_MONEY = (
    "account",
    "account_link",
    "balance",
    "balance_transaction",
    "charge",
    "checkout.session",
    "customer",
    "event",
    "payment_intent",
    "payout",
    "refund",
    "transfer",
    "transfer_reversal",
    "webhook_endpoint",
)


def read(method, path, **params):
    return contract.read_request(method, path, params, from_form=True)


def codes(problems):
    return {problem.where: problem.code for problem in problems}


def test_a_form_gets_the_types_of_the_sdk():
    params, problems = read(
        "POST",
        "/v1/transfers",
        amount="500",
        currency="usd",
        destination="acct_1",
        metadata={"op": "7"},
    )
    assert not problems
    assert params["amount"] == 500
    assert params["metadata"] == {"op": "7"}


@pytest.mark.parametrize(
    ("params", "where", "code"),
    [
        ({"destination": "acct_1"}, "currency", "parameter_missing"),
        ({"currency": "usd", "destination": "a", "amuont": "5"}, "amuont", "parameter_unknown"),
        ({"currency": "usd", "destination": "a", "amount": "5.5"}, "amount",
         "parameter_invalid_integer"),
        ({"currency": "usd", "destination": "a", "amount": "\N{ARABIC-INDIC DIGIT FIVE}"}, "amount",
         "parameter_invalid_integer"),
        ({"currency": "usd", "destination": "a", "source_type": "gold"}, "source_type",
         "parameter_invalid"),
    ],
)  # fmt: skip
def test_a_request_is_refused_where_the_sdk_would_not_send_it(params, where, code):
    _, problems = read("POST", "/v1/transfers", **params)
    assert codes(problems) == {where: code}


def test_parameters_that_stripe_has_taken_away_are_unknown():
    _, problems = read(
        "POST", "/v1/checkout/sessions", payment_method_types=["card"], ui_mode="hosted"
    )
    assert codes(problems) == {
        "payment_method_types": "parameter_unknown",
        "ui_mode": "parameter_invalid",
    }


def test_json_is_not_read_as_a_form():
    body = {"metadata": {"a": "b"}, "closed": "true"}
    _, problems = contract.read_request("GET", "/v2/core/accounts", body, from_form=False)
    assert codes(problems) == {"metadata": "parameter_unknown", "closed": "parameter_invalid"}


def test_a_path_nobody_serves_is_a_problem_of_its_own():
    _, problems = read("GET", "/v1/transferz")
    assert codes(problems) == {"GET /v1/transferz": "url_invalid"}


def test_the_version_of_events_is_the_one_the_sdk_speaks():
    assert events.API_VERSION == contract.api_version() == sdk.api_version


def test_event_types_are_known():
    assert {"checkout.session.completed", "transfer.reversed"} <= contract.event_types()


@pytest.mark.skipif(not FIXTURES.exists(), reason="Stripe's sample objects are not on this machine")
class TestStripesOwnSamples:
    samples = json.loads(FIXTURES.read_text())["resources"] if FIXTURES.exists() else {}

    @pytest.mark.parametrize("name", OF_MONEY)
    def test_pass(self, name):
        assert not contract.problems_in_object(self.samples[name])

    def test_of_a_dispute_pass_but_for_a_newer_field(self):
        problems = contract.problems_in_object(self.samples["dispute"])
        assert [problem.where for problem in problems] == [
            "dispute.evidence_details.submission_method"
        ]

    @pytest.mark.parametrize("name", OF_MONEY)
    def test_fail_once_a_field_is_lost_or_wrong(self, name):
        sample = self.samples[name]
        for changed in (
            {**copy.deepcopy(sample), "colour": "red"},
            {**copy.deepcopy(sample), "object": "unheard_of"},
            {**copy.deepcopy(sample), "created": "yesterday", "livemode": "no"},
        ):
            assert contract.problems_in_object(changed)
