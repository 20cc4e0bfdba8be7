"""A real Prometheus asks the site and rings within two minutes of each fault; before, it is silent.

Its rules and intervals are those of `deploy/prometheus/`; only where the site is was changed.
"""

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import stripe
import yaml
from django.test import Client
from django.urls import reverse

from accounts.services import outbox
from contracts.gateway import connection
from contracts.gateway.protocol import KeyRefused
from contracts.models import Milestone, StripeEvent
from contracts.services import watching
from marketplace import admission, replica
from marketplace.celery import app
from marketplace.kit import env
from marketplace.kit.clock import now
from marketplace.kit.metrics import READS
from marketplace.local import valkey
from tests import factories
from tests.local.processes import eventually, free_port
from tests.small_disk import small_disk

pytestmark = [
    pytest.mark.drills,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not shutil.which("prometheus"), reason="no Prometheus here: apt-get install prometheus"
    ),
]

DEPLOY = Path(__file__).parents[2] / "deploy" / "prometheus"
TOKEN = "let-me-see"
TWO_MINUTES = 120.0
# So many looks of Prometheus's show that nothing rings, and from what what follows differs.
LOOKS = 3


class Neighbour(BaseHTTPRequestHandler):
    """A worker that counts nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Prometheus:
    """Started with our own files; it is told where the site is and nothing else."""

    def __init__(self, folder: Path, site: str, worker: str) -> None:
        self.port = free_port()
        asked = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
        (folder / "token").write_text(TOKEN)
        for job, target in zip(asked["scrape_configs"], (site, worker), strict=True):
            job["static_configs"] = [{"targets": [target]}]
            if "authorization" in job:
                job["authorization"]["credentials_file"] = str(folder / "token")
        (folder / "prometheus.yml").write_text(yaml.safe_dump(asked))
        shutil.copy(DEPLOY / "alerts.yml", folder)
        self.process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--log.level=error",
            ]
        )

    def ask(self, what: str) -> Any:
        """Return what it answers to a question of its API."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{what}") as answer:
            return json.load(answer)["data"]

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self.ask("status/runtimeinfo"))
        except OSError:
            return False

    def looks(self) -> int:
        """Return how often it has looked at the site and been answered."""
        [found] = self.ask("query?query=count_over_time(up%7Bjob%3D%22web%22%7D%5B1h%5D)")[
            "result"
        ] or [{"value": [0, "0"]}]
        return int(found["value"][1])

    def rings(self, severity: str = "page|ticket") -> set[str]:
        """Return which alarms ring."""
        return {
            each["labels"]["alertname"]
            for each in self.ask("alerts")["alerts"]
            if each["state"] == "firing" and each["labels"]["severity"] in severity.split("|")
        }


