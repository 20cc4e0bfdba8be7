"""Silence has its consequence, whoever is silent; every end of a phase is swept from Postgres."""

from datetime import timedelta

import pytest

from accounts.models import Notification
from contracts import tasks
from contracts.models import Dispute, Milestone, Refund, Release
from contracts.services import contracts, decisions, disputes
from tests.conftest import NOON
from tests.contracts.disputed import (
    ANSWER_DUE,
    APPEAL_DUE,
    DAY,
    SETTLE_DUE,
    answered,
    decided,
    named,
    opened,
    usd,
)

SECOND = timedelta(seconds=1)


def swept(at) -> None:
    """Do what the sweep would find to do."""
    for key in disputes.due(at=at):
        decisions.end_phase(Dispute.objects.get(pk=key), at=at)


@pytest.mark.parametrize(("opener", "claim"), [("acme", 250_00), ("ada", 2_750_00)])
def test_the_claim_of_either_side_is_granted_when_nobody_answers(
    submission, opener, claim, request
):
    opened(submission.milestone, by=request.getfixturevalue(opener), wants=claim)

    swept(ANSWER_DUE)

    dispute, milestone = Dispute.objects.get(), Milestone.objects.get(pk=submission.milestone_id)
    assert (dispute.status, dispute.outcome, dispute.award) == ("final", "unanswered", usd(claim))
    assert (milestone.status, milestone.released) == ("settled", usd(claim))
    assert milestone.returned == usd(3_000_00 - claim)
    assert {row.kind for row in [*milestone.releases.all(), *milestone.refunds.all()]} == {
        "decided"
    }


@pytest.mark.parametrize("offers", [[], ["acme"], ["acme", "ada"]])
def test_what_nobody_settles_goes_to_our_staff(answered, request, offers):
    for minor, who in enumerate(offers):
        named(answered, 1_000_00 + minor, by=request.getfixturevalue(who))

    swept(SETTLE_DUE)

    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.due_at) == ("deciding", SETTLE_DUE + 7 * DAY)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("award", "status"), [(0, "refunded"), (1, "settled"), (3_000_00, "released")]
)
def test_a_decision_nobody_appeals_is_carried_out(with_staff, dan, award, status):
    decided(with_staff, award, by=dan)
    assert nothing_moved()

    swept(APPEAL_DUE)

    dispute, milestone = Dispute.objects.get(), Milestone.objects.get(pk=with_staff.milestone_id)
    assert (dispute.status, dispute.outcome, dispute.award) == ("final", "decided", usd(award))
    assert (milestone.status, milestone.released.minor) == (status, award)


def test_our_staff_have_no_consequence_of_their_own_silence(with_staff):
    swept(NOON + 90 * DAY)

    assert Dispute.objects.get().status == "deciding"


def test_no_phase_ends_a_second_early(dispute, ada, dan):
    swept(ANSWER_DUE - SECOND)
    assert Dispute.objects.get().status == "open"
    answered(dispute, by=ada)
    swept(SETTLE_DUE - SECOND)
    assert Dispute.objects.get().status == "answered"
    swept(SETTLE_DUE)
    decided(dispute, 1, by=dan)
    swept(APPEAL_DUE - SECOND)
    assert Dispute.objects.get().status == "decided"


def test_an_end_that_is_found_twice_comes_once(with_staff, dan):
    decided(with_staff, 1, by=dan)
    swept(APPEAL_DUE)

    for verb in (disputes.grant_unanswered, disputes.send_to_staff, decisions.finish):
        assert verb(with_staff, at=APPEAL_DUE + 90 * DAY) is None

    assert (Release.objects.count(), Refund.objects.count()) == (1, 1)


def test_a_frozen_contracts_money_waits_and_follows(dispute):
    contract = dispute.milestone.contract
    contracts.freeze(contract, reason="staff", source="x", by=None, at=NOON)
    swept(ANSWER_DUE)
    assert nothing_moved()

    contracts.unfreeze(contract, source="x", by=None, at=ANSWER_DUE)
    swept(ANSWER_DUE)

    assert Dispute.objects.get().status == "final"


@pytest.mark.django_db(transaction=True)
def test_the_sweep_hands_out_what_is_due(dispute, monkeypatch):
    handed: list[int] = []
    monkeypatch.setattr(
        tasks.end_dispute_phase, "delay_on_commit", lambda *, dispute_pk: handed.append(dispute_pk)
    )
    Dispute.objects.update(due_at="2001-01-01T00:00:00Z")

    tasks.sweep_disputes()

    assert handed == [dispute.pk]
    tasks.end_dispute_phase(dispute_pk=dispute.pk)
    assert Dispute.objects.get().status == "final"


# --- Reminders


def reminded(step: str) -> list[str]:
    rows = Notification.objects.filter(key__endswith=f":{step}-soon").order_by("user__email")
    return [row.user.email.partition("@")[0] for row in rows]


def test_who_can_act_is_reminded_once_a_day_before_the_end(dispute, ada, dan):
    for at in (ANSWER_DUE - 2 * DAY, ANSWER_DUE - DAY, ANSWER_DUE - SECOND, ANSWER_DUE):
        disputes.remind(at=at)
    assert reminded("answer") == ["ada"]

    answered(dispute, by=ada)
    for _ in range(2):
        disputes.remind(at=SETTLE_DUE - DAY)
    assert reminded("settle") == ["acme", "ada"]

    swept(SETTLE_DUE)
    disputes.remind(at=SETTLE_DUE + 6 * DAY)
    decided(dispute, 1, by=dan)
    disputes.remind(at=APPEAL_DUE - DAY)
    assert reminded("appeal") == ["acme", "ada"]


def nothing_moved() -> bool:
    return not Release.objects.exists() and not Refund.objects.exists()
