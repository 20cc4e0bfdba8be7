"""A page becomes a tagged PDF where the machine can draw one, and a plain refusal elsewhere."""

import logging
import re
import zlib
from pathlib import Path

import pytest
from PIL import ImageFile

from marketplace.kit import paper

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Receipt</title></head>
<body><main><h1>Receipt</h1><p>{words}</p><img alt="" src="http://127.0.0.1:9/x.png"></main></body>
</html>"""


@pytest.fixture
def sheet(tmp_path) -> Path:
    sheet = tmp_path / "sheet.css"
    sheet.write_text("@page { size: A4 } h1 { color: #082324 }")
    return sheet


def unpacked(pdf: bytes) -> bytes:
    """Return the objects of a PDF as they read before they are packed."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    packed = [stream for stream in streams if stream.startswith(b"x")]
    return b"\n".join([*streams, *(zlib.decompressobj().decompress(one) for one in packed)])


def test_a_page_becomes_a_tagged_pdf(draws, sheet):
    drawn = paper.pdf_of(PAGE.format(words="Paid: $3,150.00"), sheet=sheet)

    assert drawn.startswith(b"%PDF-")
    inside = unpacked(drawn)
    for mark in (b"/Marked true", b"/StructTreeRoot", b"/Lang (en)", b"pdfuaid:part", b"Receipt"):
        assert mark in inside


def test_the_same_page_is_the_same_drawing(draws, sheet):
    page = PAGE.format(words="Paid")

    assert paper.pdf_of(page, sheet=sheet) == paper.pdf_of(page, sheet=sheet)


def test_nothing_is_fetched_from_elsewhere(draws, sheet, caplog):
    with caplog.at_level(logging.ERROR, "weasyprint"):
        paper.pdf_of(PAGE.format(words="Paid"), sheet=sheet)

    assert "disallowed protocol" in caplog.text


def test_pictures_still_have_to_be_whole(draws):
    """The library allows half pictures for the whole process, in which uploads are checked too."""
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_without_pango_it_says_so(without_pango, sheet):
    with pytest.raises(paper.CannotPrint):
        paper.pdf_of(PAGE.format(words="Paid"), sheet=sheet)
