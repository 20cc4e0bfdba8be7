"""Every mail: two parts that say the same, absolute links, nothing a mail client drops."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from accounts.emails import compose
from accounts.models import Kind, User

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
KINDS = sorted(
    path.relative_to(TEMPLATES).as_posix().removesuffix("_message.txt")
    for folder in ("account/email", "mfa/email")
    for path in (TEMPLATES / folder).glob("*_message.txt")
)
CODE, RESET = "BCDF-GHJK", "http://localhost:8000/accounts/password/reset/key/x/"
CONTEXT = {
    "SITE_NAME": settings.SITE_NAME,
    "SITE_URL": settings.SITE_URL,
    "code": CODE,
    "password_reset_url": RESET,
    "signup_url": "http://localhost:8000/accounts/signup/",
    "from_email": "o'brien@old.example",
    "to_email": "o'brien@new.example",
    "deleted_email": "o'brien@old.example",
    "timestamp": datetime(2026, 3, 17, 12, tzinfo=UTC),
    "ip": "192.0.2.7",
    "user_agent": "Firefox <x>",
}
CLIPPED_BY_GMAIL = 102_000


def parts(kind: str) -> tuple[str, str, str]:
    return (
        render_to_string(f"{kind}_subject.txt", CONTEXT).strip(),
        render_to_string(f"{kind}_message.txt", CONTEXT),
        render_to_string(f"{kind}_message.html", CONTEXT),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_has_a_subject_and_two_parts_that_say_the_same(kind):
    subject, text, html = parts(kind)
    assert subject
    assert "\n" not in subject
    assert text.startswith(subject)
    assert subject in html
    for fact in (CODE, RESET):
        assert (fact in text) == (fact in html)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_plain_enough_for_any_client(kind):
    _subject, text, html = parts(kind)
    assert len(html.encode()) < CLIPPED_BY_GMAIL
    assert "<script" not in html
    assert not re.search(r"oklch|light-dark|var\(|(?<!&)#[0-9a-f]{3}\b", html)
    assert [url for url in re.findall(r'(?:href|src)="([^"]*)"', html) if "://" not in url] == []
    assert not re.search(r"<[a-z]+[ >]", text.replace("<x>", ""))


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_never_stands_in_a_subject(kind):
    assert CODE not in parts(kind)[0]


def test_text_is_text_and_html_is_escaped():
    _subject, text, html = parts("account/email/email_changed")
    assert "o'brien@new.example" in text
    assert "Firefox <x>" in text
    assert "Firefox &lt;x&gt;" in html


def test_a_notice_says_one_fact_and_leads_to_one_action():
    dana = User(email="dana@acme.example", name="Dana O'Hara")
    text, html = compose(
        dana,
        kind=Kind.DEADLINE,
        subject="Review milestone 2 by 17 Mar, $4,200.00 held",
        body="If you do nothing, it is released.\n\nThree checks were met.",
        url="/contracts/ctr_000000000001/",
        action="Review the work",
    )
    link = f"{settings.SITE_URL}/contracts/ctr_000000000001/"
    assert "Hello Dana O'Hara," in text
    assert f"Review the work:\n{link}" in text
    assert html.count('class="button"') == 1
    assert f'href="{link}"' in html
    assert "Three checks were met." in html
    assert "/settings/notifications/" in text
