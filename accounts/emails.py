"""Writes a mail in HTML and text, and hands it to the mail server."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.models import Mail, User


def compose(user: User, *, subject: str, body: str, url: str, action: str) -> tuple[str, str]:
    """Return (text, html) of one fact with one action; `url` is a path of this site."""
    return compose_to(user.shown_name, subject=subject, body=body, url=url, action=action)


def compose_to(name: str, *, subject: str, body: str, url: str, action: str) -> tuple[str, str]:
    """Return the same for somebody who has no account."""
    context = {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "name": name,
        "subject": subject,
        "body": body,
        "action": action,
        "action_url": urljoin(settings.SITE_URL, url),
    }
    return (
        render_to_string("emails/notice.txt", context),
        render_to_string("emails/notice.html", context),
    )


def send(mail: Mail) -> None:
    """Send one mail; its key becomes the Message-ID, so a repeat is the same mail to the reader.

    :raises smtplib.SMTPException: when the server refuses it.
    :raises OSError: when the server cannot be reached.
    """
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to],
        headers={"Message-ID": f"<{mail.public_id}@{host}>"},
    )
    message.attach_alternative(mail.html, "text/html")
    message.send()
