"""Writes `docs/performance.md` from the figures of the last run of each measurement and size."""

from pathlib import Path

FIGURES = Path(__file__).parent / "figures"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
HEAD = """# What was measured

Written by the measurements themselves, from `bench/figures/`: each keeps what its last run of a
size printed. Ratios compare two sides that take turns in one run, so they hold on a busy machine;
times do not.
"""


def keep(name: str, size: int, command: str, note: str, lines: list[str]) -> None:
    """Keep the figures of a run, and write the page from those of all."""
    FIGURES.mkdir(exist_ok=True)
    text = "\n".join([f"`{command}`, {note}", "", "```", *lines, "```"])
    _file(name, size).write_text(f"{text}\n", encoding="utf-8")
    parts = [path.read_text(encoding="utf-8") for path in sorted(FIGURES.glob("*.txt"))]
    PAGE.write_text("\n".join([HEAD, *parts]), encoding="utf-8")


def kept(name: str, size: int) -> str:
    """Return what the last run of a measurement and size kept."""
    return _file(name, size).read_text(encoding="utf-8")


def _file(name: str, size: int) -> Path:
    return FIGURES / f"{name}-{size:08}.txt"
