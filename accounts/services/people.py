"""What a person changes about themselves."""

from django.db import transaction

from accounts.models import User


@transaction.atomic
def describe(user: User, *, name: str, time_zone: str, language: str = "") -> User:
    """Change the name others see, the IANA zone of the times this person reads, and the language.

    Without a language it stays what it is.
    """
    user.name, user.time_zone = name, time_zone
    user.language = language or user.language
    user.save(update_fields=["name", "time_zone", "language"])
    return user


@transaction.atomic
def speak(user: User, *, language: str) -> User:
    """Write to this person in one of `settings.LANGUAGES` from now on."""
    user.language = language
    user.save(update_fields=["language"])
    return user
