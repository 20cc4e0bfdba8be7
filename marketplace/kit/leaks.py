"""Finds secrets that people publish by mistake; what it returns is masked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The published forms of the providers' keys; RFC 7468 for PEM, RFC 7519 for JWT.
FORMS: Mapping[str, tuple[str | Promise, re.Pattern[str]]] = {
    "openai_key": (_("an OpenAI API key"), re.compile(r"\bsk-(?:proj-|svcacct-)?[\w-]{20,}")),
    "stripe_key": (_("a Stripe secret key"), re.compile(r"\b[sr]k_(?:live|test)_[0-9A-Za-z]{16,}")),
    "aws_key": (_("an AWS access key"), re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    "github_token": (
        _("a GitHub token"),
        re.compile(r"\b(?:gh[pousr]_\w{36,}|github_pat_\w{22,})"),
    ),
    "google_key": (_("a Google API key"), re.compile(r"\bAIza[\w-]{35}")),
    "slack_token": (_("a Slack token"), re.compile(r"\bxox[abprs]-[\w-]{10,}")),
    "private_key": (_("a private key"), re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")),
    "jwt": (
        _("a signed token (JWT)"),
        re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}"),
    ),
}
MOST_FOUND = 20
SHOWN_BEFORE, SHOWN_AFTER = 6, 2


@dataclass(frozen=True, slots=True)
class Leak:
    """One secret: what it is, and as much of it as helps to find it again."""

    form: str
    what: str | Promise
    masked: str


def find(text: str) -> list[Leak]:
    """Return the secrets in a text, at most twenty, each once."""
    found = {
        match[0]: Leak(form, what, masked(match[0]))
        for form, (what, pattern) in FORMS.items()
        for match in pattern.finditer(text)
    }
    return list(found.values())[:MOST_FOUND]


def masked(secret: str) -> str:
    """Return the first six and the last two characters; of a PEM block its first line."""
    if secret.startswith("-----"):
        return secret
    return f"{secret[:SHOWN_BEFORE]}…{secret[-SHOWN_AFTER:]}"
