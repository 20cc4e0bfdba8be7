"""Hundreds of clients who send a byte a second: whoever comes meanwhile is answered at once.

Before the site stands the proxy of deploy/compose.scale.yml, which takes in a request before it
passes it on; the site itself has eight threads a process, and would read with each of them.
"""

import asyncio
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import yaml

from marketplace.local.ports import listens
from marketplace.local.state import CHECKOUT
from tests.local.processes import eventually, free_port, needs_proc
from tests.local.run import Run

pytestmark = [needs_proc, pytest.mark.drills]

COMPOSE = CHECKOUT / "deploy" / "compose.scale.yml"
# Half of them never end their headers, half never end the body of a form.
SLOW, PROBES, WITHIN = 600, 15, 0.5
HEADERS = b"GET /jobs/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin="
)
PROBE = b"GET /fees/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
def proxy(site: Run) -> Iterator[int]:
    """The port of the proxy before a site."""
    if not (nginx := shutil.which("nginx") or shutil.which("/usr/sbin/nginx")):
        pytest.skip("nginx is not on this machine: apt-get install nginx-light")
    port = free_port()
    said = yaml.safe_load(COMPOSE.read_text())["configs"]["proxy"]["content"].replace("$$", "$")
    for there, here in (
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("server web-2:8000", f"server 127.0.0.1:{site.port}"),
        ("server web:8000", f"server 127.0.0.1:{site.port}"),
    ):
        assert there in said
        said = said.replace(there, here)
    folder = site.state.logs
    (folder / "nginx.conf").write_text(said)
    command = [nginx, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
    running = subprocess.Popen([*command, "-g", f'daemon off; pid "{folder}/nginx.pid";'])
    eventually(lambda: listens(port))
    yield port
    running.terminate()
    running.wait(30)


def test_they_hold_nobody_up(proxy, record_property):
    waits = asyncio.run(probed_among_the_slow(proxy))

    assert len(waits) == PROBES
    assert max(waits) < WITHIN
    record_property("figure", f"{SLOW} slow, {PROBES} asked, longest wait {max(waits):.2f} s")


async def probed_among_the_slow(port: int) -> list[float]:
    """Return how long each of those who came meanwhile waited for their page, in seconds."""
    await ask(port)  # so that a page has been made before
    async with slow_ones(port) as holding:
        waits = []
        for _ in range(PROBES):
            waits.append(await ask(port))
            await asyncio.sleep(1)
        assert not any(each.done() for each in holding), "the slow ones were not there to the end"
    return waits


@asynccontextmanager
async def slow_ones(port: int) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Let them begin, and hold on during the block."""
    begun = asyncio.Semaphore(0)
    holding = [
        asyncio.create_task(dawdle(port, (HEADERS, BODY)[number % 2], begun))
        for number in range(SLOW)
    ]
    for _ in holding:
        await begun.acquire()
    yield holding
    for each in holding:
        each.cancel()
    await asyncio.gather(*holding, return_exceptions=True)


async def dawdle(port: int, start: bytes, begun: asyncio.Semaphore) -> None:
    """Send the start of a request, and then a byte a second for ever."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(start)
    begun.release()
    while not reader.at_eof():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(1)


async def ask(port: int) -> float:
    """Ask for a page as anybody does; return the seconds until it was there, whole."""
    began = time.monotonic()
    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(PROBE)
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
    return time.monotonic() - began
