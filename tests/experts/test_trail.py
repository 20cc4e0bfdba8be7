"""The trail of the desk: complete, in order, and nobody's to change."""

import csv

import pytest
from django.db import IntegrityError, connection, transaction

from experts.models import TrailEntry
from experts.services import badges, evidence, reviews, seats, vetting
from tests import factories
from tests.conftest import NOON


def acts(of) -> list[tuple[str, str, str]]:
    return [(entry.by.shown_name, entry.act, entry.about) for entry in of.trail.all()]


def test_taking_judging_and_deciding(led, rhea, ines, judged):
    seats.claim(led, by=rhea, at=NOON)
    seats.claim(led, by=ines, at=NOON)
    seats.hand_back(led, by=ines, at=NOON)
    seats.claim(led, by=ines, at=NOON)
    reviews.grant(led, level=3, judgement=judged(led), by=rhea, at=NOON)
    badge = reviews.grant(led, level=3, judgement=judged(led), by=ines, at=NOON)
    badges.suspend(badge, reason="A doubt.", by=rhea, at=NOON)

    assert acts(led) == [
        ("Rhea Lindqvist", "took", "first"),
        ("Ines Duarte", "took", "second"),
        ("Ines Duarte", "handed_back", "second"),
        ("Ines Duarte", "took", "second"),
        ("Rhea Lindqvist", "judged", "first: granted 3"),
        ("Ines Duarte", "judged", "second: granted 3"),
        ("Ines Duarte", "decided", "granted"),
        ("Rhea Lindqvist", "suspended", badge.public_id),
    ]


def test_looking_is_written_down_and_so_is_opening_a_file(client, draft, artefact, upload, rhea):
    shown = artefact(kind="write_up", url="", file=upload("report.png"))
    piece = evidence.add(draft, artefact=shown, by=draft.expert.user, at=NOON)
    evidence.disclose(draft, shown={piece: "nothing"}, by=draft.expert.user)
    submitted = vetting.submit(draft, by=draft.expert.user, at=NOON)
    client.force_login(rhea)

    client.get(f"/admin/vetting/{submitted.public_id}/")
    client.get(f"/evidence/{piece.public_id}/file/")
    client.force_login(submitted.expert.user)
    client.get(f"/evidence/{piece.public_id}/file/")

    assert acts(submitted) == [
        ("Rhea Lindqvist", "looked", ""),
        ("Rhea Lindqvist", "opened", piece.public_id),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE experts_trailentry SET about = ''",
        "DELETE FROM experts_trailentry",
        "UPDATE experts_applicationevent SET verb = 'grant'",
        "DELETE FROM experts_applicationevent",
        "UPDATE experts_reviewevent SET at = now()",
        "DELETE FROM experts_badgeevent",
        "UPDATE experts_score SET points = 5",
        "DELETE FROM experts_score",
        "UPDATE experts_review SET note = ''",
        "DELETE FROM experts_review",
    ],
)
def test_the_database_refuses_to_rewrite_it(case, rhea, judged, statement):
    reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(statement)


def test_it_is_exported(client, case, rhea, judged):
    reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)
    client.force_login(rhea)

    answer = client.get(f"/admin/vetting/trail.csv?case={case.public_id}")

    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [row["act"] for row in rows] == ["took", "judged", "decided"]
    assert rows[0] == {
        "at": "2030-01-01T12:00:00+00:00",
        "by": "rhea@attest.example",
        "act": "took",
        "application": case.public_id,
        "about": "first",
    }


def test_a_cell_is_never_a_formula(client, case, rhea):
    TrailEntry.objects.create(
        application=case, act="looked", by=rhea, at=NOON, about='=HYPERLINK("https://evil.example")'
    )
    client.force_login(rhea)

    page = client.get("/admin/vetting/trail.csv").content.decode()

    assert "'=HYPERLINK" in page


def test_ones_own_case_is_not_in_what_one_may_export(client, rhea):
    own = factories.application(factories.expert(rhea), factories.skill("evals"), status="rejected")
    TrailEntry.objects.create(application=own, act="looked", by=factories.judge(), at=NOON)
    client.force_login(rhea)

    assert own.public_id not in client.get("/admin/vetting/trail.csv").content.decode()
