"""Applications and badges move along these tables and nowhere else."""

from experts.models import Application, Badge, Review
from tests import factories
from tests.conftest import NOON
from tests.state_table import moves_only_as_its_table_says, table

APPLICATION = {
    "submit": ({"draft", "changes_asked"}, "submitted"),
    "claim": ({"submitted"}, "reviewing"),
    "hand_back": ({"reviewing"}, "submitted"),
    "calibrate": ({"reviewing"}, "calibrating"),
    "ask_for_changes": ({"reviewing", "calibrating"}, "changes_asked"),
    "grant": ({"reviewing", "calibrating", "appealed"}, "granted"),
    "reject": ({"reviewing", "calibrating"}, "rejected"),
    "appeal": ({"rejected"}, "appealed"),
    "uphold": ({"appealed"}, "rejected"),
    "withdraw": ({"draft", "submitted", "changes_asked"}, "withdrawn"),
}
BADGE = {
    "issue": ({"granted"}, "active"),
    "age": ({"active"}, "aging"),
    "refresh": ({"aging"}, "active"),
    "lapse": ({"active", "aging"}, "lapsed"),
    "supersede": ({"active", "aging"}, "superseded"),
    "suspend": ({"active", "aging"}, "suspended"),
    "reinstate": ({"suspended"}, "active"),
    "revoke": ({"active", "aging", "suspended", "lapsed"}, "revoked"),
}


REVIEW = {
    "claim": ({"open"}, "claimed"),
    "take_over": ({"claimed"}, "claimed"),
    "hand_back": ({"claimed"}, "open"),
    "give": ({"claimed"}, "given"),
    "drop": ({"open"}, "dropped"),
}


def test_the_table_of_seats():
    assert table(Review) == REVIEW


def test_seats(submitted, rhea):
    seat = submitted.reviews.get()
    submitted.reviews.update(
        reviewer=rhea, claimed_at=NOON, lease_until=NOON, verdict=Review.Verdict.REJECTED
    )

    moves_only_as_its_table_says(seat)


def test_the_table_of_applications():
    assert table(Application) == APPLICATION


def test_the_table_of_badges():
    assert table(Badge) == BADGE


def test_applications(draft):
    moves_only_as_its_table_says(draft)


def test_badges(grace):
    badge = factories.badge(grace, factories.skill("evals"))

    moves_only_as_its_table_says(badge)
