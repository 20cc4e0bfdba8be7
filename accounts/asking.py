"""allauth's forms that have a code mailed, counted by `accounts.attempts` in place of allauth."""

from allauth.account import forms as allauth_forms
from allauth.core import context
from django.core.exceptions import ValidationError

from accounts import attempts
from accounts.http import begin_attempt
from marketplace.kit.limits import TooOften


class Counted:
    """Counts each code, whether or not there is somebody it is for."""

    def clean_email(self) -> str:
        """Return the address.

        :raises ValidationError: after too many, with how long to wait.
        """
        email = str(super().clean_email())  # type: ignore[misc]
        try:
            begin_attempt(context.request, attempts.MAILED_CODES, email)
        except TooOften as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from None
        return email


class SignInByCode(Counted, allauth_forms.RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for a code to sign in with."""


class ResetPassword(Counted, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Asks for a code to choose a new password with."""
