"""An expert offers times, a client books one and pays ahead, and it takes place, or does not."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification
from contracts.models import (
    Consultation,
    Contract,
    Freeze,
    Milestone,
    Payment,
    Refund,
    Release,
    Slot,
)
from contracts.services import bonuses, consultations, consulting, contracts, funding, milestones
from marketplace.kit import ical
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.laid import laid

A_DAY = timedelta(days=1)
MEETING = NOON + 3 * A_DAY
AN_HOUR = timedelta(hours=1)
OVER = MEETING + timedelta(hours=1)


@laid
def slot(ada) -> Slot:
    """Ada's time in three days, an hour at $80.00 for thirty minutes."""
    consulting.set_price(ada.expert, Money(80_00, "usd"), by=ada)
    return consulting.offer_times(ada.expert, [MEETING], minutes=60, by=ada, at=NOON)[0]


def begin(slot, by, at=NOON):
    organisation = by.memberships.get().organisation
    return consultations.checkout_url(
        slot, organisation=organisation, question="Which model?", by=by, at=at
    )


@laid
def booked(slot, stripe, acme) -> Consultation:
    """Acme has paid for it."""
    begin(slot, acme)
    payment = Payment.objects.get()
    stripe.pay(payment.session_id)
    funding.sync(payment, at=NOON)
    return Consultation.objects.get()


# --- Price and times


def test_times_are_offered_by_the_expert_and_do_not_overlap(slot, ada, acme):
    def offer(*starts, by=ada, minutes=30):
        return consulting.offer_times(ada.expert, starts, minutes=minutes, by=by, at=NOON)

    half = timedelta(minutes=30)
    for start in (MEETING, MEETING + half, MEETING - half + timedelta(minutes=1)):
        with pytest.raises(consulting.TimeRefused):
            offer(start)
    for start, minutes in ((NOON + half, 30), (NOON + 61 * A_DAY, 30), (OVER, 45)):
        with pytest.raises(consulting.TimeRefused):
            offer(start, minutes=minutes)
    with pytest.raises(PermissionDenied):
        offer(OVER, by=acme)
    assert Slot.objects.count() == 1

    offer(MEETING - half, OVER)
    assert Slot.objects.count() == 3


@pytest.mark.parametrize("minor", [24_99, 2_000_01])
def test_a_price_is_within_its_bounds(ada, minor):
    with pytest.raises(consulting.PriceOutOfBounds):
        consulting.set_price(ada.expert, Money(minor, "usd"), by=ada)


# --- Booking


def test_a_booking_is_paid_ahead_and_both_are_told_on_their_own_clock(booked, acme, ada):
    contract = booked.contract
    milestone = contract.milestones.get()
    assert (booked.status, contract.kind) == ("booked", "consultation")
    assert milestone.held == Money(160_00, "usd")
    assert Payment.objects.get().total == Money(168_00, "usd")
    assert contract.terms.get().document["client"]["by"] == acme.public_id
    for who in (acme, ada):
        subjects = Notification.objects.filter(user=who).values_list("subject", flat=True)
        assert "Consultation on Fri 4 Jan 2030, 12:00 UTC, $160.00 held" in subjects


def test_two_clicks_are_one_booking_and_nobody_else_gets_the_time(slot, stripe, acme, mallory):
    assert begin(slot, acme) == begin(slot, acme)
    factories.organisation(mallory)
    with pytest.raises(consultations.TimeIsTaken):
        begin(slot, mallory)
    assert Consultation.objects.count() == Contract.objects.count() == 1


def test_a_profile_leads_to_the_times_of_whoever_gives_consultations(client, slot, acme, ada):
    client.force_login(acme)
    page, link = reverse("experts:profile", args=[ada.expert.slug]), b"Book a consultation"
    assert link in client.get(page).content
    slot.delete()
    ada.expert.consulting.delete()
    assert link not in client.get(page).content


def test_a_time_that_is_not_paid_for_is_free_again(slot, stripe, acme):
    begin(slot, acme)
    payment = Payment.objects.get()
    funding.cancel(payment.milestone, by=acme, at=NOON)

    row = Consultation.objects.get()
    assert (row.status, row.contract.status) == ("lapsed", "cancelled")
    assert begin(slot, acme) != payment.session_url
    assert sorted(Consultation.objects.values_list("status", flat=True)) == ["lapsed", "paying"]


