"""Rings of reviews: who hires each other in a circle gains nothing by it."""

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from contracts.models import Contract, Feedback, Link, Release
from contracts.selectors import links as reads
from contracts.services import feedback, links
from experts import selectors
from experts.models import Delivery, Expert, WorkRecord
from experts.reputation import PRIOR_MEAN
from tests import factories
from tests.conftest import NOON

WEEK = timedelta(days=7)
TODAY = NOON.date()


def people(count: int, name: str = "Ring") -> list[Expert]:
    """Build people who each have a profile and an organisation."""
    rows = [factories.expert(factories.user(f"{name} {number}")) for number in range(count)]
    for row in rows:
        factories.organisation(row.user, f"{row.name} Ltd")
    return rows


def hires(client: Expert, expert: Expert, *, at=NOON) -> Contract:
    """One hires the other, and both are full of praise when it is done."""
    organisation = client.user.memberships.get().organisation
    contract = factories.contract(
        organisation, expert, amounts=(500_00,), started_at=at, status=Contract.Status.COMPLETED,
        completed_at=at + WEEK,
    )  # fmt: skip
    Release.objects.create(
        milestone=contract.milestones.get(), gross_minor=500_00, expert_fee_minor=30_00,
        client_fee_minor=25_00, by=client.user, created_at=at + WEEK,
    )  # fmt: skip
    links.note(contract, at=at)
    for side, by in (("client", client.user), ("expert", expert.user)):
        Feedback.objects.create(
            contract=contract, side=side, by=by, rating=5, text="Superb.", created_at=at + WEEK
        )
    feedback.publish(contract, at=at + WEEK)
    return contract


def in_a_ring(members: Sequence[Expert]) -> None:
    for number, client in enumerate(members):
        hires(client, members[(number + 1) % len(members)], at=NOON + number * WEEK)


def score(expert: Expert) -> float:
    return selectors.reputations([expert.pk], on=TODAY)[expert.pk].score


def test_three_who_hire_each_other_gain_nothing_and_stay_readable(db):
    members = people(3)

    in_a_ring(members)

    assert [score(row) for row in members] == [PRIOR_MEAN] * 3
    assert WorkRecord.objects.filter(is_linked=True, quote="Superb.").count() == 3
    assert list(Link.objects.values_list("kind", "status")) == [("ring", "seen")] * 3


def test_a_chain_is_no_ring(db):
    members = people(4)

    for client, expert in pairwise(members):
        hires(client, expert)

    assert all(score(row) > PRIOR_MEAN for row in members[1:])
    assert not Link.objects.exists()


def test_staff_let_it_count_pair_by_pair(db):
    one, other = people(2)
    in_a_ring([one, other])
    first = Link.objects.get(expert=other)

    links.dismiss(first, reason="Two studios.", by=factories.finance(), at=NOON)
    hires(one, other, at=NOON + 9 * WEEK)

    assert (score(other) > PRIOR_MEAN, score(one)) == (True, PRIOR_MEAN)
    assert Link.objects.get(pk=first.pk).status == "unrelated"


def test_nothing_else_is_taken_from_them(db):
    """Two people may work for each other: they go on, and nothing is refused."""
    one, other = people(2)
    in_a_ring([one, other])

    client = one.user.memberships.get().organisation
    links.refuse_one(client, other, at=NOON)
    assert not reads.belong_together(client, other, at=NOON)


def test_what_a_ring_delivered_is_no_evidence(db):
    one, other = people(2)
    contract = hires(one, other)
    links.let_it_be_shown(contract.milestones.get(), at=NOON)
    assert Delivery.objects.count() == 1

    hires(other, one)

    assert not Delivery.objects.exists()
    links.let_it_be_shown(contract.milestones.get(), at=NOON)
    assert not Delivery.objects.exists()


def test_a_ring_of_years_ago_is_none(db):
    one, other = people(2)
    hires(one, other, at=NOON - timedelta(days=800))
    hires(other, one)

    assert not Link.objects.exists()


@pytest.mark.drills
def test_twenty_rings_gain_no_point(db):
    """Rings of two to six people, some with honest work beside it, which goes on to count."""
    dice = random.Random(20)  # noqa: S311 (the same rings every time)
    stranger = people(1, "Honest client")[0]
    gained = {}
    for number in range(20):
        members = people(dice.randint(2, 6), f"Ring {number}")
        honest = number % 4 == 0
        if honest:
            hires(stranger, members[0], at=NOON - WEEK)
        before = [score(row) for row in members]
        in_a_ring(members)
        gained[number] = [score(row) for row in members] == before

    assert gained == dict.fromkeys(range(20), True)
