"""Whoever is paid at the same time, papers are counted without a gap and none twice."""

import pytest

from contracts.models import Document, Release
from contracts.services import releases
from tests import factories
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def test_releases_of_the_same_moment_count_on(contract, acme, ada, pay, at_once):
    others = [factories.contract(contract.organisation, ada.expert) for _number in range(3)]
    held = [row.milestones.get() for row in others]
    for milestone in held:
        pay(milestone)

    def let_go(milestone):
        return lambda: releases.release(
            milestone, milestone.amount, kind=Release.Kind.APPROVED, by=acme, at=NOON
        )

    outcomes = at_once(*(let_go(milestone) for milestone in held))

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    fees = Document.objects.filter(series="F-2030").order_by("number")
    assert [row.number for row in fees] == [1, 2, 3, 4, 5, 6]
    works = Document.objects.filter(kind=Document.Kind.WORK).order_by("number")
    assert [row.number for row in works] == [1, 2, 3]
