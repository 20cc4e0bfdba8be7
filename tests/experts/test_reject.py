"""Rejecting: with a reason, with what would change it, and with a day to come back."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Mail, Notification
from experts.models import Badge, Review
from experts.services import reviews
from experts.services.reviews import CriterionWithoutScore, ReasonMissing
from tests.conftest import NOON


def test_the_applicant_reads_why_and_when_to_come_back(case, rhea, judged):
    reviews.reject(case, judgement=judged(case, 1), by=rhea, at=NOON)

    case.refresh_from_db()
    assert (case.status, case.reapply_on) == ("rejected", date(2030, 1, 31))
    assert (case.message, case.would_change) == (
        "Clear and measured.",
        "One result from real use.",
    )
    told = Notification.objects.get(key__endswith=":rejected")
    for said in ("Clear and measured.", "One result from real use.", "31 January 2030"):
        assert said in told.body
    assert Mail.objects.filter(subject=told.subject).count() == 1
    assert not Badge.objects.exists()


@pytest.mark.parametrize("missing", ["message", "would_change"])
def test_without_a_reason_it_is_refused(case, rhea, judged, missing):
    judgement = replace(judged(case), **{missing: ""})

    with pytest.raises(ReasonMissing):
        reviews.reject(case, judgement=judgement, by=rhea, at=NOON)

    case.refresh_from_db()
    assert case.status == "reviewing"
    assert not Review.objects.given().exists()


def test_without_every_score_it_is_refused(case, rhea, judged):
    with pytest.raises(CriterionWithoutScore):
        reviews.reject(case, judgement=judged(case, marks=[]), by=rhea, at=NOON)


def test_only_the_reviewer_who_has_the_case(case, ines, judged):
    with pytest.raises(PermissionDenied):
        reviews.reject(case, judgement=judged(case), by=ines, at=NOON)
