"""Fields read what people type, keep it when it is wrong, and say what to do about it."""

import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit.forms import ChoiceCards, LineField, MoneyField, Scores, SiteForm, TextField
from marketplace.kit.money import Money

AMOUNT = MoneyField(currency="usd", least=250_00, most=900_000_00)


class Sample(SiteForm):
    title = LineField(label="Title", max_length=12, help_text="Short")
    scope = TextField(label="Scope", required=False, max_length=20)
    amount = MoneyField(label="Amount", currency="usd")
    case = forms.ChoiceField(choices=[("rag", "RAG")], widget=ChoiceCards(hints={"rag": "Docs"}))
    mark = forms.ChoiceField(choices=[(0, "0 of 5"), (1, "1 of 5")], widget=Scores)
    agreed = forms.BooleanField(label="I agree")


def shown(form: forms.BaseForm) -> str:
    return Template("{{ form }}").render(Context({"form": form}))


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1,500", 150_000),
        ("1 500", 150_000),
        ("1\u00a0500", 150_000),
        ("1\u202f500.50", 150_050),
        ("1500.00", 150_000),
        ("1500.5", 150_050),
        ("$1,500", 150_000),
        ("  300 ", 30_000),
        ("900,000.00", 90_000_000),
        ("1500.000", 150_000),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed, minor):
    assert AMOUNT.clean(typed) == Money(minor, "usd")


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Enter an amount"),
        ("abc", "Enter an amount in numbers, like 1,500.00"),
        ("2OO", "Enter an amount in numbers, like 1,500.00"),
        ("-300", "Enter an amount in numbers, like 1,500.00"),
        ("1,50", "Enter an amount in numbers, like 1,500.00"),
        ("1.500,00", "Enter an amount in numbers, like 1,500.00"),
        ("1e5", "Enter an amount in numbers, like 1,500.00"),
        ("NaN", "Enter an amount in numbers, like 1,500.00"),
        ("\u0663\u0660\u0660", "Enter an amount in numbers, like 1,500.00"),
        ("300.005", "Enter an amount with at most 2 decimals"),
        ("0", "Enter an amount of 250.00 or more"),
        ("249.99", "Enter an amount of 250.00 or more"),
        ("900,000.01", "Enter an amount of 900,000.00 or less"),
        ("9" * 38, "Enter an amount of 900,000.00 or less"),
    ],
)
def test_an_amount_that_is_none_says_what_to_enter(typed, complaint):
    with pytest.raises(ValidationError) as refused:
        AMOUNT.clean(typed)
    assert refused.value.messages == [complaint]


@pytest.mark.parametrize("typed", ["3\x0000", "9" * 41])
def test_an_amount_with_nul_bytes_or_without_end_is_refused(typed):
    with pytest.raises(ValidationError):
        AMOUNT.clean(typed)


def test_a_currency_without_cents_takes_none():
    yen = MoneyField(currency="jpy")
    assert yen.clean("1,500") == Money(1500, "jpy")
    with pytest.raises(ValidationError, match="at most 0 decimals"):
        yen.clean("1,500.5")


def test_an_amount_may_be_left_out_where_it_is_optional():
    assert MoneyField(currency="usd", required=False).clean("") is None


@given(
    minor=st.integers(min_value=1, max_value=99_999_999), currency=st.sampled_from(["usd", "jpy"])
)
def test_what_the_field_writes_it_reads_back(minor, currency):
    field = MoneyField(currency=currency)
    assert field.clean(field.prepare_value(Money(minor, currency))) == Money(minor, currency)


def test_text_is_capped_and_refuses_nul_bytes():
    form = Sample({"title": "x" * 13, "scope": "a\x00b"})
    assert "at most 12" in form.errors["title"][0]
    assert form.errors["scope"] == ["Null characters are not allowed."]


def test_a_line_is_one_line_and_text_keeps_its_own():
    assert LineField().clean("  two \n words ") == "two words"
    assert TextField().clean("one\r\ntwo") == "one\ntwo"


def test_a_line_end_counts_once():
    assert TextField(max_length=3).clean("a\r\nb") == "a\nb"


def test_an_empty_field_says_what_to_do():
    errors = Sample({}).errors
    assert errors["title"] == ["Enter an answer"]
    assert errors["case"] == ["Choose an answer"]
    assert errors["agreed"] == ["Tick the box"]


def test_everything_typed_stays_in_a_form_that_is_wrong():
    html = shown(Sample({"title": "Triage", "amount": "2OO"}))
    assert 'value="Triage"' in html
    assert 'value="2OO"' in html


def test_a_wrong_field_is_wired_to_its_help_and_its_error():
    html = shown(Sample({"amount": "2OO"}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "name"),
    [("jobs:board", "budget"), ("experts:search", "rate_min"), ("experts:search", "rate_max")],
)
def test_a_filter_that_cannot_be_read_is_wired_to_its_error(client, page, name):
    html = client.get(reverse(page), {name: "lots"}).text

    [control] = re.findall(f'<input[^>]* name="{name}"[^>]*>', html)
    assert 'value="lots"' in control
    assert 'aria-invalid="true"' in control
    assert f'aria-describedby="id_{name}_error"' in control
    assert f'id="id_{name}_error"' in html


def test_the_summary_leads_to_each_field_and_takes_the_focus():
    html = shown(Sample({"title": "Triage"}))
    assert "Fix 4 things to continue" in html
    assert 'href="#id_amount"' in html
    assert 'href="#id_case_0"' in html
    assert "autofocus" in html


def test_a_form_nobody_sent_complains_about_nothing():
    assert "errors" not in shown(Sample())


def test_a_card_says_more_about_its_choice():
    assert "<b>RAG</b>" in shown(Sample())
    assert "Docs" in shown(Sample())


def test_what_was_typed_is_escaped():
    assert "<script>" not in shown(Sample({"title": "<script>"}))
