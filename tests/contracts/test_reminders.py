"""Whoever can answer an offer, a change or a rating is reminded once before their time ends."""

from datetime import timedelta

import pytest

from accounts.models import Notification
from contracts.models import Amendment, Contract, Feedback
from contracts.services import offers, reminders
from tests.conftest import NOON

A_DAY, A_WEEK, WINDOW = timedelta(days=1), timedelta(days=7), timedelta(days=14)
A_SECOND = timedelta(seconds=1)


def told(key: str) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(key__contains=key).order_by("pk")
    return [(row.user.email.partition("@")[0], row.subject) for row in rows]


def test_an_expert_is_reminded_of_an_offer_a_day_before_it_expires(offer):
    for at in (NOON + A_WEEK - A_DAY - A_SECOND, NOON + A_WEEK):
        reminders.send_due(at=at)
    assert told(":reminder") == []

    for at in (NOON + A_WEEK - A_DAY, NOON + A_WEEK - A_SECOND):
        reminders.send_due(at=at)

    subject = f"Still to answer by 8 Jan 2030: $7,200.00 for {offer.title}"
    assert told(":reminder") == [("ada", subject)]


def test_an_answered_offer_reminds_nobody(offer, ada):
    offers.decline(offer, note="", by=ada, at=NOON)

    reminders.send_due(at=NOON + A_WEEK - A_SECOND)

    assert told(":reminder") == []


@pytest.mark.parametrize(("side", "reader"), [("expert", "acme"), ("client", "ada")])
def test_the_other_side_is_reminded_of_a_proposed_change(contract, acme, ada, side, reader):
    Amendment.objects.create(
        contract=contract, kind="change", side=side, made_by=ada if side == "expert" else acme,
        created_at=NOON, expires_at=NOON + A_WEEK, status="proposed",
    )  # fmt: skip

    for hours in (30, 24, 1):
        reminders.send_due(at=NOON + A_WEEK - timedelta(hours=hours))

    assert [name for name, _subject in told(":reminder")] == [reader]


@pytest.mark.parametrize(
    ("said", "reminded"),
    [
        ([], ["ada", "acme"]),
        (["client"], ["ada"]),
        (["expert"], ["acme"]),
        (["expert", "client"], []),
    ],
)
def test_the_silent_side_is_reminded_two_days_before_feedback_closes(
    contract, acme, said, reminded
):
    Contract.objects.update(completed_at=NOON, status="completed")
    for side in said:
        Feedback.objects.create(
            contract=contract, side=side, by=acme, rating=5, scores={}, created_at=NOON
        )

    for left in (3 * A_DAY, 2 * A_DAY, A_DAY, -A_SECOND):
        reminders.send_due(at=NOON + WINDOW - left)

    assert [name for name, _subject in told("feedback-reminder")] == reminded
