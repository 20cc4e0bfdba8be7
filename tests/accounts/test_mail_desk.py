"""Staff see what waits to be sent and how every mail looks, and never what a mail said."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts import selectors
from accounts.models import Kind, Mail
from accounts.services import outbox
from tests import factories


@pytest.fixture
def post(db):
    """Queue a mail; return it."""

    def post(key: str, **fields) -> Mail:
        mail = outbox.post(
            key=key, to="a@attest.example", subject="S", text="BCDF", html="BCDF", at=now()
        )
        Mail.objects.filter(pk=mail.pk).update(**fields)
        return mail

    return post


def test_counts_what_waits(post):
    at = now()
    post("due", due_at=at - timedelta(hours=1))
    post("failing", due_at=at + timedelta(minutes=2), attempts=2)
    post("collected", status="collected")
    post("sent", status="sent")

    found = selectors.outbox(at)

    assert (found.due, found.later, found.failing, found.collected) == (1, 1, 1, 1)
    assert found.oldest_due_at == at - timedelta(hours=1)


def test_the_desk_leads_to_every_mail(client, rhea, post):
    post("due")
    client.force_login(rhea)

    page = client.get("/admin/mails/").content.decode()

    assert page.count("/admin/mails/news-") == len(Kind)
    assert "Your sign-in code" in client.get("/admin/mails/login-code/").content.decode()
    assert client.get("/admin/mails/nothing/").status_code == 404
    assert client.get("/admin/mails/login-code/sepia/").status_code == 404


def test_the_html_of_a_mail_may_style_itself_and_nothing_else(client, rhea):
    client.force_login(rhea)

    answer = client.get("/admin/mails/login-code/dark/")

    assert answer["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    )


def test_the_records_show_that_a_mail_went_and_not_what_it_said(client, post):
    mail = post("code")
    client.force_login(factories.user("Root", is_staff=True, is_superuser=True))

    page = client.get(f"/admin/accounts/mail/{mail.pk}/change/").content.decode()

    assert "a@attest.example" in page
    assert "BCDF" not in page
    assert client.get("/admin/accounts/mail/").status_code == 200
