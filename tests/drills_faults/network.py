"""What lies between the site and a server: it carries what is sent, until a test makes it bad."""

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.drills_scale.proxy import CHUNK, Place, Proxy

# Everything comes half a second late.
SLOW = "slow"
# Nothing gets through until it is over, and then all of it does: so TCP does, which sends again.
LOST = "lost"
# A byte a second.
TRICKLING = "trickling"
# Connections are broken off, and new ones too.
RESET = "reset"
# The server has hung up on everybody, and nobody who asks it hears of that.
HALF_OPEN = "half-open"
WEATHERS = (SLOW, LOST, TRICKLING, RESET, HALF_OPEN)
CUT = (RESET, HALF_OPEN)
LATE, A_BYTE, LOOKS_AGAIN = 0.5, 1.0, 0.05


class Network(Proxy):
    """One server behind one place."""

    def __init__(self, place: Place, behind: Place) -> None:
        self.weather = ""
        self._passing: set[asyncio.Task[Any]] = set()
        super().__init__(place, [behind])

    @contextmanager
    def has(self, weather: str) -> Iterator[None]:
        """Have this weather during the block."""
        self._change(weather)
        try:
            yield
        finally:
            self._change("")

    def _change(self, weather: str) -> None:
        asyncio.run_coroutine_threadsafe(self._changed(weather), self.loop).result(10)

    async def _changed(self, weather: str) -> None:
        self.weather = weather
        for task in list(self._passing) if weather in CUT else []:
            task.cancel()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.weather not in CUT and await self._is_passed(reader, writer):
            return
        while self.weather != RESET and await reader.read(CHUNK):
            pass
        _break_off(writer)

    async def _is_passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Pass a connection on to its end; whether it got so far."""
        task = asyncio.ensure_future(super()._pass(reader, writer))
        self._passing.add(task)
        await asyncio.wait([task])
        self._passing.discard(task)
        return not task.cancelled()

    async def _carry(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        if self.weather == SLOW:
            await asyncio.sleep(LATE)
        while self.weather == LOST:
            await asyncio.sleep(LOOKS_AGAIN)
        while self.weather == TRICKLING and chunk:
            await super()._carry(chunk[:1], writer)
            chunk = chunk[1:]
            await asyncio.sleep(A_BYTE)
        await super()._carry(chunk, writer)


def taking_the_place_of(server: Path) -> Network:
    """Lie between a server that listens on a socket in the file system and whoever asks it next."""
    behind = server.with_name(f"{server.name}.behind")
    server.rename(behind)
    return Network(server, behind)


def _break_off(writer: asyncio.StreamWriter) -> None:
    """Hang up as a router does that has forgotten the connection: without a farewell."""
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    writer.transport.abort()
