"""Statements of a month and of a contract come as a page, as a table and as a PDF."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.urls import reverse

from contracts.services import milestones
from tests import factories
from tests.conftest import NOON
from tests.laid import laid

JANUARY = date(2030, 1, 1)


@laid
def released(submission, acme):
    """The first milestone, approved."""
    milestones.approve(submission, by=acme, at=NOON)
    return submission.milestone.contract


@pytest.fixture
def sides(ada, acme):
    """Each side, and how its addresses begin."""
    return ((ada, "earnings"), (acme, "spend"))


def read(client, name, *arguments) -> str:
    answer = client.get(reverse(f"contracts:{name}", args=arguments))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_each_side_finds_its_statements_in_a_list(client, released, sides):
    for user, side in sides:
        client.force_login(user)
        page = read(client, f"{side}-statements")
        for address in ("statements/2030-01/", f"contracts/{released.public_id}/"):
            assert f'href="/{side}/{address}"' in page
            for kind in ("pdf", "csv"):
                assert f'href="/{side}/{address.rstrip("/")}.{kind}"' in page


def test_a_month_adds_up_from_line_to_line(client, released, ada):
    client.force_login(ada)

    page = read(client, "earnings-month", JANUARY)

    assert "<h1>Earnings: January 2030</h1>" in page
    assert "Before: $0.00" in page
    assert "After: $2,820.00" in page
    figures = ("3,000.00", "180.00", "2,820.00", "", "2,820.00")
    assert "".join(f'<td class="num">{figure}</td>' for figure in figures) in page
    assert "F-2030-000001" in page


def test_a_contract_is_told_to_each_side_in_its_own_figures(client, released, ada, acme):
    client.force_login(acme)
    page = read(client, "spend-contract", released.public_id)
    assert f"<h1>Spend: {released.title}</h1>" in page
    assert page.index("Paid") < page.index("Released to the expert")
    assert ">R-2030-000001<" in page
    client.force_login(ada)
    assert ">R-2030-000001<" not in read(client, "earnings-contract", released.public_id)


def test_the_table_has_the_lines_of_the_page(client, released, sides):
    lines = {"earnings": 1, "spend": 2}
    for user, side in sides:
        client.force_login(user)
        for name, argument in (("month", JANUARY), ("contract", released.public_id)):
            answer = client.get(reverse(f"contracts:{side}-{name}-file", args=[argument, "csv"]))
            _head, *rows = csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff")))
            assert len(rows) == lines[side]
            assert f'attachment; filename="{side}-' in answer["Content-Disposition"]


def test_the_file_is_a_small_tagged_pdf(client, released, sides, draws):
    for user, side in sides:
        client.force_login(user)
        answer = client.get(reverse(f"contracts:{side}-month-file", args=[JANUARY, "pdf"]))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'inline; filename="{side}-2030-01.pdf"'
        assert answer.content.startswith(b"%PDF-")
        assert len(answer.content) <= 60_000


def test_where_no_pdf_can_be_drawn_the_page_says_so(client, released, ada, without_pango):
    client.force_login(ada)

    page = read(client, "earnings-month-file", JANUARY, "pdf")

    assert "PDF files cannot be made here at the moment" in page
    assert "Earnings: January 2030" in page


def test_a_month_without_anything_says_so(client, ada):
    client.force_login(ada)

    assert "Nothing happened." in read(client, "earnings-month", date(2029, 3, 1))


def test_an_address_nobody_made_is_no_page(client, released, sides):
    for user, side in sides:
        client.force_login(user)
        for path in ("statements/2030-13/", "statements/0000-01/", "statements/2030-01.exe"):
            assert client.get(f"/{side}/{path}").status_code == 404


def test_another_contract_is_no_page(client, released, sides, mallory):
    other = factories.contract(
        factories.organisation(mallory), factories.expert(factories.user("Bo"))
    )
    for user, side in sides:
        client.force_login(user)
        for name, *more in ((f"{side}-contract",), (f"{side}-contract-file", "csv")):
            address = reverse(f"contracts:{name}", args=[other.public_id, *more])
            assert client.get(address).status_code == 404
