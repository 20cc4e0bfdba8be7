"""The public report: what was reported, what followed, what became of appeals."""

from datetime import UTC, date, datetime, timedelta

from django.urls import reverse

from accounts import transparency
from accounts.models import Flag, FlagEvent, Sanction, SanctionEvent
from tests import factories

MAY, AUGUST = datetime(2030, 5, 31, 23, tzinfo=UTC), datetime(2030, 8, 15, tzinfo=UTC)
TODAY = date(2030, 8, 20)
DAY = timedelta(days=1)


def figures(name):
    """The figures of one section: line, and its cells of April to June and since July."""
    sections = {str(section.name): section for section in transparency.report(TODAY).sections}
    return {str(line.name): line.cells[-2:] for line in sections[name].lines}


def flagged(number, at, answered_after=None, verb="dismiss"):
    row = Flag.objects.create(
        kind="job",
        about=f"job_{number}",
        by=factories.judge("Reporter"),
        reason="spam",
        created_at=at,
        status=Flag.Status.DISMISSED,
    )
    if answered_after:
        event = {"came_from": "open", "went_to": "dismissed", "verb": verb}
        FlagEvent.objects.create(row=row, at=at + answered_after, **event)


def imposed(level, at, appealed_after=None, verb=""):
    row = Sanction.objects.create(
        user=factories.judge("Person"),
        level=level,
        rule_code="M1",
        proposed_by=factories.judge("First"),
        imposed_by=factories.judge("Second"),
        proposed_at=at,
        starts_at=at,
        days=None if level in {"ban", "notice"} else 30,
        appealed_at=appealed_after and at + appealed_after,
        status=Sanction.Status.ACTIVE,
    )
    if verb:
        event = {"came_from": "appealed", "went_to": verb, "verb": verb}
        SanctionEvent.objects.create(row=row, at=row.appealed_at + DAY, **event)


def test_each_counts_in_the_quarter_in_which_it_happened_and_few_are_not_told(db):
    for number in range(6):
        flagged(number, MAY, answered_after=2 * DAY)
    flagged(7, AUGUST, answered_after=8 * DAY, verb="uphold")

    found = figures("Reports by users")

    assert transparency.report(TODAY).quarters[-2:] == ["Q2 2030", "Q3 2030"]
    assert found["Received"] == ["6", "fewer than five"]
    assert found["Answered within a week"] == ["6", "0"]
    assert found["Answered later"] == ["0", "fewer than five"]
    assert found["Upheld"] == ["0", "fewer than five"]


def test_what_followed_is_told_by_kind_and_rule_and_appeals_by_their_end(
    db, django_assert_num_queries
):
    for _number in range(5):
        imposed("limit", AUGUST, appealed_after=DAY, verb="reverse")
    imposed("ban", AUGUST)

    assert figures("What followed, by kind")["Limit"] == ["0", "5"]
    assert figures("What followed, by kind")["Ban"] == ["0", "fewer than five"]
    assert figures("What followed, by rule")["M1: Keep the money here"] == ["0", "6"]
    assert figures("Appeals")["Sanction taken back"] == ["0", "5"]
    assert figures("Appeals")["Answered within a week"] == ["0", "5"]
    with django_assert_num_queries(6):
        transparency.report(TODAY)


def test_everybody_finds_it_from_the_rules(client, db):
    address = reverse("accounts:transparency")

    assert address in client.get(reverse("accounts:rules")).text
    assert "Reports by users" in client.get(address).text
