"""Rows of a form come and go by buttons; what was typed stays, and nothing is checked meanwhile."""

import pytest
from django.http import QueryDict

from marketplace.kit.forms import LineField, SiteForm
from marketplace.kit.rows import Rows


class Line(SiteForm):
    name = LineField(max_length=5)


def rows(data: str | None = None, **options) -> Rows:
    sent = None if data is None else QueryDict(data)
    return Rows(Line, prefix="line", most=3, data=sent, **options)


def names(found: Rows) -> list[object]:
    return [form["name"].value() for form in found]


def test_a_new_form_has_the_rows_it_is_given():
    found = rows(initial=[{"name": "Ada"}, {"name": "Noor"}])

    assert names(found) == ["Ada", "Noor"]
    assert not found.is_valid()


def test_a_new_form_without_rows_has_an_empty_one():
    assert names(rows()) == [None]


def test_rows_that_are_right_are_cleaned_in_order():
    found = rows("line-count=2&line-0-name=Ada&line-1-name=Noor")

    assert found.is_valid()
    assert found.cleaned_data == [{"name": "Ada"}, {"name": "Noor"}]


def test_what_is_wrong_is_said_for_all_rows_together():
    found = rows("line-count=2&line-0-name=Ada&line-1-name=much+too+long")

    assert not found.is_valid()
    assert len(found.errors) == 1
    assert [bool(field.errors) for field in found.visible_fields()] == [False, True]


@pytest.mark.parametrize(
    ("press", "expected"),
    [
        ("line-add=1", ["Ada", "much too long", None]),
        ("line-remove=0", ["much too long"]),
        ("line-remove=9", ["Ada", "much too long"]),
        ("line-update=1", ["Ada", "much too long"]),
    ],
)
def test_a_press_changes_the_rows_and_checks_nothing(press, expected):
    found = rows(f"line-count=2&line-0-name=Ada&line-1-name=much+too+long&{press}")

    assert names(found) == expected
    assert found.errors == []
    assert not found.is_bound
    assert not found.is_valid()


def test_there_are_never_more_rows_than_fit_nor_none():
    assert len(rows("line-count=3&line-add=1")) == 3
    assert not rows("line-count=3").may_grow
    assert len(rows("line-count=999999999999999")) == 3
    assert len(rows("line-count=1&line-remove=0")) == 1


@pytest.mark.parametrize("count", ["", "-1", "0", "x", "²", "1.5"])
def test_a_count_that_is_none_is_one_row(count):
    assert len(rows(f"line-count={count}&line-0-name=Ada")) == 1