@pytest.mark.parametrize("stripe_answers", [True, False])
def test_a_time_whose_page_was_never_opened_is_free_after_an_hour(
    slot, stripe, acme, monkeypatch, stripe_answers
):
    if stripe_answers:
        # The process dies after the time was taken, before it asks Stripe.
        monkeypatch.setattr(funding, "checkout_url", lambda *_, **__: "")
        begin(slot, acme)
        monkeypatch.undo()
    else:
        stripe.plant("POST /v1/checkout/sessions", "before", times=3)
        with pytest.raises(funding.PaymentPageUnavailable):
            begin(slot, acme)
    row = Consultation.objects.get()
    assert (row.status, row.due_at) == ("paying", NOON + AN_HOUR)
    early = NOON + AN_HOUR - timedelta(seconds=1)
    assert consultations.unopened(at=early) == []
    consultations.lapse_unopened(row, at=early)
    row.refresh_from_db()
    assert row.status == "paying"

    assert consultations.unopened(at=NOON + AN_HOUR) == [row.pk]
    for _ in range(2):
        consultations.lapse_unopened(row, at=NOON + AN_HOUR)
    row.refresh_from_db()
    assert (row.status, row.due_at, row.contract.status) == ("lapsed", None, "cancelled")
    stripe.clear_faults()
    begin(slot, acme, NOON + AN_HOUR)
    assert Consultation.objects.filter(status="paying").count() == 1


def test_a_time_whose_page_was_opened_ends_by_stripes_word_alone(slot, stripe, acme):
    begin(slot, acme)
    row = Consultation.objects.get()
    later = NOON + AN_HOUR
    assert consultations.unopened(at=later) == []
    consultations.lapse_unopened(row, at=later)

    payment = Payment.objects.get()
    stripe.pay(payment.session_id)
    funding.sync(payment, at=later)
    row.refresh_from_db()
    assert row.status == "booked"


def test_who_stops_offering_is_booked_no_more_until_they_set_a_price(booked, slot, acme, ada):
    [other] = consulting.offer_times(ada.expert, [OVER], minutes=30, by=ada, at=NOON)
    with pytest.raises(PermissionDenied):
        consulting.stop(ada.expert, by=acme)
    assert ada.expert.consulting.is_open

    consulting.stop(ada.expert, by=ada)
    with pytest.raises(consultations.TimeIsTaken):
        begin(other, acme)
    booked.refresh_from_db()
    assert (booked.status, Consultation.objects.count()) == ("booked", 1)

    consulting.set_price(ada.expert, Money(90_00, "usd"), by=ada)
    begin(other, acme)
    assert Consultation.objects.count() == 2


def test_only_those_who_pay_book_and_only_what_is_offered(slot, acme, ada, member):
    with pytest.raises(PermissionDenied):
        begin(slot, member("hiring"))
    with pytest.raises(consultations.TimeIsTaken):
        begin(slot, acme, at=MEETING - timedelta(hours=1))
    consulting.withdraw_time(slot, by=ada, at=NOON)
    with pytest.raises(consultations.TimeIsTaken):
        begin(slot, acme)

    assert not Consultation.objects.exists()


# --- What becomes of it


def test_it_took_place_and_silence_pays_it(booked, ada):
    consultations.give(booked, notes="Use the small one.", by=ada, at=OVER)

    milestone = booked.contract.milestones.get()
    assert (milestone.status, milestone.review_due_at) == ("submitted", OVER + 3 * A_DAY)
    milestones.release_unanswered(milestone, at=OVER + 3 * A_DAY)
    booked.refresh_from_db()
    assert (booked.status, booked.contract.status) == ("given", "completed")
    assert Release.objects.get().gross == Money(160_00, "usd")


@pytest.mark.parametrize(("who", "ahead"), [("acme", 1), ("ada", 0)])
def test_until_a_day_before_the_client_cancels_and_the_expert_always(booked, who, ahead, request):
    by = request.getfixturevalue(who)
    consultations.cancel(booked, by=by, at=MEETING - ahead * A_DAY)

    booked.refresh_from_db()
    refund = Refund.objects.get()
    assert (booked.status, refund.kind) == ("returned", "no_meeting")
    assert refund.total == Money(168_00, "usd")


def test_within_a_day_the_client_cannot_cancel(booked, acme, mallory):
    late = MEETING - A_DAY + timedelta(seconds=1)
    with pytest.raises(consultations.TooLateToCancel):
        consultations.cancel(booked, by=acme, at=late)
    with pytest.raises(PermissionDenied):
        consultations.cancel(booked, by=mallory, at=NOON)

    assert not Refund.objects.exists()


def test_a_client_who_does_not_come_pays_unless_they_object(booked, acme, ada):
    with pytest.raises(consultations.TooEarly):
        consultations.report_client(booked, by=ada, at=MEETING + timedelta(minutes=14))
    with pytest.raises(PermissionDenied):
        consultations.report_client(booked, by=acme, at=OVER)
    consultations.report_client(booked, by=ada, at=OVER)

    booked.refresh_from_db()
    assert booked.status == "client_missed"
    assert booked.contract.milestones.get().status == "submitted"
    assert not Refund.objects.exists()


