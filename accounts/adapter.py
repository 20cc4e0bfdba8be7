"""allauth's hooks; its forms of passkeys are in `passkeys.py`."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import get_language, gettext

from accounts import attempts, devices
from accounts.http import GOES_ON_AT, begin_attempt
from accounts.models import User
from accounts.services import outbox
from marketplace.kit.limits import TooOften
from marketplace.kit.sealing import open_sealed, seal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sends allauth's mails through our outbox, so that they too leave once and after commit.

    Nearly all of them carry a code that the page asks for.
    """

    def new_user(self, request: Any) -> User:
        """Let a new person read on in the language they signed up in."""
        language = get_language()
        chosen = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        return User(language=chosen)

    def logout(self, request: Any) -> None:
        """Sign out, and have the browser forget what it keeps of us (`marketplace.stored`)."""
        super().logout(request)
        request.has_signed_out = True

    def get_login_redirect_url(self, request: Any) -> str:
        """Lead on to what was begun before signing in, by whichever way that was done."""
        return request.session.pop(GOES_ON_AT, None) or str(super().get_login_redirect_url(request))

    get_signup_redirect_url = get_login_redirect_url

    def is_safe_url(self, url: str) -> bool:
        """Say whether this is an address of ours; also of what is no address, as `http://[::1`."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell its owner, and take as long as opening an account, which hashes a password."""
        make_password(secrets.token_hex(8))
        super().send_account_already_exists_mail(email)

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Count a password before it is looked at, by `accounts.attempts` in place of allauth.

        :raises ValidationError: after too many, with how long to wait and what is open meanwhile.
        """
        email = credentials.get("email", "")
        try:
            self._attempt = begin_attempt(request, attempts.PASSWORDS, email)
        except TooOften as refusal:
            open_still = gettext("A passkey, or a code that we mail you, lets you in meanwhile.")
            raise ValidationError(f"{refusal} {open_still}", code=refusal.code) from None

    def authenticate(self, request: Any, **credentials: Any) -> Any:
        """Look whose password it is; a right one is not counted."""
        user = super().authenticate(request, **credentials)
        if user:
            self._attempt.was_right()
        return user

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


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps what second factors are made from sealed; allauth itself keeps it readable."""

    def encrypt(self, text: str) -> str:
        """Return what may stand in the database."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was sealed."""
        return open_sealed(encrypted_text)


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """Ends with other sessions what their browsers were known by; this one is known once more
    when it signs in again.
    """

    def end_sessions(self, sessions: Any) -> None:
        """End these sessions of a person."""
        devices.forget({session.user_id for session in sessions})
        super().end_sessions(sessions)
