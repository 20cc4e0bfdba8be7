"""Messages that lead payments away are held; those that only speak of payments are not."""

import pytest

from marketplace.kit import lures
from tests.abuse import messages

LEAST_FOUND = 0.95
MOST_FALSE = 0.01


@pytest.mark.parametrize("half", [messages.known, messages.held_out])
def test_of_400_messages_those_are_held_that_lead_away(half):
    away, normal = half()
    missed = [text for text in away if not lures.find(text)]
    false = [text for text in normal if lures.find(text)]

    assert len(away) - len(missed) >= LEAST_FOUND * len(away), missed
    assert len(false) <= MOST_FALSE * len(normal), false