@pytest.fixture
def worker() -> Iterator[ThreadingHTTPServer]:
    """The numbers of a worker, until somebody closes them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Neighbour)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def queue(settings, monkeypatch, tmp_path) -> Iterator[str]:
    """A Valkey of our own as the broker, which no worker asks."""
    folder = tmp_path / "valkey"
    folder.mkdir()
    server = subprocess.Popen(valkey.command(data=folder, sockets=folder))
    try:
        eventually(lambda: valkey.answers(folder))
        settings.REDIS_URL = valkey.url(folder)
        monkeypatch.setenv("REDIS_URL", valkey.url(folder))
        address = env.broker("REDIS_URL", "", db=1)
        monkeypatch.setenv("CELERY_BROKER_READ_URL", address)
        yield address
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def prometheus(live_server, worker, tmp_path, settings) -> Iterator[Prometheus]:
    settings.METRICS_TOKEN = TOKEN
    settings.ALLOWED_HOSTS = ["*"]
    site = live_server.url.removeprefix("http://")
    started = Prometheus(tmp_path, site, f"127.0.0.1:{worker.server_address[1]}")
    try:
        eventually(started.is_up, 30)
        yield started
    finally:
        started.process.terminate()
        started.process.wait(30)


def break_everything(ada, acme, worker, queue) -> dict[str, float]:
    """Make each fault; return the alarms that have to ring, each with when its fault was made."""
    at = now()
    made: dict[str, float] = {}

    def has_happened(*alarms: str) -> None:
        made.update(dict.fromkeys(alarms, time.monotonic()))

    contract = factories.contract(acme.memberships.get().organisation, ada.expert)
    Milestone.objects.filter(contract=contract).update(status="funded")  # and nothing is held
    assert watching.watch(at=at - timedelta(minutes=25)) > 0
    has_happened("BooksAreWrong", "NobodyWatchesTheBooks")

    visitor = Client(raise_request_exception=False)
    visitor.force_login(ada)
    for _ in range(5):  # nobody listens where Stripe should be
        assert visitor.post(reverse("contracts:start-payouts")).status_code == 503
    has_happened("StripeDoesNotAnswer", "FaultsOfOurs")

    with pytest.raises(KeyRefused), connection.our_errors():
        raise stripe.AuthenticationError("No such key.", http_status=401)
    has_happened("StripeRefusesOurKey")

    event = {"endpoint": "platform", "kind": "x", "livemode": False, "payload": {}}
    late = at - timedelta(minutes=6)
    StripeEvent.objects.create(event_id="evt_1", received_at=late, due_at=late, **event)
    StripeEvent.objects.create(
        event_id="evt_2", received_at=late, due_at=late, status="dead", **event
    )
    has_happened("WebhooksWait", "MoneyNeedsAPerson")

    letter = {"to": "x@people.example", "subject": "s", "text": "t", "html": ""}
    outbox.post(key="late", at=at - timedelta(minutes=11), **letter)
    has_happened("MailsWait")

    with app.connection_for_write(queue) as broker:
        for _ in range(201):
            app.send_task("nobody.takes.it", queue="money", connection=broker)
    has_happened("QueueGrows")

    READS.labels(database=replica.BROKE_OFF).inc()
    has_happened("ReplicaBreaksOff")

    worker.shutdown()
    worker.server_close()
    has_happened("SiteDoesNotAnswer")
    return made


def test_each_alarm_rings_within_two_minutes_of_its_fault(
    prometheus, worker, queue, settings, ada, acme, rf, record_property
):
    rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
    # Ten minutes of being turned away, or of no look at the books at all, are not waited for here.
    expected = {rule["name"] for rule in rules} - {"TooMuchAtOnce", "NobodyHasWatchedTheBooks"}
    watching.watch(at=now())
    with ExitStack() as disks:
        settings.MEDIA_ROOT = disks.enter_context(small_disk(64))
        eventually(lambda: prometheus.looks() >= LOOKS, 90)
        assert prometheus.rings() == set(), "nothing has happened yet"

        made = break_everything(ada, acme, worker, queue)
        (settings.MEDIA_ROOT / "filler").write_bytes(bytes(60 * 1024))
        made["DiskFills"] = time.monotonic()
        for _ in range(700):
            admission.turned_away(rf.get("/"))
        assert set(made) == expected

        rang: dict[str, float] = {}
        while set(rang) != expected and time.monotonic() < min(made.values()) + TWO_MINUTES:
            for alarm in prometheus.rings() - set(rang):
                rang[alarm] = time.monotonic() - made[alarm]
            time.sleep(1)

    assert expected - set(rang) == set(), "these never rang"
    slowest = max(rang, key=lambda alarm: rang[alarm])
    assert rang[slowest] <= TWO_MINUTES
    waiting = {
        each["labels"]["alertname"]
        for each in prometheus.ask("alerts")["alerts"]
        if each["state"] == "pending"
    }
    assert waiting == {"TooMuchAtOnce"}
    record_property("figure", f"{len(rang)} alarms, the slowest {slowest} in {rang[slowest]:.0f} s")


def test_promtool_takes_both_files(tmp_path):
    whole = (
        (DEPLOY / "prometheus.yml")
        .read_text()
        .replace("/etc/prometheus/metrics-token", str(tmp_path / "token"))
    )
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "prometheus.yml").write_text(whole)
    shutil.copy(DEPLOY / "alerts.yml", tmp_path)

    done = subprocess.run(
        ["promtool", "check", "config", tmp_path / "prometheus.yml"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, "14 rules found" in done.stdout) == (0, True), done.stderr
