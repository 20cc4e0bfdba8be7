"""allauth's forms of passkeys, which read what any browser may send without falling over it."""

from typing import Any

from allauth.mfa.webauthn import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError


class CredentialField(forms.JSONField):
    """What a browser says about a passkey, as JSON.

    Python raises more than Django expects: at a number of 5,000 digits, at 2,000 open brackets.
    """

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Parse it.

        :raises ValidationError: for whatever is no JSON that can be read.
        """
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class AddPasskey(allauth_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    credential = CredentialField()


class SignInByPasskey(allauth_forms.LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in by a passkey alone."""

    credential = CredentialField()


class ConfirmByPasskey(allauth_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Saying once more by a passkey who one is."""

    credential = CredentialField()
