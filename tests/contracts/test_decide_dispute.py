"""An uninvolved person decides, with a reason for every check; much money takes two of them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Membership, Notification
from contracts.models import Decision, Dispute, Finding, Refund, Release
from contracts.selectors import conflicts
from contracts.services import awards, decisions, disputes
from contracts.services.decisions import Found
from experts.services import ties
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts.disputed import (
    DAY,
    SETTLE_DUE,
    decided,
    findings,
    let_decide,
    staff,
    told,
    usd,
)

Verdict = Finding.Verdict


def test_a_decision_stands_and_the_money_waits_for_the_time_to_appeal(with_staff, dan):
    decision = decided(with_staff, 1_234_56, by=dan)

    dispute = Dispute.objects.get()
    assert (decision.status, decision.round, decision.given_at) == ("standing", 1, SETTLE_DUE)
    assert (decision.award, decision.rest) == (usd(1_234_56), usd(1_765_44))
    assert [row.verdict for row in decision.findings.all()] == ["met"] * 3
    assert (dispute.status, dispute.award) == ("decided", usd(1_234_56))
    assert (dispute.due_at, dispute.decider) == (SETTLE_DUE + 5 * DAY, None)
    assert nothing_moved()


def test_both_hear_what_was_decided_and_until_when_they_can_appeal(with_staff, acme, ada, dan):
    decided(with_staff, 1_000_00, by=dan)

    told = Notification.objects.filter(
        subject="Decided: $1,000.00 to Ada Okonkwo, $2,000.00 back to Acme"
    )
    assert {row.user for row in told} == {acme, ada}
    assert all("Thu 10 Jan 2030" in row.body for row in told)


@pytest.mark.parametrize("minor", [-1, 3_000_01])
def test_an_award_is_within_what_is_frozen(with_staff, dan, minor):
    with pytest.raises(disputes.WishOutOfRange):
        decided(with_staff, minor, by=dan)

    assert is_undecided()


@pytest.mark.parametrize(
    "change",
    [
        {"reason": " "},
        {"public_text": ""},
        {"found": {}},
        {"found": {1: Found("met", "yes"), 2: Found("met", " "), 3: Found("met", "yes")}},
        {"found": {1: Found("met", "yes"), 2: Found("", "why"), 3: Found("met", "yes")}},
    ],
)
def test_nothing_is_decided_without_its_reasons(with_staff, dan, change):
    dispute = decisions.take(with_staff, by=dan, at=NOON)
    said = {"reason": "Because.", "public_text": "Because.", "found": findings(dispute)} | change

    with pytest.raises(decisions.ReasonMissing):
        decisions.decide(dispute, award=usd(1), **said, by=dan, at=NOON)

    assert is_undecided()


# --- Taking and handing back


def test_only_whoever_took_it_decides(with_staff, dan, eve):
    decisions.take(with_staff, by=dan, at=NOON)

    with pytest.raises(decisions.IsTaken):
        decisions.take(with_staff, by=eve, at=NOON)
    with pytest.raises(PermissionDenied):
        decisions.hand_back(with_staff, by=eve, at=NOON)
    assert Dispute.objects.get().decider == dan

    decisions.hand_back(with_staff, by=dan, at=NOON)
    assert decisions.take(with_staff, by=eve, at=NOON).decider == eve


def test_whoever_lets_it_lie_is_relieved(with_staff, dan, eve):
    decisions.take(with_staff, by=dan, at=NOON)

    assert decisions.take(with_staff, by=eve, at=NOON + 2 * DAY).decider == eve
    with pytest.raises(PermissionDenied):
        decisions.decide(
            with_staff, award=usd(1), found=findings(with_staff), reason="x", public_text="x",
            by=dan, at=NOON + 2 * DAY,
        )  # fmt: skip


@pytest.mark.parametrize("who", ["acme", "ada", "mallory", "rhea"])
def test_only_dispute_staff_decide(with_staff, who, request):
    with pytest.raises(PermissionDenied):
        decisions.take(with_staff, by=request.getfixturevalue(who), at=NOON)

    assert is_undecided()


def test_nobody_takes_what_is_between_the_sides(answered, dan):
    with pytest.raises(IllegalMove):
        decisions.take(answered, by=dan, at=NOON)

    assert Dispute.objects.get().decider is None


# --- Conflicts of interest


def client_of(dispute):
    return dispute.milestone.contract.organisation


CONFLICTS = {
    "client": lambda dan, dispute: Membership.objects.create(
        organisation=client_of(dispute), user=dan, role="viewer", created_at=NOON
    ),
    "organisation": lambda dan, dispute: [
        Membership.objects.create(
            organisation=factories.organisation(dan, "Both"),
            user=dispute.milestone.contract.expert.user,
            role="viewer",
            created_at=NOON,
        )
    ],
    "client_money": lambda dan, dispute: ties.begin(
        factories.expert(dan), client_of(dispute), source="con_1"
    ),
    "client_counterparty": lambda dan, dispute: [
        ties.begin(factories.expert(dan), client_of(dispute), source="con_1"),
        ties.end(source="con_1", at=NOON - timedelta(days=600)),  # type: ignore[func-returns-value]
    ],
    "money": lambda dan, dispute: ties.begin(
        dispute.milestone.contract.expert, factories.organisation(dan), source="con_1"
    ),
    "judged": lambda dan, dispute: factories.judgement(
        factories.application(
            dispute.milestone.contract.expert,
            factories.skill("evals"),
            status="rejected",
            round=1,
        ),
        dan,
    ),
}


@pytest.mark.parametrize("reason", CONFLICTS)
def test_whoever_has_to_do_with_a_side_is_kept_away(with_staff, dan, reason):
    CONFLICTS[reason](dan, with_staff)

    with pytest.raises(decisions.HasAConflict) as refusal:
        decisions.take(with_staff, by=dan, at=NOON)
    with pytest.raises(IntegrityError, match=reason), transaction.atomic():
        Dispute.objects.update(decider=dan, taken_at=NOON)

    assert str(refusal.value) == str(conflicts.WORDS[reason])
    assert is_undecided()


def test_the_expert_and_the_client_decide_nothing_of_their_own(with_staff, acme, ada):
    for person in (acme, ada):
        let_decide(person)
        with pytest.raises(decisions.HasAConflict):
            decisions.take(with_staff, by=person, at=NOON)

    assert is_undecided()


def test_two_years_on_it_is_forgotten(with_staff, dan):
    """By the clock on the wall, because the database asks no other."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    ties.begin(factories.expert(dan), client_of(with_staff), source="con_1")
    ties.end(source="con_1", at=long_ago)
    case = factories.application(
        with_staff.milestone.contract.expert, factories.skill("evals"), status="rejected", round=1
    )
    factories.judgement(case, dan, given_at=long_ago)

    assert decisions.take(with_staff, by=dan, at=NOON).decider == dan