def test_an_expert_who_does_not_come_gives_it_back_after_a_day(booked, acme, ada):
    with pytest.raises(PermissionDenied):
        consultations.report_expert(booked, by=ada, at=OVER)
    consultations.report_expert(booked, by=acme, at=OVER)
    booked.refresh_from_db()
    assert booked.due_at == OVER + A_DAY
    assert consultations.give_back_unsaid(booked, at=OVER + A_DAY / 2) is None
    assert consultations.unsaid(at=OVER + A_DAY) == [booked.pk]

    consultations.give_back_unsaid(booked, at=OVER + A_DAY)
    assert consultations.give_back_unsaid(booked, at=OVER + A_DAY) is None
    assert Refund.objects.get().total == Money(168_00, "usd")


def test_an_expert_who_was_there_says_so(booked, acme, ada):
    consultations.report_expert(booked, by=acme, at=OVER)
    consultations.give(booked, notes="We spoke for an hour.", by=ada, at=OVER)

    assert consultations.unsaid(at=OVER + 9 * A_DAY) == []
    assert booked.contract.milestones.get().status == "submitted"


def test_if_nobody_says_how_it_went_the_money_goes_back(booked):
    assert consultations.unsaid(at=OVER + 7 * A_DAY - timedelta(seconds=1)) == []
    contracts.freeze(booked.contract, reason=Freeze.Reason.STAFF, source="a", by=None, at=NOON)
    assert consultations.give_back_unsaid(booked, at=OVER + 7 * A_DAY) is None
    contracts.unfreeze(booked.contract, source="a", by=None, at=NOON)

    consultations.give_back_unsaid(booked, at=OVER + 7 * A_DAY)
    booked.refresh_from_db()
    assert (booked.status, booked.due_at) == ("returned", None)


def test_money_that_goes_another_way_takes_the_consultation_along(booked, ada):
    milestones.give_back(Milestone.objects.get(), by=ada, at=NOON)

    booked.refresh_from_db()
    assert (booked.status, booked.due_at) == ("returned", None)
    with pytest.raises(IllegalMove):
        consultations.give(booked, notes="x", by=ada, at=OVER)


def test_a_bonus_is_no_payment_for_the_time_and_giving_it_up_frees_nothing(booked, acme, ada):
    for dollars in (50, 60):
        bonuses.checkout_url(booked.contract, Money(dollars * 100, "usd"), by=acme, at=NOON)
    assert Milestone.objects.filter(status="cancelled").count() == 1
    booked.refresh_from_db()
    assert booked.status == "booked"

    consultations.give(booked, notes="Use the small one.", by=ada, at=OVER)
    assert Milestone.objects.get(status="submitted").amount == Money(160_00, "usd")


# --- Pages


@pytest.fixture
def ask(client, monkeypatch):
    """Send something as somebody at noon; return the status and the words of the page."""
    monkeypatch.setattr("contracts.views.consultations.now", lambda: NOON)

    def ask(user, name, *args, method="get", **data):
        client.force_login(user)
        answer = getattr(client, method)(reverse(f"contracts:{name}", args=args), data)
        return answer.status_code, " ".join(answer.content.decode().split())

    return ask


def test_a_weekly_time_keeps_its_hour_when_the_clock_changes(ask, ada):
    ada.time_zone = "Europe/London"
    ada.save()
    ask(ada, "set-consultation-price", method="post", price="80")
    # Clocks go forward on 31 March 2030; two months ahead is too far, so time is set there.
    consulting.LATEST, kept = timedelta(days=120), consulting.LATEST
    sends = {"first": "2030-03-28T15:00", "minutes": "30", "weeks": "2"}
    status, page = ask(ada, "add-consultation-times", method="post", **sends)
    consulting.LATEST = kept

    assert status == 302, page
    assert [row.starts_at for row in Slot.objects.all()] == [
        datetime(2030, 3, 28, 15, tzinfo=UTC),
        datetime(2030, 4, 4, 14, tzinfo=UTC),
    ]


def test_a_time_that_the_clock_skips_is_refused_beside_the_field(ask, ada):
    ada.time_zone = "Europe/London"
    ada.save()
    ask(ada, "set-consultation-price", method="post", price="80")
    sends = {"first": "2030-03-24T01:30", "minutes": "30", "weeks": "2"}
    status, page = ask(ada, "add-consultation-times", method="post", **sends)

    assert (status, "the clock skips this time" in page) == (422, True)
    assert not Slot.objects.exists()


