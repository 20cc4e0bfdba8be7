"""The pages of work by the hour, as both sides use them; nothing of them needs a script."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.models import Offer, Payment, Refund, Release, Timesheet
from contracts.services import timesheets
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts import hourly as rows
from tests.contracts.hourly import MONDAY


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the pages, as it is for Stripe."""
    for page in ("contracts", "hours", "offers"):
        monkeypatch.setattr(f"contracts.views.{page}.now", lambda: NOON)


@pytest.fixture
def ask(client):
    """Send something as somebody; return the status, where it leads and the words of the page."""

    def ask(user, name, *args, method="get", **data):
        client.force_login(user)
        answer = getattr(client, method)(reverse(f"contracts:{name}", args=args), data)
        return answer.status_code, answer.get("Location", ""), _words(answer)

    return ask


def _words(response) -> str:
    return " ".join(response.content.decode().split())


def sent(*lines, **more):
    """A week as a browser sends it."""
    data = {"lines-count": str(len(lines))}
    for number, (day, hours, what) in enumerate(lines):
        values = {"day": day, "minutes": hours, "what": what}
        data |= {f"lines-{number}-{name}": value for name, value in values.items()}
    return data | more


def test_hours_are_offered_instead_of_milestones(ask, proposal, acme, ada):
    status, _, page = ask(acme, "make-hourly-offer", proposal.public_id)
    assert (status, "Pay Ada Okonkwo by the hour" in page) == (200, True)

    wrong = {"title": "Advice", "rate": "90.50", "weekly_minutes": "10.1", "message": ""}
    status, _, page = ask(acme, "make-hourly-offer", proposal.public_id, method="post", **wrong)
    assert status == 422
    assert "Enter a rate in whole dollars" in page
    assert "Enter hours in quarters, like 0.25 or 1.5" in page
    assert not Offer.objects.exists()

    right = wrong | {"rate": "90", "weekly_minutes": "10:30"} | agreed.CLAUSES
    status, _, _ = ask(acme, "make-hourly-offer", proposal.public_id, method="post", **right)
    assert status == 302
    offer = Offer.objects.get()
    assert (offer.rate, offer.weekly_minutes) == (Money(90_00, "usd"), 630)
    _, _, page = ask(ada, "offer", offer.public_id)
    assert "Accept offer of $90.00 an hour" in page
    assert "A week of 10.5 h, at most" in page


def test_a_week_is_chosen_and_paid_for_at_stripe(ask, hourly, stripe, acme):
    status, _, page = ask(acme, "prepay", hourly.public_id)
    assert 'value="20"' in page

    status, _, page = ask(acme, "prepay", hourly.public_id, starts_on=str(MONDAY), minutes="x")
    assert (status, "Enter hours in numbers" in page) == (422, True)
    _, _, page = ask(acme, "prepay", hourly.public_id, starts_on=str(MONDAY), minutes="10")
    assert "Go on to pay $945.00" in page
    assert "goes back to you by" in page
    assert "22 Mar 2030" in page

    sends = {"starts_on": str(MONDAY), "minutes": "20.25"}
    status, _, page = ask(acme, "prepay", hourly.public_id, method="post", **sends)
    assert (status, "up to the 20 h that are left" in page) == (422, True)
    status, to, _ = ask(
        acme, "prepay", hourly.public_id, method="post", starts_on=str(MONDAY), minutes="10"
    )
    assert (status, "/c/pay/" in to) == (303, True)
    assert Payment.objects.get().total == Money(945_00, "usd")


def test_lines_are_added_saved_and_handed_in_without_a_script(ask, prepaid, hourly, acme, ada):
    week = (hourly.public_id, MONDAY)
    status, _, page = ask(ada, "timesheet", *week)
    assert (status, "no pictures of your screen" in page) == (200, True)
    line = (str(MONDAY), "7.5", "Wrote the judge's cases")
    status, _, page = ask(
        ada, "timesheet", *week, method="post", **sent(line, **{"lines-add": "1"})
    )
    assert (status, "Line 2" in page) == (200, True)
    assert not Timesheet.objects.exists()

    ask(ada, "timesheet", *week, method="post", **sent(line))
    assert Timesheet.objects.get().status == "open"
    assert ask(acme, "timesheet", *week)[0] == 404

    status, _, _ = ask(ada, "timesheet", *week, method="post", **sent(line, submit="1"))
    assert status == 302
    _, _, page = ask(acme, "timesheet", *week)
    assert "Wrote the judge&#x27;s cases" in page
    assert "Approve and release $675.00" in page


