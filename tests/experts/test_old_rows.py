"""Rows of an older installation come through the data migrations, and back, and through again.

Each data step runs as its migration has it, with the models of that moment, on rows that look as
they did then. Schema steps with rows in the tables take minutes; `make drills` tries those.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps as newest
from django.db import connection
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from contracts.models import Contract, Milestone
from experts.models import Application, Delivery, Evidence, Review, Tie, Upload
from experts.services import evidence, reviews, seats, vetting
from tests import factories
from tests.conftest import NOON


def data_step(app: str, name: str, kind: type = RunPython) -> tuple[Any, Any]:
    """Return the data step of a migration, and the models as they are when it runs."""
    loader = MigrationLoader(connection, replace_migrations=False)
    migration = loader.get_migration(app, name)
    state = loader.project_state((app, name), at_end=False)
    for step in migration.operations:
        if isinstance(step, kind):
            return step, state.apps
        step.state_forwards(app, state)
    raise LookupError(name)


def sql(*statements: str) -> None:
    """Change the schema by hand; first let the database check what it was still to check."""
    with connection.cursor() as cursor:
        for statement in ("SET CONSTRAINTS ALL IMMEDIATE", *statements):
            cursor.execute(statement)


def shown() -> list[tuple[str, str]]:
    return list(Evidence.objects.order_by("pk").values_list("title", "shown"))


def test_what_was_public_stays_public_and_nothing_else_becomes_so(draft):
    step, then = data_step("experts", "0007_evidence_shown")
    sql("ALTER TABLE experts_evidence ADD is_public boolean NOT NULL DEFAULT true")
    sql("UPDATE experts_evidence SET shown = '', is_public = (title = 'Repository 1')")
    public = [("Repository 1", "everything"), ("Repository 2", "nothing")]

    step.code(then, None)
    assert shown() == public

    Evidence.objects.filter(title="Repository 2").update(shown="title")
    sql("UPDATE experts_evidence SET is_public = true")
    step.reverse_code(then, None)
    old = then.get_model("experts", "Evidence").objects.order_by("pk")
    assert list(old.values_list("is_public", flat=True)) == [True, False]

    step.code(then, None)
    assert shown() == public


def test_a_file_gets_a_row_and_gives_it_back(draft, artefact, upload):
    file = artefact(kind="write_up", url="", file=upload("report.png"))
    piece = evidence.add(draft, artefact=file, by=draft.expert.user, at=NOON)
    kept = piece.upload.file.name
    _forth, then = data_step("experts", "0008_uploads")
    back, before_sources = data_step("experts", "0009_evidence_sources")
    sql("ALTER TABLE experts_evidence ADD file varchar(100) NOT NULL DEFAULT ''")
    sql("ALTER TABLE experts_evidence ADD file_name varchar(120) NOT NULL DEFAULT ''")

    back.reverse_code(before_sources, None)

    old = then.get_model("experts", "Evidence").objects
    assert list(old.exclude(file="").values_list("file", "file_name")) == [(kept, "report.png")]
    sql("ALTER TABLE experts_evidence DROP CONSTRAINT evidence_one_source")
    Evidence.objects.update(upload=None)
    Upload.objects.all().delete()

    _forth.code(then, None)

    row = Upload.objects.get()
    assert (row.file.name, row.name, row.status) == (kept, "report.png", "quarantined")
    assert row.evidence == piece


@pytest.fixture
def cases(grace, rhea, ines, judged) -> dict[str, Application]:
    """One that Ines rejected, one with Rhea, and one of level 3 that waits."""
    found = {}
    for name, slug, level in (("done", "rag", 2), ("held", "agents", 2), ("waits", "tuning", 3)):
        found[name] = factories.application(grace, factories.skill(slug), level=level)
        vetting.submit(found[name], by=grace.user, at=NOON)
    seats.claim(found["done"], by=ines, at=NOON)
    seats.claim(found["held"], by=rhea, at=NOON)
    reviews.reject(found["done"], judgement=judged(found["done"], 1), by=ines, at=NOON)
    return found


def test_cases_that_wait_get_their_seats_and_give_them_back(cases, rhea, ines):
    rounds, _then = data_step("experts", "0014_seats_of_present_cases", RunSQL)
    step, then = data_step("experts", "0014_seats_of_present_cases")
    sql(
        "ALTER TABLE experts_application ADD reviewer_id bigint REFERENCES accounts_user",
        "ALTER TABLE experts_review DISABLE TRIGGER USER",
        "ALTER TABLE experts_reviewevent DISABLE TRIGGER USER",
    )
    for _time in range(2):
        step.reverse_code(then, None)

        old = then.get_model("experts", "Application").objects
        assert list(old.filter(reviewer__isnull=False).values_list("pk", "reviewer")) == [
            (cases["held"].pk, rhea.pk)
        ]
        assert list(Review.objects.values_list("application", "reviewer")) == [
            (cases["done"].pk, ines.pk)
        ]
        sql(
            "UPDATE experts_application SET round = 0",
            "UPDATE experts_review SET status = 'open', would_change = '', given_at = NULL",
        )

        sql(rounds.sql)
        step.code(then, None)

        of_all = Review.objects.order_by("application", "seat")
        assert list(of_all.values_list("application", "seat", "status", "round", "reviewer")) == [
            (cases["done"].pk, "first", "given", 1, ines.pk),
            (cases["held"].pk, "first", "claimed", 1, rhea.pk),
            (cases["waits"].pk, "first", "open", 1, None),
            (cases["waits"].pk, "second", "open", 1, None),
        ]
        given = of_all.get(status="given")
        assert (given.would_change, given.scores.count()) == ("One result from real use.", 5)
        assert given.given_at == given.created_at


def test_contracts_from_before_are_told_once(acme, grace):
    client = acme.memberships.get().organisation
    over = factories.contract(client, grace, status="completed", completed_at=NOON)
    runs = factories.contract(client, grace)
    factories.contract(client, grace, status=Contract.Status.ACCEPTED)
    day = NOON - timedelta(days=1)
    Milestone.objects.filter(contract=over).update(status="released", released_at=day)
    ties, _then = data_step("contracts", "0007_ties_of_contracts", RunSQL)
    deliveries, _then = data_step("contracts", "0005_tell_released_milestones")

    for _time in range(2):
        sql(ties.sql)
        deliveries.code(newest, None)

    told = Tie.objects.order_by("pk").values_list("source", "expert", "organisation", "until")
    assert list(told) == [
        (over.public_id, grace.pk, client.pk, NOON.date()),
        (runs.public_id, grace.pk, client.pk, None),
    ]
    delivery = Delivery.objects.get()
    assert (delivery.expert, delivery.released_on) == (grace, day.date())
    assert (delivery.client_name, delivery.amount_band) == (client.name, "from_1")
