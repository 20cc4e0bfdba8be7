"""The clock that all workers share: the database's."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """Return the database's time, aware and in UTC.

    Tasks take `at` from here, so that a deadline comes once for everybody and a machine whose own
    clock is wrong lets no money go early. It is the time of the call, even inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
