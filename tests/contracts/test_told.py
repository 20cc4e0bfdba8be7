"""Everybody is told each fact once, in the app and by mail, with amount and date in the subject."""

from datetime import timedelta

import pytest

from accounts.models import Mail, Membership, Notification
from contracts.models import Offer
from contracts.services import milestones, offer_notices, offers
from tests.conftest import NOON
from tests.contracts import agreed


def subjects(user) -> list[str]:
    return list(
        Notification.objects.filter(user=user).order_by("pk").values_list("subject", flat=True)
    )


def test_one_job_from_offer_to_release_is_told_once_each(offer, acme, ada, pay, books_are_right):
    contract = offers.accept(offer, by=ada, at=NOON)
    first = contract.milestones.get(position=1)
    pay(first)
    readings = {n: milestones.Reading("0.96" if n == 1 else "2.4", "") for n in (1, 2)}
    work = milestones.submit(first, note="Done", link="", readings=readings, by=ada, at=NOON)
    milestones.approve(work, by=acme, at=NOON)

    assert subjects(ada) == [
        "Offer of $7,200.00 for Citation-first assistant, answer by 8 Jan 2030",
        "Milestone 1 is funded, $3,000.00 held, due 11 Jan 2030",
        "Milestone 1 is yours: $3,000.00 released to you",
    ]
    assert subjects(acme) == [
        "Ada Okonkwo accepted. Fund milestone 1, $3,000.00, to start",
        "Paid: $3,000.00 held for milestone 1 of Citation-first assistant",
        "Review milestone 1 by 15 Jan 2030, $3,000.00 held",
        "Released: $3,000.00 to Ada Okonkwo for milestone 1",
    ]
    assert Mail.objects.count() == Notification.objects.count() == 7


def test_telling_a_fact_again_does_nothing(offer):
    told = (Notification.objects.count(), Mail.objects.count())

    offer_notices.offer_was_sent(Offer.objects.get(), NOON)

    assert (Notification.objects.count(), Mail.objects.count()) == told


def test_dates_are_those_of_the_readers_clock(funded, acme):
    acme.time_zone = "Pacific/Auckland"  # noon in London is the next day there
    acme.save()

    work = agreed.handed_in(funded)

    notice = Notification.objects.get(user=acme, key=f"submission:{work.public_id}")
    assert notice.subject == "Review milestone 1 by 16 Jan 2030, $3,000.00 held"


@pytest.mark.parametrize(
    ("role", "is_asked", "has_receipt"),
    [
        (Membership.Role.HIRING, True, False),
        (Membership.Role.FINANCE, True, True),
        (Membership.Role.VIEWER, False, False),
    ],
)
def test_members_hear_what_their_role_acts_on(
    pay, checks, milestone, member, role, is_asked, has_receipt
):
    user = member(role)
    pay(milestone)
    agreed.handed_in(milestone)

    found = subjects(user)
    assert any(subject.startswith("Review") for subject in found) == is_asked
    assert any(subject.startswith("Paid") for subject in found) == has_receipt


def test_names_and_titles_of_any_length_fit(proposal, acme, ada):
    acme.memberships.get().organisation.__class__.objects.update(name="A" * 120)
    ada.name = "B" * 120
    ada.save()
    proposal = type(proposal).objects.get(pk=proposal.pk)

    offer = offers.make(proposal, **agreed.terms(proposal, title="C" * 120), by=acme, at=NOON)
    offers.accept(offer, by=ada, at=NOON)

    assert all(len(subject) <= 200 for subject in subjects(ada) + subjects(acme))


# --- Reminders


@pytest.mark.parametrize(
    ("days_left", "reminders"), [(13, 0), (7, 1), (3, 1), (2, 2), (1, 3), (0.1, 3), (-1, 3)]
)
def test_a_client_is_reminded_seven_two_and_one_day_before_the_end(
    submission, acme, days_left, reminders
):
    end = NOON + timedelta(days=14)
    for left in (13, 7, 3, 2, 1, 0.1, 0, -1):
        if left >= days_left:
            milestones.remind_of_reviews(at=end - timedelta(days=left))

    found = Notification.objects.filter(user=acme, key__contains=":reminder-")
    assert found.count() == reminders


def test_a_reminder_says_until_when_and_what_is_held(submission, acme):
    milestones.remind_of_reviews(at=NOON + timedelta(days=12))

    assert "Still to review by 15 Jan 2030: milestone 1, $3,000.00 held" in subjects(acme)


def test_nobody_is_reminded_while_the_clock_stands(submission, acme):
    milestones.ask_for_changes(submission, note="More", failing=[], by=acme, at=NOON)

    milestones.remind_of_reviews(at=NOON + timedelta(days=12))

    assert not Notification.objects.filter(key__contains=":reminder-").exists()
