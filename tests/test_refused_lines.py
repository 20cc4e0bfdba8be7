"""Whoever is refused leaves a line: which address, who by number, what, by which rule; no words."""

import json
import logging

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from marketplace import limits
from marketplace.kit.limits import Rate
from marketplace.kit.logs import JsonFormatter
from tests import factories


@pytest.fixture
def lines(caplog):
    """Return what production would have written of refusals."""
    caplog.set_level(logging.INFO)
    form = JsonFormatter()

    def refused():
        written = [json.loads(form.format(record)) for record in caplog.records]
        return [line for line in written if line["event"] == "request.refused"]

    return refused


@pytest.fixture
def contract(acme, ada):
    return factories.contract(acme.memberships.get().organisation, ada.expert)


def test_a_page_of_a_duty_that_one_does_not_have(client, acme, lines):
    client.force_login(acme)
    client.get(reverse("admin:payments:index"))

    (line,) = lines()
    assert (line["status_code"], line["by"], line["method"]) == (403, acme.pk, "GET")
    assert line["route"].endswith("payments/")
    assert line["level"] == "WARNING"


def test_a_thing_of_others_is_hidden_and_the_line_says_which(client, mallory, contract, lines):
    client.force_login(mallory)
    client.get(reverse("contracts:detail", args=[contract.public_id]))
    client.get("/nowhere/at/all/")

    hidden, unknown = lines()
    assert (hidden["status_code"], hidden["by"]) == (404, mallory.pk)
    assert hidden["about"] == contract.public_id
    assert (unknown["status_code"], unknown["route"], "about" in unknown) == (404, "", False)


def test_the_api_says_as_much(client, mallory, contract, lines):
    client.force_login(mallory)
    client.get(reverse("api:contract", args=[contract.public_id]))

    (line,) = lines()
    assert (line["status_code"] in {401, 404}, line["about"]) == (True, contract.public_id)


def test_a_form_without_its_token(acme, lines):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(acme)
    browser.post(reverse("account_logout"))

    assert {(line["status_code"], line["method"]) for line in lines()} == {(403, "POST")}


def test_another_host(client, db, lines):
    client.get("/", headers={"Host": "elsewhere.example"})

    assert any(line.get("status_code") == 400 for line in lines())


def test_what_comes_too_often_by_its_rule(client, acme, ada, lines, monkeypatch):
    cache.clear()
    for name, rate in limits.LIMITED.items():
        monkeypatch.setitem(limits.LIMITED, name, Rate(rate.name, 1, 10**9))
    client.force_login(acme)
    sent = factories.proposal(factories.job(acme.memberships.get().organisation), ada.expert)
    begin = reverse("contracts:begin-conversation", args=[sent.public_id])
    for _ in range(2):
        client.post(begin, {"text": ""})

    invalid, often = lines()
    assert (invalid["status_code"], often["status_code"]) == (422, 429)
    assert (often["rule"], often["by"], often["about"]) == ("too_often", acme.pk, sent.public_id)


def test_what_the_rules_of_business_refuse_by_its_rule(client, ada, contract, lines):
    """Two who accept one offer: the second one is told, and written down."""
    client.force_login(ada)
    offer = contract.offer
    client.post(reverse("contracts:accept-offer", args=[offer.public_id]), {"agreed": "on"})

    line = lines()[-1]
    assert (line["status_code"], line["about"]) == (409, offer.public_id)
    assert line["rule"]


def test_nothing_is_asked_of_the_database_for_a_line(client, db, lines, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/nowhere/at/all.txt", headers={"Cookie": "sessionid="})
        lines()
