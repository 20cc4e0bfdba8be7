"""Writes down what people did that no row tells, and says whether what was written still stands.

The chains are the database's, see `migrations/audit.sql` and docs/audit.md.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from accounts.models import AuditEvent, User
from marketplace.kit.logs import request_id

Act = AuditEvent.Act
BROKEN = """
WITH placed AS (
  SELECT event.*, coalesce(by_id, 0) AS actor, audit_hash(event) AS real,
         row_number() OVER chain AS place,
         coalesce(lag(hash) OVER chain, audit_genesis(coalesce(by_id, 0))) AS before
    FROM accounts_auditevent AS event
  WINDOW chain AS (PARTITION BY coalesce(by_id, 0) ORDER BY position)
), ends AS (
  SELECT DISTINCT ON (actor) actor, position, hash FROM placed ORDER BY actor, position DESC
)
SELECT actor, min(position) FROM (
  SELECT actor, position FROM placed
   WHERE position <> place OR previous <> before OR hash <> real
  UNION ALL
  SELECT coalesce(chain.actor, ends.actor), coalesce(ends.position, 0) + 1
    FROM accounts_auditchain AS chain FULL JOIN ends USING (actor)
   WHERE (chain.length, chain.head) IS DISTINCT FROM (ends.position, ends.hash)
) AS wrong GROUP BY actor ORDER BY actor
"""


def note(
    act: Act, *, by: User | None, at: datetime, of: Iterable[User] = (), about: str = ""
) -> None:
    """Write down one act, a line for each person it concerned.

    :param of: whose thing it was; nobody's when `by` did something to their own account.
    :param about: the public id of the thing.
    """
    # One by one: each line is linked to the one before.
    for person in dict.fromkeys(of) or (None,):
        AuditEvent.objects.create(
            act=act, by=by, person=person, about=about, request_id=request_id.get(), at=at
        )


def broken() -> list[str]:
    """Name the first act of each chain that was changed, taken out or put in, a sentence each."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
        return [
            f"the acts of {actor or 'nobody'} are broken at {position}"
            for actor, position in cursor.fetchall()
        ]
