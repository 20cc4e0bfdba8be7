"""Many people edit, publish and hide the same experts at once: the search says what they left."""

import pytest

from accounts.services import people
from experts.models import SearchDocument
from experts.services import badges, profiles, search_documents
from tests import factories
from tests.conftest import NOON
from tests.experts.test_open_profile import profile
from tests.experts.test_record_work import record

pytestmark = pytest.mark.django_db(transaction=True)

EXPERTS = 4
ROUNDS = 2


def acts(expert, number, reviewer):
    """Return eight things that happen to an expert, each of them by somebody else."""
    first, second = expert.badges.order_by("pk")
    said = [profile(name=f"Name {number}-{n}", headline=f"Head {n}") for n in range(3)]
    return [
        *(lambda each=each: profiles.edit(expert, profile=each, by=expert.user) for each in said),
        lambda: people.describe(expert.user, name=f"N{number}", time_zone="Asia/Tokyo"),
        lambda: badges.suspend(first, reason="A doubt.", by=reviewer, at=NOON),
        lambda: badges.revoke(second, reason="A copy.", by=reviewer, at=NOON),
        lambda: badges.suspend_all(expert, reason="A doubt.", by=reviewer, at=NOON),
        lambda: record(expert, source=f"ctr_{number}", rating=1),
    ]


def test_parallel_edits_publishes_and_hides_leave_no_drift(rhea, at_once):
    skills = [factories.skill("rag"), factories.skill("evals")]
    experts = [factories.expert(factories.user(f"Expert {n}")) for n in range(EXPERTS)]
    for expert in experts:
        for skill in skills:
            factories.badge(expert, skill)
    again = [lambda: search_documents.rebuild(at=NOON)] * ROUNDS
    calls = [call for n, expert in enumerate(experts) for call in acts(expert, n, rhea)]

    outcomes = at_once(*calls, *calls, *again)

    # Whoever comes second to a badge is told so; nobody waits for ever, and nothing breaks.
    errors = {type(each).__name__ for each in outcomes if isinstance(each, Exception)}
    assert errors <= {"IllegalMove"}
    assert search_documents.drifted() == []
    vetted = {expert.pk for expert in experts if expert.badges.valid().exists()}
    assert set(SearchDocument.objects.values_list("expert", flat=True)) == vetted
