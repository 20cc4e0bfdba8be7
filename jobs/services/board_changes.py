"""Keeps the notes of what changed on the job board few."""

import secrets

from django.db import connection, transaction

from jobs.models import BoardChange

# Each visit reads them all, so there are not to be many.
ENOUGH = 100
# Who writes at this moment notes it later, under an older number; those notes stay.
SETTLED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@transaction.atomic
def sweep() -> int:
    """Put one number in the place of the notes of transactions that are over; return how many.

    The number is new, so that no answer from before is taken for one of now.
    """
    if BoardChange.objects.count() < ENOUGH:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(SETTLED)
        (horizon,) = cursor.fetchone()
    gone, _ = BoardChange.objects.filter(pk__lt=horizon).delete()
    BoardChange.objects.create(pk=-secrets.randbits(62))
    return gone
