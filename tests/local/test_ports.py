"""A port is asked for before a server fails on it."""

import socket

import pytest

from marketplace.local.console import CannotRun
from marketplace.local.ports import PortIsTaken, chosen, listens, refuse_taken


@pytest.fixture
def taken():
    """A port of 127.0.0.1 on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_taken_port_is_named_with_a_way_out(taken):
    with pytest.raises(PortIsTaken) as refusal:
        refuse_taken(taken, "PORT")

    assert str(refusal.value) == (
        f"Port {taken} is taken by another program: choose another one, "
        f"for example `make run PORT={taken + 1}`."
    )


def test_port_taken_on_every_address_is_taken_here():
    with socket.create_server(("0.0.0.0", 0)) as server, pytest.raises(PortIsTaken):  # noqa: S104
        refuse_taken(server.getsockname()[1], "PORT")


def test_port_taken_on_the_other_loopback_address_is_taken_here():
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")

    with server, pytest.raises(PortIsTaken):
        refuse_taken(server.getsockname()[1], "PORT")


def test_free_port_is_not_refused(taken):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]

    refuse_taken(free, "PORT")

    assert listens(taken)
    assert not listens(free)


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "eight", "8000.5", "8000 "])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(CannotRun, match="use a port number from 1 to 65535"):
        chosen(text, "PORT")
