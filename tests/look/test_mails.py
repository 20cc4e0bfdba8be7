"""Every mail: two parts that say the same, absolute links, nothing a mail client drops."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts import mail_samples
from accounts.mail_samples import CODE, OF_ACCOUNTS, READER, Sample
from accounts.models import Kind

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
RESET = OF_ACCOUNTS["password_reset_url"]
SAMPLES = mail_samples.all_samples()
CLIPPED_BY_GMAIL = 102_000

each = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.slug)


def named(slug: str) -> Sample:
    return next(sample for sample in SAMPLES if sample.slug == slug)


def test_the_samples_are_all_the_mails_there_are():
    ours = {
        path.relative_to(TEMPLATES).as_posix().removesuffix("_message.txt")
        for folder in ("account/email", "mfa/email")
        for path in (TEMPLATES / folder).glob("*_message.txt")
    }
    assert set(mail_samples.ACCOUNT_MAILS) == ours
    assert {f"news-{kind}" for kind in Kind} <= {sample.slug for sample in SAMPLES}
    assert len({sample.slug for sample in SAMPLES}) == len(SAMPLES)


@each
def test_a_mail_has_a_subject_and_two_parts_that_say_the_same(sample):
    text, html = sample.write()
    assert sample.subject
    assert "\n" not in sample.subject
    assert text.startswith(sample.subject)
    assert sample.subject.replace("'", "&#x27;") in html
    for fact in (CODE, RESET):
        assert (fact in text) == (fact in html)


@each
def test_a_mail_is_plain_enough_for_any_client(sample):
    text, html = sample.write()
    assert len(html.encode()) < CLIPPED_BY_GMAIL
    assert "<script" not in html
    assert not re.search(r"oklch|light-dark|var\(|(?<!&)#[0-9a-f]{3}\b", html)
    assert [url for url in re.findall(r'(?:href|src)="([^"]*)"', html) if "://" not in url] == []
    assert not re.search(r"<[a-z]+[ >]", text.replace("<x>", ""))


@each
def test_a_code_never_stands_in_a_subject(sample):
    assert CODE not in sample.subject


def test_text_is_text_and_html_is_escaped():
    text, html = named("email-changed").write()
    assert "o'brien@new.example" in text
    assert "Firefox <x>" in text
    assert "Firefox &lt;x&gt;" in html


def test_a_notice_says_one_fact_and_leads_to_one_action():
    text, html = named("news-deadline").write()
    link = f"{settings.SITE_URL}/contracts/con_000000000000/"
    assert f"Hello {READER.name}," in text
    assert f"Review the work:\n{link}" in text
    assert html.count('class="button"') == 1
    assert f'href="{link}"' in html
    assert "$4,200.00 are released." in html
    assert "/settings/notifications/" in text


def test_a_digest_leads_to_each_of_its_facts_and_counts_the_rest():
    for part in named("digest").write():
        assert "/jobs/job_000000000000/" in part
        assert "/offers/off_000000000000/" in part
        assert "And 20 more." in part


def test_a_stranger_has_nothing_to_choose():
    for part in named("invitation").write():
        assert "/settings/notifications/" not in part
        assert "/unsubscribe/" not in part


@pytest.mark.parametrize(("scheme", "applies"), [("dark", "all"), ("light", "not all")])
def test_the_preview_shows_the_scheme_that_was_asked_for(scheme, applies):
    html = named("login-code").in_scheme(scheme)
    assert f"@media {applies} {{" in html
    assert f"color-scheme: {scheme};" in html
    assert "prefers-color-scheme" not in html
