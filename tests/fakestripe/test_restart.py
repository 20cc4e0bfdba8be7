"""The stand-in as a program: it says where it listens, stops at once, and survives kill -9."""

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from marketplace.local.fakestripe.remote import Remote
from tests.fakestripe.conftest import SECRETS, client, open_session, pay


class Program:
    """One run of `python -m marketplace.local.fakestripe`."""

    def __init__(self, port, *options):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "marketplace.local.fakestripe", "--port", str(port), *options],
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.process.stdout
        self.output = self.process.stdout
        self.said = self.output.readline().strip()
        self.url = f"http://127.0.0.1:{port}"

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(timeout=5)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(port, tmp_path, ear):
    """Start the program on the same port and file as before."""
    runs = []

    def start(*options):
        hooks = [
            part
            for scope, secret in SECRETS.items()
            for part in ("--webhook", f"{scope}={ear.url}/{scope}={secret}")
        ]
        runs.append(Program(port, "--db", str(tmp_path / "stripe.sqlite3"), *hooks, *options))
        return runs[-1]

    yield start
    for run in runs:
        run.process.kill()
        run.process.wait()
        run.output.close()


def test_it_says_where_it_listens_and_stops_when_told(start):
    program = start()
    assert program.said == f"The stand-in for Stripe listens on {program.url}"
    begun = time.monotonic()
    assert program.end(signal.SIGTERM) == 0
    assert time.monotonic() - begun < 2


def test_an_endpoint_that_never_answers_does_not_hold_it_up(start):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        program = start("--webhook", f"platform={url}=whsec_1")
        stripe, remote = client(program.url), Remote(program.url)
        remote.pay(open_session(stripe).id)
        deaf.accept()
        begun = time.monotonic()
        assert program.end(signal.SIGTERM) == 0
        assert time.monotonic() - begun < 2


def test_a_taken_port_is_said_in_one_sentence(start):
    first = start()
    second = start()
    assert second.process.wait(timeout=5) == 1
    assert second.said.startswith("The stand-in for Stripe cannot listen on 127.0.0.1:")
    assert first.process.poll() is None


def test_what_was_answered_survives_kill_9(start):
    program = start()
    stripe, remote = client(program.url), Remote(program.url)
    charge = pay(stripe, remote)
    remote.advance(3600)
    refund = stripe.v1.refunds.create({"charge": charge.id}, {"idempotency_key": "op:1"})
    clock = remote.clock()
    program.end(signal.SIGKILL)
    start()
    again = stripe.v1.refunds.create({"charge": charge.id}, {"idempotency_key": "op:1"})
    assert again.id == refund.id
    assert remote.journal("refunds", "POST")[-1]["replayed"]
    assert remote.clock() >= clock
    assert remote.invariants()["ok"]
    assert len(stripe.v1.refunds.list().data) == 1


def test_what_was_not_delivered_is_delivered_after_the_restart(start, ear):
    program = start()
    stripe, remote = client(program.url), Remote(program.url)
    remote.webhooks("pause")
    remote.pay(open_session(stripe).id)
    program.end(signal.SIGKILL)
    assert ear.heard == []
    start()
    remote.webhooks("resume")
    assert remote.wait_for_webhooks()
    kinds = [json.loads(one.body)["type"] for one in ear.heard]
    assert kinds.count("checkout.session.completed") == 1
    assert len(kinds) == 5


@pytest.mark.drills
def test_kill_9_in_the_middle_of_work_leaves_all_of_a_payment_or_none(start):
    program = start()
    stripe, remote = client(program.url), Remote(program.url)
    sessions = [open_session(stripe).id for _ in range(30)]

    def pay_until_cut_off():
        with contextlib.suppress(OSError, http.client.HTTPException):
            for session in sessions:
                remote.pay(session)

    payer = threading.Thread(target=pay_until_cut_off)
    payer.start()
    while not remote.invariants()["platform"]:
        time.sleep(0.01)
    program.end(signal.SIGKILL)
    payer.join()
    start()
    books = remote.invariants()
    listed = stripe.v1.checkout.sessions.list({"limit": 100}).data
    begun = [session for session in listed if session.payment_intent]
    assert books["ok"]
    assert all(session.payment_status == "paid" for session in begun)
    assert books["platform"]["usd"]["gross"] == len(begun) * 315_00
