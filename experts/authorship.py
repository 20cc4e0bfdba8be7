"""The code an applicant puts into their own work to show that it is theirs."""

from django.utils.crypto import salted_hmac

from experts.models import Application

SALT = "experts.authorship"
LENGTH = 20


def code_of(application: Application) -> str:
    """Return the code of one application: the same each time, and nobody can work it out."""
    digest = salted_hmac(SALT, application.public_id, algorithm="sha256").hexdigest()
    return f"attest-{digest[:LENGTH]}"
