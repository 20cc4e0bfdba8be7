"""Calendar files (RFC 5545): one event, in UTC, which every calendar shows on its own clock."""

from datetime import UTC, datetime

STAMP = "%Y%m%dT%H%M%SZ"
# A line may have 75 octets; what is longer goes on in the next, after a space.
LINE = 75


def event(
    *,
    uid: str,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    title: str,
    text: str,
    url: str,
) -> bytes:
    """Return a file with one event.

    :param at: when it was last changed.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//attest//consultations//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_moment(at)}",
        f"DTSTART:{_moment(starts_at)}",
        f"DTEND:{_moment(ends_at)}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(text)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(STAMP)


def _escaped(text: str) -> str:
    """Escape a text as section 3.3.11 asks."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Fold a line as section 3.1 asks, never within a character."""
    parts, left = [], line
    while left:
        size = min(len(left), LINE - 1)
        while len(left[:size].encode()) > LINE - 1:
            size -= 1
        parts.append(left[:size].encode())
        left = left[size:]
    return b"\r\n ".join(parts) + b"\r\n"
