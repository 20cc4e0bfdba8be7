"""The project's own style sheet, fonts and icons, so that these pages wear its look."""

import gzip
from pathlib import Path

from marketplace.local.fakestripe.wire import Answer, Request

PREFIX = "/_static/"
ROOT = Path(__file__).resolve().parents[3] / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


def answer(request: Request) -> Answer | None:
    """Return a file below the project's `static` folder, or nothing if there is none like it."""
    file = (ROOT / request.path.removeprefix(PREFIX)).resolve()
    if not file.is_relative_to(ROOT) or file.suffix not in TYPES or not file.is_file():
        return None
    headers = {"Cache-Control": "max-age=60", "X-Content-Type-Options": "nosniff"}
    body = file.read_bytes()
    # Fonts are compressed already.
    if file.suffix != ".woff2" and "gzip" in request.headers.get("accept-encoding", ""):
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        body = gzip.compress(body)
    return Answer(200, body, content_type=TYPES[file.suffix], headers=headers)
