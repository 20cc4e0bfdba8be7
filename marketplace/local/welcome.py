"""What `make run` says when everything answers: who to be, where the mails are, the address."""

from pathlib import Path

# The people of the demo data to begin with; a test compares them with the data.
PASSWORD = "attest-demo"  # noqa: S105 - printed to everybody
PEOPLE = {
    "client@attest.example": "posts jobs and pays",
    "expert@attest.example": "holds badges and works",
    "reviewer@attest.example": "judges applications, in /admin/",
    "disputes@attest.example": "decides disputes, in /admin/",
    "admin@attest.example": "sees everything, in /admin/",
}


def welcome(address: str, *, data: Path, logs: Path, with_demo: bool) -> str:
    """Return a newcomer's first page; other programs wait for its last line."""
    people = [f"{email:<25} {what}" for email, what in PEOPLE.items()] if with_demo else []
    rows = [
        *((("" if number else "Sign in as"), text) for number, text in enumerate(people)),
        *([("Password", PASSWORD)] if with_demo else []),
        ("Mails", f"{address}/dev/mail/, files in {data / 'mail'}"),
        ("Logs", str(logs)),
        ("Stop", "Ctrl-C, or `make stop` in another terminal"),
    ]
    lines = [f"  {label:<12} {text}" for label, text in rows]
    return "\n".join(["", *lines, "", f"Attest is running at {address}"])
