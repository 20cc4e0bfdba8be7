"""Tells experts of the jobs that were found for them, when their alerts ask for it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from accounts.services import notifications
from jobs.models import Job, Match, Proposal
from jobs.services import notices

AT_A_TIME = 200


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
