"""What ASVS 5.0 asks (docs/asvs.md) and no other test shows: small things of browser and logs."""

import json
import logging
import re
from pathlib import Path

import pytest
from allauth.account import app_settings as account
from allauth.mfa import app_settings as mfa
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse

from marketplace.kit.http import private_file
from marketplace.kit.logs import JsonFormatter, request_id
from marketplace.local import lock
from marketplace.stored import FORGET, NOT_STORED
from tests.access_table import ACCESS
from tests.accounts.test_sessions import PASSWORD, person, signed_in  # noqa: F401 (a fixture)

ROOT = Path(__file__).parent.parent
NO_STORE = "private, no-store"


# --- 3.3, 7: cookies, sessions, the way out


def test_the_session_is_no_scripts_and_no_other_sites(person):  # noqa: F811 (the fixture)
    cookie = signed_in(person).cookies[settings.SESSION_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
    assert (cookie["path"], settings.CSRF_COOKIE_HTTPONLY) == ("/", True)
    assert settings.CSRF_COOKIE_SAMESITE == settings.LANGUAGE_COOKIE_SAMESITE == "Lax"


def test_in_production_names_keep_cookies_to_this_host():
    text = (ROOT / "marketplace/settings.py").read_text()

    for name in ("sessionid", "csrftoken"):
        assert f'"{name}" if DEVELOPMENT else "__Host-{name}"' in text


@pytest.mark.parametrize("name", ["home", "jobs:board", "contracts:index", "accounts:settings"])
def test_the_way_out_is_on_every_page(client, ada, name):
    client.force_login(ada)

    assert reverse("account_logout") in client.get(reverse(name)).content.decode()


def test_codes_do_not_live_long():
    by_mail = (account.LOGIN_BY_CODE_TIMEOUT, account.EMAIL_VERIFICATION_BY_CODE_TIMEOUT)

    assert max(*by_mail, account.PASSWORD_RESET_BY_CODE_TIMEOUT) <= 15 * 60
    assert mfa.TOTP_PERIOD == 30


# --- 14.3: what a browser keeps


def test_who_signs_out_leaves_nothing_in_the_browser(person):  # noqa: F811 (the fixture)
    client = signed_in(person)

    answer = client.post(reverse("account_logout"))

    assert (answer["Clear-Site-Data"], answer["Cache-Control"]) == (FORGET, NO_STORE)
    assert "Clear-Site-Data" not in client.get(reverse("account_login"))


def test_what_opens_an_account_or_names_its_money_is_not_stored(client, acme, ada, rhea):
    """Every such address without a row in it, as whoever may open it."""
    found = {}
    for name, method, kind, _nobody, *codes in ACCESS:
        if method != "get" or kind or not name.startswith(NOT_STORED):
            continue
        for who, code in zip((None, acme, ada, rhea), codes, strict=True):
            if code == 200 and who is not None:
                client.force_login(who)
                found[name] = client.get(reverse(name)).headers.get("Cache-Control")
    assert len(found) > 15
    assert {name for name, told in found.items() if told != NO_STORE} == set()


def test_a_form_is_kept_so_that_back_shows_what_was_typed(client, acme):
    client.force_login(acme)

    assert "no-store" not in client.get(reverse("jobs:choose-use-case")).get("Cache-Control", "")


# --- 5.4, 13.4: files, methods, what is beside the site


def test_a_download_has_our_name_and_cannot_end_its_header():
    answer = private_file(
        ContentFile(b"x", name="stored"), 'né"\r\nX-Evil: 1.pdf', of_type="text/plain"
    )

    said = answer["Content-Disposition"]
    assert said.startswith("attachment")
    assert not set("\r\n") & set(said)
    assert "X-Evil" not in answer.headers
    assert "utf-8''n%C3%A9" in said


def test_trace_is_no_method_of_ours(client, db):
    addresses = {reverse(row[0]) for row in ACCESS if not row[2] and row[0] != "readyz"}
    taken = {url for url in addresses if client.generic("TRACE", url).status_code == 200}

    assert len(addresses) > 100
    assert taken == set()


@pytest.mark.parametrize("folder", ["/static/", "/static/css/", "/media/", "/.git/config"])
def test_no_folder_is_listed_and_none_of_ours_is_beside_the_site(client, db, folder):
    assert client.get(folder).status_code == 404


def test_the_image_has_nothing_that_is_not_named():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert "*" in ignored
    assert not [line for line in ignored if re.match(r"!\.|!tests|!docs", line)]


# --- 15: times to repair


def test_the_page_on_security_names_the_lag_that_is_checked():
    page = (ROOT / "SECURITY.md").read_text()

    assert f"at most {lock.SETTLED.days} days behind" in page
    days = [int(row) for row in re.findall(r"\| (\d+) days \|", page)]
    assert days == sorted(days) == [2, 7, 30, 90]


# --- 16.2, 16.4: a line of the log


@pytest.fixture
def line():
    record = logging.makeLogRecord(
        {"name": "ours", "levelno": 30, "levelname": "WARNING", "msg": "money.moved",
         "operation": "one\ntwo {\"level\": \"INFO\"}"}
    )  # fmt: skip
    token = request_id.set("abc")
    yield JsonFormatter().format(record)
    request_id.reset(token)


def test_it_says_when_in_utc_how_grave_where_and_in_which_request(line):
    said = json.loads(line)

    assert said["at"].endswith("+0000")
    assert (said["level"], said["logger"], said["event"]) == ("WARNING", "ours", "money.moved")
    assert said["request_id"] == "abc"


def test_no_value_begins_a_line_of_its_own(line):
    assert len(line.splitlines()) == 1
    assert json.loads(line)["operation"].startswith("one\ntwo")