def test_a_conflict_that_came_after_taking_it_counts(with_staff, dan):
    dispute = decisions.take(with_staff, by=dan, at=NOON)
    CONFLICTS["client"](dan, dispute)

    with pytest.raises(decisions.HasAConflict):
        decisions.decide(
            dispute, award=usd(1), found=findings(dispute), reason="x", public_text="x",
            by=dan, at=NOON,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="client"), transaction.atomic():
        Decision.objects.create(
            dispute=dispute, round=1, award_minor=1, by=dan, needs_two=False, created_at=NOON
        )
    assert not Decision.objects.exists()


# --- Two persons


@pytest.fixture
def proposed(with_staff, dan, settings) -> Decision:
    """Dan awards $1.00 of more than one person may decide about."""
    settings.DISPUTE_TWO_PERSONS_MINOR = with_staff.amount_minor - 1
    return decided(with_staff, 1_00, by=dan)


def test_up_to_the_limit_one_person_is_enough(with_staff, dan, settings):
    settings.DISPUTE_TWO_PERSONS_MINOR = with_staff.amount_minor

    assert decided(with_staff, 1, by=dan).status == "standing"


def test_above_it_a_second_person_confirms(proposed, dan, eve):
    assert (proposed.status, Dispute.objects.get().status) == ("proposed", "deciding")

    decision = decisions.confirm(proposed, by=eve, at=SETTLE_DUE)

    assert (decision.status, decision.by, decision.second) == ("standing", dan, eve)
    assert Dispute.objects.get().status == "decided"
    assert nothing_moved()


def test_nobody_confirms_their_own(proposed, dan):
    with pytest.raises(PermissionDenied):
        decisions.confirm(proposed, by=dan, at=SETTLE_DUE)
    with pytest.raises(IntegrityError, match="decision_by_two_persons"), transaction.atomic():
        Decision.objects.filter(pk=proposed.pk).update(second=dan)

    assert is_undecided(decisions=1)


def test_the_second_person_is_uninvolved_too(proposed, eve):
    CONFLICTS["client"](eve, proposed.dispute)

    with pytest.raises(decisions.HasAConflict):
        decisions.confirm(proposed, by=eve, at=SETTLE_DUE)
    with pytest.raises(IntegrityError, match="client"), transaction.atomic():
        Decision.objects.filter(pk=proposed.pk).update(second=eve)

    assert is_undecided(decisions=1)


def test_what_waits_for_the_second_person_is_not_taken_or_rewritten(proposed, eve):
    with pytest.raises(decisions.IsTaken):
        decisions.take(proposed.dispute, by=eve, at=SETTLE_DUE)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Decision.objects.filter(pk=proposed.pk).update(award_minor=2)

    assert Decision.objects.get().award == usd(1_00)


