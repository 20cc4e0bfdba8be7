"""What people see in the place of Stripe's pages, and what their buttons do."""

import html
import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest

from tests.fakestripe.conftest import open_account, open_session, send
from tests.fakestripe.test_onboard import link, status

REAL_NAME = {
    "legal_name": "Ada Byron",
    "country": "GB",
    "born": "1990-12-10",
    "bank_account": "000123456789",
}


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    headers: http.client.HTTPMessage

    @property
    def leads_to(self) -> str:
        return self.headers["Location"]


@dataclass(frozen=True)
class Browser:
    """Follows no redirect, so that a test sees where one leads."""

    url: str

    def open(self, address: str, **fields: str) -> Page:
        return self.request("POST" if fields else "GET", address, fields, {})

    def request(self, method, address, fields, headers) -> Page:
        where = urlsplit(address)
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        target = f"{where.path}?{where.query}" if where.query else where.path
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        connection.request(method, target, urlencode(fields), headers)
        answer = connection.getresponse()
        page = Page(answer.status, html.unescape(answer.read().decode()), answer.headers)
        connection.close()
        return page


@pytest.fixture
def browser(stand_in):
    return Browser(stand_in.url)


@pytest.fixture
def session(stripe):
    return open_session(stripe)


@pytest.fixture
def account(stripe):
    return open_account(stripe)


@pytest.fixture
def onboarding(stripe, account):
    return link(stripe, account).url


class TestPaying:
    def test_the_page_says_what_is_paid_to_whom(self, browser, session):
        page = browser.open(session.url)
        assert page.status == 200
        assert "Pay $315.00 to Attest" in page.text
        assert "Milestone 1" in page.text
        assert "$300.00" in page.text
        assert "Stand-in for Stripe, no real money" in page.text

    def test_pressing_pay_pays_and_leads_back(self, browser, session, stripe):
        page = browser.open(session.url, do="pay")
        assert page.status == 303
        assert page.leads_to == f"http://attest.example/paid?session_id={session.id}"
        assert stripe.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"

    def test_pressing_pay_twice_pays_once(self, browser, session, stripe):
        browser.open(session.url, do="pay")
        assert browser.open(f"/c/pay/{session.id}", do="pay").leads_to == f"/c/pay/{session.id}"
        assert len(stripe.v1.charges.list().data) == 1

    def test_a_decline_is_told_and_can_be_tried_again(self, browser, session):
        page = browser.open(session.url, do="decline", reason="insufficient_funds")
        assert page.leads_to == f"/c/pay/{session.id}"
        page = browser.open(session.url)
        assert "Your card has insufficient funds." in page.text
        assert 'role="alert"' in page.text
        assert browser.open(session.url, do="pay").leads_to.startswith("http://attest.example/paid")

    def test_three_d_secure_is_a_step_of_its_own(self, browser, session, stripe):
        proof = browser.open(session.url, do="prove").leads_to
        intent = stripe.v1.payment_intents.list().data[0]
        assert intent.status == "requires_action"
        assert "Confirm $315.00" in browser.open(proof).text
        assert browser.open(proof, do="confirm").leads_to.startswith("http://attest.example/paid")
        card = stripe.v1.charges.list().data[0].payment_method_details.card
        assert card.three_d_secure.result == "authenticated"

    def test_three_d_secure_may_fail(self, browser, session, stripe):
        proof = browser.open(session.url, do="prove").leads_to
        assert browser.open(proof, do="refuse").leads_to == f"/c/pay/{session.id}"
        assert "unable to authenticate" in browser.open(session.url).text
        assert stripe.v1.checkout.sessions.retrieve(session.id).status == "open"

    def test_leaving_keeps_the_session_open(self, browser, session):
        assert 'href="http://attest.example/cancelled"' in browser.open(session.url).text

    def test_a_bank_debit_is_offered_only_where_the_platform_takes_one(self, browser, stripe):
        cards = open_session(stripe)
        debits = open_session(stripe, allowed_payment_method_types=["card", "us_bank_account"])
        assert "bank debit" not in browser.open(cards.url).text
        assert browser.open(cards.url, do="debit").leads_to == f"/c/pay/{cards.id}"
        assert "bank debit" in browser.open(debits.url).text
        assert browser.open(debits.url, do="debit").leads_to.startswith("http://attest.example")
        assert "Your bank is working on it" in browser.open(f"/c/pay/{debits.id}").text

    def test_an_expired_session_says_so(self, browser, session, stripe):
        stripe.v1.checkout.sessions.expire(session.id)
        page = browser.open(session.url)
        assert "This payment page has expired" in page.text
        assert browser.open(session.url, do="pay").leads_to == f"/c/pay/{session.id}"

    def test_a_paid_session_says_so(self, browser, session, remote):
        remote.pay(session.id)
        page = browser.open(session.url)
        assert "This is already paid" in page.text
        assert f"session_id={session.id}" in page.text

    def test_what_the_platform_writes_is_shown_and_not_run(self, browser, stripe):
        name = '<script>alert(1)</script> & "more"'
        lines = [
            {
                "quantity": 2,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 500,
                    "product_data": {"name": name},
                },
            }
        ]
        session = open_session(stripe, line_items=lines)
        page = browser.request("GET", session.url, {}, {})
        assert name in page.text
        raw = http.client.HTTPConnection(urlsplit(browser.url).netloc)
        raw.request("GET", urlsplit(session.url).path)
        assert b"<script>" not in raw.getresponse().read()
        raw.close()

    def test_a_form_of_another_site_is_refused(self, browser, session):
        elsewhere = {"Origin": "http://evil.example"}
        assert browser.request("POST", session.url, {"do": "pay"}, elsewhere).status == 403
        here = {"Origin": browser.url}
        assert browser.request("POST", session.url, {"do": "pay"}, here).status == 303

    def test_a_button_that_does_not_exist_changes_nothing(self, browser, session, stripe):
        assert browser.open(session.url, do="explode").leads_to == f"/c/pay/{session.id}"
        assert stripe.v1.checkout.sessions.retrieve(session.id).payment_intent is None

    def test_a_page_that_does_not_exist_says_so(self, browser):
        assert browser.open("/c/pay/cs_test_nobody").status == 404
        assert browser.open("/nowhere").status == 404


