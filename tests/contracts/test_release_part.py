"""A client lets a part of the held money go before the rest, and silence lets all of it go."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from contracts.models import Milestone, Operation, Release
from contracts.services import contracts, ledger, milestones, releases
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from marketplace.kit.words import deadline_text
from tests.conftest import NOON
from tests.contracts import agreed

USD_0 = Money(0, "usd")
WINDOW = timedelta(days=14)


def usd(minor: int) -> Money:
    return Money(minor, "usd")


def test_the_parts_fees_add_up_to_the_fee_of_the_whole(funded, acme):
    for number, amount in enumerate((1_000_01, 33, 999_99, 999_67), start=1):
        milestones.release_part(funded, usd(amount), number=number, by=acme, at=NOON)

    funded.refresh_from_db()
    rows = list(funded.releases.all())
    assert funded.status == Milestone.Status.RELEASED
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert sum(row.gross_minor for row in rows) == 3_000_00
    assert sum(row.expert_fee_minor for row in rows) == 180_00
    assert sum(row.client_fee_minor for row in rows) == 150_00
    assert ledger.balance(ledger.escrow(funded)) == USD_0
    assert Operation.objects.count() == 4


def test_a_part_leaves_the_rest_held_and_the_work_under_way(funded, acme):
    milestones.release_part(funded, usd(500_00), number=1, by=acme, at=NOON)

    funded.refresh_from_db()
    assert (funded.status, funded.held) == (Milestone.Status.FUNDED, usd(2_500_00))
    assert funded.contract.status == "active"


@pytest.mark.parametrize("minor", [0, -1, 3_000_01, 10**12])
def test_a_part_is_above_zero_and_within_what_is_held(funded, acme, minor):
    with pytest.raises(releases.MoreThanIsHeld):
        milestones.release_part(funded, usd(minor), number=1, by=acme, at=NOON)

    assert not Release.objects.exists()


def test_a_form_sent_twice_is_one_release(funded, acme):
    milestones.release_part(funded, usd(500_00), number=1, by=acme, at=NOON)

    with pytest.raises(milestones.PartWasReleased):
        milestones.release_part(funded, usd(500_00), number=1, by=acme, at=NOON)

    assert Release.objects.count() == Operation.objects.count() == 1


@pytest.mark.parametrize("who", ["ada", "mallory"])
def test_only_those_who_pay_let_go(funded, who, request):
    with pytest.raises(PermissionDenied):
        milestones.release_part(funded, usd(1), number=1, by=request.getfixturevalue(who), at=NOON)

    assert not Release.objects.exists()


def test_nothing_is_let_go_of_what_is_not_funded(contract, acme):
    with pytest.raises(IllegalMove):
        milestones.release_part(
            contract.milestones.get(position=2), usd(1), number=1, by=acme, at=NOON
        )


def test_approving_releases_what_the_parts_left(submission, acme):
    milestone = submission.milestone
    milestones.release_part(milestone, usd(1_000_00), number=1, by=acme, at=NOON)

    release = milestones.approve(submission, by=acme, at=NOON)

    assert (release.number, release.gross_minor) == (2, 2_000_00)
    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.RELEASED


# --- Silence


def test_work_nobody_answered_is_released_when_the_window_ends(submission):
    milestone = submission.milestone

    assert milestones.unanswered(at=NOON + WINDOW - timedelta(seconds=1)) == []
    assert milestones.unanswered(at=NOON + WINDOW) == [milestone.pk]
    release = milestones.release_unanswered(milestone, at=NOON + WINDOW)

    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.RELEASED
    assert (release.kind, release.by) == (Release.Kind.UNANSWERED, None)
    assert milestones.release_unanswered(milestone, at=NOON + WINDOW) is None


@pytest.mark.parametrize(
    ("zone", "noon", "shown"),
    [
        # Clocks go forward in London on 31 March 2030, and back in New York on 3 November.
        ("Europe/London", (2030, 3, 25, 12), "Mon 8 Apr 2030, 13:00 BST"),
        ("America/New_York", (2030, 10, 25, 12), "Fri 8 Nov 2030, 07:00 EST"),
    ],
)
def test_a_change_of_clocks_moves_the_hour_on_the_wall_and_not_the_moment(
    pay, checks, milestone, ada, zone, noon, shown
):
    start = datetime(*noon, tzinfo=UTC)
    pay(milestone, at=start)
    milestones.submit(milestone, **agreed.work(milestone.contract), by=ada, at=start)

    with timezone.override(zone):
        assert deadline_text(milestone.review_due_at) == shown
    assert milestones.unanswered(at=start + WINDOW - timedelta(seconds=1)) == []
    assert milestones.unanswered(at=start + WINDOW) == [milestone.pk]


def test_changes_asked_in_time_stop_the_clock(submission, acme):
    milestones.ask_for_changes(submission, note="Cite pages.", failing=[], by=acme, at=NOON)

    assert milestones.unanswered(at=NOON + 2 * WINDOW) == []
    assert milestones.release_unanswered(submission.milestone, at=NOON + 2 * WINDOW) is None
    assert not Release.objects.exists()


def test_the_clock_of_a_frozen_contract_does_nothing(submission):
    contracts.freeze(
        submission.milestone.contract, reason="chargeback", source="cbk", by=None, at=NOON
    )

    assert milestones.release_unanswered(submission.milestone, at=NOON + WINDOW) is None
    assert not Release.objects.exists()


# --- Clearing


def test_a_transfer_waits_until_the_clearing_period_is_over(
    held, stripe, acme, account, settings, work
):
    settings.CLEARING_DAYS = 3
    milestones.release_part(held.milestone, usd(1_000_00), number=1, by=acme, at=NOON)
    operation = Operation.objects.get()

    work(NOON + timedelta(days=3) - timedelta(seconds=1))
    operation.refresh_from_db()
    assert operation.status == Operation.Status.PENDING

    work(NOON + timedelta(days=3))
    operation.refresh_from_db()
    assert operation.status == Operation.Status.SUCCEEDED
