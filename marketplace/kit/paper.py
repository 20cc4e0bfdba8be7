"""Turns a page of HTML into a tagged PDF, where this machine has what that takes.

WeasyPrint draws with pango, which is the system's and not everywhere. It is imported when somebody
asks for a PDF, so that a site without it starts, and only the one who asked hears of it.
"""

from pathlib import Path
from threading import Lock

# Drawing is nothing but arithmetic: two at once in one process would only take twice the memory.
_press = Lock()


class CannotPrint(Exception):
    """WeasyPrint or the library it draws with is missing here."""


def pdf_of(html: str, *, sheet: Path) -> bytes:
    """Draw a page with a style sheet of its own, tagged for people who listen (PDF/UA-1).

    Nothing is fetched but files beside the sheet: its fonts. The same page is the same drawing.

    :raises CannotPrint: where pango is missing.
    """
    try:
        # Two seconds, and pango: neither belongs to the start of the site.
        from weasyprint import CSS, HTML, URLFetcher  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise CannotPrint(str(error)) from error
    files_alone, fonts = URLFetcher(allowed_protocols=["file"]), FontConfiguration()
    with _press:
        drawn: bytes = HTML(string=html, url_fetcher=files_alone).write_pdf(
            stylesheets=[CSS(filename=sheet, url_fetcher=files_alone, font_config=fonts)],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
        )
    return drawn
