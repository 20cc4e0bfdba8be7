"""Keeping experts in view, and letting go of them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models import Expert, SavedExpert
from marketplace.kit.errors import DomainError

# More than anybody looks through; a page of them stays small.
MOST_SAVED = 50


class TooManySaved(DomainError):
    """So many are kept already."""

    code = "too_many_saved_experts"
    sentence = _("You have saved 50 experts. Remove one that you no longer need.")


@transaction.atomic
def save(expert: Expert, *, by: User, at: datetime) -> SavedExpert:
    """Keep an expert in view; who is kept already stays where they are.

    :raises TooManySaved: when it would be the fifty-first.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if by.saved_experts.exclude(expert=expert).count() >= MOST_SAVED:
        raise TooManySaved
    row, _is_new = SavedExpert.objects.get_or_create(
        user=by, expert=expert, defaults={"created_at": at}
    )
    return row


def forget(expert: Expert, *, by: User) -> None:
    """Let go of an expert, if they are kept."""
    by.saved_experts.filter(expert=expert).delete()