def test_sent_back_it_is_decided_anew(proposed, dan, eve):
    decisions.send_back(proposed, note="Check 2 was measured wrongly.", by=eve, at=SETTLE_DUE)

    proposed.refresh_from_db()
    assert (proposed.status, proposed.second) == ("sent_back", eve)
    assert proposed.history.last().reason == "Check 2 was measured wrongly."
    again = decided(proposed.dispute, 2_00, by=dan)
    assert decisions.confirm(again, by=eve, at=SETTLE_DUE).status == "standing"


def test_sending_back_needs_a_note(proposed, eve):
    with pytest.raises(decisions.ReasonMissing):
        decisions.send_back(proposed, note=" ", by=eve, at=SETTLE_DUE)

    assert is_undecided(decisions=1)


# --- The appeal


@pytest.fixture
def appealed(with_staff, dan, ada) -> Dispute:
    """Dan gave nothing to Ada, who appeals."""
    dispute = decided(with_staff, 0, by=dan).dispute
    return decisions.appeal(dispute, told=told("Check 2 was met."), by=ada, at=SETTLE_DUE + DAY)


def test_somebody_else_decides_an_appeal_and_that_is_final(appealed, eve):
    assert (appealed.status, appealed.due_at) == ("appealed", SETTLE_DUE + 8 * DAY)
    assert appealed.statements.get(kind="appeal").side == "expert"
    assert nothing_moved()

    decision = decided(appealed, 2_000_00, by=eve, at=SETTLE_DUE + 2 * DAY)

    dispute = Dispute.objects.get()
    assert (decision.round, decision.status) == (2, "standing")
    assert (dispute.status, dispute.outcome, dispute.award) == ("final", "on_appeal", usd(2_000_00))
    assert Release.objects.get().kind == Refund.objects.get().kind == "decided"


def test_whoever_decided_before_is_kept_from_the_appeal(appealed, dan):
    with pytest.raises(decisions.HasAConflict):
        decisions.take(appealed, by=dan, at=NOON)
    with pytest.raises(IntegrityError, match="decided"), transaction.atomic():
        Dispute.objects.update(decider=dan, taken_at=NOON)

    assert appealed.decisions.count() == 1


def test_so_is_the_second_person_of_the_first_decision(proposed, eve, acme):
    decisions.confirm(proposed, by=eve, at=SETTLE_DUE)
    dispute = decisions.appeal(proposed.dispute, told=told(), by=acme, at=SETTLE_DUE)

    with pytest.raises(decisions.HasAConflict):
        decisions.take(dispute, by=eve, at=SETTLE_DUE)
    fay, gus = staff("Fay"), staff("Gus")
    again = decided(dispute, 5_00, by=fay)
    decisions.confirm(again, by=gus, at=SETTLE_DUE)
    assert Dispute.objects.get().award == usd(5_00)


def test_there_is_one_appeal(appealed, acme, eve):
    with pytest.raises(IllegalMove):
        decisions.appeal(appealed, told=told(), by=acme, at=SETTLE_DUE + DAY)
    decided(appealed, 1, by=eve)
    with pytest.raises(IllegalMove):
        decisions.appeal(appealed, told=told(), by=acme, at=SETTLE_DUE + DAY)

    assert appealed.statements.filter(kind="appeal").count() == 1


@pytest.mark.parametrize("who", ["mallory", "rhea", "dan"])
def test_only_the_sides_appeal(with_staff, dan, who, request):
    dispute = decided(with_staff, 0, by=dan).dispute

    with pytest.raises(PermissionDenied):
        decisions.appeal(dispute, told=told(), by=request.getfixturevalue(who), at=NOON)

    assert Dispute.objects.get().status == "decided"


def test_what_is_carried_out_is_not_appealed(with_staff, dan, ada):
    dispute = decided(with_staff, 0, by=dan).dispute
    decisions.finish(dispute, at=SETTLE_DUE + 5 * DAY)

    with pytest.raises(IllegalMove):
        decisions.appeal(dispute, told=told(), by=ada, at=SETTLE_DUE + 5 * DAY)
    assert Dispute.objects.get().status == "final"


# --- Who is told


def test_dispute_staff_hear_of_what_waits_for_them(with_staff, dan):
    assert not Notification.objects.filter(user=dan).exists()

    dispute = decided(with_staff, 0, by=dan).dispute
    decisions.appeal(dispute, told=told(), by=with_staff.opened_by, at=SETTLE_DUE)

    assert Notification.objects.get(user=dan).url == "/admin/disputes/"


def test_the_way_a_milestone_goes_counts_what_moved_before(submission):
    milestone = submission.milestone
    nothing, some = usd(0), usd(1)

    assert awards._verb_of(milestone, some, nothing) == "award_expert"
    assert awards._verb_of(milestone, nothing, some) == "award_client"
    assert awards._verb_of(milestone, some, some) == "award_both"


def nothing_moved() -> bool:
    return not Release.objects.exists() and not Refund.objects.exists()


def is_undecided(*, decisions: int = 0) -> bool:
    dispute = Dispute.objects.get()
    is_open = (dispute.status, dispute.award) == ("deciding", None)
    return is_open and Decision.objects.count() == decisions and nothing_moved()
