"""Whether a port is free for us, and whether what we started there answers."""

import errno
import socket
import urllib.request
from http import HTTPStatus
from http.client import HTTPException

from marketplace.local.console import CannotRun

HIGHEST = 65535


class PortIsTaken(CannotRun):
    """Somebody else listens there."""

    def __init__(self, port: int, variable: str) -> None:
        super().__init__(
            f"Port {port} is taken by another program: choose another one, "
            f"for example `make run {variable}={port + 1}`."
        )


class PortIsPrivileged(CannotRun):
    """Only root may listen there, or nobody at all."""

    def __init__(self, port: int, variable: str) -> None:
        super().__init__(
            f"This user may not listen on port {port}: choose one above 1023, "
            f"for example `make run {variable}=8000`."
        )


def chosen(text: str, variable: str) -> int:
    """Return the port that a variable names.

    :raises CannotRun: unless it is a port number.
    """
    if not text.isdecimal() or not 0 < int(text) <= HIGHEST:
        raise CannotRun(f"{variable} is {text!r}: use a port number from 1 to {HIGHEST}.")
    return int(text)


def refuse_taken(port: int, variable: str) -> None:
    """Ask both loopback addresses: a browser that is told `localhost` may try either first.

    :raises PortIsTaken: when somebody else listens there.
    :raises PortIsPrivileged: when this user may not.
    """
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        refusal = _refusal(family, host, port)
        if refusal == errno.EACCES:
            raise PortIsPrivileged(port, variable)
        if refusal == errno.EADDRINUSE:
            raise PortIsTaken(port, variable)


def _refusal(family: socket.AddressFamily, host: str, port: int) -> int | None:
    """Return why one cannot listen there; a machine without IPv6 has reasons of its own."""
    try:
        with socket.socket(family) as probe:
            # As servers do: a port whose last connections are only lingering counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as refusal:
        return refusal.errno
    return None


def listens(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def says_ok(url: str) -> bool:
    """Whether a local page answers 200; never through a proxy."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False
