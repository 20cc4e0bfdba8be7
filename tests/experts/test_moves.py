"""Applications and badges move along these tables and nowhere else."""

import pytest

from experts.models import Application, Badge
from tests import factories
from tests.state_table import cases, moves_only_as_its_table_says, table

APPLICATION = {
    "submit": ({"draft", "changes_asked"}, "submitted"),
    "claim": ({"submitted"}, "reviewing"),
    "hand_back": ({"reviewing"}, "submitted"),
    "ask_for_changes": ({"reviewing"}, "changes_asked"),
    "grant": ({"reviewing"}, "granted"),
    "reject": ({"reviewing"}, "rejected"),
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


def test_the_table_of_applications():
    assert table(Application) == APPLICATION


def test_the_table_of_badges():
    assert table(Badge) == BADGE


@pytest.mark.parametrize(("verb", "status"), cases(Application))
def test_applications(draft, verb, status):
    moves_only_as_its_table_says(draft, verb, status)


@pytest.mark.parametrize(("verb", "status"), cases(Badge))
def test_badges(grace, verb, status):
    badge = factories.badge(grace, factories.skill("evals"))

    moves_only_as_its_table_says(badge, verb, status)
