"""Opening a stranger's address: the public web and nothing else, whatever it is spelled like."""

import socket
import time

import pytest

from marketplace.kit import egress
from marketplace.kit.egress import AddressRefused, NoAnswer
from tests.served import Quiet, served

CLOSED = """
127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254
169.254.169.254 169.254.0.1 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1
192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:169.254.169.254 ::7f00:1
64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378::1 2001:10::1
2001:db8::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0
fec0::1 ff02::1 ff05::2
"""
OPEN = "1.1.1.1 8.8.8.8 93.184.216.34 172.15.0.1 172.32.0.1 100.63.0.1 192.0.1.1 223.255.255.255"
OPEN_V6 = "2606:4700:4700::1111 2a00:1450:4001:81b::200e 2001:4860:4860::8888"

# Twelve spellings of this machine, and addresses that are odd in other ways.
ODD = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://0/", "http://localhost/", "http://LOCALHOST./",
    "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::]/", "http://127.0.0.1.:80/",
    "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[64:ff9b::7f00:1]/",
    "ftp://a.example/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "data:text/html,x",
    "javascript:alert(1)", "//a.example/x", "a.example", "", "http://", "https:///x",
    "http://a.example:22/", "http://a.example:8080/", "https://a.example:6379/",
    "http://user@a.example/", "http://user:pass@a.example/", "http://a.example\\@127.0.0.1/",
    "http://a.example /", "http://a.example/\r\nHost: b", "http://a.example/\x00",
    "http://[::1", "http://a.example:99999/", "http://a.example:x/", "http://" + "a" * 300 + "/",
]  # fmt: skip


class Site(Quiet):
    """A small site that answers as its address says."""

    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        path, _, query = self.path.partition("?")
        getattr(self, path.strip("/"))(query)

    def page(self, _):
        self.say(200, b"<p>Hello</p>", {"Content-Type": "text/html; charset=utf-8"})

    def to(self, query):
        self.say(302, b"", {"Location": query})

    def large(self, _):
        self.say(200, b"x" * (egress.MOST_BYTES + 1))

    def just(self, _):
        self.say(200, b"x" * egress.MOST_BYTES)

    def gone(self, _):
        self.say(404, b"gone")

    def slow(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        try:
            for _number in range(100):
                self.wfile.write(b"X-Drip: 1\r\n")
                time.sleep(0.1)
        except OSError:
            return  # the reader has hung up

    def echo(self, _):
        self.say(200, str(self.headers).encode())

    def rubbish(self, _):
        self.wfile.write(b"\x00\x01 no http\r\n\r\n")

    def say(self, status, body, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Set-Cookie", "tracked=1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return  # the reader has seen enough


@pytest.fixture
def site(settings):
    """Run the site on a port of this machine that the settings name; return its address."""
    Site.asked = []
    settings.DEVELOPMENT = True
    with served(Site) as address:
        settings.EGRESS_ALLOW = [address.removeprefix("http://")]
        yield address


@pytest.mark.parametrize("address", CLOSED.split())
def test_these_addresses_are_closed(address):
    assert not egress.is_public(address)


@pytest.mark.parametrize("address", [*OPEN.split(), *OPEN_V6.split()])
def test_these_addresses_are_open(address):
    assert egress.is_public(address)


@pytest.mark.parametrize("url", ODD)
def test_no_socket_is_opened_for_these(url, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises((AddressRefused, NoAnswer)):
        egress.fetch(url)


def test_a_name_is_closed_when_one_of_its_addresses_is(monkeypatch):
    mixed = [(socket.AF_INET, 1, 6, "", (ip, 443)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: mixed)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises(AddressRefused):
        egress.fetch("https://a.example/")


def test_a_name_is_looked_up_once_and_the_judged_address_is_opened(monkeypatch):
    answers = iter(["93.184.216.34", "127.0.0.1"])
    opened = []

    def look_up(*_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 80))]

    def connect(_, address):
        opened.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(NoAnswer):
        egress.fetch("http://rebinding.example/")
    assert opened == [("93.184.216.34", 80)]


def test_a_page_is_read(site):
    page = egress.fetch(f"{site}/page")

    assert (page.status, page.body, page.content_type) == (200, b"<p>Hello</p>", "text/html")
    assert page.is_found


def test_production_opens_nothing_of_this_machine(site, settings):
    settings.DEVELOPMENT = False
    with pytest.raises(AddressRefused):
        egress.fetch(f"{site}/page")
    assert Site.asked == []


def test_another_port_of_this_machine_stays_closed(site, settings):
    settings.EGRESS_ALLOW = ["127.0.0.1:1"]
    with pytest.raises(AddressRefused):
        egress.fetch(f"{site}/page")


def test_two_redirects_are_followed_and_a_third_is_not(site):
    assert egress.fetch(f"{site}/to?{site}/to?{site}/page").url == f"{site}/page"
    with pytest.raises(AddressRefused):
        egress.fetch(f"{site}/to?{site}/to?{site}/to?{site}/page")


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "file:///etc/passwd", "http://[::1]/"])
def test_a_redirect_is_judged_like_the_first_address(site, url):
    with pytest.raises(AddressRefused):
        egress.fetch(f"{site}/to?{url}")


def test_more_than_two_megabytes_are_not_read(site):
    assert len(egress.fetch(f"{site}/just").body) == egress.MOST_BYTES
    with pytest.raises(NoAnswer, match="more than 2 MB"):
        egress.fetch(f"{site}/large")


def test_a_server_that_drips_does_not_hold_us(site, monkeypatch):
    monkeypatch.setattr(egress, "SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        egress.fetch(f"{site}/slow")
    assert time.monotonic() - began < 2


def test_what_is_no_http_is_no_answer(site):
    with pytest.raises(NoAnswer):
        egress.fetch(f"{site}/rubbish")


def test_what_is_gone_is_told_as_it_is(site):
    assert not egress.fetch(f"{site}/gone").is_found


def test_no_cookie_is_sent_and_we_say_who_we_are(site):
    told = egress.fetch(f"{site}/to?{site}/echo").body.decode().lower()

    assert "cookie" not in told
    assert "user-agent: attest/1" in told
    assert "accept-encoding: identity" in told
