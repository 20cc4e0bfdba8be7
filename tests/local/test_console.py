"""The terminal shows what the parts say, and never holds them up."""

import subprocess
import sys

from marketplace.local.state import CHECKOUT

SPEAKS = """
from marketplace.local.console import announce, finish, say
say("web", "hello")
announce("Attest is running at http://localhost:8000")
finish()
"""
FLOODS = """
import sys
from marketplace.local.console import finish, say
for _ in range(100_000):
    say("web", "x" * 100)
finish(patience=0.1)
print("not held up", file=sys.stderr)
"""


def python(code):
    """A program that speaks to a pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_line_carries_its_part_and_no_colour_in_a_pipe():
    shown, _ = python(SPEAKS).communicate(timeout=10)

    assert shown == "     web | hello\nAttest is running at http://localhost:8000\n"


def test_terminal_that_nobody_reads_holds_nothing_up():
    with python(FLOODS) as program:
        assert program.stderr
        assert program.stderr.readline() == "not held up\n"

        assert program.wait(timeout=10) == 0
