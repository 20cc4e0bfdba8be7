"""Public pages read from a replica of the database, where `DATABASE_REPLICA_URL` names one.

Only the addresses of `PUBLIC` do, and only what is read for them: no page about money, work under
way or a person's own things ever sees the replica, so none can be out of date. Whoever has written
something sees it at once on public pages, too: a cookie keeps the place in the log (LSN) at which
they wrote, and their reads stay on the primary until the replica has replayed it.

A replica that is away, or further behind than `MOST_BEHIND`, is not asked; a page that it broke off
is made again by the primary.
"""

import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from marketplace.kit import reads
from marketplace.kit.metrics import READS

Answer = Callable[[HttpRequest], HttpResponseBase]
# Who answered, as it is counted; both from the beginning, so that an alarm sees the first.
REPLICA, BROKE_OFF = "replica", "primary, after the replica broke off"
for answered in (REPLICA, BROKE_OFF):
    READS.labels(database=answered)

# What everybody may read, and what nobody relies on to the second: badges and credentials, which
# may have been revoked a moment ago, are not among them.
PUBLIC = frozenset(
    {
        *("landing", "sitemap", "sitemap-section", "how-vetting-works"),
        *("experts:search", "experts:profile", "experts:reputation"),
        *("experts:skills", "experts:skill", "experts:skill-level", "experts:levels"),
        *("experts:models", "experts:model-family"),
        *("jobs:board", "jobs:detail", "jobs:feed", "jobs:hubs", "jobs:hub"),
        *("api:experts", "api:expert", "api:jobs", "api:job"),
    }
)
AWAY = (OperationalError, InterfaceError)
# Seconds. A replica that hears of no commit for so long is behind, cut off, or its primary rests:
# in each case the primary can answer.
MOST_BEHIND = 30
# For how long a replica that failed is not asked.
LEFT_ALONE = 5.0
# For how long a browser keeps the place of its last write: more than any replica we would ask lags.
REMEMBERED = 2 * MOST_BEHIND
PLACE = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}", re.ASCII)
STATE = """
    SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn
       AND clock_timestamp() - pg_last_xact_replay_timestamp() < make_interval(secs => %s)
"""
NOWHERE = "0/0"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Router:
    """Sends reads where the request said, and everything else to the primary."""

    def db_for_read(self, *_: Any, **__: Any) -> str:
        """Return what `kit.reads` says."""
        return reads.alias()

    def db_for_write(self, *_: Any, **__: Any) -> str:
        """Return the primary."""
        return reads.PRIMARY

    def allow_relation(self, *_: Any, **__: Any) -> bool:
        """Rows of the replica are those of the primary."""
        return True

    def allow_migrate(self, db: str, *_: Any, **__: Any) -> bool:
        """Say that only the primary is ever changed."""
        return db == reads.PRIMARY


class Reads:
    """Chooses the database of a request; the last middleware, because it calls the view."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.left_alone_until = 0.0
        self.cookie = "seen-db" if settings.DEVELOPMENT else "__Host-seen-db"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and note where whoever changed something has written."""
        answer = self.answer(request)
        if request.method not in SAFE and answer.status_code < 500:  # noqa: PLR2004 (HTTP)
            answer.set_cookie(
                self.cookie,
                _place_of_the_primary(),
                max_age=REMEMBERED,
                secure=not settings.DEVELOPMENT,
                httponly=True,
                samesite="Lax",
            )
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, given: Any
    ) -> HttpResponseBase | None:
        """Make a public page from the replica, if it knows enough."""
        if not self._may_ask(request):
            return None
        try:
            with reads.from_replica():
                answer = view(request, *args, **given)
        except AWAY:
            self.left_alone_until = time.monotonic() + LEFT_ALONE
            READS.labels(database=BROKE_OFF).inc()
            return None
        READS.labels(database=REPLICA).inc()
        return answer

    def _may_ask(self, request: HttpRequest) -> bool:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in PUBLIC or request.method not in SAFE:
            return False
        # Whether a token still opens anything is asked within the view, and of the primary.
        if "Authorization" in request.headers:
            return False
        if time.monotonic() < self.left_alone_until:
            return False
        return self._knows(request.COOKIES.get(self.cookie, NOWHERE))

    def _knows(self, place: str) -> bool:
        """Whether the replica has replayed what was written up to a place, and is not behind."""
        place = place if PLACE.fullmatch(place) else NOWHERE
        try:
            with connections[reads.REPLICA].cursor() as cursor:
                cursor.execute(STATE, [place, MOST_BEHIND])
                return bool(cursor.fetchone()[0])
        except AWAY:
            self.left_alone_until = time.monotonic() + LEFT_ALONE
            return False


def _place_of_the_primary() -> str:
    with connections[reads.PRIMARY].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        return str(cursor.fetchone()[0])
