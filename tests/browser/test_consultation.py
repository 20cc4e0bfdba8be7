"""Two consultations, lived by both sides in a browser: one takes place, the other does not."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.browser.conftest import Person, Site
from tests.browser.test_every_page import looks_right
from tests.browser.test_hours import figures, seat
from tests.browser.test_main_job import hears, tick, wait_for

# Two bookings take half a minute.
pytestmark = [pytest.mark.browser, pytest.mark.drills]

# An expert who gives no consultations yet, and a client who never hired them.
FIND = """
    SELECT e.slug, expert.email, client.email FROM experts_expert e
      JOIN accounts_user expert ON expert.id = e.user_id
      CROSS JOIN accounts_membership s JOIN accounts_user client ON client.id = s.user_id
     WHERE EXISTS (SELECT 1 FROM experts_badge b WHERE b.expert_id = e.id AND b.status = 'active')
       AND s.role = 'owner' AND client.id <> expert.id
       AND 'client@attest.example' <> client.email AND 'expert@attest.example' <> expert.email
       AND NOT EXISTS (SELECT 1 FROM contracts_consulting t WHERE t.expert_id = e.id)
     ORDER BY e.id, s.id LIMIT 1
"""
SWEEP = "from contracts import tasks; tasks.sweep_consultations()"
HELD, QUESTION = "$160.00", "Which model reads our invoices?"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_a_price_to_the_money(person, site, javascript):
    [(slug, expert, client)] = site.sql(FIND)
    # Without a script there is no asking what is wrong with a page; it is the same page.
    acme, ada = (seat(person, email, javascript, closely=javascript) for email in (client, expert))

    offer_times(ada)
    first = book(acme, slug)
    hears(ada, re.compile(f"^Consultation on .*{re.escape(HELD)} held"))
    begins(site, first)
    took_place(ada, first)
    approve(acme, first)
    assert money_of(acme, first) == money_of(ada, first) == ("$160.00", "$0.00", None)

    second = book(acme, slug)
    begins(site, second)
    did_not_come(acme, second)
    a_day_passes(site, second)
    assert money_of(acme, second) == money_of(ada, second) == ("$0.00", "$0.00", "$160.00")

    stop(ada)
    assert [who.complaints for who in (acme, ada)] == [[], []]
    assert site.manage("invariants").strip().endswith("invariants: 0 violated")


def offer_times(ada: Person) -> None:
    ada.go("/consultations/times/")
    ada.fill(re.compile("Price for 30 minutes"), "80")
    ada.press("Save the price")
    soon = (timezone.now() + timedelta(days=3)).replace(minute=0)
    for hour in (10, 14):
        ada.fill(re.compile("^Date and time"), soon.replace(hour=hour).strftime("%Y-%m-%dT%H:%M"))
        ada.page.get_by_label("Length").select_option("60")
        ada.press("Offer this time")
        ada.sees(re.compile("^Offered[.]"))
    looks_right(ada)


def book(acme: Person, slug: str) -> str:
    """Book the first time that is free and pay for it; return the consultation."""
    acme.go(f"/experts/{slug}/")
    acme.press("Book a consultation")
    looks_right(acme)
    acme.press("Continue")
    looks_right(acme)
    acme.fill("What you want to talk about", QUESTION)
    acme.press("Go on to pay $168.00")
    acme.page.wait_for_url(re.compile("/c/pay/"))
    acme.page.get_by_role("button", name=re.compile("^Pay")).first.click()
    acme.page.wait_for_url(re.compile("/contracts/"))
    newest = "SELECT public_id, status FROM contracts_consultation ORDER BY id DESC LIMIT 1"
    wait_for(lambda: acme.site.sql(newest)[0][1] == "booked", "the time to be booked")
    acme.page.reload()
    acme.sees(f"Booked, {HELD} held.")
    looks_right(acme)
    acme.press("Open the consultation")
    looks_right(acme)
    keep_the_calendar_file(acme)
    return str(acme.site.sql(newest)[0][0])


def keep_the_calendar_file(acme: Person) -> None:
    with acme.page.expect_download() as download:
        acme.press("Add it to your calendar")
    text = Path(download.value.path()).read_text()
    assert text.startswith("BEGIN:VCALENDAR")
    assert re.search(r"^DTSTART:\d{8}T\d{4}00Z$", text, re.MULTILINE)


def begins(site: Site, consultation: str) -> None:
    """Let the time come: it began an hour ago."""
    assert site.sql(
        "UPDATE contracts_slot SET starts_at = now() - interval '61 minutes' WHERE id ="
        " (SELECT slot_id FROM contracts_consultation WHERE public_id = %s) RETURNING id",
        consultation,
    )


def took_place(ada: Person, consultation: str) -> None:
    ada.go(f"/consultations/{consultation}/")
    ada.sees(QUESTION)
    looks_right(ada)
    ada.fill("Your notes for the client", "The small one. Measure it on fifty of them first.")
    ada.press(f"It took place: ask for {HELD}")
    ada.sees(re.compile(f"If nobody does, {re.escape(HELD)} are released to the expert then"))
    looks_right(ada)


def approve(acme: Person, consultation: str) -> None:
    acme.go(f"/consultations/{consultation}/")
    acme.press("Open the contract")
    looks_right(acme)
    acme.page.get_by_role("link", name=re.compile("Approve and release")).first.click()
    looks_right(acme)
    tick(acme.page.get_by_label("I have read what was handed in"))
    acme.press(re.compile("^Release"))
    acme.page.wait_for_url(re.compile("/contracts/con_"))


def did_not_come(acme: Person, consultation: str) -> None:
    acme.go(f"/consultations/{consultation}/")
    acme.sees(re.compile("24 hours to say that it took place"))
    looks_right(acme)
    acme.press(re.compile(f"did not come: ask for {re.escape(HELD)} back"))
    acme.sees(re.compile(f"Unless the expert says by .*, {re.escape(HELD)} go back"))
    looks_right(acme)


def a_day_passes(site: Site, consultation: str) -> None:
    """Let the expert's day to answer be over."""
    assert site.sql(
        "UPDATE contracts_consultation SET due_at = now() WHERE public_id = %s RETURNING id",
        consultation,
    )
    site.manage("shell", "-c", SWEEP)
    off = "SELECT 1 FROM contracts_consultation WHERE public_id = %s AND status = 'returned'"
    wait_for(lambda: site.sql(off, consultation), "the money to go back")


def money_of(someone: Person, consultation: str) -> tuple[str | None, ...]:
    """What was released, is held and came back, as this reader's page of the contract says."""
    someone.go(f"/consultations/{consultation}/")
    someone.page.get_by_role("navigation").get_by_role("link", name="Contract", exact=True).click()
    looks_right(someone)
    seen = figures(someone)
    return tuple(seen.get(name) for name in ("Released", "Held", "Returned"))


def stop(ada: Person) -> None:
    ada.go("/consultations/times/")
    ada.press("Stop offering consultations")
    ada.sees("You offer no consultations now, so nobody can book you.")
    looks_right(ada)
