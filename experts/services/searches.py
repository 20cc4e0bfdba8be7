"""Keeping a search for experts, and telling its owner who began to fit it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Cadence, Notification, User
from accounts.services import notifications
from accounts.services.notifications import Message
from accounts.services.timing import next_digest
from experts.directory import Directory
from experts.filters import Filters
from experts.listed import Row
from experts.models import Badge, BadgeEvent, ExpertFound, ExpertSearch
from experts.services import search_news
from marketplace.kit.errors import DomainError

# More than anybody looks through.
MOST_SEARCHES = 20
# So many letters a day come at once; what is found beyond that comes with the next morning.
MOST_A_DAY = 5
A_DAY = timedelta(days=1)
AT_A_TIME = 200
# A badge may be written by a transaction that ends this much later than it says.
LATE = timedelta(minutes=10)
BEGINS = ("issue", "reinstate")


class TooManyExpertSearches(DomainError):
    """So many are kept already."""

    code = "too_many_expert_searches"
    sentence = _("You have saved 20 searches. Delete one that you no longer use.")


@transaction.atomic
def save(
    name: str, query: str, filters: Filters, cadence: str, *, by: User, at: datetime
) -> ExpertSearch:
    """Keep a search under a name; one of theirs that has the name already is replaced.

    Who fits it now is no news: only who earns a badge later is told.

    :raises TooManyExpertSearches: when it would be the twenty-first.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if by.expert_searches.exclude(name=name).count() >= MOST_SEARCHES:
        raise TooManyExpertSearches
    by.expert_searches.filter(name=name).delete()
    return ExpertSearch.objects.create(
        user=by,
        name=name,
        query=query,
        filters=filters.kept(),
        cadence=cadence,
        created_at=at,
        looked_at=at,
        due_at=_next(by, cadence, at),
    )


@transaction.atomic
def tell(search: ExpertSearch, cadence: str, *, at: datetime) -> None:
    """Change how soon a search tells; what it was silent about is no news any more."""
    ExpertSearch.objects.select_for_update(no_key=True).get(pk=search.pk)
    was_off = search.cadence == Cadence.OFF
    search.cadence, search.due_at = cadence, _next(search.user, cadence, at)
    search.looked_at = at if was_off else search.looked_at
    search.save(update_fields=["cadence", "due_at", "looked_at"])


def delete(search: ExpertSearch) -> None:
    """Forget a search; the view has fetched it among the reader's own."""
    search.delete()


@transaction.atomic
def tell_due(*, at: datetime, limit: int = AT_A_TIME) -> int:
    """Look at some searches that are due, and tell each owner who began to fit.

    The searches are taken here and moved on in the transaction that writes the letters, so an
    owner hears of an expert once for each search, whoever dies; a second worker skips what this
    one holds.

    :returns: how many were looked at; less than `limit` says that nothing is left.
    """
    taken = list(
        _due(at)
        .select_related("user")
        .select_for_update(no_key=True, skip_locked=True, of=("self",))[:limit]
    )
    messages: list[Message] = []
    for search in taken:
        if found := _found(search, at):
            search.told_at = at
            messages.append(search_news.experts_found(search, found, at=at))
        search.looked_at, search.due_at = at, _next(search.user, search.cadence, at)
        if search.cadence == Cadence.NOW and found and _is_enough(search.user, messages, at):
            search.due_at = next_digest(search.user, Cadence.DAILY, at=at)
    ExpertSearch.objects.bulk_update(taken, ["told_at", "due_at", "looked_at"])
    notifications.tell_all(messages, at=at)
    return len(taken)


def _due(at: datetime) -> QuerySet[ExpertSearch]:
    """Return the searches to look at: digests by the clock, the others when a badge is new."""
    latest = BadgeEvent.objects.filter(verb__in=BEGINS).aggregate(at=Max("at"))["at"]
    is_fresh = Q(cadence=Cadence.NOW, due_at=None, looked_at__lt=latest) if latest else Q(pk=None)
    return ExpertSearch.objects.filter(Q(due_at__lte=at) | is_fresh).order_by("looked_at", "pk")


def _found(search: ExpertSearch, at: datetime) -> list[Row]:
    """Keep and return who earned a badge in what is asked and fits, the most proof first."""
    since = max(search.created_at, search.looked_at - LATE)
    events = BadgeEvent.objects.filter(verb__in=BEGINS, at__gt=since, at__lte=at)
    badges = Badge.objects.valid().filter(history__in=events).exclude(expert__user=search.user_id)
    badges = badges.exclude(Exists(search.found.filter(expert=OuterRef("expert"))))
    directory = Directory(Filters.again(search.filters), on=at.date())
    if directory.wanted:
        badges = badges.filter(skill__in=directory.wanted)
    keys = directory.fitting(set(badges.values_list("expert", flat=True)))
    ExpertFound.objects.bulk_create(
        (ExpertFound(search=search, expert_id=key, found_at=at) for key in keys),
        ignore_conflicts=True,
    )
    return directory.rows(keys)


def _is_enough(user: User, messages: Sequence[Message], at: datetime) -> bool:
    """Whether this person was told of searches as often within a day as is told at once."""
    told = Notification.objects.filter(
        user=user, key__startswith=search_news.FOUND, created_at__gt=at - A_DAY
    )
    return told.count() + sum(each.user == user for each in messages) >= MOST_A_DAY


def _next(user: User, cadence: str, at: datetime) -> datetime | None:
    is_by_clock = cadence in {Cadence.DAILY, Cadence.WEEKLY}
    return next_digest(user, cadence, at=at) if is_by_clock else None
