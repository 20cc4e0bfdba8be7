"""Turns a page of HTML into a tagged PDF, where this machine has what that takes.

WeasyPrint draws with pango, which is the system's and not everywhere. It is imported when somebody
asks for a PDF, so that a site without it starts, and only the one who asked hears of it.
"""

from pathlib import Path
from threading import Lock
from typing import Any

from PIL import ImageFile

# Drawing is nothing but arithmetic: two at once in one process would only take twice the memory.
_press = Lock()


class CannotPrint(Exception):
    """WeasyPrint or the library it draws with is missing here."""


def pdf_of(html: str, *, sheet: Path) -> bytes:
    """Draw a page with a style sheet of its own, tagged for people who listen (PDF/UA-1).

    Nothing is fetched but files beside the sheet: its fonts. The same page is the same drawing.

    :raises CannotPrint: where pango is missing.
    """
    press = library()
    files_alone = press.URLFetcher(allowed_protocols=["file"])
    fonts = press.text.fonts.FontConfiguration()
    with _press:
        drawn: bytes = press.HTML(string=html, url_fetcher=files_alone).write_pdf(
            stylesheets=[press.CSS(filename=sheet, url_fetcher=files_alone, font_config=fonts)],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
        )
    return drawn


def library() -> Any:
    """Import WeasyPrint: two seconds the first time, which the start of the site does without.

    :raises CannotPrint: where it or pango is missing.
    """
    try:
        import weasyprint.text.fonts  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise CannotPrint(str(error)) from error
    # Importing it lets the whole process accept half a picture; what people upload has to be whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint
