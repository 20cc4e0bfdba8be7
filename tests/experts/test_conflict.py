"""Conflicts of interest: the rule itself, and that service, desk and database all keep it."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, Organisation
from contracts.models import Contract
from contracts.services import contracts
from experts import conflicts
from experts.models import Review, Tie
from experts.services import reviews, seats, ties
from experts.services.seats import ConflictOfInterest, QueueIsEmpty
from tests import factories
from tests.conftest import NOON

REASONS = ["organisation", "money", "counterparty", "money the other way round"]
# Two years before NOON, to the day.
LAST_DAY = date(2028, 1, 1)


def join(organisation: Organisation, *people) -> None:
    for person in people:
        Membership.objects.create(
            organisation=organisation, user=person, role="viewer", created_at=NOON
        )


@pytest.fixture
def entangle(submitted, rhea, mallory):
    """Bring something between Rhea and Grace, who applies."""
    globex = factories.organisation(mallory)

    def entangle(reason: str, until: date | None = None) -> None:
        grace = submitted.expert
        if reason == "organisation":
            join(globex, rhea, grace.user)
        elif reason == "money the other way round":
            join(globex, grace.user)
            Tie.objects.create(expert=factories.expert(rhea), organisation=globex, source="con_1")
        else:
            join(globex, rhea)
            Tie.objects.create(expert=grace, organisation=globex, source="con_1", until=until)

    return entangle


def test_strangers_have_none(submitted, rhea):
    assert conflicts.conflict_of(rhea, submitted.expert, at=NOON) == ""


def test_oneself(submitted):
    grace = submitted.expert

    assert conflicts.conflict_of(grace.user, grace, at=NOON) == "self"


@pytest.mark.parametrize(
    ("reason", "until", "found"),
    [
        ("organisation", None, "organisation"),
        ("money", None, "money"),
        ("money the other way round", None, "money"),
        ("counterparty", date(2029, 12, 31), "counterparty"),
        ("counterparty", LAST_DAY, "counterparty"),
        ("counterparty", LAST_DAY - timedelta(days=1), ""),
    ],
)
def test_what_is_one(entangle, submitted, rhea, reason, until, found):
    entangle(reason, until)

    assert conflicts.conflict_of(rhea, submitted.expert, at=NOON) == found


def test_every_answer_of_the_database_has_words(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'experts_conflict'")
        source = cursor.fetchone()[0]

    assert all(f"'{reason}'" in source for reason in conflicts.WORDS)


@pytest.mark.parametrize("reason", REASONS)
def test_the_service_refuses_to_seat_them(entangle, submitted, rhea, reason):
    entangle(reason, date(2029, 12, 1) if reason == "counterparty" else None)

    with pytest.raises(ConflictOfInterest):
        seats.claim(submitted, by=rhea, at=NOON)
    with pytest.raises(QueueIsEmpty):
        seats.take_next(by=rhea, at=NOON)

    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_the_next_case_is_one_without_a_conflict(entangle, rhea):
    entangle("money")
    other = factories.expert(factories.user("Other"))
    case = factories.application(
        other, factories.skill("evals"), status="submitted", round=1, due_at=NOON
    )
    seats.open_blind(case, at=NOON)

    assert seats.take_next(by=rhea, at=NOON).application == case


def test_what_came_between_them_since_stops_the_judgement(entangle, case, rhea, judged):
    entangle("money")

    with pytest.raises(ConflictOfInterest, match="open contract"):
        reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    assert not Review.objects.given().exists()


SAID = {
    "organisation": "You and the applicant belong to the same organisation.",
    "money": "You and the applicant have an open contract",
    "counterparty": "You and the applicant worked together within the last two years.",
    "money the other way round": "You and the applicant have an open contract",
}


@pytest.mark.parametrize("is_superuser", [False, True], ids=["reviewer", "superuser"])
@pytest.mark.parametrize("reason", REASONS)
def test_the_desk_and_the_admin_site_keep_them_out_and_say_why(
    client, entangle, submitted, rhea, reason, is_superuser
):
    entangle(reason, date(2029, 12, 1) if reason == "counterparty" else None)
    rhea.is_superuser = is_superuser
    rhea.save()
    client.force_login(rhea)
    address = f"/admin/vetting/{submitted.public_id}/"

    page = client.get(address).content.decode()

    assert SAID[reason] in page
    assert "Take this case" not in page
    assert "Conflict of interest" in client.get("/admin/vetting/").content.decode()
    answer = client.post(f"{address}claim/")
    assert answer.status_code == 403
    assert SAID[reason].removeprefix("You and the applicant ") in answer.content.decode()
    assert client.post("/admin/vetting/next/").status_code == 409
    seat = submitted.reviews.get()
    record = f"/admin/experts/review/{seat.pk}/change/"
    assert client.post(record, {"reviewer": rhea.pk, "status": "given"}).status_code in {302, 403}
    seat.refresh_from_db()
    assert (seat.status, seat.reviewer) == ("open", None)


def test_the_desk_takes_no_judgement_once_something_came_between(client, entangle, case, rhea):
    """They read why, no form, and a way to hand the case back; a form sent anyway does nothing."""
    typed = {f"points_{each.key}": 4 for each in case.rubric.criteria.all()}
    client.force_login(rhea)
    address = f"/admin/vetting/{case.public_id}/"
    entangle("money")

    page = client.get(address).content.decode()

    assert SAID["money"] in page
    assert "Give this judgement" not in page
    assert "Hand back, undecided" in page
    for decision in ("grant-2", "reject", "ask_for_changes"):
        words = {"message": "Clear.", "would_change": "Numbers.", "parts": "claim"}
        answer = client.post(address, typed | words | {"decision": decision})
        assert answer.status_code in {403, 422}
        assert SAID["money"] in answer.content.decode()
    case.refresh_from_db()
    assert (case.status, case.message) == ("reviewing", "")
    seat = case.reviews.get()
    assert (seat.status, seat.verdict, seat.scores.count()) == ("claimed", "", 0)
    assert not case.expert.badges.exists()
    client.post(f"{address}hand-back/")
    seat.refresh_from_db()
    assert (seat.status, seat.reviewer) == ("open", None)


@pytest.mark.parametrize("reason", [*REASONS, "self"])
def test_the_database_refuses_to_seat_them(entangle, submitted, rhea, reason):
    who = submitted.expert.user if reason == "self" else rhea
    if reason != "self":
        entangle(reason, date(2029, 12, 1) if reason == "counterparty" else None)

    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="conflict of interest"),
        transaction.atomic(),
    ):
        cursor.execute(
            "UPDATE experts_review SET reviewer_id = %s, status = 'claimed', claimed_at = now(),"
            " lease_until = now() WHERE application_id = %s",
            [who.pk, submitted.pk],
        )


def test_the_database_refuses_a_judgement_made_up_for_them(entangle, submitted, rhea):
    entangle("money")

    with pytest.raises(IntegrityError, match="conflict of interest: money"), transaction.atomic():
        factories.judgement(submitted, rhea, seat="second")


def test_contracts_tell_when_a_tie_begins_and_ends(acme, ada):
    organisation = acme.memberships.get().organisation
    contract = factories.contract(organisation, ada.expert, status=Contract.Status.ACCEPTED)

    contract.move("start", by=acme, at=NOON)
    tie = Tie.objects.get()
    assert (tie.expert, tie.organisation, tie.until) == (ada.expert, organisation, None)

    contract.milestones.update(status="released")
    contracts.close_if_over(contract, by=acme, at=NOON)
    tie.refresh_from_db()
    assert tie.until == NOON.date()


def test_telling_it_again_changes_nothing(acme, ada):
    organisation = acme.memberships.get().organisation
    for _ in range(2):
        ties.begin(ada.expert, organisation, source="con_1")
    ties.end(source="con_1", at=NOON)
    ties.end(source="con_1", at=datetime.max.replace(tzinfo=NOON.tzinfo))

    assert Tie.objects.get().until == NOON.date()
