"""Appealing: once, in time, in words, to somebody who did not sit, for good."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.models import Notification
from experts import casework
from experts.models import Badge, Review
from experts.services import appeals, reviews, seats, vetting
from experts.services.appeals import TooLateToAppeal, WordsMissing
from experts.services.reviews import AppealIsFinal
from experts.services.seats import AlreadySat, NoSeatIsFree
from tests.conftest import NOON
from tests.laid import laid

WORDS = "The second report is from production; page three has the figures."


@laid
def rejected(case, rhea, judged):
    """Grace's application, rejected by Rhea at noon."""
    reviews.reject(case, judgement=judged(case, 1), by=rhea, at=NOON)
    return case


@laid
def appealed(rejected):
    """The same, after Grace appealed."""
    return appeals.appeal(rejected, words=WORDS, by=rejected.expert.user, at=NOON)


def test_a_seat_opens_and_the_clock_starts_anew(appealed):
    appealed.refresh_from_db()

    assert (appealed.status, appealed.appeal) == ("appealed", WORDS)
    assert appealed.due_at == NOON + timedelta(days=7)
    seat = appealed.reviews.get(seat="appeal")
    assert (seat.status, seat.round) == ("open", 1)


def test_the_applicant_is_told_that_we_have_it(appealed):
    told = Notification.objects.get(key__endswith=":appealed")

    assert told.subject == "We have your appeal: Evals, level 2"


def test_fourteen_days_and_not_a_second_more(rejected):
    last = NOON + timedelta(days=14)

    with pytest.raises(TooLateToAppeal):
        appeals.appeal(
            rejected, words=WORDS, by=rejected.expert.user, at=last + timedelta(seconds=1)
        )
    assert appeals.appeal(rejected, words=WORDS, by=rejected.expert.user, at=last)


def test_once(appealed, tove, judged):
    seats.claim(appealed, by=tove, at=NOON)
    reviews.reject(appealed, judgement=judged(appealed, 1), by=tove, at=NOON)

    with pytest.raises(TooLateToAppeal):
        appeals.appeal(appealed, words=WORDS, by=appealed.expert.user, at=NOON)

    appealed.refresh_from_db()
    assert appealed.status == "rejected"
    assert Notification.objects.get(key__endswith=":upheld").body.endswith("It is final.")


def test_not_without_words(rejected):
    with pytest.raises(WordsMissing):
        appeals.appeal(rejected, words=" \n", by=rejected.expert.user, at=NOON)


def test_not_for_another(rejected, mallory, rhea):
    for other in (mallory, rhea):
        with pytest.raises(PermissionDenied):
            appeals.appeal(rejected, words=WORDS, by=other, at=NOON)


def test_not_what_was_granted(case, rhea, judged):
    reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    with pytest.raises(TooLateToAppeal):
        appeals.appeal(case, words=WORDS, by=case.expert.user, at=NOON)


def test_whoever_rejected_it_does_not_decide_the_appeal(appealed, rhea, tove):
    rhea.groups.add(*tove.groups.all())

    with pytest.raises(AlreadySat):
        seats.claim(appealed, by=rhea, at=NOON)
    with pytest.raises(seats.QueueIsEmpty):
        seats.take_next(by=rhea, at=NOON)


def test_nor_whoever_judged_an_earlier_submission(submitted, rhea, ines, tove, judged):
    """Tove asked for changes; Ines rejected what came then: neither decides the appeal."""
    seats.claim(submitted, by=tove, at=NOON)
    reviews.ask_for_changes(submitted, judgement=judged(submitted), by=tove, at=NOON)
    vetting.submit(submitted, by=submitted.expert.user, at=NOON)
    seats.claim(submitted, by=ines, at=NOON)
    reviews.reject(submitted, judgement=judged(submitted, 1), by=ines, at=NOON)
    appeals.appeal(submitted, words=WORDS, by=submitted.expert.user, at=NOON)

    with pytest.raises(AlreadySat):
        seats.claim(submitted, by=tove, at=NOON)


def test_the_database_says_so_too(appealed, rhea):
    """In another round the same person could sit, so it is the trigger that refuses."""
    Review.objects.filter(seat="appeal").update(round=2)

    with pytest.raises(IntegrityError, match="did not sit"), transaction.atomic():
        Review.objects.filter(seat="appeal").update(
            reviewer=rhea, claimed_at=NOON, lease_until=NOON, status="claimed"
        )


def test_appeals_are_the_leads(appealed, ines):
    with pytest.raises(NoSeatIsFree):
        seats.claim(appealed, by=ines, at=NOON)


def test_it_can_end_with_a_badge(appealed, tove, judged):
    seats.claim(appealed, by=tove, at=NOON)

    badge = reviews.grant(appealed, level=2, judgement=judged(appealed), by=tove, at=NOON)

    assert badge == Badge.objects.get()
    appealed.refresh_from_db()
    assert appealed.status == "granted"


def test_it_ends(appealed, tove, judged):
    seat = seats.claim(appealed, by=tove, at=NOON)
    assert "ask_for_changes" not in [each.verb for each in casework.decisions(appealed, seat)]

    with pytest.raises(AppealIsFinal):
        reviews.ask_for_changes(appealed, judgement=judged(appealed), by=tove, at=NOON)


def test_the_applicants_page_offers_it_and_says_where_it_stands(client, rejected):
    type(rejected).objects.update(decided_at=None)
    client.force_login(rejected.expert.user)
    address = f"/applications/{rejected.public_id}/"
    assert "Appeal against this decision" not in client.get(address).content.decode()

    type(rejected).objects.update(decided_at=now())
    assert "Appeal against this decision" in client.get(address).content.decode()
    assert client.post(f"{address}appeal/", {"words": ""}).status_code == 422
    assert client.post(f"{address}appeal/", {"words": WORDS}).status_code == 302
    page = client.get(address).content.decode()
    assert WORDS in page
    assert "Somebody who did not judge your application decides" in page
