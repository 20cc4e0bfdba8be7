"""What a person changes about themselves."""

from collections.abc import Callable

from django.db import transaction

from accounts.models import User
from marketplace.kit import names

Follower = Callable[[User], None]
# What apps above do about a new name or zone, inside its transaction.
FOLLOWERS: list[Follower] = []


def after_describing(follow: Follower) -> Follower:
    """Let an app above follow when the name or the zone of a person changes."""
    FOLLOWERS.append(follow)
    return follow


@transaction.atomic
def describe(user: User, *, name: str, time_zone: str, language: str = "") -> User:
    """Change the name others see, the IANA zone of the times this person reads, and the language.

    Without a language it stays what it is. Two people may have one name; nobody has ours.

    :raises DomainError: those of `kit.names.check`.
    """
    names.check(name)
    is_news = (user.name, user.time_zone) != (name, time_zone)
    user.name, user.time_zone = name, time_zone
    user.language = language or user.language
    user.save(update_fields=["name", "time_zone", "language"])
    for follow in FOLLOWERS if is_news else ():
        follow(user)
    return user


@transaction.atomic
def speak(user: User, *, language: str) -> User:
    """Write to this person in one of `settings.LANGUAGES` from now on."""
    user.language = language
    user.save(update_fields=["language"])
    return user
