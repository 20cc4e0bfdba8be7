"""A small proxy before servers: in turns, and past one that does not answer."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from threading import Event, Thread

CHUNK = 65_536
# A port of this machine, or a socket in the file system.
Place = int | Path
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Proxy(Thread):
    """Listens at a place until the process ends; each connection is passed on."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, place: Place, behind: Sequence[Place]) -> None:
        super().__init__(daemon=True)
        self.place, self.behind = place, behind
        self.served = dict.fromkeys(behind, 0)
        self.listens = Event()
        self._turn = 0
        self.start()
        assert self.listens.wait(10)

    def run(self) -> None:
        """Serve."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        server = await _listening(self.place, self._pass)
        self.listens.set()
        async with server:
            await server.serve_forever()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            inner, outer = await self._connect()
            try:
                await asyncio.gather(self._copy(reader, outer), self._copy(inner, writer))
            finally:
                outer.close()
        writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to whose turn it is, or to the next: one that ends accepts nobody any more."""
        self._turn += 1
        for step in range(2 * len(self.behind)):
            place = self.behind[(self._turn + step) % len(self.behind)]
            with contextlib.suppress(OSError):
                connected = await _connected(place)
                self.served[place] += 1
                return connected
        raise ConnectionRefusedError

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK):
                await self._carry(chunk, writer)
        with contextlib.suppress(OSError):
            if writer.can_write_eof():
                writer.write_eof()

    async def _carry(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(chunk)
        await writer.drain()


async def _listening(place: Place, serve: Serve) -> asyncio.Server:
    if isinstance(place, Path):
        return await asyncio.start_unix_server(serve, place)
    return await asyncio.start_server(serve, "127.0.0.1", place)


async def _connected(place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(place, Path):
        return await asyncio.open_unix_connection(place)
    return await asyncio.open_connection("127.0.0.1", place)
