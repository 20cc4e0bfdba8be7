"""The vetting desk, as a reviewer uses it in the admin site."""

import pytest

from experts.models import Badge
from experts.services import reviews, seats, vetting
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def desk(client, rhea):
    """Rhea's browser."""
    client.force_login(rhea)
    return client


def scores(application, points=4, **fields):
    typed = {f"points_{each.key}": points for each in application.rubric.criteria.all()}
    return typed | {"message": "Clear.", "would_change": "A result.", "note": ""} | fields


def at(application, verb=""):
    return f"/admin/vetting/{application.public_id}/{verb}"


def test_the_queue_shows_what_waits(desk, submitted):
    page = desk.get("/admin/vetting/").content.decode()

    for said in ("Grace Mensah", "Evals", "level 2", "First review", "2 pieces"):
        assert said in page


@pytest.mark.parametrize(("view", "shown"), [("mine", 1), ("unassigned", 0), ("all", 1), ("x", 1)])
def test_its_views(desk, case, view, shown):
    page = desk.get(f"/admin/vetting/?view={view}").content.decode()

    assert page.count("Grace Mensah</td>") == shown


def test_taking_deciding_and_granting(desk, submitted):
    assert desk.post("/admin/vetting/next/").headers["Location"] == at(submitted)
    page = desk.get(at(submitted)).content.decode()
    assert "I built it and measured it." in page
    assert "outcome scores 5" in page

    answer = desk.post(at(submitted), scores(submitted, decision="grant-2"))

    assert answer.status_code == 302
    assert Badge.objects.get().level == 2
    assert desk.get(f"/badges/{Badge.objects.get().public_id}/").status_code == 200


def test_the_levels_on_offer_are_those_above_the_badge_held(desk, case):
    factories.badge(case.expert, case.skill, level=1)

    page = desk.get(at(case)).content.decode()

    assert 'value="grant-2"' in page
    assert 'value="grant-1"' not in page
    assert 'value="grant-3"' not in page


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Decision"),
        ({"decision": "grant-3"}, "grant-3 is not one of the available choices"),
        ({"decision": "grant-2", "points_craft": ""}, "Score every criterion"),
        ({"decision": "grant-2", "points_craft": "0"}, "below the rule"),
        ({"decision": "grant-2", "points_craft": "6"}, "6 is not one of the available choices"),
        ({"decision": "reject", "would_change": ""}, "what would change your decision"),
        ({"decision": "ask_for_changes", "message": ""}, "what to change"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_nothing_typed_is_lost(desk, case, typed, says):
    answer = desk.post(at(case), scores(case, note="Keep me.") | typed)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert "Keep me." in page
    case.refresh_from_db()
    assert case.status == "reviewing"
    assert not case.reviews.given().exists()


def test_rejecting_and_asking_for_changes(desk, case):
    desk.post(at(case), scores(case, decision="ask_for_changes", message="Add it."))
    case.refresh_from_db()
    assert case.status == "changes_asked"

    vetting.submit(case, by=case.expert.user, at=NOON)
    desk.post(at(case, "claim/"))
    desk.post(at(case), scores(case, 1, decision="reject"))
    case.refresh_from_db()
    assert case.status == "rejected"


def test_a_second_look_starts_from_the_first(desk, case, rhea, judged):
    reviews.ask_for_changes(case, judgement=judged(case, 3), by=rhea, at=NOON)
    vetting.submit(case, by=case.expert.user, at=NOON)
    seats.claim(case, by=rhea, at=NOON)

    page = desk.get(at(case)).content.decode()

    assert page.count('value="3" id="id_points_') + page.count(" checked") >= 5
    assert "Between us." in page


def test_handing_back(desk, case):
    assert desk.post(at(case, "hand-back/")).status_code == 302

    case.refresh_from_db()
    assert (case.status, case.reviews.get().reviewer) == ("submitted", None)


def test_the_tally_adds_up_what_is_ticked(desk, case):
    part = desk.post(at(case, "tally/"), scores(case, 3)).content.decode()

    assert "Mean of 5 of 5 scores" in part
    assert "3.0" in part
    assert part.count("Reached") == 2


def test_an_incomplete_tally_reaches_nothing(desk, case):
    part = desk.post(
        at(case, "tally/"), {"points_craft": "5", "points_safety": "x"}
    ).content.decode()

    assert "Mean of 1 of 5 scores" in part
    assert "Not reached" in part
    assert "> Reached" not in part


def test_a_case_another_reviewer_has_can_be_read_only(desk, submitted, ines):
    seats.claim(submitted, by=ines, at=NOON)

    page = desk.get(at(submitted)).content.decode()

    assert "Ines Duarte, until" in page
    assert "Give this judgement" not in page
    assert desk.post(at(submitted, "claim/")).status_code == 409
    assert desk.post(at(submitted, "hand-back/")).status_code == 403
    answer = desk.post(at(submitted), scores(submitted, decision="grant-2"))
    assert answer.status_code == 403
    assert not Badge.objects.exists()


def test_ones_own_case_is_refused(desk, rhea):
    expert = factories.expert(rhea)
    own = factories.application(expert, factories.skill("evals"))
    vetting.submit(own, by=rhea, at=NOON)

    assert "Another reviewer judges it" in desk.get(at(own)).content.decode()
    assert desk.post(at(own, "claim/")).status_code == 403
    assert desk.post("/admin/vetting/next/").status_code == 409
    own.refresh_from_db()
    assert own.status == "submitted"


def test_a_draft_is_not_on_the_desk(desk, draft):
    assert desk.get(at(draft)).status_code == 404


GETS = ["", "reviewers/", "trail.csv", "badges/", "badges/bdg_000000000000/", "app_000000000000/"]
VERBS = ("claim", "hand-back", "preview", "reply", "fields", "tally")
POSTS = ["next/", "identity/", "keys/", *[f"app_000000000000/{verb}/" for verb in VERBS]]


@pytest.mark.parametrize("path", [*GETS, *POSTS])
def test_the_desk_is_for_reviewers(client, db, mallory, ada, acme, path):
    ask = client.get if path in GETS else client.post
    assert ask(f"/admin/vetting/{path}").headers["Location"].startswith("/accounts/login/")
    mallory.is_staff = True
    mallory.save()

    for other in (mallory, ada, acme):
        client.force_login(other)
        assert ask(f"/admin/vetting/{path}").status_code == 403


def test_a_superuser_reviews_too(client, submitted, db):
    root = factories.user("Root", is_staff=True, is_superuser=True)
    client.force_login(root)

    assert client.post(at(submitted, "claim/")).status_code == 302


def test_the_queue_takes_a_bounded_number_of_queries(
    desk, submitted, django_assert_max_num_queries
):
    for number in range(12):
        expert = factories.expert(factories.user(f"Applicant {number}"))
        row = factories.application(expert, factories.skill("evals"))
        vetting.submit(row, by=expert.user, at=NOON)

    desk.get("/admin/vetting/")  # the first visit of a session writes it down

    with django_assert_max_num_queries(12):
        page = desk.get("/admin/vetting/")

    assert page.status_code == 200
    assert page.content.count(b"data-step>") == 13
