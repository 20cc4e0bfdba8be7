"""allauth's hooks: the only allauth subclassing."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.timezone import now

from accounts.services import outbox


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sends allauth's mails through our outbox, so that they too leave once and after commit.

    Nearly all of them carry a code that the page asks for.
    """

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of allauth's mails."""
        message = self.render_mail(template_prefix, email, context)
        alternatives = getattr(message, "alternatives", [])
        html = alternatives[0][0] if alternatives else ""
        outbox.post_awaited(
            key=f"account:{secrets.token_hex(8)}",
            to=email,
            subject=message.subject,
            text=message.body,
            html=html,
            at=now(),
        )
