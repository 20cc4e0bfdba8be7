"""The broker is down when work is handed over: the request succeeds, and a sweep finds the work."""

import logging
import socket
import time

import pytest
from celery import current_app
from django.urls import reverse

from contracts.models import Operation, Payment, Release, StripeEvent
from tests.contracts import agreed
from tests.contracts.orders import SECRETS
from tests.contracts.test_webhook import EVENT, send

# The client library tries to connect for four seconds unless told otherwise, for every hint.
NOBODY_WAITS = 3.0
LOST = "task.hint.lost"


@pytest.fixture
def no_broker(monkeypatch, caplog):
    """A port that nobody listens on, where the broker was."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", f"redis://127.0.0.1:{port}/1")
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    caplog.set_level(logging.WARNING, "marketplace.kit.tasks")
    return caplog


def lost(caplog) -> list[str]:
    return [line.task for line in caplog.records if line.message == LOST]


def test_what_a_client_released_is_sent_although_nobody_was_told(
    client, held, account, checks, acme, work, no_broker, django_capture_on_commit_callbacks
):
    submission = agreed.handed_in(held.milestone)
    url = reverse(
        "contracts:approve", args=[held.milestone.contract.public_id, submission.public_id]
    )
    client.force_login(acme)
    began = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, {"is_checked": "on"})

    assert answer.status_code == 302
    assert time.monotonic() - began < NOBODY_WAITS
    assert Release.objects.count() == 1
    assert "contracts.tasks.send_operation" in lost(no_broker)
    assert Operation.objects.get().status == Operation.Status.PENDING
    work()
    assert Operation.objects.get().status == Operation.Status.SUCCEEDED


def test_an_event_is_stored_thanked_for_and_handled_although_nobody_was_told(
    stripe, open_payment, work, settings, no_broker, django_capture_on_commit_callbacks
):
    settings.STRIPE_WEBHOOK_SECRETS = SECRETS
    stripe.pay(open_payment.session_id)
    event = EVENT | {"data": {"object": {"id": open_payment.session_id}}}

    with django_capture_on_commit_callbacks(execute=True):
        answer = send(event, signed_with="whsec_platform")

    assert answer.status_code == 200
    assert lost(no_broker) == ["contracts.tasks.handle_event"]
    assert StripeEvent.objects.get().status == StripeEvent.Status.NEW
    work()
    assert Payment.objects.get().status == Payment.Status.HELD