@pytest.mark.parametrize("hours", ["", "0", "-1", "1.1", "25", "x", "1:99:1", "NaN", "9" * 60])
def test_hours_that_cannot_be_are_said_beside_the_field(ask, prepaid, hourly, ada, hours):
    line = (str(MONDAY), hours, "Work")
    status, _, page = ask(
        ada, "timesheet", hourly.public_id, MONDAY, method="post", **sent(line, submit="1")
    )

    assert (status, "aria-invalid" in page) == (422, True)
    assert not Timesheet.objects.exists()


def test_more_than_is_paid_for_is_refused_with_a_sentence(ask, pay, hourly, ada):
    pay(rows.week(hourly, 1))
    line = (str(MONDAY), "2", "Work")
    status, _, page = ask(
        ada, "timesheet", hourly.public_id, MONDAY, method="post", **sent(line, submit="1")
    )

    assert (status, "You wrote 2 h, and 1 h are paid for." in page) == (422, True)
    assert not Timesheet.objects.exists()


def test_approving_says_what_leaves_and_asks_about_the_rest(ask, prepaid, hourly, acme):
    ids = (hourly.public_id, rows.handed_in(hourly, 8).public_id)
    _, _, page = ask(acme, "approve-hours", *ids)
    assert "Release $720.00 to Ada Okonkwo?" in page
    assert "$1,080.00" in page
    assert ask(acme, "approve-hours", *ids, method="post", rest="rolls")[0] == 422
    assert not Release.objects.exists()

    data = {"rest": "returns", "is_checked": "on"}
    assert ask(acme, "approve-hours", *ids, method="post", **data)[0] == 302
    assert Release.objects.get().gross == Money(720_00, "usd")
    assert Refund.objects.get().amount == Money(1_080_00, "usd")
    status, _, page = ask(acme, "approve-hours", *ids, method="post", is_checked="on")
    assert (status, "This has changed since" in page) == (422, True)


def test_a_question_is_read_on_the_experts_own_page(ask, prepaid, hourly, acme, ada):
    ids = (hourly.public_id, rows.handed_in(hourly, 8).public_id)
    sends = {"question": "What is <b>Part 1</b>?"}
    assert ask(acme, "query-hours", *ids, method="post", **sends)[0] == 302

    _, _, page = ask(ada, "timesheet", hourly.public_id, MONDAY)
    assert "What is &lt;b&gt;Part 1&lt;/b&gt;?" in page
    assert "Hand in these hours" in page


def test_the_contract_says_whose_move_it_is_and_until_when(ask, hourly, pay, acme, ada):
    _, _, page = ask(acme, "detail", hourly.public_id)
    assert "Your move: pay for hours of a week ahead." in page
    pay(rows.week(hourly))
    _, _, page = ask(ada, "detail", hourly.public_id)
    assert "Your move: work, and hand in your hours." in page
    assert "$90.00 an hour, up to 20 h a week" in page
    sheet = rows.handed_in(hourly, 8)
    _, _, page = ask(acme, "detail", hourly.public_id)
    assert "Your move: review 8 h of the week of 31 Dec 2029 by" in page
    assert "If you do nothing, $720.00 are released to Ada Okonkwo then." in page
    timesheets.approve(sheet, by=acme, at=NOON)
    _, _, page = ask(ada, "detail", hourly.public_id)
    assert "Waiting for the next week, from 7 Jan 2030." in page
    assert "Write hours of this week" not in page


def test_weeks_nobody_can_name_are_not_there(ask, prepaid, hourly, contract, ada, acme):
    for starts_on in (MONDAY + timedelta(days=1), MONDAY - timedelta(days=700)):
        assert ask(acme, "timesheet", hourly.public_id, starts_on)[0] == 404
    assert ask(ada, "timesheet", contract.public_id, MONDAY)[0] == 404
