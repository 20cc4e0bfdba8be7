"""What experts want to hear of, and telling them of the jobs that were found for them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Cadence, User
from accounts.services import notifications
from experts.models import Expert
from jobs.models import Alert, Job, Match, Proposal
from jobs.services import notices
from marketplace.kit.errors import DomainError

AT_A_TIME = 200
# More than anybody keeps apart.
MOST_ALERTS = 8


class TooManyAlerts(DomainError):
    """So many are kept already."""

    code = "too_many_alerts"
    sentence = _("You have eight alerts. Change or delete one of them.")


class AlertNameTaken(DomainError):
    """Another alert of this expert has the name."""

    code = "alert_name_taken"
    sentence = _("You have an alert of this name. Choose another name.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an alert lets pass, by keys of skills, minor units and points, and how soon it tells."""

    wanted: Sequence[int] = ()
    words: str = ""
    least_budget_minor: int = 0
    least_score: int = 0
    cadence: str = Cadence.NOW


@transaction.atomic
def create(expert: Expert, name: str, asked: Asked, *, by: User, at: datetime) -> Alert:
    """Keep an alert of an expert's own beside the one of their profile.

    :raises PermissionDenied: unless `by` is the expert.
    :raises TooManyAlerts: when it would be the ninth.
    :raises AlertNameTaken: when they have one of this name.
    """
    others = _others(expert, by)
    if len(others) >= MOST_ALERTS:
        raise TooManyAlerts
    if name in others.values():
        raise AlertNameTaken
    return Alert.objects.create(expert=expert, name=name, created_at=at, **_fields(asked))


@transaction.atomic
def edit(alert: Alert, name: str, asked: Asked, *, by: User) -> Alert:
    """Change what an alert lets pass, how soon it tells, and its name.

    :raises PermissionDenied: unless `by` is its expert.
    :raises AlertNameTaken: when they have another of this name.
    """
    others = _others(alert.expert, by)
    others.pop(alert.pk, None)
    if name in others.values():
        raise AlertNameTaken
    Alert.objects.filter(pk=alert.pk).update(name=name, **_fields(asked))
    alert.refresh_from_db()
    return alert


@transaction.atomic
def edit_default(expert: Expert, asked: Asked, *, by: User, at: datetime) -> Alert:
    """Change what the alert of a profile tells; every expert has it, written down or not.

    :raises PermissionDenied: unless `by` is the expert.
    """
    _others(expert, by)
    row, _is_new = Alert.objects.update_or_create(
        expert=expert,
        is_default=True,
        defaults=_fields(asked),
        create_defaults=_fields(asked) | {"name": "", "created_at": at},
    )
    return row


@transaction.atomic
def delete(alert: Alert, *, by: User) -> None:
    """Forget an alert; the one of the profile then tells all that fits at once again.

    :raises PermissionDenied: unless `by` is its expert.
    """
    _others(alert.expert, by)
    alert.delete()


def _others(expert: Expert, by: User) -> dict[int, str]:
    """Return the names of an expert's own alerts; the lock lets two who change them take turns."""
    if expert.user_id != by.pk:
        raise PermissionDenied
    Expert.objects.select_for_update(no_key=True).get(pk=expert.pk)
    return dict(expert.alerts.filter(is_default=False).values_list("pk", "name"))


def _fields(asked: Asked) -> dict[str, object]:
    return asdict(asked) | {"wanted": list(asked.wanted)}


@transaction.atomic
def tell_due(*, at: datetime, limit: int = AT_A_TIME) -> int:
    """Tell some of what is due: each expert one notice, whatever the number of their jobs.

    The rows are taken here and marked in the transaction that writes the notices, so an expert
    hears of a job once, whoever dies; a second worker skips what this one holds.

    :returns: how many matches were taken; less than `limit` says that nothing is left.
    """
    due = Match.objects.filter(due_at__lte=at, told_at=None).order_by("due_at", "expert", "-score")
    related = ("job", "expert__user")
    taken = list(
        due.select_related(*related).select_for_update(no_key=True, skip_locked=True, of=("self",))[
            :limit
        ]
    )
    told = sorted(_worth_telling(taken), key=lambda row: (row.expert_id, -row.score, row.pk))
    messages = [
        notices.jobs_fit(list(rows)) for _, rows in groupby(told, key=attrgetter("expert_id"))
    ]
    notifications.tell_all(messages, at=at)
    Match.objects.filter(pk__in=[row.pk for row in taken]).update(told_at=at)
    return len(taken)


def _worth_telling(rows: Sequence[Match]) -> list[Match]:
    """Leave out jobs that are over or fit no longer, and those the expert has answered."""
    keys = [row.pk for row in rows]
    answered = set(
        Proposal.objects.received()
        .filter(job__matches__in=keys, expert__in=[row.expert_id for row in rows])
        .values_list("job", "expert")
    )
    return [
        row
        for row in rows
        if row.fits
        and row.job.status == Job.Status.OPEN
        and (row.job_id, row.expert_id) not in answered
    ]
