"""Conflicts of interest: asks the one rule, which the database keeps, and says it in words."""

from datetime import datetime

from django.db.models import CharField, F, Func, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models import Expert, Review

# What `experts_conflict` answers (migrations/conflicts.sql), for whoever is kept from a case.
WORDS: dict[str, str | Promise] = {
    "self": _("This is your own application. Another reviewer judges it."),
    "organisation": _("You and the applicant belong to the same organisation."),
    "money": _("You and the applicant have an open contract with each other's side."),
    "counterparty": _("You and the applicant worked together within the last two years."),
}


class ConflictWith(Func):
    """The reason why a person may not judge the expert of a row; null when there is none."""

    function = "experts_conflict"
    output_field = CharField()

    def __init__(self, user: User, expert: str, at: datetime) -> None:
        super().__init__(Value(user.pk), F(expert), Value(at.date()))


def conflict_of(user: User, expert: Expert, *, at: datetime) -> str:
    """Return the reason why this person may not judge this expert; empty when there is none."""
    asked = Expert.objects.filter(pk=expert.pk)
    return asked.values_list(ConflictWith(user, "pk", at), flat=True).get() or ""


def without_conflict(seats: QuerySet[Review], user: User, *, at: datetime) -> QuerySet[Review]:
    """Leave out the seats that this person may not take."""
    reason = ConflictWith(user, "application__expert", at)
    return seats.alias(conflict=reason).filter(conflict__isnull=True)
