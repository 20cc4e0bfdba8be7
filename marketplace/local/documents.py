"""Keeps the generated documents what the code says: compares, or writes with `--write`."""

import os
import subprocess
import sys

from marketplace.local.state import CHECKOUT

# Each document, and the arguments with which Python prints it.
GENERATED = {
    "docs/states.md": ("manage.py", "states"),
    "docs/personal-data.md": ("manage.py", "personal_data"),
    "docs/access.md": ("-m", "tests.access_table"),
    "docs/reliability.md": ("-m", "tests.checks.page"),
    "docs/asvs.md": ("-m", "tests.asvs"),
    "docs/api/openapi.yaml": ("manage.py", "spectacular"),
}


def main(arguments: list[str]) -> str | None:
    """Go through all of them; return what is out of date, in one sentence."""
    printed = {name: _print(*how) for name, how in GENERATED.items()}
    if arguments == ["--write"]:
        for name, text in printed.items():
            (CHECKOUT / name).write_text(text)
        return None
    stale = [name for name, text in printed.items() if (CHECKOUT / name).read_text() != text]
    return f"Out of date: {', '.join(stale)}." if stale else None


def _print(*command: str) -> str:
    return subprocess.run(
        [sys.executable, *command],
        cwd=CHECKOUT,
        env={**os.environ, "ATTEST_ENV": "development"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
