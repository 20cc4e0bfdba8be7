"""Nobody grants level 3 alone: not through a service, the admin site or the database itself."""

import pytest
from django.db import IntegrityError, connection, transaction

from experts.models import Badge, Review
from experts.services import badges, reviews, seats
from experts.services.badges import NeedsSecondGrant
from tests import factories
from tests.conftest import NOON
from tests.laid import laid

GRANT = """
INSERT INTO experts_badge (public_id, expert_id, skill_id, level, application_id, granted_by_id,
                           issued_on, valid_until, full_term_until, public_reason, status)
SELECT 'bdg_forged', expert_id, skill_id, 3, id, %s,
       '2030-01-01', '2031-01-01', '2031-01-01', '', 'active'
  FROM experts_application WHERE id = %s
"""


@laid
def granted_once(led, rhea, judged):
    """Grace's level 3 application with one grant of two."""
    seats.claim(led, by=rhea, at=NOON)
    reviews.grant(led, level=3, judgement=judged(led), by=rhea, at=NOON)
    return led


def test_the_service_issues_nothing(granted_once, rhea):
    with pytest.raises(NeedsSecondGrant):
        badges.issue(granted_once, level=3, by=rhea, at=NOON)

    assert not Badge.objects.exists()


def test_nor_when_the_second_seat_is_gone(led, rhea, judged):
    """Whoever deletes an open seat by hand still does not get a badge from one person."""
    led.reviews.get(seat="second").delete()
    seats.claim(led, by=rhea, at=NOON)

    with pytest.raises(NeedsSecondGrant):
        reviews.grant(led, level=3, judgement=judged(led), by=rhea, at=NOON)

    assert not Badge.objects.exists()


def test_the_admin_site_has_no_way_there(client, granted_once):
    root = factories.user("Root", is_staff=True, is_superuser=True)
    client.force_login(root)
    badge = factories.badge(granted_once.expert, factories.skill("evals"))

    assert client.get("/admin/experts/badge/add/").status_code == 403
    assert client.post("/admin/experts/badge/add/", {"level": "3"}).status_code == 403
    at = f"/admin/experts/badge/{badge.pk}/change/"
    assert client.post(at, {"level": "3"}).status_code == 403

    badge.refresh_from_db()
    assert badge.level == 2


def test_the_database_refuses_the_row(granted_once, rhea):
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="two persons"),
        transaction.atomic(),
    ):
        cursor.execute(GRANT, [rhea.pk, granted_once.pk])


def test_the_database_refuses_to_raise_a_badge(case, rhea, judged):
    badge = reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="two persons"),
        transaction.atomic(),
    ):
        cursor.execute("UPDATE experts_badge SET level = 3 WHERE id = %s", [badge.pk])


def test_one_person_in_two_seats_is_refused_by_the_database(granted_once, rhea):
    with pytest.raises(IntegrityError, match="review_person_once"), transaction.atomic():
        Review.objects.filter(application=granted_once, seat="second").update(
            reviewer=rhea, verdict="granted", level=3, status="given"
        )


def test_two_persons_are_enough_for_it(granted_once, ines, rhea):
    Review.objects.filter(application=granted_once, seat="second").update(
        reviewer=ines, verdict="granted", level=3, status="given"
    )

    with connection.cursor() as cursor:
        cursor.execute(GRANT, [rhea.pk, granted_once.pk])

    assert Badge.objects.get().level == 3


def test_a_badge_of_level_3_still_lapses_and_is_revoked(ada, rhea):
    badge = ada.expert.badges.get()

    badge.move("lapse", by=None, at=NOON)
    badges.revoke(badge, reason="A copy.", by=rhea, at=NOON)

    assert Badge.objects.get().status == "revoked"
