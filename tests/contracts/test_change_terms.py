"""One side proposes other terms, line by line; they hold once the other side accepts."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Notification
from contracts import invariants
from contracts.models import Amendment, AmendmentLine, Contract, Milestone, TermsVersion
from contracts.services import amendments, differences, funding, milestones, offers, terms
from contracts.services.differences import Check, Planned
from contracts.services.offered import TermsAreOutOfBounds
from contracts.services.terms import Word
from contracts.written import check_values
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

S = Milestone.Status
Subject = AmendmentLine.Subject
A_WEEK = timedelta(days=7)


@laid
def contract(contract, checks, acme, ada) -> Contract:
    """Its terms on record: two milestones, three checks, fourteen days to review."""
    terms.record(contract, client=Word(acme, NOON - A_WEEK), expert=Word(ada, NOON))
    return contract


def planned(contract, **changes) -> list[Planned]:
    """The milestones without money as they are; `first` or `second` replaces one, None drops it."""
    rows = contract.milestones.filter(status__in=(S.PLANNED, S.FUNDING))
    return [
        row
        for milestone in rows
        if (row := changes.get({1: "first", 2: "second"}[milestone.position], as_is(milestone)))
    ]


def as_is(milestone, **changes) -> Planned:
    values = {"title": milestone.title, "amount": milestone.amount, "due_on": milestone.due_on}
    return Planned(**values | changes, of=milestone)


def check_as_is(check, **changes) -> Check:
    return Check(**check_values(check) | changes, of=check)


def propose(contract, *, by, at=NOON, **changes) -> Amendment:
    """Propose what is agreed, with something about it changed."""
    values = {
        "planned": planned(contract),
        "checks": [check_as_is(row) for row in contract.agreed_checks],
        "review_window_days": contract.review_window_days,
        "message": "As discussed.",
    }
    return amendments.propose_change(contract, **values | changes, by=by, at=at)


@pytest.fixture
def second(contract) -> Milestone:
    return contract.milestones.get(position=2)


def dearer(contract, *, by, at=NOON) -> Amendment:
    """A proposal to pay $1,500.00 for the second milestone."""
    row = as_is(contract.milestones.get(position=2), amount=Money(1_500_00, "usd"))
    return propose(contract, planned=planned(contract, second=row), by=by, at=at)


# --- Proposing


def test_every_difference_is_one_line_and_nothing_has_changed_yet(contract, ada, second, checks):
    extra = Planned("Handover", Money(500_00, "usd"), date(2030, 4, 1))
    amendment = propose(
        contract,
        planned=[*planned(contract, first=None, second=as_is(second, title="Pilot")), extra],
        checks=[check_as_is(checks[0], target="0.97"), check_as_is(checks[1])],
        review_window_days=7,
        by=ada,
    )

    found = {line.subject: (line.before, line.after) for line in amendment.lines.all()}
    assert list(found) == [
        Subject.MILESTONE_CHANGED,
        Subject.MILESTONE_ADDED,
        Subject.MILESTONE_CANCELLED,
        Subject.CHECK_CHANGED,
        Subject.CHECK_REMOVED,
        Subject.REVIEW_WINDOW,
    ]
    assert found[Subject.REVIEW_WINDOW] == ({"days": 14}, {"days": 7})
    assert found[Subject.MILESTONE_ADDED] == (
        {},
        {"title": "Handover", "amount_minor": 500_00, "due_on": "2030-04-01"},
    )
    assert (amendment.status, amendment.side) == ("proposed", "expert")
    assert amendment.expires_at == NOON + A_WEEK
    second.refresh_from_db()
    assert second.title == "Retrieval with sources"
    assert contract.terms.count() == 1


def test_what_is_agreed_already_is_no_proposal(contract, ada):
    with pytest.raises(amendments.NothingWouldChange):
        propose(contract, by=ada)

    assert not Amendment.objects.exists()


def test_one_proposal_at_a_time(contract, ada, acme):
    dearer(contract, by=ada)

    with pytest.raises(amendments.AnotherProposalIsOpen):
        propose(contract, review_window_days=7, by=acme)

    assert Amendment.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("hiring", True), ("finance", False), ("viewer", False)]
)
def test_those_who_hire_propose_for_the_client(contract, member, role, may):
    person = member(role)
    if may:
        assert propose(contract, review_window_days=7, by=person).side == "client"
    else:
        with pytest.raises(PermissionDenied):
            propose(contract, review_window_days=7, by=person)


def test_an_outsider_proposes_nothing(contract, mallory):
    with pytest.raises(PermissionDenied):
        propose(contract, review_window_days=7, by=mallory)

    assert not Amendment.objects.exists()


@pytest.mark.parametrize("amount", [1, 900_000_01])
def test_an_amount_no_contract_may_have_is_refused(contract, ada, second, amount):
    row = as_is(second, amount=Money(amount, "usd"))

    with pytest.raises(TermsAreOutOfBounds):
        propose(contract, planned=planned(contract, second=row), by=ada)

    assert not Amendment.objects.exists()


def test_a_milestone_that_is_paid_for_is_not_changed(contract, pay, ada, milestone):
    rows = planned(contract)
    pay(milestone)

    with pytest.raises(differences.TermsHaveChanged):
        propose(contract, planned=rows, review_window_days=7, by=ada)


def test_the_other_side_is_told_until_when_to_answer(contract, ada, acme):
    amendment = dearer(contract, by=ada)

    notice = Notification.objects.get(key=f"amendment:{amendment.public_id}:proposed")
    assert notice.user == acme
    assert notice.subject == (
        "Ada Okonkwo proposes to change Support assistant that cites or stays silent: "
        "answer by 8 Jan 2030"
    )


# --- Accepting


def test_accepted_terms_hold_and_are_the_next_version(contract, ada, acme, second, checks):
    extra = Planned("Handover", Money(500_00, "usd"), date(2030, 4, 1))
    changed = as_is(second, title="Pilot", amount=Money(1_500_00, "usd"))
    amendment = propose(
        contract,
        planned=[*planned(contract, first=None, second=changed), extra],
        checks=[check_as_is(checks[0], target="0.97"), check_as_is(checks[1])],
        review_window_days=7,
        by=ada,
    )

    version = amendments.accept(amendment, by=acme, at=NOON + A_WEEK / 2)

    rows = list(contract.milestones.values_list("title", "amount_minor", "status"))
    assert rows == [
        ("Retrieval with sources", 3_000_00, S.CANCELLED),
        ("Pilot", 1_500_00, S.PLANNED),
        ("Handover", 500_00, S.PLANNED),
    ]
    contract = Contract.objects.get()
    assert contract.review_window_days == 7
    assert [row.goal for row in contract.agreed_checks] == ["≥ 0.97", "≤ 2.5 s"]
    assert contract.checks.count() == 4
    first = contract.terms.get(number=1)
    assert (version.number, version.document["previous"]) == (2, first.sha256)
    assert version.document["expert"]["by"] == ada.public_id
    assert version.document["client"]["at"] == "2030-01-05T00:00:00.000000+00:00"
    assert [row["amount_minor"] for row in version.document["terms"]["milestones"]] == [
        1_500_00,
        500_00,
    ]
    amendment.refresh_from_db()
    assert amendment.status == "accepted"


def test_what_was_measured_keeps_the_check_it_was_measured_by(contract, pay, milestone, acme, ada):
    pay(milestone)
    work = agreed.handed_in(milestone)
    rows = [check_as_is(row) for row in contract.agreed_checks]
    rows[0] = check_as_is(contract.agreed_checks[0], target="0.99")
    amendment = propose(contract, checks=rows, by=acme)

    amendments.accept(amendment, by=ada, at=NOON)

    assert work.measures.all()[0].agreed_check.target == "0.95"
    milestones.ask_for_changes(work, note="More", failing=[], by=acme, at=NOON)
    again = agreed.handed_in(milestone)
    assert [row.agreed_check.target for row in again.measures.all()] == ["0.99", "2.5", "Refuses"]


@pytest.mark.parametrize("who", ["ada", "mallory"])
def test_the_side_that_asks_does_not_answer(contract, ada, who, request):
    amendment = dearer(contract, by=ada)

    with pytest.raises(PermissionDenied):
        amendments.accept(amendment, by=request.getfixturevalue(who), at=NOON)

    assert contract.terms.count() == 1


def test_a_milestone_that_was_paid_for_meanwhile_stays_as_it_is(contract, ada, acme, pay, second):
    amendment = dearer(contract, by=ada)
    pay(second)

    with pytest.raises(differences.TermsHaveChanged):
        amendments.accept(amendment, by=acme, at=NOON)

    second.refresh_from_db()
    assert (second.amount_minor, second.status) == (1_000_01, S.FUNDED)
    amendment.refresh_from_db()
    assert (amendment.status, contract.terms.count()) == ("proposed", 1)


def test_a_milestone_nobody_touches_may_be_paid_for_meanwhile(contract, ada, acme, pay, milestone):
    amendment = dearer(contract, by=ada)
    pay(milestone)

    assert amendments.accept(amendment, by=acme, at=NOON).number == 2


def test_an_open_page_of_a_milestone_that_changes_is_closed(
    stripe, sdk, contract, ada, acme, second
):
    amendment = dearer(contract, by=ada)
    funding.checkout_url(second, by=acme, at=NOON)

    amendments.accept(amendment, by=acme, at=NOON)

    second.refresh_from_db()
    [session] = sdk.v1.checkout.sessions.list().data
    assert session.status == "expired"
    assert (second.status, second.amount_minor) == (S.PLANNED, 1_500_00)


def test_a_page_that_was_paid_just_before_counts_and_nothing_changes(
    stripe, contract, ada, acme, second
):
    amendment = dearer(contract, by=ada)
    funding.checkout_url(second, by=acme, at=NOON)
    stripe.pay(second.payments.get().session_id)

    with pytest.raises(differences.TermsHaveChanged):
        amendments.accept(amendment, by=acme, at=NOON)

    second.refresh_from_db()
    assert (second.status, second.amount_minor) == (S.FUNDED, 1_000_01)


def test_a_proposal_is_answered_in_time_or_not_at_all(contract, ada, acme):
    amendment = dearer(contract, by=ada)

    with pytest.raises(amendments.ProposalHasExpired):
        amendments.accept(amendment, by=acme, at=NOON + A_WEEK)
    assert amendments.expire_due(at=NOON + A_WEEK - timedelta(seconds=1)) == 0
    assert amendments.expire_due(at=NOON + A_WEEK) == 1
    assert amendments.expire_due(at=NOON + A_WEEK) == 0

    amendment.refresh_from_db()
    assert amendment.status == "expired"
    with pytest.raises(IllegalMove):
        amendments.accept(amendment, by=acme, at=NOON)


def test_declining_changes_nothing_and_gives_the_reason(contract, ada, acme):
    amendment = dearer(contract, by=ada)

    amendments.decline(amendment, note="Not this quarter.", by=acme, at=NOON)

    notice = Notification.objects.get(user=ada, key=f"amendment:{amendment.public_id}:declined")
    assert notice.body == "They wrote: Not this quarter."
    assert contract.terms.count() == 1
    assert dearer(contract, by=ada).status == "proposed"


def test_only_the_side_that_asked_takes_it_back(contract, ada, acme):
    amendment = dearer(contract, by=ada)
    with pytest.raises(PermissionDenied):
        amendments.withdraw(amendment, by=acme, at=NOON)

    amendments.withdraw(amendment, by=ada, at=NOON)

    with pytest.raises(IllegalMove):
        amendments.accept(amendment, by=acme, at=NOON)
    assert contract.terms.count() == 1


# --- What is on record


def test_accepting_an_offer_is_version_1(offer, acme, ada):
    contract = offers.accept(offer, by=ada, at=NOON)

    version = contract.terms.get()
    assert (version.number, version.document["previous"], version.is_intact) == (1, "", True)
    assert version.document["client"]["by"] == acme.public_id
    assert version.document["terms"]["review_window_days"] == 14
    assert len(version.document["terms"]["milestones"]) == 2


def test_a_version_cannot_be_changed_or_taken_out(contract):
    version = TermsVersion.objects.get()
    for change in (lambda: TermsVersion.objects.update(number=9), version.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    assert TermsVersion.objects.get().number == 1


def test_a_forged_version_is_found(contract):
    forged = {"number": 2, "previous": "0" * 64, "terms": {"milestones": []}}
    assert list(invariants.terms_that_are_broken()) == []

    with transaction.atomic():
        contract.terms.create(number=2, document=forged, sha256="0" * 64, agreed_at=NOON)
        found = list(invariants.terms_that_are_broken())
        transaction.set_rollback(True)

    name = f"{contract.public_id}, terms 2"
    assert found == [
        f"{name}: not the text its fingerprint was taken of",
        f"{name}: does not follow the version before it",
        *(f"{row.public_id} is not what the latest terms say" for row in contract.milestones.all()),
    ]