def test_a_client_sees_both_clocks_books_and_keeps_a_calendar_file(
    ask, slot, stripe, acme, ada, mallory
):
    type(ada).objects.filter(pk=ada.pk).update(time_zone="Asia/Tokyo")
    slug = ada.expert.slug
    status, page = ask(acme, "book-consultation", slug)
    assert ("Go on to pay" in page, "The next page" in page) == (False, False)
    assert "no longer offered" in ask(acme, "book-consultation", slug, slot="slt_gone")[1]
    _, chosen = ask(acme, "book-consultation", slug, slot=slot.public_id)
    assert "Go on to pay $168.00" in chosen
    assert "Fri 4 Jan 2030, 12:00 UTC (for the expert: Fri 4 Jan 2030, 21:00 JST)" in page
    status, page = ask(acme, "book-consultation", slug, method="post", slot=slot.public_id)
    assert (status, Consultation.objects.exists()) == (422, False)

    sends = {"slot": slot.public_id, "question": "Which <b>model</b>?"}
    assert ask(acme, "book-consultation", slug, method="post", **sends)[0] == 303
    row = Consultation.objects.get()
    status, page = ask(ada, "consultation", row.public_id)
    assert "Which &lt;b&gt;model&lt;/b&gt;?" in page
    status, page = ask(acme, "book-consultation", slug, method="post", **sends)
    assert (status, Consultation.objects.count()) == (303, 1)
    other = factories.organisation(mallory).memberships.get().user
    status, page = ask(other, "book-consultation", slug, method="post", **sends)
    assert (status, "offers no times" in page) == (422, True)
    _, file = ask(acme, "consultation-calendar", row.public_id)
    assert "DTSTART:20300104T120000Z DTEND:20300104T130000Z" in file


def test_the_page_says_what_happens_if_nobody_acts_and_when(ask, slot, stripe, acme, ada):
    def seen(by, *page):
        return re.sub("</?time[^>]*>", "", ask(by, *page)[1])

    begin(slot, acme)
    row, payment = Consultation.objects.get(), Payment.objects.get()
    page = seen(acme, "consultation", row.public_id)
    assert "The time is kept for you until Tue 1 Jan 2030, 13:00 UTC" in page
    assert "Go on to pay $168.00" in page
    page = seen(ada, "consultation", row.public_id)
    assert "If they do not finish by Tue 1 Jan 2030, 13:00 UTC, the time is free" in page
    assert "Go on to pay" not in page

    stripe.pay(payment.session_id)
    funding.sync(payment, at=NOON)
    page = seen(acme, "funding", row.contract.public_id, payment.milestone.public_id)
    assert "Booked, $160.00 held." in page
    page = seen(acme, "consultation", row.public_id)
    assert (
        "If nobody says by Fri 11 Jan 2030, 13:00 UTC that it took place, $160.00 go back" in page
    )
    page = seen(acme, "detail", row.contract.public_id)
    assert "meet, and say" not in page
    page = seen(ada, "detail", row.contract.public_id)
    assert "say that the consultation took place by Fri 11 Jan 2030, 13:00 UTC" in page


def test_an_expert_stops_and_begins_again_on_their_page(ask, slot, ada, client, acme):
    assert "Stop offering consultations" in ask(ada, "consultation-times")[1]
    assert ask(ada, "stop-consultations", method="post")[0] == 302
    _, page = ask(ada, "consultation-times")
    assert ("You offer no consultations now" in page, "Offer this time" in page) == (True, False)
    assert "offers no times" in ask(acme, "book-consultation", ada.expert.slug)[1]
    assert (
        b"Book a consultation"
        not in client.get(reverse("experts:profile", args=[ada.expert.slug])).content
    )

    ask(ada, "set-consultation-price", method="post", price="90")
    assert "Offer this time" in ask(ada, "consultation-times")[1]


def test_the_api_shows_a_contract_without_a_job(client, booked, acme):
    client.force_login(acme)
    answer = client.get(f"/api/v1/contracts/{booked.contract.public_id}/").json()

    assert (answer["kind"], answer["job"]) == ("consultation", None)
    assert answer["held"] == {"amount": 160_00, "currency": "usd"}
    [listed] = client.get("/api/v1/contracts/").json()["results"]
    assert (listed["id"], listed["job"]) == (booked.contract.public_id, None)


def test_lines_of_a_calendar_file_are_folded_and_escaped():
    file = ical.event(
        uid="a",
        starts_at=NOON,
        ends_at=OVER,
        at=NOON,
        title="a;b,c\\" + "é" * 80,
        text="x\ny",
        url="u",
    )
    lines = file.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"SUMMARY:a\\;b\\,c\\\\" in file
    assert file.replace(b"\r\n ", b"").decode().count("é") == 80
    assert b"DESCRIPTION:x\\ny" in file
