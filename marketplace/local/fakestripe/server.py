"""The stand-in as a whole: a web server in front of the API, the control plane and the pages."""

import contextlib
import logging
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from marketplace.local.fakestripe import contract, endpoints, pages, static_files
from marketplace.local.fakestripe.api import Api
from marketplace.local.fakestripe.control import Control
from marketplace.local.fakestripe.courier import Courier
from marketplace.local.fakestripe.endpoints import Subscription
from marketplace.local.fakestripe.store import Store
from marketplace.local.fakestripe.wire import Answer, HungUp, Request, as_json
from marketplace.local.fakestripe.world import World

log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000


class StandIn:
    """A small Stripe that listens on one address; use it in a `with` or start and stop it."""

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        db: str = ":memory:",
        webhooks: tuple[Subscription, ...] = (),
        merchant: str = "Attest",
        public_url: str | None = None,
    ) -> None:
        self._merchant = merchant
        self._public_url = public_url
        self._store = Store(db)
        with self._store.transaction():
            endpoints.subscribe(World.opened(self._store), webhooks)
        self._courier = Courier(self._store)
        self._api = Api(self._store, public_url=public_url)
        self._control = Control(self._store, self._courier, webhooks)
        self._server = _Server((host, port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="stand-in", daemon=True
        )

    @property
    def url(self) -> str:
        """Return the address to give the SDK as its base."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        """Begin to listen, and load the SDK meanwhile so that the first request need not wait."""
        self._thread.start()
        self._courier.start()
        threading.Thread(target=contract.api_version, name="contract", daemon=True).start()

    def stop(self) -> None:
        """Stop at once; all that was answered is in the store."""
        self._server.shutdown()
        self._server.server_close()
        self._courier.stop()
        self._store.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def answer(self, request: Request) -> Answer:
        """Return the answer to any request.

        :raises HungUp: if a planted fault ends the connection.
        """
        if request.path.startswith("/_fake/"):
            return self._control.answer(request)
        if request.path.startswith(static_files.PREFIX):
            return static_files.answer(request) or pages.not_found()
        try:
            if request.path.startswith(("/v1/", "/v2/")):
                return self._api.answer(request)
            return pages.answer(
                self._store, request, merchant=self._merchant, public_url=self._public_url
            )
        finally:
            self._courier.wake()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A burst of workers must not find the door closed.
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], stand_in: StandIn) -> None:
        self.stand_in = stand_in
        super().__init__(address, _Handler)

    def handle_error(self, *_about: Any) -> None:
        """Say nothing about clients that went away; bugs are logged where they happen."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet per answer: without it, small answers wait for the client's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _handle(self) -> None:
        try:
            answer = self._answer()
        except HungUp:
            self._hang_up()
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_DELETE = do_HEAD = _handle  # noqa: N815 - the names http.server calls

    def _answer(self) -> Answer:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return as_json({"error": {"message": "The request is too large."}}, status=413)
        where = urlsplit(self.path)
        request = Request(
            method="GET" if self.command == "HEAD" else self.command,
            path=unquote(where.path),
            query=where.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
            peer=str(self.client_address[0]),
        )
        try:
            return self.server.stand_in.answer(request)
        except HungUp:
            raise
        except Exception:
            log.exception("request.failed", extra={"path": request.path})
            return as_json(
                {"error": {"type": "api_error", "message": "A bug of the stand-in."}}, status=500
            )

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal quiet; the journal knows all requests."""
