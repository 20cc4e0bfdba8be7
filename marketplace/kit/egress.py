"""The only way this server opens an address that a stranger gave us, to read it or to send to it.

Every address a name resolves to is judged before a connection is made, the connection goes to the
judged address and to no other, and a redirect is judged like the first address. Python's own
`ipaddress.is_global` is not asked: on 3.11 it takes 64:ff9b::7f00:1, 2002:7f00:1:: and 192.0.0.192
for public addresses.
"""

import io
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marketplace.kit.errors import DomainError

SECONDS = 5.0
MOST_BYTES = 2 * 1_048_576
MOST_REDIRECTS = 2
PORTS = {"http": 80, "https": 443}
SENT_BY = ("https",)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PIECE = 65_536
# What a URL may hold in its path and query besides letters and digits (RFC 3986, 3.3 and 3.4).
IN_PATH = "/%:@!$&'()*+,;=~-._?"

# IANA IPv4 and IPv6 Special-Purpose Address Registries (2025), with multicast (RFC 5771).
CLOSED_V4 = tuple(
    ip_network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
# Public IPv6 is 2000::/3 (RFC 4291, 2.4) without these: Teredo and other protocol blocks,
# documentation, 6to4, AS112. Mapped IPv4, NAT64, loopback, link-local, site, multicast are outside.
OPEN_V6 = ip_network("2000::/3")
CLOSED_V6 = tuple(
    ip_network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


class AddressRefused(DomainError):
    """We do not open this address, whatever is behind it."""

    code = "address_refused"
    sentence = _("We cannot open this address: it is not a public page on the web.")


class NoAnswer(DomainError):
    """Nobody answered, not in time, or with more than we read."""

    code = "no_answer"
    sentence = _("The address does not answer.")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered; `url` is the last one after redirects."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_found(self) -> bool:
        """Whether there is something behind the address."""
        return self.status == 200  # noqa: PLR2004 (HTTP)

    @property
    def content_type(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class _Target:
    """One address to open: where, under which name, and what to ask for or to send there."""

    scheme: str
    host: str
    port: int
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class _Clock:
    """How long the whole exchange may still take, in seconds."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left.

        :raises NoAnswer: when there are none.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise NoAnswer(_("The address does not answer within five seconds."))
        return left


def fetch(url: str) -> Page:
    """Open a public http or https address and read at most 2 MB of its answer within 5 seconds.

    :raises AddressRefused: for another scheme or port, a name with credentials, an address that is
        not public, or a third redirect.
    :raises NoAnswer: when nothing answers, not in time, or with more than 2 MB.
    """
    clock = _Clock(SECONDS)
    for _hop in range(MOST_REDIRECTS + 1):
        page = _open(url, _target(url, PORTS), clock)
        location = page.headers.get("location", "")
        if page.status not in REDIRECTS or not location:
            return page
        url = urljoin(url, location)
    raise AddressRefused(_("The address redirects more than twice."))


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body to a public https address, within 5 seconds, and return the status it answers.

    A redirect is an answer like any other: what was signed for one address goes to no other.

    :raises AddressRefused: for anything but https, a name with credentials, or an address that is
        not public.
    :raises NoAnswer: when nothing answers, not in time, or with more than 2 MB.
    """
    target = replace(_target(url, SENT_BY), body=body, headers=headers)
    return _open(url, target, _Clock(SECONDS)).status


def judge(url: str) -> None:
    """Judge an address that `post` is to open later, before anybody looks up its name.

    :raises AddressRefused: when `post` would refuse how it is written.
    """
    _target(url, SENT_BY)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, by our own list."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return not any(ip in block for block in CLOSED_V4)
    return _is_public_v6(ip)


def _is_public_v6(ip: IPv6Address) -> bool:
    return not ip.scope_id and ip in OPEN_V6 and not any(ip in block for block in CLOSED_V6)


def _open(url: str, target: _Target, clock: _Clock) -> Page:
    try:
        with closing(_connected(target, clock)) as sock:
            return _exchange(url, target, sock, clock)
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer from error


def _target(url: str, schemes: Collection[str]) -> _Target:
    """Read an address the way a browser would, and refuse what two readers could read two ways."""
    if not url.isascii() and not url.isprintable():
        raise AddressRefused
    if any(sign in url for sign in "\\ \t\r\n\x00"):
        raise AddressRefused
    try:
        parts = urlsplit(url)
        host, port = _host(parts), parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise AddressRefused from error
    is_named = f"{host}:{port}" in settings.EGRESS_ALLOW
    is_web = parts.scheme in schemes and port in PORTS.values()
    if not (is_web or (is_named and parts.scheme in PORTS)):
        raise AddressRefused
    query = f"?{parts.query}" if parts.query else ""
    return _Target(parts.scheme, host, port, quote((parts.path or "/") + query, safe=IN_PATH))


def _host(parts: SplitResult) -> str:
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise AddressRefused
    if ":" in parts.hostname:
        return parts.hostname
    return parts.hostname.encode("idna").decode("ascii")


def _connected(target: _Target, clock: _Clock) -> socket.socket:
    """Resolve once, judge every address, and connect to one of those judged."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    for *_kind, address in found:
        if not _may_open(str(address[0]), target.port):
            raise AddressRefused
    family, kind, protocol, _name, address = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(clock.left())
        sock.connect(address)
        return _secured(sock, target) if target.scheme == "https" else sock
    except BaseException:
        sock.close()
        raise


def _may_open(address: str, port: int) -> bool:
    """Whether an address is public; tests on a developer's machine may name one of its own."""
    is_own = f"{address}:{port}" in settings.EGRESS_ALLOW and ip_address(address).is_loopback
    return is_public(address) or (settings.DEVELOPMENT and is_own)


def _secured(sock: socket.socket, target: _Target) -> socket.socket:
    return ssl.create_default_context().wrap_socket(sock, server_hostname=target.host)


def _exchange(url: str, target: _Target, sock: socket.socket, clock: _Clock) -> Page:
    connection = HTTPConnection(target.host, target.port)
    connection.sock = _Wire(sock, clock)
    method = "GET" if target.body is None else "POST"
    connection.request(method, target.path, target.body, headers=_headers(target))
    answer = connection.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Page(url, answer.status, headers, _body(answer))


def _headers(target: _Target) -> dict[str, str]:
    host = f"[{target.host}]" if ":" in target.host else target.host
    is_usual = PORTS[target.scheme] == target.port
    return {
        "Host": host if is_usual else f"{host}:{target.port}",
        "User-Agent": f"{settings.SITE_NAME}/1 (+{settings.SITE_URL})",
        "Accept": "*/*",
        "Accept-Encoding": "identity",  # what is packed small may be large
        "Connection": "close",
        **target.headers,
    }


def _body(answer: HTTPResponse) -> bytes:
    pieces, size = [], 0
    while piece := answer.read1(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise NoAnswer(_("The address answers with more than 2 MB."))
    return b"".join(pieces)


class _Wire:
    """A connected socket as `HTTPConnection` uses it, under the clock of the whole exchange."""

    def __init__(self, sock: socket.socket, clock: _Clock) -> None:
        self.sock, self.clock = sock, clock

    def sendall(self, data: bytes) -> None:
        """Send, as long as the clock runs."""
        self.sock.settimeout(self.clock.left())
        self.sock.sendall(data)

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        """Return what the other side says."""
        return io.BufferedReader(_Incoming(self.sock, self.clock))

    def close(self) -> None:
        """Leave the socket to its owner, who still reads from it."""


class _Incoming(io.RawIOBase):
    """The bytes that arrive; a server that drips them does not hold us longer."""

    def __init__(self, sock: socket.socket, clock: _Clock) -> None:
        super().__init__()
        self.sock, self.clock = sock, clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.clock.left())
        return self.sock.recv_into(buffer)
