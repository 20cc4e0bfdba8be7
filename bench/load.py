"""Measures what the site still serves when three and ten times more is asked than it can serve.

A site of its own with the small demo; first its capacity, by as many askers as it works on; then
arrivals at fixed times, which do not wait for answers, as people do not who know nothing of each
other. The journey mix is that of an ordinary hour: seven visitors of ten, and people at work.
An answer counts as goodput when it is a page within two seconds. The last line is the share of the
capacity that is served at three times of it.
"""

import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

SECONDS = float(os.environ.get("LOAD_SECONDS", "15"))
ASKERS = 8
# Connections that may be open at once; more arrivals than that count as turned away by ourselves.
MOST_OPEN = 400
IN_TIME = 2.0
PATIENCE = 10.0
PASSWORD = "attest-demo"  # noqa: S105 (the demo's, which is published)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
# Weight, who asks, and for what.
MIX = (
    (20, "", "/"),
    (20, "", "/experts/"),
    (10, "", "/experts/?q=rag"),
    (15, "", "/jobs/"),
    (5, "", "/api/v1/experts/"),
    (10, "client@attest.example", "/home/"),
    (6, "client@attest.example", "/client/jobs/"),
    (4, "client@attest.example", "/contracts/"),
    (6, "expert@attest.example", "/home/"),
    (4, "expert@attest.example", "/messages/"),
)


@dataclass
class Seen:
    """What came of the requests of one run: statuses, and how long pages and refusals took."""

    statuses: Counter[int] = field(default_factory=Counter)
    pages: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)

    def note(self, status: int, took: float) -> None:
        """Keep one answer; 0 stands for none."""
        self.statuses[status] += 1
        (self.pages if status == 200 else self.refusals).append(took)  # noqa: PLR2004 (HTTP)

    @property
    def good(self) -> int:
        """How many pages came in time."""
        return sum(took <= IN_TIME for took in self.pages)


class Site:
    """A running site, as those who ask it see it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies = {who: self._signed_in(who) if who else "" for _, who, _ in MIX}

    def ask(self, seen: Seen) -> None:
        """Ask for one page of the mix, and note what came."""
        [(_, who, path)] = random.choices(MIX, [row[0] for row in MIX])  # noqa: S311 (no secret)
        began = time.monotonic()
        try:
            status = self._get(path, self.cookies[who])
        except (OSError, HTTPException):
            status = 0
        seen.note(status, time.monotonic() - began)

    def _get(self, path: str, cookie: str) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            headers = {"Accept-Encoding": "gzip", "Connection": "close"}
            connection.request(
                "GET", path, headers=headers | ({"Cookie": cookie} if cookie else {})
            )
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def _signed_in(self, who: str) -> str:
        """Sign in by the form, and return the cookies."""
        jar: dict[str, str] = {}

        def ask(method: str, body: str = "") -> str:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())} if jar else {}
            connection.request(method, "/accounts/login/", body, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    jar[key] = rest.partition(";")[0]
            return answer.read().decode()

        found = TOKEN.search(ask("GET"))
        assert found, "the sign-in form has no token"  # noqa: S101
        sent = {"csrfmiddlewaretoken": found[1], "login": who, "password": PASSWORD}
        ask("POST", urlencode(sent))
        assert "sessionid" in jar, f"{who} could not sign in"  # noqa: S101
        return "; ".join(f"{name}={value}" for name, value in jar.items())


def capacity(site: Site) -> float:
    """Return how many pages a second come when a few ask, each as soon as it was answered."""
    seen, ends = Seen(), time.monotonic() + SECONDS

    def keep_asking(_: int) -> None:
        while time.monotonic() < ends:
            site.ask(seen)

    with ThreadPoolExecutor(ASKERS) as pool:
        list(pool.map(keep_asking, range(ASKERS)))
    say("capacity", seen, seen.good / SECONDS)
    return seen.good / SECONDS


def arrivals(site: Site, rate: float, name: str) -> float:
    """Let so many requests a second arrive, whatever comes of them; return the pages a second."""
    seen, places = Seen(), threading.Semaphore(MOST_OPEN)

    def ask() -> None:
        try:
            site.ask(seen)
        finally:
            places.release()

    began, threads = time.monotonic(), []
    for number in range(int(rate * SECONDS)):
        wait = began + number / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        if places.acquire(blocking=False):
            threads.append(threading.Thread(target=ask, daemon=True))
            threads[-1].start()
        else:
            seen.note(0, 0.0)
    took = time.monotonic() - began
    for thread in threads:
        thread.join(PATIENCE)
    say(name, seen, seen.good / took)
    return seen.good / took


def say(name: str, seen: Seen, rate: float) -> None:
    """Print what came of a run."""
    faults = sum(many for status, many in seen.statuses.items() if status >= 500 and status != 503)  # noqa: PLR2004
    print(
        f"{name}: {rate:.1f} pages a second in time; pages p95 {_p95(seen.pages)},"
        f" refusals p95 {_p95(seen.refusals)}; {dict(sorted(seen.statuses.items()))};"
        f" other faults {faults}",
        flush=True,
    )


def _p95(seconds: list[float]) -> str:
    return f"{quantiles(seconds, n=20)[-1]:.3f} s" if len(seconds) > 1 else "-"


def main() -> None:
    """Start a site, measure, stop it."""
    os.environ.setdefault("ATTEST_ENV", "development")
    from tests.local.run import Run

    with tempfile.TemporaryDirectory(prefix="attest-load-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        run = Run(Path(folder) / "site", demo="tiny")
        try:
            site = Site(run.port)
            capacity(site)
            most = capacity(site)
            arrivals(site, most, "1x")
            at_three = arrivals(site, 3 * most, "3x")
            arrivals(site, 10 * most, "10x")
        finally:
            run.end()
    print(f"goodput at 3x: {at_three / most:.0%}".replace("%", " %"))


if __name__ == "__main__":
    sys.exit(main())
