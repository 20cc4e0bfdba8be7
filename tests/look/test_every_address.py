"""Every address that shows somebody a page, opened in a browser, whether or not a link leads there.

The crawl of the demo follows links from where people begin. What only a mail, an open dispute or
one state of a contract leads to it may never meet; here one row after the other of the access
table is opened as somebody who may, with one of everything behind it.
"""

import re
import time
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Mail
from accounts.models.user import DISPUTES, FINANCE, REVIEWERS
from contracts.models import (
    Chargeback,
    Clawback,
    Difference,
    Dispute,
    Feedback,
    Link,
    Payment,
    PayoutCase,
    ProofConsent,
    StripeEvent,
)
from experts.models import Expert
from experts.services import catalogue
from tests import axe, factories
from tests.access_table import ACCESS, PEOPLE
from tests.conftest import NOON
from tests.crowd import gather
from tests.look.test_pages import PASSWORD, confirm_it_is_you, dana, sign_in  # noqa: F401 (a fixture)
from tests.weight import MOST_REQUESTS, Weight
from tests.world import one_of_everything  # noqa: F401 (a fixture)

pytestmark = [
    *(pytest.mark.drills, pytest.mark.browser),
    pytest.mark.django_db(transaction=True),
]

OK = 200
# Of the 75,000 bytes a first visit may cost, what the files leave that every page loads.
MOST_BYTES_OF_ITS_OWN = 13_000
# Whoever takes part sees the most of a page: the client first, a visitor last.
READERS = ("acme", "ada", "rhea", "mallory", "anonymous")
PAGES = {row[0]: row for row in ACCESS if row[1] == "get" and OK in row[3:]}

# Addresses that show nobody of the cast a page as they stand, and what looks at them, if it is one.
DEMO = "tests/browser/test_every_page.py, in the demo"
POSTING = "test_a_job_before_there_is_an_account"
MANY = "test_what_takes_more_than_one_of_everything"
MIDWAY = "test_the_way_into_an_account"
KEYS = "test_the_pages_of_keys"
NO_PAGE = "no page: it leads elsewhere, or is a file, a part of a page or an answer to a program"
ELSEWHERE = {
    "account_change_password": KEYS,
    "account_complete_password_reset": MIDWAY,
    "account_confirm_login_code": MIDWAY,
    "account_confirm_password_reset_code": MIDWAY,
    "account_email_verification_sent": MIDWAY,
    "account_reauthenticate": KEYS,
    "accounts:own-organisation": NO_PAGE,
    "admin:chargebacks:chargeback": MANY,
    "admin:chargebacks:index": MANY,
    "admin:clawbacks:clawback": MANY,
    "admin:clawbacks:decide": MANY,
    "admin:clawbacks:index": MANY,
    "admin:differences:difference": MANY,
    "admin:differences:index": MANY,
    "admin:disputes:case": MANY,
    "admin:disputes:queue": MANY,
    "admin:links:index": MANY,
    "admin:links:link": MANY,
    "admin:payments:contract": MANY,
    "admin:payments:event": MANY,
    "admin:payments:index": MANY,
    "admin:payments:operation": DEMO,
    "admin:payments:return-held": MANY,
    "admin:payments:set-aside": MANY,
    "admin:payouts:case": MANY,
    "admin:payouts:index": MANY,
    "admin:registry:release": MANY,
    "admin:registry:releases": MANY,
    "admin:vetting:transfer": MANY,
    "api:verify": NO_PAGE,
    "contracts:begin-conversation": DEMO,
    "contracts:contract-messages": NO_PAGE,
    "contracts:news": NO_PAGE,
    "contracts:payouts": NO_PAGE,
    "contracts:proof": MANY,
    "contracts:reply": MANY,
    "contracts:start-payouts-again": NO_PAGE,
    "dev-mail": DEMO,
    "dev-mail-detail": DEMO,
    "experts:compare": MANY,
    "experts:evidence-file": NO_PAGE,
    "experts:submit": NO_PAGE,
    "jobs:compare": MANY,
    "jobs:preview": DEMO,
    "jobs:propose": MANY,
    "jobs:visitor-budget": POSTING,
    "jobs:visitor-finish": NO_PAGE,
    "jobs:visitor-scope": POSTING,
    "kit": DEMO,
    "metrics": NO_PAGE,
    "mfa_authenticate": KEYS,
    "mfa_deactivate_totp": KEYS,
    "mfa_download_recovery_codes": NO_PAGE,
    "mfa_edit_webauthn": KEYS,
    "mfa_login_webauthn": NO_PAGE,
    "mfa_reauthenticate": KEYS,
    "mfa_reauthenticate_webauthn": NO_PAGE,
    "mfa_remove_webauthn": KEYS,
    "mfa_view_recovery_codes": KEYS,
}


