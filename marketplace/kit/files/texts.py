"""Text, tables, JSON and notebooks: read as text, never run, bounded in what reading costs."""

import csv
import io
import json
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.kit.files.refusal import FileRefused

# C0 controls and DEL that no text file holds; tab, line feed, form feed, carriage return may stay.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# How files begin that are programs or pages and not the text their name promises.
OTHER_KINDS = re.compile(
    r"\ufeff?\s*(?:<!doctype|<html|<head|<body|<script|<iframe|<svg|<\?xml|<\?php|<%|#!|%PDF|\{\\rtf"
    r"|MIME-Version:|@echo off|\[InternetShortcut\])",
    re.IGNORECASE,
)
# What a parsed document may cost: about 60 bytes of memory for each value.
MOST_VALUES = 500_000
LONGEST_LINE = 100_000
MOST_COLUMNS = 1_000
# A spreadsheet runs a cell that begins so (OWASP, CSV Injection); a negative number does not.
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.,\s]*%?$)")
SCRIPTS = frozenset({"application/javascript", "text/javascript"})


def plain(content: bytes) -> bytes:
    """Accept text in UTF-8 that is not a page, a script or a document in disguise."""
    if OTHER_KINDS.match(_text(content)):
        raise FileRefused
    return content


def table(content: bytes) -> bytes:
    """Accept comma-separated values without formulas.

    :raises FileRefused: naming the first row that holds a formula.
    """
    plain(content)
    text = _text(content)
    if any(len(line) > LONGEST_LINE for line in io.StringIO(text)):
        raise FileRefused
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), strict=True), start=1):
            _refuse_odd_row(number, row)
    except csv.Error as error:
        raise FileRefused from error
    return content


def json_document(content: bytes) -> bytes:
    """Accept one JSON value."""
    _parsed(content)
    return content


def notebook(content: bytes) -> bytes:
    """Accept a Jupyter notebook (nbformat 4) whose outputs carry no script."""
    book = _parsed(content)
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list) or not isinstance(book.get("nbformat"), int):
        raise FileRefused
    for cell in cells:
        if not isinstance(cell, dict):
            raise FileRefused
        if _has_script(cell.get("outputs")):
            raise FileRefused(_("An output of the notebook holds a script. Clear the outputs."))
    return content


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileRefused from error
    if CONTROLS.search(text):
        raise FileRefused
    return text


def _parsed(content: bytes) -> Any:
    text = _text(content)
    if sum(map(text.count, ",[{:")) > MOST_VALUES:
        raise FileRefused(_("The file holds too many values to read. Split it."))
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise FileRefused from error


def _refuse_odd_row(number: int, row: list[str]) -> None:
    if len(row) > MOST_COLUMNS:
        raise FileRefused
    if any(FORMULA.match(cell) for cell in row):
        raise FileRefused(
            _("Row %(row)s holds a formula. Export the values instead.") % {"row": number}
        )


def _has_script(outputs: Any) -> bool:
    rows = outputs if isinstance(outputs, list) else []
    shown = [row.get("data") for row in rows if isinstance(row, dict)]
    return any(not SCRIPTS.isdisjoint(data) for data in shown if isinstance(data, dict))
