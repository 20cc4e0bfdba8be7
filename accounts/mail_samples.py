"""Every mail the site can write, with made-up names, for staff and for tests to look at.

The sentences of news stand where each fact is told; here is one of each kind, in the same layout.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.template.loader import render_to_string

from accounts import emails
from accounts.models import Kind, Notification, User

DARK, LIGHT = "dark", "light"
ASKED_FOR_DARK = "@media (prefers-color-scheme: dark)"
EITHER = "color-scheme: light dark"

CODE = "BCDF-GHJK"
READER = User(public_id="usr_000000000000", email="dana@acme.example", name="Dana O'Hara")
# What allauth gives its templates, all of it at once.
OF_ACCOUNTS = {
    "SITE_NAME": settings.SITE_NAME,
    "SITE_URL": settings.SITE_URL,
    "code": CODE,
    "password_reset_url": emails.absolute("/accounts/password/reset/key/x/"),
    "signup_url": emails.absolute("/accounts/signup/"),
    "from_email": "o'brien@old.example",
    "to_email": "o'brien@new.example",
    "deleted_email": "o'brien@old.example",
    "timestamp": datetime(2030, 3, 17, 12, tzinfo=UTC),
    "ip": "192.0.2.7",
    "user_agent": "Firefox <x>",
}
ACCOUNT_MAILS = (
    *("account/email/account_already_exists", "account/email/email_changed"),
    *("account/email/email_confirm", "account/email/email_confirmation"),
    *("account/email/email_confirmation_signup", "account/email/email_deleted"),
    *("account/email/login_code", "account/email/password_changed"),
    *("account/email/password_reset", "account/email/password_reset_code"),
    *("account/email/password_reset_key", "account/email/password_set"),
    *("account/email/unknown_account", "mfa/email/recovery_codes_generated"),
    *("mfa/email/totp_activated", "mfa/email/totp_deactivated"),
    *("mfa/email/webauthn_added", "mfa/email/webauthn_removed"),
)
# Subject, text, address, action.
ANY_NEWS = ("Something happened", "It needs nothing of you.", "/home/", "Open your to-do list")
NEWS: dict[Kind, tuple[str, str, str, str]] = {
    Kind.MONEY: (
        "Released: $4,200.00 for milestone 2 of Support assistant",
        "Dana O'Hara approved your work. $3,948.00 after our fee are on their way to your account.",
        "/contracts/con_000000000000/",
        "Open the contract",
    ),
    Kind.SECURITY: (
        "Your role at Acme is now: Finance",
        "Dana Whitlock changed it. Before, it was: Viewer.",
        "/organisation/",
        "See the members",
    ),
    Kind.DEADLINE: (
        "Review milestone 2 by 17 Mar 2030, $4,200.00 held",
        "Ada Okonkwo handed in work. If nobody answers by 17 Mar 2030, $4,200.00 are released.",
        "/contracts/con_000000000000/",
        "Review the work",
    ),
    Kind.PROPOSAL: (
        "Offer of $12,000.00 for Support assistant, answer by 24 Mar 2030",
        "Acme offers you $12,000.00. Read the terms and the difference from your proposal.",
        "/offers/off_000000000000/",
        "Read the offer",
    ),
    Kind.MESSAGE: (
        "Message from Ada Okonkwo: Support assistant",
        "Read it and answer on the page of the proposal.",
        "/proposals/prop_000000000000/",
        "Read the message",
    ),
    Kind.MATCH: (
        "A job that fits you: Support assistant that cites its sources",
        "Why you see this: you have RAG at level 3, your rate is in the budget.",
        "/jobs/job_000000000000/",
        "Read the job",
    ),
    Kind.BADGE: (
        "Your badge in RAG is valid until 15 Jun 2030",
        "GPT-6 Sol, on which you proved it, retires. Add evidence on its successor to keep it.",
        "/badges/bdg_000000000000/",
        "See the badge",
    ),
    Kind.SCORE: (
        "Your score is 4.31 now, it was 4.24",
        "A rating of 5 was added; the oldest one counts less than before.",
        "/profile/",
        "See how it is made up",
    ),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail: `slug` names it in an address, `what` says when it is sent."""

    slug: str
    what: str
    subject: str
    write: Callable[[], tuple[str, str]]

    def in_scheme(self, scheme: str) -> str:
        """Return the HTML part as mail clients show it that ask for dark, or for light."""
        _text, html = self.write()
        asked = "@media all" if scheme == DARK else "@media not all"
        return html.replace(ASKED_FOR_DARK, asked).replace(EITHER, f"color-scheme: {scheme}")


def all_samples() -> list[Sample]:
    """Return every mail: of accounts, of news, and the digest."""
    of_accounts = [_of_account(prefix) for prefix in ACCOUNT_MAILS]
    return [*of_accounts, *(_of_news(kind) for kind in Kind), _to_stranger(), _digest()]


def _of_account(prefix: str) -> Sample:
    name = prefix.rpartition("/")[2]
    return Sample(
        slug=name.replace("_", "-"),
        what=prefix.replace("/email/", ": ").replace("_", " "),
        subject=render_to_string(f"{prefix}_subject.txt", OF_ACCOUNTS).strip(),
        write=lambda: (
            render_to_string(f"{prefix}_message.txt", OF_ACCOUNTS),
            render_to_string(f"{prefix}_message.html", OF_ACCOUNTS),
        ),
    )


def _of_news(kind: Kind) -> Sample:
    subject, body, url, action = NEWS.get(kind, ANY_NEWS)
    fact = {"subject": subject, "body": body, "url": url, "action": action}
    return Sample(
        slug=f"news-{kind}",
        what=str(kind.label),
        subject=subject,
        write=lambda: emails.compose(READER, kind=kind, **fact),
    )


def _to_stranger() -> Sample:
    subject = "Dana Whitlock invites you to Acme"
    body = "Dana Whitlock would like you to act for Acme as: Finance."
    fact = {"subject": subject, "body": body, "url": "/start/", "action": "Read the invitation"}
    return Sample(
        slug="invitation",
        what="To somebody who has no account",
        subject=subject,
        write=lambda: emails.compose_to("new@globex.example", **fact),
    )


def _digest() -> Sample:
    notices = [
        Notification(subject=subject, body=body, url=url)
        for subject, body, url, _action in (NEWS[Kind.MATCH], NEWS[Kind.PROPOSAL])
    ]
    subject = f"22 pieces of news: {notices[0].subject}"
    return Sample(
        slug="digest",
        what="Digest of a day or a week",
        subject=subject,
        write=lambda: emails.compose_digest(READER, subject=subject, notices=notices, more=20),
    )
