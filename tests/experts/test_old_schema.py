"""The migrations themselves, with rows in the tables: all the way back, and to the newest again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from experts.models import Evidence, Review, Upload
from experts.services import evidence, seats, vetting
from tests import factories
from tests.conftest import NOON

pytestmark = [pytest.mark.drills, pytest.mark.django_db(transaction=True)]

# Before evidence had sources, cases had seats and vetting knew of ties.
BEFORE = [("experts", "0006_work_record_scores"), ("contracts", "0004_feedback_scores")]


def migrate(targets=None):
    """Migrate to these, or to the newest; return the models as they are then."""
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    ours = [node for node in executor.loader.graph.leaf_nodes() if node[0] in dict(BEFORE)]
    return executor.migrate(targets or ours).apps


@pytest.fixture
def ends_at_the_newest(transactional_db):
    """Leave the database to the next test as this one found it, whatever came of it."""
    yield
    migrate()


@pytest.mark.usefixtures("ends_at_the_newest")
def test_back_and_forth(draft, grace, rhea, acme, artefact, upload):
    file = artefact(kind="write_up", url="", file=upload("report.png"))
    piece = evidence.add(draft, artefact=file, by=grace.user, at=NOON)
    evidence.disclose(draft, shown={piece: "nothing"}, by=grace.user)
    held, waits = (
        factories.application(grace, factories.skill(slug), level=3) for slug in ("rag", "tuning")
    )
    for case in (held, waits):
        vetting.submit(case, by=grace.user, at=NOON)
    seats.claim(held, by=rhea, at=NOON)
    factories.contract(acme.memberships.get().organisation, grace)

    old = migrate(BEFORE)

    pieces = old.get_model("experts", "Evidence").objects.filter(application_id=draft.pk)
    assert list(pieces.order_by("pk").values_list("is_public", "file_name")) == [
        (True, ""),
        (True, ""),
        (False, "report.png"),
    ]
    assert old.get_model("experts", "Application").objects.get(reviewer=rhea.pk).pk == held.pk
    assert not old.get_model("experts", "Review").objects.exists()

    migrate()

    of_draft = Evidence.objects.filter(application=draft).values_list("shown", flat=True)
    assert list(of_draft) == ["everything", "everything", "nothing"]
    assert (Upload.objects.get().name, Upload.objects.get().status) == ("report.png", "quarantined")
    now = Review.objects.order_by("application", "seat").values_list("application", "status")
    assert list(now) == [(held.pk, "claimed"), (held.pk, "open"), *[(waits.pk, "open")] * 2]
    assert grace.ties.count() == 1
