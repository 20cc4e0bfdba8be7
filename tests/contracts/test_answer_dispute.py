"""The other side answers within three days; either side adds to its case until staff have it."""

import pytest
from django.core.exceptions import PermissionDenied

from contracts.models import Dispute, Statement
from contracts.services import decisions, disputes, statements
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts.disputed import (
    ANSWER_DUE,
    DAY,
    SETTLE_DUE,
    answered,
    decided,
    report,
    told,
    unsettled,
    usd,
)


def test_both_have_four_days_to_settle_from_the_answer_on(dispute, ada):
    dispute = answered(dispute, by=ada, wants=2_000_00, at=NOON + DAY)

    assert (dispute.status, dispute.due_at) == ("answered", NOON + 5 * DAY)
    assert (dispute.claim, dispute.answer) == (usd(0), usd(2_000_00))
    assert dispute.statements.get(kind="answer").side == "expert"


def test_an_answer_counts_as_long_as_the_sweep_has_not_passed(dispute, ada):
    assert answered(dispute, by=ada, at=ANSWER_DUE + DAY).status == "answered"


@pytest.mark.parametrize("who", ["acme", "mallory", "rhea"])
def test_only_the_other_side_answers(dispute, who, request):
    with pytest.raises(PermissionDenied):
        answered(dispute, by=request.getfixturevalue(who))

    assert is_unanswered(dispute)


def test_asking_for_the_same_is_agreeing(dispute, ada):
    with pytest.raises(disputes.SameAsTheirs):
        answered(dispute, by=ada, wants=0)

    assert is_unanswered(dispute)


@pytest.mark.parametrize("minor", [-1, 3_000_01])
def test_the_wish_is_within_what_is_frozen(dispute, ada, minor):
    with pytest.raises(disputes.WishOutOfRange):
        answered(dispute, by=ada, wants=minor)

    assert is_unanswered(dispute)


def test_there_is_one_answer(answered, ada):
    with pytest.raises(IllegalMove):
        disputes.answer(answered, wants=usd(1), told=told(), by=ada, at=NOON)

    assert Statement.objects.filter(kind="answer").count() == 1


# --- Adding


@pytest.mark.parametrize("who", ["acme", "ada"])
def test_each_side_adds_before_and_after_the_answer(dispute, ada, who, request):
    person = request.getfixturevalue(who)
    disputes.add(dispute, told=told("One more thing."), by=person, at=NOON)
    answered(dispute, by=ada)

    added = disputes.add(dispute, told=told("And a file.", files=[report()]), by=person, at=NOON)

    assert added.exhibits.get().sha256
    assert dispute.statements.filter(kind="addition", by=person).count() == 2


def test_the_file_is_closed_while_somebody_decides(with_staff, acme):
    with pytest.raises(disputes.CaseIsClosed):
        disputes.add(with_staff, told=told(), by=acme, at=NOON)

    assert not Statement.objects.filter(kind="addition").exists()


def test_an_appeal_opens_the_file_until_somebody_takes_it(with_staff, acme, ada, dan, eve):
    dispute = decided(with_staff, 0, by=dan).dispute
    dispute = decisions.appeal(dispute, told=told("Look again."), by=ada, at=SETTLE_DUE)

    disputes.add(dispute, told=told("Nothing is new."), by=acme, at=SETTLE_DUE)
    decisions.take(dispute, by=eve, at=SETTLE_DUE)

    with pytest.raises(disputes.CaseIsClosed):
        disputes.add(dispute, told=told(), by=acme, at=SETTLE_DUE)
    assert Statement.objects.filter(kind="addition").count() == 1


@pytest.mark.parametrize("who", ["mallory", "rhea"])
def test_nobody_else_adds(dispute, who, request):
    with pytest.raises(PermissionDenied):
        disputes.add(dispute, told=told(), by=request.getfixturevalue(who), at=NOON)

    assert dispute.statements.count() == 1


def test_nobody_buries_the_other_side(dispute, acme):
    for _ in range(10):
        disputes.add(dispute, told=told(), by=acme, at=NOON)

    with pytest.raises(statements.SaidEnough):
        disputes.add(dispute, told=told(), by=acme, at=NOON)
    assert dispute.statements.count() == 11


def test_twenty_links_and_files_are_the_most_of_one_side(dispute, acme, ada):
    disputes.add(dispute, told=told(links=["https://a.example/"] * 20), by=acme, at=NOON)

    with pytest.raises(statements.TooManyExhibits):
        disputes.add(dispute, told=told(files=[report()]), by=acme, at=NOON)
    assert disputes.add(dispute, told=told(files=[report()]), by=ada, at=NOON)


def is_unanswered(dispute) -> bool:
    dispute = Dispute.objects.get(pk=dispute.pk)
    return (dispute.status, dispute.answer, dispute.statements.count()) == ("open", None, 1)


def test_once_passed_on_there_is_no_answer(answered, ada):
    dispute = unsettled(answered)

    with pytest.raises(IllegalMove):
        disputes.answer(dispute, wants=usd(1), told=told(), by=ada, at=NOON)
    assert dispute.status == "deciding"
