"""Submitting: complete or not at all, with a day by which we decide."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Mail, Notification
from experts import selectors
from experts.models import Application
from experts.services import vetting
from experts.services.vetting import ApplicationIsIncomplete, business_days_after
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON


def test_it_enters_the_queue_with_a_due_date(draft):
    vetting.submit(draft, by=draft.expert.user, at=NOON)

    draft.refresh_from_db()
    assert draft.status == "submitted"
    # NOON is a Tuesday: five weekdays later is the Tuesday after.
    assert draft.due_at == datetime(2030, 1, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "due"), [(4, 11), (5, 11), (6, 11), (7, 14)], ids=["Fri", "Sat", "Sun", "Mon"]
)
def test_weekends_do_not_count(day, due):
    moment = datetime(2030, 1, day, 9, tzinfo=UTC)

    assert business_days_after(moment, 5) == datetime(2030, 1, due, 9, tzinfo=UTC)


def test_the_applicant_is_told_once(draft):
    vetting.submit(draft, by=draft.expert.user, at=NOON)

    assert Notification.objects.get(user=draft.expert.user).subject == (
        "We have your application: Evals, level 2"
    )
    assert Mail.objects.filter(to=draft.expert.user.email).count() == 1


def test_without_enough_evidence_it_says_how_much_is_missing(draft):
    draft.evidence.first().delete()

    with pytest.raises(ApplicationIsIncomplete, match="Add 1 more piece of evidence"):
        vetting.submit(draft, by=draft.expert.user, at=NOON)

    draft.refresh_from_db()
    assert draft.status == "draft"
    assert not draft.history.exists()


def test_without_a_claim_it_asks_for_one(draft):
    Application.objects.filter(pk=draft.pk).update(claim="  ")
    draft.refresh_from_db()

    with pytest.raises(ApplicationIsIncomplete, match="Write your claim"):
        vetting.submit(draft, by=draft.expert.user, at=NOON)


def test_submitting_again_starts_our_clock_again(case, rhea, judged):
    vetting.ask_for_changes(case, judgement=judged(case), by=rhea, at=NOON)
    later = datetime(2030, 2, 1, 12, tzinfo=UTC)

    vetting.submit(case, by=case.expert.user, at=later)

    case.refresh_from_db()
    assert case.due_at == datetime(2030, 2, 8, 12, tzinfo=UTC)
    assert case.reviewer is None


def test_twice_is_once(submitted):
    with pytest.raises(IllegalMove):
        vetting.submit(submitted, by=submitted.expert.user, at=NOON)

    assert submitted.history.count() == 1


def test_nobody_submits_for_another(draft, mallory):
    with pytest.raises(PermissionDenied):
        vetting.submit(draft, by=mallory, at=NOON)


def test_the_place_in_line_counts_those_due_before(submitted, draft):
    assert selectors.place_in_line(submitted) == 1

    Application.objects.filter(pk=submitted.pk).update(status="granted")
    submitted.refresh_from_db()
    assert selectors.place_in_line(submitted) == 0
