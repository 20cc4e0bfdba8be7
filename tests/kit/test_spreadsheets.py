"""Tables for spreadsheets are exact, and no word in them runs as a formula."""

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit.money import Money
from marketplace.kit.spreadsheets import csv_of, exact, written


def read(sheet: str) -> list[list[str]]:
    assert sheet.startswith("\ufeff")
    return list(csv.reader(StringIO(sheet[1:])))


def test_a_table_is_what_it_was():
    rows = [
        ['Łódź, "Ltd"', 3, Money(-282_000, "usd"), None],
        ["two\nlines", 0, Money(5, "jpy"), ""],
    ]

    assert read(csv_of(["Name", "Number", "Amount", "Note"], rows)) == [
        ["Name", "Number", "Amount", "Note"],
        ['Łódź, "Ltd"', "3", "-2820.00", ""],
        ["two\nlines", "0", "5", ""],
    ]


@pytest.mark.parametrize(
    "word", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "=HYPERLINK(0)"]
)
def test_a_word_that_would_run_is_made_plain(word):
    assert written(word) == f"'{word}"


@pytest.mark.parametrize("word", ["", "Acme", "a=b", "3 - 1", "'=1"])
def test_other_words_stay(word):
    assert written(word) == word


def test_moments_are_written_in_utc_and_days_as_days():
    lagos = timezone(timedelta(hours=1))

    assert written(datetime(2030, 1, 1, 0, 30, tzinfo=lagos)) == "2029-12-31T23:30:00Z"
    assert written(datetime(2030, 1, 1, tzinfo=UTC).date()) == "2030-01-01"
    assert written(date(2030, 1, 31)) == "2030-01-31"


@given(st.integers(-(10**15), 10**15), st.sampled_from(["usd", "eur", "jpy"]))
def test_no_unit_of_an_amount_is_lost(minor, currency):
    text = exact(Money(minor, currency))

    assert int(text.replace(".", "")) == minor
    assert ("." in text) == (currency != "jpy")