@pytest.fixture
def become(client, page, settings):
    """Go on as somebody, or as a visitor."""

    def become(person) -> None:
        page.context.clear_cookies()
        if person is None:
            return
        client.force_login(person)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key}
        page.context.add_cookies([cookie | {"domain": "localhost", "path": "/"}])

    return become


def faults_at(page, address: str) -> list[str]:
    """Open an address and return what is wrong with its page; nothing where it shows none."""
    answer = page.request.get(address)
    is_locked = "sandbox" in answer.headers["content-security-policy"]  # a mail as it is sent
    if is_locked or not answer.headers["content-type"].startswith("text/html"):
        return []
    measured = Weight(page)
    page.goto(address)
    found = axe.faults(page)
    if answer.status != OK or not page.url.endswith(address):
        found.append(f"{answer.status}, and led to {page.url}")
    if len(measured.answers) > MOST_REQUESTS:
        found.append(f"loads {measured.answers}")
    if (own := measured.answers[0][1]) > MOST_BYTES_OF_ITS_OWN:
        found.append(f"weighs {own} bytes")
    return [f"{address}: {fault}" for fault in found]


def part_of(name: str) -> str:
    """The app of an address, or the desk."""
    return name.rpartition(":")[0]


@pytest.mark.parametrize("part", sorted({part_of(name) for name in PAGES} - {"api"}))
def test_whatever_can_be_opened_is_without_fault(
    part, page, become, world, acme, ada, rhea, mallory
):
    cast = {"acme": acme, "ada": ada, "rhea": rhea, "mallory": mallory, "anonymous": None}
    for person in (acme, ada, rhea, mallory):  # or one of these pages notes that it is not
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    found = []
    for name, _method, kind, *answers in PAGES.values():
        if part_of(name) == part:
            become(cast[next(who for who in READERS if answers[PEOPLE.index(who)] == OK)])
            found += faults_at(page, reverse(name, args=world[kind]))

    assert found == [], "\n".join(found)


@pytest.fixture
def many(acme, ada, rhea):
    """Some of everything, and Rhea with every duty and every right."""
    for duty in (REVIEWERS, DISPUTES, FINANCE):
        rhea.groups.add(Group.objects.get_or_create(name=duty)[0])
    rhea.is_superuser = True
    rhea.save()
    crowd = gather(4, client=acme, expert=ada, staff=rhea)
    contract = crowd.contract
    for side, by in (("client", acme), ("expert", ada)):
        ProofConsent.objects.create(contract=contract, side=side, by=by, given_at=NOON)
    Feedback.objects.create(
        contract=contract, side="client", by=acme, rating=5, created_at=NOON,
        published_at=now(),
    )  # fmt: skip
    Link.objects.create(
        organisation=contract.organisation, expert=ada.expert, kind="network", seen_at=NOON
    )
    PayoutCase.objects.create(expert=ada.expert, opened_at=NOON, look_until=NOON)
    StripeEvent.objects.create(
        event_id="evt_1", endpoint="platform", kind="charge.refunded", livemode=False, payload={},
        received_at=NOON, due_at=NOON, status=StripeEvent.Status.DEAD,
    )  # fmt: skip
    factories.release("gpt-6-sol", family="gpt-6")
    return crowd


