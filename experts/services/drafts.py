"""Keeps what is typed into a task until it is saved, so that nothing typed is lost."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from experts import policies
from experts.models import Application, TaskDraft

# More than any field takes; a longer text is cut, and its form has refused it already.
LONGEST = 5_000
MOST_CHOICES = 50
Typed = str | list[str]


@transaction.atomic
def keep(
    application: Application, *, task: str, typed: Mapping[str, Typed], by: User, at: datetime
) -> TaskDraft:
    """Keep the fields of one task as they were typed, whether or not they make sense yet.

    :raises PermissionDenied: unless the application is theirs and open.
    """
    if not policies.may_edit(by, application):
        raise PermissionDenied
    clean = {name: _clean(value) for name, value in typed.items()}
    row, _is_new = TaskDraft.objects.update_or_create(
        application=application, task=task, defaults={"typed": clean, "saved_at": at}
    )
    return row


def drop(application: Application, *, task: str) -> None:
    """Forget what was typed, once it is saved."""
    TaskDraft.objects.filter(application=application, task=task).delete()


def _clean(value: Typed) -> Typed:
    if isinstance(value, list):
        return [each.replace("\x00", "")[:LONGEST] for each in value[:MOST_CHOICES]]
    return value.replace("\x00", "")[:LONGEST]
