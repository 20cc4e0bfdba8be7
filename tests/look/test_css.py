"""The stylesheet keeps its own rules: tokens, logical directions, a weight limit."""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "css/app.css").read_text(), flags=re.DOTALL)


def layer(name: str) -> str:
    """Return everything inside `@layer name { … }`, all of its blocks."""
    found = []
    for start in re.finditer(rf"@layer {name} \{{", CSS):
        depth, end = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(CSS[end], 0)
            end += 1
        found.append(CSS[start.end() : end])
    return "\n".join(found)


def outside_tokens() -> str:
    return CSS.replace(layer("tokens"), "")


def test_colours_are_tokens():
    found = re.findall(r"#[0-9a-f]{3,8}\b(?![^{}]*\{)", outside_tokens(), re.IGNORECASE)
    assert [colour for colour in found if colour not in {"#000", "#0000"}] == []  # mask alphas


def test_type_is_sized_in_rem():
    assert re.findall(r"font-size:[^;}]*\dpx", CSS) == []


def test_directions_are_logical():
    physical = r"(?:^|[\s;{])((?:margin|padding|border)-(?:left|right)|left|right)\s*:"
    assert re.findall(physical, CSS) == []
    assert re.findall(r"(?:text-align|float):\s*(?:left|right)", CSS) == []


def test_important_is_left_to_utilities_print_and_hidden():
    elsewhere = CSS.replace(layer("utilities"), "").replace(
        "[hidden] { display: none !important }", ""
    )
    assert "!important" not in elsewhere


def test_no_rule_hangs_on_an_id():
    selectors = re.findall(r"([^{};]+)\{", outside_tokens())
    assert [one for one in selectors if re.search(r"#[a-z]", one)] == []


def test_every_class_is_used_by_a_template_or_a_script():
    sources = "".join(
        path.read_text()
        for folder in (
            "templates",
            "marketplace",
            "static",
            "accounts",
            "experts",
            "jobs",
            "contracts",
        )
        for path in (STATIC.parent / folder).rglob("*")
        if path.suffix in {".html", ".py", ".js"}
    )
    classes = set(re.findall(r"\.([a-z][a-z0-9-]*)(?=[\s,:.>{)\[])", outside_tokens()))
    generated = {f"h{number}" for number in range(12)} | {"htmx-request", "woff2", "l3"}
    unused = {name for name in classes - generated if not re.search(rf"\b{name}\b", sources)}
    assert unused == set()


@pytest.mark.parametrize(
    ("file", "limit"),
    [("css/app.css", 10_240), ("icons.svg", 2_048), ("app.js", 2_048), ("passkeys.js", 2_048)],
)
def test_a_file_stays_within_its_weight(file, limit):
    assert len(gzip.compress((STATIC / file).read_bytes(), 9)) <= limit


def test_the_font_comes_with_its_licence():
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts/OFL.txt").read_text()
