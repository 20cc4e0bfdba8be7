"""Keeps how one reviewer likes the desk."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.models.user import REVIEWERS
from experts.models import DeskChoice


@transaction.atomic
def switch_keys(*, by: User) -> DeskChoice:
    """Switch a reviewer's shortcuts of one key off, or on again.

    :raises PermissionDenied: unless `by` is a reviewer.
    """
    if not by.has_duty(REVIEWERS):
        raise PermissionDenied
    DeskChoice.objects.get_or_create(user=by)
    choice = DeskChoice.objects.select_for_update().get(user=by)
    choice.single_keys = not choice.single_keys
    choice.save(update_fields=["single_keys"])
    return choice
