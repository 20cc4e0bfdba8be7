"""Writes tables that people open in a spreadsheet: exact, and harmless whatever the words are."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

from marketplace.kit.money import Money, minor_digits

Cell = str | int | Money | date | None
# A spreadsheet runs what begins like this, some also in full width (OWASP, "CSV Injection").
RUNS = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
# Without it Excel reads UTF-8 as the code page of the reader's country.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as comma-separated values (RFC 4180)."""
    sheet = StringIO()
    writer = csv.writer(sheet)
    writer.writerow([written(name) for name in head])
    writer.writerows([written(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + sheet.getvalue()


def written(cell: Cell) -> str:
    """Write one cell: dates by ISO 8601, moments in UTC, amounts with all their decimals."""
    if isinstance(cell, Money):
        return exact(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(cell, date):
        return cell.isoformat()
    text = "" if cell is None else str(cell)
    # Words alone can run: figures are ours.
    return f"'{text}" if isinstance(cell, str) and text.lstrip(" ").startswith(RUNS) else text


def exact(amount: Money) -> str:
    """Write an amount as a program reads it: -2820.00, without its currency."""
    digits = minor_digits(amount.currency)
    return f"{Decimal(amount.minor).scaleb(-digits):.{digits}f}"
