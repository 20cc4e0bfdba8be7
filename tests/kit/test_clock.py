"""The clock tasks share is the database's."""

from datetime import UTC, timedelta

from django.db import connection

from marketplace.kit import clock


def test_it_is_the_databases_in_utc_and_goes_on_inside_a_transaction(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        the_transactions = cursor.fetchone()[0]

    moment = clock.now()

    assert moment.utcoffset() == timedelta(0)
    assert moment.tzinfo == UTC
    assert the_transactions < moment < clock.now()