def test_what_takes_more_than_one_of_everything(page, become, many, acme, ada, rhea):
    contract, job = many.contract.public_id, many.job
    paid = Payment.objects.earliest("pk")
    compared = "&".join(f"p={row.public_id}" for row in job.proposals.all()[:3])
    experts = "&".join(f"e={row.public_id}" for row in Expert.objects.order_by("pk")[:3])
    opened = {
        acme: {
            reverse("jobs:compare", args=[job.public_id]) + f"?{compared}",
            reverse("experts:compare") + f"?{experts}",
            reverse("contracts:proof", args=[contract]),
        },
        ada: {
            reverse("jobs:propose", args=[many.draft.job.public_id]),
            reverse("contracts:reply", args=[contract]),
        },
        rhea: {
            *map(reverse, (name for name in ELSEWHERE if name.endswith((":index", ":queue")))),
            reverse("admin:registry:releases"),
            reverse("admin:registry:release", args=["gpt-6-sol"]),
            reverse("admin:vetting:transfer", args=[ada.expert.slug]),
            reverse("admin:disputes:case", args=[Dispute.objects.earliest("pk").public_id]),
            reverse("admin:chargebacks:chargeback", args=[Chargeback.objects.all()[0].public_id]),
            reverse("admin:clawbacks:clawback", args=[Clawback.objects.all()[0].public_id]),
            reverse("admin:clawbacks:decide", args=[paid.milestone.public_id]),
            reverse("admin:differences:difference", args=[Difference.objects.all()[0].public_id]),
            reverse("admin:links:link", args=[Link.objects.get().public_id]),
            reverse("admin:payouts:case", args=[PayoutCase.objects.get().public_id]),
            reverse("admin:payments:contract", args=[contract]),
            reverse("admin:payments:event", args=["evt_1"]),
            reverse("admin:payments:return-held", args=[paid.milestone.public_id]),
            reverse("admin:payments:set-aside", args=[paid.public_id]),
        },
    }
    found = []
    for person, addresses in opened.items():
        become(person)
        for address in sorted(addresses):
            found += faults_at(page, address)

    assert found == [], "\n".join(found)


def test_a_job_before_there_is_an_account(page):
    catalogue.load(at=NOON, report=lambda _difference: None)
    call_command("load_use_cases", stdout=StringIO())
    page.goto(f"{reverse('jobs:choose-use-case')}?use_case=rag-knowledge-assistant")
    found = []
    for leads_to in ("jobs:visitor-scope", "jobs:visitor-budget"):
        page.get_by_role("main").locator("button.primary").first.click()
        page.wait_for_url(f"**{reverse(leads_to)}")
        found += axe.faults(page)
    fields = {"budget_min": "6,000", "budget_max": "18,000", "organisation_name": "Globex"}
    for name, value in (fields | {"email": "gail@people.example"}).items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("main").locator("button.primary").first.click()
    page.wait_for_url(f"**{reverse('account_confirm_login_code')}")
    found += axe.faults(page)

    assert found == [], "\n".join(found)


def test_the_way_into_an_account(page, dana):  # noqa: F811
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill("gail@people.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").locator("form button").first.click()
    page.wait_for_url(f"**{reverse('account_email_verification_sent')}")
    found = axe.faults(page)
    page.context.clear_cookies()
    for address, leads_to in (
        ("/accounts/login/code/", "account_confirm_login_code"),
        ("/accounts/password/reset/", "account_confirm_password_reset_code"),
    ):
        page.goto(address)
        page.get_by_label("Email").fill(dana.email)
        page.get_by_role("main").locator("form button").first.click()
        page.wait_for_url(f"**{reverse(leads_to)}")
        found += axe.faults(page)
    code = re.search(
        r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", Mail.objects.latest("pk").text, re.MULTILINE
    )
    assert code
    page.get_by_role("main").locator("input[name=code]").fill(code[1])
    page.get_by_role("main").locator("form button").first.click()
    page.wait_for_url(f"**{reverse('account_complete_password_reset')}")
    found += axe.faults(page)

    assert found == [], "\n".join(found)


def test_the_pages_of_keys(page, dana):  # noqa: F811
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(dana, secret)
    RecoveryCodes.activate(dana)
    sign_in(page)
    page.wait_for_url(f"**{reverse('mfa_authenticate')}")
    found = axe.faults(page)
    now_on_the_phone = totp.hotp_value(secret, int(time.time()) // 30)
    page.get_by_role("main").locator("input[name=code]").fill(
        totp.format_hotp_value(now_on_the_phone)
    )
    page.get_by_role("main").locator("form button").first.click()
    page.wait_for_url("**/home/")
    for name in ("account_change_password", "mfa_reauthenticate", "account_reauthenticate"):
        found += faults_at(page, reverse(name))
    confirm_it_is_you(page)
    for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes"):
        found += faults_at(page, reverse(name))
    # No browser could answer with this one, and these two pages do not ask.
    data = {"name": "Laptop", "credential": {"clientExtensionResults": {}}}
    passkey = Authenticator.objects.create(user=dana, type="webauthn", data=data)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        found += faults_at(page, reverse(name, args=[passkey.pk]))

    assert found == [], "\n".join(found)
