"""Keeping a search of the job board under a name."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models import SavedSearch
from marketplace.kit.errors import DomainError

# More than anybody looks through.
MOST_SAVED = 20


class TooManySearches(DomainError):
    """So many are kept already."""

    code = "too_many_saved_searches"
    sentence = _("You have saved 20 searches. Delete one that you no longer use.")


@transaction.atomic
def save(name: str, query: str, *, by: User, at: datetime) -> SavedSearch:
    """Keep a search under a name; one that has the name already is replaced.

    :raises TooManySearches: when it would be the twenty-first.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    others = by.saved_searches.exclude(name=name)
    if others.count() >= MOST_SAVED:
        raise TooManySearches
    row, _is_new = SavedSearch.objects.update_or_create(
        user=by, name=name, defaults={"query": query, "created_at": at}
    )
    return row


def delete(search: SavedSearch) -> None:
    """Forget a search; the view has fetched it among the reader's own."""
    search.delete()
