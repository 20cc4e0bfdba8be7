"""allauth's forms that have a code mailed, counted by `accounts.attempts` in place of allauth."""

from allauth.account import forms as allauth_forms
from allauth.core import context
from django.core.exceptions import ValidationError

from accounts import attempts
from marketplace.kit.limits import TooOften


class SignInByCode(allauth_forms.RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for a code to sign in with."""

    def clean_email(self) -> str:
        """Count it, whoever it is for."""
        return _counted(super().clean_email())


class ResetPassword(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Asks for a code to choose a new password with."""

    def clean_email(self) -> str:
        """Count it, whoever it is for."""
        return _counted(super().clean_email())


def _counted(email: str) -> str:
    try:
        attempts.begin_by(context.request, attempts.MAILED_CODES, email)
    except TooOften as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from None
    return email
