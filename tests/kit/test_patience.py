"""Servers that hang, or answer a byte at a time: whoever asks stops waiting when nobody waits."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psycopg2
import pytest
from django.db import connection
from kombu.exceptions import OperationalError as NoBroker
from redis import Redis
from redis.exceptions import TimeoutError as SlowRedis

from contracts import gateway
from contracts.gateway import connection as line
from contracts.gateway.stripe import GATEWAYS
from marketplace.celery import app
from marketplace.kit import patience
from marketplace.kit.cache import InTime
from tests.drills_faults.network import HALF_OPEN, SLOW, Network
from tests.local.processes import free_port

SOON = 2.0


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.fixture(params=[0.1, 0.02])
def trickling(request):
    """The port of a server that answers whatever it is asked with a byte every so many seconds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=trickle, args=(server, request.param), daemon=True).start()
        yield server.getsockname()[1]


def trickle(server: socket.socket, pause: float) -> None:
    """Answer each in turn, for six seconds; nobody stays to hear the end."""
    while True:
        try:
            with server.accept()[0] as client:
                for _ in range(int(6 / pause)):
                    client.send(b"$")
                    time.sleep(pause)
        except OSError:
            if server.fileno() < 0:
                return


@pytest.fixture
def database(db):
    """A connection beside the test's own."""
    places = {**connection.get_connection_params()}
    for ours in ("cursor_factory", "context"):
        places.pop(ours, None)
    beside = psycopg2.connect(**places)
    yield beside
    beside.close()


def test_a_statement_that_takes_longer_than_a_request_may_is_given_up(database):
    with (
        within(SOON),
        patience.budget(of_all=0.1),
        database.cursor() as cursor,
        pytest.raises(psycopg2.OperationalError, match="in time"),
    ):
        cursor.execute("SELECT pg_sleep(9)")

    assert database.closed


def sleeps(database, *, times: int) -> None:
    with database.cursor() as cursor:
        for _ in range(times):
            cursor.execute("SELECT pg_sleep(0.3)")


def test_ten_slow_ones_are_no_longer_than_one(database):
    with within(SOON), patience.budget(of_all=0.5), pytest.raises(psycopg2.OperationalError):
        sleeps(database, times=10)


def test_a_task_has_a_bound_for_each(database):
    with patience.budget(each=0.6), database.cursor() as cursor:
        for _ in range(3):
            cursor.execute("SELECT pg_sleep(0.25)")
        with within(SOON), pytest.raises(psycopg2.OperationalError):
            cursor.execute("SELECT pg_sleep(9)")


def test_what_we_compute_ourselves_is_no_wait(database):
    with patience.budget(of_all=0.4), database.cursor() as cursor:
        time.sleep(0.5)
        cursor.execute("SELECT pg_sleep(0.1)")


def test_a_command_takes_what_it_takes(database):
    with patience.budget(of_all=0.1):
        pass
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.7)")


def test_a_valkey_that_trickles_is_given_up(trickling):
    place = f"redis://127.0.0.1:{trickling}/0"
    asked = Redis(connection_pool=InTime.from_url(place, socket_timeout=0.3))

    with within(SOON), pytest.raises(SlowRedis):
        asked.get("anything")


@pytest.fixture
def prompt():
    """The port of a server that answers whatever it is asked at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=answer, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def answer(server: socket.socket) -> None:
    with server.accept()[0] as client:
        while client.recv(1024):
            client.sendall(b"+OK\r\n")


def test_a_valkey_that_answers_is_asked_again_at_once(prompt):
    address = f"redis://127.0.0.1:{prompt}/0"
    asked = Redis(connection_pool=InTime.from_url(address, socket_timeout=1, protocol=2))

    with within(SOON):
        asks(asked, times=10)
    asked.close()


def test_ten_slow_answers_of_valkey_are_no_longer_than_one(prompt):
    network = Network(free_port(), prompt)
    address = f"redis://127.0.0.1:{network.place}/0"
    asked = Redis(connection_pool=InTime.from_url(address, socket_timeout=5, protocol=2))

    with network.has(SLOW), within(SOON), patience.budget(of_all=1.2), pytest.raises(SlowRedis):
        asks(asked, times=10)
    asked.close()


def asks(server: Redis, *, times: int) -> None:
    for _ in range(times):
        server.execute_command("ECHO", "anything")


def test_a_broker_that_trickles_is_given_up(trickling):
    place = f"redis://127.0.0.1:{trickling}/0"
    with (
        app.connection_for_write(place) as broker,
        within(SOON),
        patience.budget(of_all=0.5),
        pytest.raises(NoBroker),
    ):
        app.send_task("nobody.takes.it", connection=broker, retry=False)


def stripe_at(port: int) -> gateway.Gateway:
    return GATEWAYS["v2"]("sk_test_fake_local", f"http://127.0.0.1:{port}")


@pytest.fixture
def silent():
    """The port of a server that answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_stripe_that_hangs_is_given_up_in_time_to_write_that_down(silent):
    with within(3.0), patience.budget(of_all=2.8), pytest.raises(gateway.Unavailable):
        stripe_at(silent).balance()


def test_a_stripe_that_trickles_is_given_up_too(trickling):
    with within(3.0), patience.budget(of_all=2.8), pytest.raises(gateway.Unavailable):
        stripe_at(trickling).balance()


def test_once_somebody_has_waited_for_a_stripe_that_hangs_nobody_does(silent, monkeypatch):
    monkeypatch.setattr(line, "HANGS", 0.1)
    monkeypatch.setattr(line, "breaker", line.Breaker())
    with patience.budget(of_all=2.8), pytest.raises(gateway.Unavailable):
        stripe_at(silent).balance()

    with within(0.1), patience.budget(of_all=2.8), pytest.raises(gateway.Unavailable) as refused:
        stripe_at(silent).balance()

    assert refused.value.code == "left_alone"


def test_a_forgotten_connection_leaves_time_for_a_new_one(db, tmp_path):
    name = ".s.PGSQL.5432"
    network = Network(tmp_path / name, Path(connection.settings_dict["HOST"], name))
    beside = connection.copy("default")
    beside.settings_dict = connection.settings_dict | {"HOST": str(tmp_path)}
    beside.ensure_connection()

    with network.has(HALF_OPEN), within(3.0), patience.budget(of_all=7):
        assert not beside.is_usable()
    beside.close()
    beside.ensure_connection()

    assert beside.is_usable()
    beside.close()
