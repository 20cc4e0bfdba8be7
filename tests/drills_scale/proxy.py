"""A small proxy before two web processes: in turns, and past one that does not answer."""

import asyncio
import contextlib
from threading import Event, Thread

CHUNK = 65_536


class Proxy(Thread):
    """Listens on a port of this machine until it is closed; a connection is one request."""

    def __init__(self, port: int, behind: list[int]) -> None:
        super().__init__(daemon=True)
        self.port, self.behind = port, behind
        self.served = dict.fromkeys(behind, 0)
        self.listens = Event()
        self._turn = 0
        self.start()
        assert self.listens.wait(10)

    def run(self) -> None:
        """Serve."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self.listens.set()
        async with server:
            await server.serve_forever()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            inner, outer = await self._connect()
            await asyncio.gather(_copy(reader, outer), _copy(inner, writer))
        writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to whose turn it is, or to the next: one that ends accepts nobody any more."""
        self._turn += 1
        for step in range(2 * len(self.behind)):
            port = self.behind[(self._turn + step) % len(self.behind)]
            with contextlib.suppress(OSError):
                connected = await asyncio.open_connection("127.0.0.1", port)
                self.served[port] += 1
                return connected
        raise ConnectionRefusedError


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(OSError):
        if writer.can_write_eof():
            writer.write_eof()
