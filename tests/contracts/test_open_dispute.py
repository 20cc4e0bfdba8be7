"""Either side opens a dispute: what is held for that milestone freezes, and nothing else does."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Membership
from contracts.models import Dispute, Exhibit, Milestone, Refund, Release, Statement
from contracts.services import contracts, disputes, milestones, statements
from contracts.services.statements import Told
from experts.models import Upload
from marketplace.kit.files import FileRefused
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.disputed import ANSWER_DUE, opened, report, told, usd

S = Milestone.Status


def test_what_is_held_freezes_and_the_review_clock_stops(submission, acme):
    dispute = opened(submission.milestone, by=acme, wants=500_00)

    milestone = Milestone.objects.get(pk=submission.milestone_id)
    assert (milestone.status, milestone.review_due_at) == (S.DISPUTED, None)
    assert (dispute.amount, dispute.claim, dispute.answer) == (usd(3_000_00), usd(500_00), None)
    assert (dispute.status, dispute.opener, dispute.due_at) == ("open", "client", ANSWER_DUE)
    assert dispute.history.get().verb == "open"
    assert milestones.release_unanswered(milestone, at=NOON + timedelta(days=99)) is None


def test_the_expert_opens_one_too_also_before_work_is_handed_in(funded, ada):
    dispute = opened(funded, by=ada, wants=3_000_00)

    assert (dispute.opener, dispute.other_side) == ("expert", "client")


def test_only_what_is_left_is_disputed(funded, acme):
    milestones.release_part(funded, usd(1_000_01), number=1, by=acme, at=NOON)

    dispute = opened(funded, by=acme)

    assert dispute.amount == usd(1_999_99)


def test_the_other_milestone_goes_on(submission, contract, pay, acme, ada):
    opened(submission.milestone, by=acme)
    second = contract.milestones.get(position=2)

    pay(second)
    milestones.approve(agreed.handed_in(second), by=acme, at=NOON)

    second.refresh_from_db()
    assert second.status == S.RELEASED


def test_nobody_moves_what_is_frozen(submission, acme, ada):
    milestone = submission.milestone
    opened(milestone, by=acme)

    for move in (
        lambda: milestones.approve(submission, by=acme, at=NOON),
        lambda: milestones.release_part(milestone, usd(1), number=1, by=acme, at=NOON),
        lambda: milestones.give_back(milestone, by=ada, at=NOON),
        lambda: milestones.ask_for_changes(submission, note="x", failing=[], by=acme, at=NOON),
        lambda: agreed.handed_in(milestone),
    ):
        with pytest.raises(IllegalMove):
            move()

    assert not Release.objects.exists()
    assert not Refund.objects.exists()


def test_what_is_said_is_kept_with_the_checks_the_links_and_the_files(submission, acme):
    said = Told(
        "It misses the scanned tables.",
        remarks={1: "0.91 on our own set", 2: "", 9: "there is no such check"},
        links=["https://acme.example/log"],
        files=[report()],
    )
    dispute = disputes.open_on(submission.milestone, wants=usd(0), told=said, by=acme, at=NOON)

    statement = dispute.statements.get()
    link, file = statement.exhibits.all()
    assert (statement.kind, statement.side, statement.by) == ("claim", "client", acme)
    assert [(row.agreed_check.position, row.text) for row in statement.remarks.all()] == [
        (1, "0.91 on our own set")
    ]
    assert (link.url, link.upload) == ("https://acme.example/log", None)
    assert (file.upload.name, file.sha256) == ("report.csv", file.upload.sha256)
    assert file.upload.status == Upload.Status.CLEAN


def test_the_fingerprint_is_of_all_that_was_said_and_changes_with_any_of_it(submission, acme):
    said = Told("Words", remarks={1: "a"}, links=["https://a.example/"], files=[report()])
    dispute = disputes.open_on(submission.milestone, wants=usd(5), told=said, by=acme, at=NOON)
    statement, file = dispute.statements.get(), Upload.objects.get()

    def digest(text="Words", wants=5, remark="a", link="https://a.example/", files=(file,)):
        return statements.digest_of(text, usd(wants), {1: remark}, [link], files)

    assert statement.digest == digest()
    others = digest("words"), digest(wants=6), digest(remark="b"), digest(link="https://b.example/")
    assert len({statement.digest, *others, digest(files=())}) == 6


@pytest.mark.parametrize("related", ["statements", "history"])
@pytest.mark.parametrize(
    "change", [lambda rows: rows.delete(), lambda rows: rows.update(by=rows[0].by)]
)
def test_the_database_lets_nobody_rewrite_what_was_said(dispute, related, change):
    rows = getattr(dispute, related).all()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(rows)

    assert dispute.statements.get().text == "It misses the scanned tables."


# --- Refusals


@pytest.mark.parametrize("who", ["mallory", "rhea", "viewer"])
def test_only_the_two_sides_open(submission, member, who, request):
    person = member(Membership.Role.VIEWER) if who == "viewer" else request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        opened(submission.milestone, by=person)

    assert nothing_happened(submission)


@pytest.mark.parametrize("role", ["hiring", "finance"])
def test_members_who_hire_or_pay_open_for_the_client(submission, member, role):
    assert opened(submission.milestone, by=member(role)).opener == "client"


def test_without_held_money_there_is_nothing_to_dispute(milestone, acme):
    with pytest.raises(IllegalMove):
        opened(milestone, by=acme)

    assert not Dispute.objects.exists()


def test_one_dispute_at_a_time(dispute, ada):
    with pytest.raises(IllegalMove):
        opened(dispute.milestone, by=ada)

    assert Dispute.objects.get() == dispute


def test_a_side_opens_two_on_a_milestone_at_most(submission, acme, ada):
    for _ in range(2):
        disputes.withdraw(opened(submission.milestone, by=acme), by=acme, at=NOON)

    with pytest.raises(disputes.OpenedTooOften):
        opened(submission.milestone, by=acme)

    assert nothing_happened(submission, disputes=2)
    assert opened(submission.milestone, by=ada)


@pytest.mark.parametrize("minor", [-1, 3_000_01])
def test_the_wish_is_within_what_is_held(submission, acme, minor):
    with pytest.raises(disputes.WishOutOfRange):
        opened(submission.milestone, by=acme, wants=minor)

    assert nothing_happened(submission)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (told("  "), statements.NothingWasSaid),
        (told(links=["ftp://acme.example/"]), statements.LinkRefused),
        (told(links=["https://acme.example/"] * 21), statements.TooManyExhibits),
        (told(files=[report(b"", "empty.csv")]), FileRefused),
        (told(files=[report(b"MZ\x90\x00", "tool.exe")]), FileRefused),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(submission, acme, said, refusal):
    with pytest.raises(refusal):
        disputes.open_on(submission.milestone, wants=usd(0), told=said, by=acme, at=NOON)

    assert nothing_happened(submission)
    assert not Exhibit.objects.exists()
    assert not Upload.objects.exists()


def test_a_frozen_contract_has_no_new_disputes(submission, acme):
    contracts.freeze(submission.milestone.contract, reason="staff", source="x", by=None, at=NOON)

    with pytest.raises(contracts.ContractIsFrozen):
        opened(submission.milestone, by=acme)

    assert nothing_happened(submission)


def nothing_happened(submission, *, disputes: int = 0) -> bool:
    milestone = Milestone.objects.get(pk=submission.milestone_id)
    is_in_review = milestone.status == S.SUBMITTED and milestone.review_due_at is not None
    return is_in_review and Dispute.objects.count() == Statement.objects.count() == disputes
