"""The project's own style sheet, fonts and icons, so that these pages wear its look."""

from pathlib import Path

from marketplace.local.fakestripe.wire import Answer

ROOT = Path(__file__).resolve().parents[3] / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


def answer(path: str) -> Answer | None:
    """Return a file below the project's `static` folder, or nothing if there is none like it."""
    file = (ROOT / path).resolve()
    if not file.is_relative_to(ROOT) or file.suffix not in TYPES or not file.is_file():
        return None
    headers = {"Cache-Control": "max-age=60", "X-Content-Type-Options": "nosniff"}
    return Answer(200, file.read_bytes(), content_type=TYPES[file.suffix], headers=headers)
