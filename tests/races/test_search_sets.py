"""Somebody writes while the search is gathered: what they wrote is neither lost nor shown twice."""

import threading

import pytest
from django.db import connection, transaction

from experts import gathered
from experts.directory import Directory
from experts.filters import Filters
from experts.models import Expert, SearchBase, SearchChange
from experts.services import profiles, search_documents, search_sets
from tests import factories
from tests.conftest import NOON
from tests.experts.test_open_profile import profile
from tests.races.test_search_documents import acts

pytestmark = pytest.mark.django_db(transaction=True)


def total(text: str) -> int:
    return Directory(Filters(text=text), on=NOON.date()).total


def gather() -> None:
    search_sets.gather(at=NOON)
    connection.close()


def say(headline: str, expert: Expert) -> None:
    profiles.edit(expert, profile=profile(headline=headline), by=expert.user)
    connection.close()


def wait_for_the_reading() -> None:
    """Return when the gathering has read everything and waits to write its sets."""
    with connection.cursor() as cursor:
        waits = False
        while not waits:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                " AND relation = 'experts_searchset'::regclass)"
            )
            (waits,) = cursor.fetchone()


def test_what_is_committed_behind_the_reading_stays_noted():
    expert = factories.expert(factories.user("Quick Writer"), headline="Plain")
    factories.badge(expert, factories.skill("rag"))

    gatherer = threading.Thread(target=gather)
    writer = threading.Thread(target=say, args=["Golden", expert])
    with transaction.atomic():
        connection.cursor().execute("LOCK TABLE experts_searchset IN EXCLUSIVE MODE")
        gatherer.start()
        wait_for_the_reading()
        writer.start()
        writer.join()
    gatherer.join()

    assert SearchBase.objects.exists()
    assert SearchChange.objects.filter(expert_id=expert.pk).exists()
    assert (total("golden"), total("plain")) == (1, 0)
    # Both words are remembered from now on, and a new gathering forgets what it was before. Whether
    # the change stays noted depends on who else writes on this server: notes are kept while the
    # oldest writer of all its databases may have written behind the reading.
    assert gathered.now().present.base.words
    say("Plain", expert)
    assert (total("golden"), total("plain")) == (0, 1)
    search_sets.gather(at=NOON)
    assert (total("golden"), total("plain")) == (0, 1)


def counted() -> dict[str, int]:
    return dict(Directory(Filters(), on=NOON.date()).counts.of[""])


@pytest.mark.drills
def test_sixty_four_edits_publishes_and_hides_leave_sets_that_say_what_documents_say(rhea, at_once):
    experts = [factories.expert(factories.user(f"Expert {n}")) for n in range(4)]
    for expert in experts:
        for skill in ("rag", "evals"):
            factories.badge(expert, factories.skill(skill))
    calls = [call for n, expert in enumerate(experts) for call in acts(expert, n, rhea)] * 2
    assert len(calls) == 64

    outcomes = at_once(*calls, *[lambda: search_sets.gather(at=NOON)] * 3)

    errors = {type(each).__name__ for each in outcomes if isinstance(each, Exception)}
    assert errors <= {"IllegalMove"}
    assert search_documents.drifted() == []
    assert gathered.now().present
    from_sets = counted()
    search_sets.gather(at=NOON)
    assert not SearchChange.objects.exists()
    gathered_anew = counted()
    SearchBase.objects.all().delete()
    assert from_sets == gathered_anew == counted()
