"""Prints docs/asvs.md."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from tests.asvs import LEDGER, Row, State

HEAD = """# ASVS 5.0: how each requirement of levels 1 and 2 stands

Made from `tests/asvs/` by `make docs`; a test sees to it that every requirement has its line and
that the tests named here exist. Numbers are those of the OWASP Application Security Verification
Standard 5.0, the words are ours."""
CHAPTERS = {
    "V1": "Encoding and sanitising",
    "V2": "Validation and rules of business",
    "V3": "Browsers",
    "V4": "API and web service",
    "V5": "Files",
    "V6": "Authentication",
    "V7": "Sessions",
    "V8": "Authorisation",
    "V9": "Tokens that speak for themselves",
    "V10": "OAuth and OpenID Connect",
    "V11": "Cryptography",
    "V12": "Communication",
    "V13": "Configuration",
    "V14": "Data protection",
    "V15": "Code and architecture",
    "V16": "Logs and errors",
    "V17": "WebRTC",
}


def main() -> None:
    """Print the page."""
    print("\n".join(_lines()))


def _lines() -> Iterator[str]:
    count = Counter(row.state for row in LEDGER)
    applies = len(LEDGER) - count[State.ABSENT]
    met = applies - count[State.MISSING]
    yield HEAD
    yield ""
    yield (
        f"**{met} of the {applies} that apply are met** ({count[State.SHOWN]} shown by tests,"
        f" {count[State.BUILT]} by how the site is built, {count[State.DEPLOYED]} by whoever"
        f" deploys it); {count[State.MISSING]} are missing; {count[State.ABSENT]} of"
        f" {len(LEDGER)} are about what the site does not have."
    )
    for chapter, rows in groupby(LEDGER, lambda row: row.id.split(".")[0]):
        yield from ("", f"## {chapter}. {CHAPTERS[chapter]}", "")
        yield "| | How it stands | |"
        yield "|---|---|---|"
        yield from map(_line, rows)


def _line(row: Row) -> str:
    named = ", ".join(f"`{test.removeprefix('tests/')}`" for test in row.tests)
    return f"| {row.id} | {row.says} | {named or row.state.value} |"


if __name__ == "__main__":
    main()
