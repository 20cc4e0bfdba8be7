"""Keeps how one person likes to work: with shortcuts of one key or without."""

from django.db import transaction

from accounts.models import User
from experts.models import DeskChoice


@transaction.atomic
def switch_keys(*, by: User) -> DeskChoice:
    """Switch somebody's shortcuts of one key off, or on again, wherever there are any."""
    DeskChoice.objects.get_or_create(user=by)
    choice = DeskChoice.objects.select_for_update().get(user=by)
    choice.single_keys = not choice.single_keys
    choice.save(update_fields=["single_keys"])
    return choice
