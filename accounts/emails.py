"""Writes a mail in HTML and text, and hands it to the mail server."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override

from accounts.models import Kind, Mail, Notification, User
from accounts.models.notification import ALWAYS_MAILED, DIGEST

SALT = "accounts.unsubscribe"
NOTICE = ("emails/notice.txt", "emails/notice.html")
TOGETHER = ("emails/digest.txt", "emails/digest.html")


def compose(
    user: User, *, kind: Kind, subject: str, body: str, url: str, action: str
) -> tuple[str, str]:
    """Return (text, html) of one fact with one action; `url` is a path of this site."""
    with override(user.language):
        stops = kind not in ALWAYS_MAILED
        stop = {"kind": kind.label, "stop_url": stop_url(user, kind)} if stops else {}
        fact = {"subject": subject, "body": body, "action": action, "action_url": absolute(url)}
        return _both_parts(*NOTICE, {"name": user.shown_name} | fact | stop)


def compose_to(name: str, *, subject: str, body: str, url: str, action: str) -> tuple[str, str]:
    """Return the same for somebody who has no account, and so has nothing to choose."""
    fact = {"subject": subject, "body": body, "action": action, "action_url": absolute(url)}
    return _both_parts(*NOTICE, {"name": name, "is_for_stranger": True} | fact)


def compose_digest(
    user: User, *, subject: str, notices: Sequence[Notification], more: int
) -> tuple[str, str]:
    """Return (text, html) of several facts; `more` is how many are told in the app alone."""
    context = {
        "name": user.shown_name,
        "subject": subject,
        "items": [(notice, absolute(notice.url)) for notice in notices],
        "more": more,
        "action_url": absolute(reverse("accounts:notifications")),
        "stop_url": stop_url(user, DIGEST),
    }
    return _both_parts(*TOGETHER, context)


def absolute(url: str) -> str:
    """Return a path of this site as an address."""
    return urljoin(settings.SITE_URL, url)


def stop_url(user: User, kind: str) -> str:
    """Return the address that stops mails of one kind, or the digests, without signing in."""
    token = signing.dumps([user.public_id, str(kind)], salt=SALT)
    return absolute(reverse("accounts:unsubscribe", args=[token]))


def read_stop_token(token: str) -> tuple[User, str] | None:
    """Return whose mails of which kind such an address stops; nothing if it is forged."""
    try:
        public_id, kind = signing.loads(token, salt=SALT)
    except BadSignature:
        return None
    user = User.objects.filter(public_id=public_id).first()
    return (user, kind) if user else None


def _both_parts(text: str, html: str, context: dict[str, Any]) -> tuple[str, str]:
    site = {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "LANGUAGE_CODE": get_language(),
    }
    return (
        render_to_string(text, site | context),
        render_to_string(html, site | context),
    )


def send(mail: Mail) -> None:
    """Send one mail; its key becomes the Message-ID, so a repeat is the same mail to the reader.

    :raises smtplib.SMTPException: when the server refuses it.
    :raises OSError: when the server cannot be reached.
    """
    headers = {}
    if mail.user and mail.kind and mail.kind not in ALWAYS_MAILED:
        # RFC 8058: the mailbox posts to it when its reader presses the button it shows.
        headers["List-Unsubscribe"] = f"<{stop_url(mail.user, mail.kind)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to],
        headers=headers | {"Message-ID": f"<{mail.public_id}@{host}>"},
    )
    message.attach_alternative(mail.html, "text/html")
    message.send()