class TestOnboarding:
    def test_the_page_asks_who_the_expert_is(self, browser, onboarding):
        page = browser.open(onboarding)
        assert "Get paid by Attest" in page.text
        assert 'value="Ada Byron"' in page.text
        for label in ("Legal name", "Country", "Date of birth", "Bank account number"):
            assert label in page.text

    def test_submitting_makes_the_expert_payable(self, browser, account, onboarding, stripe):
        page = browser.open(onboarding, do="submit", link=token(onboarding), **REAL_NAME)
        assert page.leads_to == "http://attest.example/back"
        verified = stripe.v2.core.accounts.retrieve(
            account.id, {"include": ["configuration.recipient", "identity"]}
        )
        assert status(verified) == "active"
        assert verified.identity.individual.given_name == "Ada"

    def test_finishing_later_leaves_everything_open(self, browser, account, onboarding, stripe):
        page = browser.open(onboarding, do="later", link=token(onboarding))
        assert page.leads_to == "http://attest.example/back"
        assert stripe.v1.accounts.retrieve(account.id).capabilities.transfers == "pending"

    def test_failing_verification_restricts(self, browser, account, onboarding, stripe):
        browser.open(onboarding, do="fail", link=token(onboarding), **REAL_NAME)
        restricted = stripe.v1.accounts.retrieve(account.id)
        assert restricted.capabilities.transfers == "inactive"
        assert restricted.requirements.currently_due == ["individual.verification.document"]

    @pytest.mark.parametrize(
        ("field", "value", "reason"),
        [
            ("legal_name", " ", "Enter your name"),
            ("born", "yesterday", "Enter a date"),
            ("born", "2026-01-01", "at least 13 years"),
            ("country", "XX", "Choose the country"),
            ("bank_account", "DE89 3704", "4 to 17 digits"),
        ],
    )
    def test_a_wrong_answer_is_asked_again(self, browser, onboarding, field, value, reason):
        answers = {**REAL_NAME, field: value, "do": "submit", "link": token(onboarding)}
        page = browser.open(onboarding, **answers)
        assert page.status == 422
        assert reason in page.text
        assert page.text.count("Ada Byron") == (field != "legal_name")

    def test_a_used_link_leads_to_a_new_one(self, browser, onboarding):
        browser.open(onboarding, do="later", link=token(onboarding))
        assert browser.open(onboarding).leads_to == "http://attest.example/refresh"
        again = browser.open(onboarding, do="submit", link=token(onboarding), **REAL_NAME)
        assert again.leads_to == "http://attest.example/refresh"

    def test_a_stale_link_leads_to_a_new_one(self, browser, onboarding, remote):
        remote.advance(600)
        assert browser.open(onboarding).leads_to == "http://attest.example/refresh"

    def test_no_link_opens_no_page(self, browser, account, stripe):
        assert browser.open(f"/onboard/{account.id}").status == 404
        other = open_account(stripe)
        stolen = token(link(stripe, other).url)
        assert browser.open(f"/onboard/{account.id}?link={stolen}").status == 404


class TestTheDashboard:
    def test_it_shows_what_the_expert_has(self, browser, stripe, ada, charge):
        empty = browser.open(f"/express/{ada.id}")
        assert "Nothing has come in yet" in empty.text
        send(stripe, ada, charge, 270_00)
        page = browser.open(f"/express/{ada.id}")
        assert "$270.00" in page.text
        assert "Payment received" in page.text


class TestEveryPage:
    def test_it_holds_the_browser_to_a_strict_policy(self, browser, session):
        policy = browser.open(session.url).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        # Browsers follow a form's redirect only to where the form itself may go.
        assert "form-action 'self' http://attest.example" in policy

    def test_it_has_nothing_inline(self, browser, session, onboarding):
        for address in (session.url, onboarding):
            assert not re.search(r"<style|<script|style=|onclick=", browser.open(address).text)

    @pytest.mark.parametrize("path", ["css/app.css", "favicon.svg"])
    def test_it_wears_the_projects_own_look(self, browser, path):
        assert browser.open(f"/_static/{path}").status == 200

    @pytest.mark.parametrize(
        "path", ["../manage.py", "..%2Fmanage.py", "%2e%2e/pyproject.toml", "css/nothing.css", ""]
    )
    def test_it_serves_no_other_file(self, browser, path):
        assert browser.open(f"/_static/{path}").status == 404

    def test_it_serves_no_style_sheet_from_elsewhere(self, browser, tmp_path):
        (tmp_path / "secret.css").write_text("secret")
        way_out = "../" * 30 + str(tmp_path / "secret.css").lstrip("/")
        assert browser.open(f"/_static/{way_out}").status == 404


def token(url):
    return url.partition("link=")[2]
