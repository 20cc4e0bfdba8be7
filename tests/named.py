"""Finds tests that are named somewhere and are not there."""

import ast
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def missing_tests(named: Iterable[str]) -> list[str]:
    """Return which of these are no test: "tests/a.py", "tests/a.py::test_b", "…::test_b[c]"."""
    known: dict[str, set[str]] = {}
    return [node for node in sorted(named) if not _is_there(node, known)]


def _is_there(node: str, known: dict[str, set[str]]) -> bool:
    file, _, name = node.partition("::")
    if file not in known:
        known[file] = _functions_of(ROOT / file)
    return name.partition("[")[0] in known[file] if name else bool(known[file])


def _functions_of(path: Path) -> set[str]:
    if path.is_dir():
        return {name for file in path.glob("test_*.py") for name in _functions_of(file)}
    if not path.is_file():
        return set()
    found = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}
