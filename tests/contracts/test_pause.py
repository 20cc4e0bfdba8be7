"""One side pauses a contract: nothing new begins, what is held keeps its clocks, and it ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Membership, Notification
from contracts import invariants
from contracts.models import Contract, Milestone, Pause, Payment
from contracts.selectors import next_steps
from contracts.selectors.contracts import whole
from contracts.services import contracts, endings, funding, hours, milestones, pauses, timesheets
from contracts.services.timesheets import HoursDoNotFit
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts import hourly as rows

AWAY = Pause.Reason.AWAY
A_DAY = timedelta(days=1)
A_MONTH = timedelta(days=30)
SATURDAY = NOON + 4 * A_DAY


def pause(contract, *, by, at=NOON, reason=AWAY, note="") -> Contract:
    return pauses.pause(contract, reason=reason, note=note, by=by, at=at)


def asked_of(contract):
    [row] = whole(Contract.objects.filter(pk=contract.pk))
    return [step.waiting for step in next_steps.of(row, NOON)]


def nothing_happened(contract):
    contract.refresh_from_db()
    return contract.status == "active" and not Pause.objects.exists()


# --- Pausing


@pytest.mark.parametrize(("who", "side"), [("acme", "client"), ("ada", "expert")])
def test_either_side_pauses_at_once_and_says_why(contract, who, side, request):
    by = request.getfixturevalue(who)

    paused = pause(contract, by=by, note="Back on Monday.")

    row = paused.pauses.get()
    assert paused.status == "paused"
    assert (row.side, row.by, row.reason, row.note) == (side, by, "away", "Back on Monday.")
    assert (row.since, row.ends_at, row.ended_at) == (NOON, NOON + A_MONTH, None)
    event = paused.history.get(verb="pause")
    assert (event.by, event.reason) == (by, "away")


def test_both_sides_are_told_until_when(contract, acme, ada):
    pause(contract, by=ada, note="Back on Monday.")

    for who in (acme, ada):
        notice = Notification.objects.get(user=who)
        assert notice.subject.startswith("Ada Okonkwo paused ")
        assert "31 Jan 2030 at the latest" in notice.subject
        assert "They wrote: Back on Monday." in notice.body


def test_nobody_else_pauses(contract, mallory, member):
    for who in (mallory, member(Membership.Role.VIEWER)):
        with pytest.raises(PermissionDenied):
            pause(contract, by=who)

    assert nothing_happened(contract)


@pytest.mark.parametrize("status", ["paused", "ending", "completed", "cancelled"])
def test_only_what_is_active_is_paused(contract, acme, status):
    Contract.objects.update(status=status)

    with pytest.raises(IllegalMove):
        pause(contract, by=acme)

    assert not Pause.objects.exists()
    Contract.objects.update(status="active")


def test_a_consultation_has_a_time_and_is_not_paused(contract, acme):
    Contract.objects.update(kind=Contract.Kind.CONSULTATION)
    contract.refresh_from_db()

    with pytest.raises(IllegalMove):
        pause(contract, by=acme)

    assert nothing_happened(contract)


# --- While it is paused


def test_no_milestone_is_funded_and_an_open_page_is_closed(stripe, contract, milestone, acme):
    funding.checkout_url(milestone, by=acme, at=NOON)

    pause(contract, by=acme)

    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.PLANNED
    assert [row.status for row in Payment.objects.all()] == ["expired"]
    with pytest.raises(contracts.ContractIsPaused):
        funding.checkout_url(milestone, by=acme, at=NOON)
    assert Payment.objects.count() == 1


def test_no_week_is_paid_for(hourly, acme):
    pause(hourly, by=acme)

    with pytest.raises(contracts.ContractIsPaused):
        hours.checkout_url(hourly, starts_on=rows.MONDAY, minutes=600, by=acme, at=NOON)

    assert not hourly.milestones.exists()


def test_nothing_is_asked_of_anybody_but_what_is_in_review(submission, contract, acme, ada):
    pause(contract, by=acme)

    assert asked_of(contract) == ["Acme to review milestone 1", "the pause to end"]


def test_funded_work_may_be_handed_in_and_is_not_asked_for(funded, contract, acme):
    pause(contract, by=acme)
    assert asked_of(contract) == ["the pause to end"]

    agreed.handed_in(funded)

    funded.refresh_from_db()
    assert funded.status == Milestone.Status.SUBMITTED


def test_work_in_review_is_released_by_silence_all_the_same(submission, contract, acme):
    pause(contract, by=acme)
    milestone = submission.milestone
    milestone.refresh_from_db()

    milestones.release_unanswered(milestone, at=milestone.review_due_at)

    milestone.refresh_from_db()
    assert milestone.status == Milestone.Status.RELEASED


def test_hours_of_a_day_that_was_paused_are_refused(prepaid, hourly, acme, ada):
    pause(hourly, by=acme)

    def write(*worked):
        return timesheets.write(
            hourly, rows.MONDAY, rows.lines(*worked), by=ada, at=NOON + 2 * A_DAY
        )

    assert write(2, 1).minutes == 3 * 60
    with pytest.raises(HoursDoNotFit, match="paused on 2 Jan 2030"):
        write(2, 1, 1)
    pauses.resume(hourly, by=acme, at=NOON + 2 * A_DAY)
    with pytest.raises(HoursDoNotFit):
        write(2, 1, 1)


def test_ending_it_ends_the_pause(contract, acme, ada):
    pause(contract, by=acme)

    endings.end(contract, reason=Contract.EndReason.TIME, note="", by=ada, at=NOON + A_DAY)

    contract.refresh_from_db()
    assert contract.status == "cancelled"
    assert contract.pauses.get().ended_at == NOON + A_DAY


# --- Going on


def test_the_side_that_paused_goes_on(contract, acme, ada, member):
    pause(contract, by=ada)
    for other in (acme, member(Membership.Role.FINANCE)):
        with pytest.raises(PermissionDenied):
            pauses.resume(contract, by=other, at=SATURDAY)
    contract.refresh_from_db()
    assert contract.status == "paused"

    pauses.resume(contract, by=ada, at=SATURDAY)

    contract.refresh_from_db()
    row = contract.pauses.get()
    assert (contract.status, row.ended_at, row.ended_by) == ("active", SATURDAY, ada)
    assert Notification.objects.filter(user=acme, subject__endswith="goes on").count() == 1
    with pytest.raises(IllegalMove):
        pauses.resume(contract, by=ada, at=SATURDAY)


def test_it_goes_on_by_itself_when_the_time_is_over(contract, acme, ada):
    pause(contract, by=acme)

    assert pauses.resume_due(at=NOON + A_MONTH - A_DAY) == 0
    assert pauses.resume_due(at=NOON + A_MONTH) == 1
    assert pauses.resume_due(at=NOON + A_MONTH) == 0

    contract.refresh_from_db()
    row = contract.pauses.get()
    assert (contract.status, row.ended_by) == ("active", None)
    assert Notification.objects.filter(user=ada, body__contains="time of the pause").count() == 1


def test_a_pause_and_a_contract_that_disagree_are_found(contract, acme):
    pause(contract, by=acme)
    assert list(invariants.pauses_that_do_not_fit()) == []

    Contract.objects.update(status="active")
    assert len(list(invariants.pauses_that_do_not_fit())) == 1
    Contract.objects.update(status="paused")
    Pause.objects.update(ended_at=NOON)
    assert len(list(invariants.pauses_that_do_not_fit())) == 1
    Pause.objects.update(ended_at=None)


# --- The pages


def test_the_pages_pause_and_go_on(client, contract, acme, ada):
    page = reverse("contracts:detail", args=[contract.public_id])
    url = reverse("contracts:pause", args=[contract.public_id])
    resume = reverse("contracts:resume", args=[contract.public_id])
    client.force_login(acme)
    assert url in client.get(page).content.decode()
    again = client.post(url, {"reason": "", "note": "Budget round"})
    assert again.status_code == 422
    assert "Budget round" in again.content.decode()

    assert client.post(url, {"reason": "budget", "note": "Budget round"}).url == page

    shown = client.get(page).content.decode()
    assert "Paused by Acme" in shown
    assert "Budget round" in shown
    assert resume in shown
    client.force_login(ada)
    assert resume not in client.get(page).content.decode()
    assert client.post(resume).status_code == 403
    client.force_login(acme)
    assert client.post(resume).url == page
    contract.refresh_from_db()
    assert contract.status == "active"
