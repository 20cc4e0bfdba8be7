"""sqlmap looks for a question whose words become SQL (T-10), and finds the one that is planted."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from marketplace import limits
from marketplace.kit.limits import AN_HOUR, Rate
from tests import factories

pytestmark = [pytest.mark.drills, pytest.mark.django_db(transaction=True)]

SQLMAP = Path(sys.executable).with_name("sqlmap")
WIDE = Rate("drill", 10**9, AN_HOUR)
# Where the most of what is typed comes near to a statement: search, board, registry, the API.
ADDRESSES = (
    "/experts/?q=rag&skill=rag&level=2&max_rate=200&sort=rate&after=1",
    "/jobs/?q=rag&skill=rag&sort=new&after=1",
    "/api/v1/experts/?q=rag&skill=rag",
    "/api/v1/jobs/?q=rag&skill=rag",
)
FOUND = "sqlmap identified the following injection point"
NOTHING = "all tested parameters do not appear to be injectable"


def careless(request: HttpRequest) -> HttpResponse:
    """Find skills as nobody must."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT slug FROM experts_skill WHERE slug = '{request.GET['q']}'")  # noqa: S608
        return HttpResponse(f"<p>{cursor.fetchall()}</p>")


urlpatterns = [path("careless/", careless)]


def told_by_sqlmap(url: str, folder: Path) -> str:
    """Return what sqlmap says of every parameter of an address."""
    command = [
        *(str(SQLMAP), "-u", url, "--batch", "--flush-session", "--disable-coloring"),
        *("--dbms=PostgreSQL", "--level=1", "--risk=1", "--technique=BEU", "--timeout=30"),
        *("--output-dir", str(folder)),
    ]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=280, check=False)
    return ran.stdout + ran.stderr


@pytest.fixture
def unlimited(monkeypatch) -> None:
    """Let one place on the net ask as often as it likes."""
    monkeypatch.setattr(limits, "API_OF_STRANGERS", WIDE)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_question_becomes_sql(client, live_server, unlimited, ada, acme, tmp_path, address):
    factories.job(acme.memberships.get().organisation)
    assert client.get(address).status_code == 200  # what is refused never comes near a statement

    told = told_by_sqlmap(f"{live_server.url}{address}", tmp_path)

    assert NOTHING in told, told[-2000:]
    assert FOUND not in told


def test_one_that_does_is_found(live_server, ada, tmp_path, settings):
    settings.ROOT_URLCONF = __name__

    told = told_by_sqlmap(f"{live_server.url}/careless/?q=rag", tmp_path)

    assert FOUND in told, told[-2000:]
