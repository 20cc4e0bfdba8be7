"""An answer that is no success, as a machine reads it (RFC 9457).

Apart from the API: the middleware says problems too, and is loaded before REST framework may be.
"""

from typing import Any

PROBLEM = "application/problem+json"


def problem(status_code: int, code: str, sentence: str) -> dict[str, Any]:
    """Return what RFC 9457 has an answer say that is no success."""
    return {
        "type": f"/problems/{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status_code,
        "detail": sentence,
    }
