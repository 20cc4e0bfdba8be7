"""Money is not held for ever: warnings at day 60 and 75, and on day 80 what is known decides."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import Notification
from accounts.models.user import FINANCE
from contracts import invariants
from contracts.models import Milestone, Refund, Release
from contracts.services import contracts, holds, milestones
from contracts.services.ledger import balance, escrow
from marketplace.kit.money import Money
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed, disputed
from tests.laid import laid

S = Milestone.Status


def on_day(days: float):
    return NOON + timedelta(days=days)


@laid
def fiona(db):
    """A member of staff who watches the money."""
    user = factories.user("Fiona", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=FINANCE)[0])
    return user


def warnings(user) -> list[str]:
    rows = Notification.objects.filter(user=user, key__contains=":hold-").order_by("pk")
    return list(rows.values_list("subject", flat=True))


def test_both_sides_are_warned_once_on_day_60_and_once_on_day_75(funded, acme, ada):
    told = []
    for day in (59, 60, 60.5, 74, 75, 79, 80):
        holds.warn_due(at=on_day(day))
        told.append(len(warnings(acme)))

    assert told == [0, 1, 1, 1, 2, 2, 2]
    assert warnings(ada) == warnings(acme)
    assert warnings(ada)[0] == "Decide by 22 Mar 2030: $3,000.00 held for milestone 1"


def test_a_sweep_that_was_away_gives_the_latest_warning_alone(funded, acme):
    holds.warn_due(at=on_day(77))

    assert len(warnings(acme)) == 1


@pytest.mark.parametrize("is_asked_for_changes", [False, True])
def test_without_work_in_review_the_money_goes_back(funded, acme, is_asked_for_changes):
    if is_asked_for_changes:
        work = agreed.handed_in(funded)
        milestones.ask_for_changes(work, note="More", failing=[], by=acme, at=NOON)
    assert holds.overdue(at=on_day(79.99)) == []
    assert holds.decide(funded, at=on_day(79.99)) is None

    assert holds.overdue(at=on_day(80)) == [funded.pk]
    holds.decide(funded, at=on_day(80))

    funded.refresh_from_db()
    assert (funded.status, Refund.objects.get().kind) == (S.REFUNDED, "hold_limit")
    assert balance(escrow(funded)) == Money(0, "usd")
    assert holds.decide(funded, at=on_day(81)) is None
    assert Refund.objects.count() == 1


def test_work_in_review_is_paid(submission):
    milestone = submission.milestone

    holds.decide(milestone, at=on_day(80))

    milestone.refresh_from_db()
    assert (milestone.status, Release.objects.get().kind) == (S.RELEASED, "hold_limit")
    assert Release.objects.get().by is None


def test_a_review_never_ends_after_the_limit(funded):
    late = on_day(75)
    work = milestones.submit(
        funded, **agreed.work(funded.contract), by=funded.contract.expert.user, at=late
    )

    assert work.milestone.review_due_at == on_day(80)


@pytest.mark.parametrize("why", ["disputed", "frozen"])
def test_where_a_person_decides_our_staff_are_told_once(client, submission, acme, fiona, why):
    milestone = submission.milestone
    if why == "disputed":
        disputed.opened(milestone, by=acme)
    else:
        contracts.freeze(milestone.contract, reason="chargeback", source="cbk", by=None, at=NOON)

    for day in (80, 80.1, 90):
        assert holds.decide(milestone, at=on_day(day)) is None

    assert not Release.objects.exists()
    assert not Refund.objects.exists()
    assert warnings(fiona) == [
        "Past the limit: $3,000.00 of milestone 1, Support assistant that cites or stays silent"
    ]
    client.force_login(fiona)
    assert client.get(Notification.objects.get(user=fiona).url).status_code == 200


def test_money_past_its_limit_is_found(funded):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)

    with transaction.atomic():
        Milestone.objects.update(funded_at=long_ago)
        found = list(invariants.holds_past_their_limit())
        contracts.freeze(funded.contract, reason="staff", source="x", by=None, at=NOON)
        excused = list(invariants.holds_past_their_limit())
        transaction.set_rollback(True)

    assert found == [f"{funded.public_id} has been held since {long_ago}"]
    assert excused == []
