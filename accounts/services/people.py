"""What a person changes about themselves."""

from django.db import transaction

from accounts.models import User


@transaction.atomic
def describe(user: User, *, name: str, time_zone: str) -> User:
    """Change the name others see and the IANA zone in which this person reads times."""
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])
    return user
