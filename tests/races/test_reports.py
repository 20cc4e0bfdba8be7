"""Two of our staff answer two reports of one thing at once: it is answered once."""

import pytest

from accounts.flagging import Flagged
from accounts.models import Flag, Notification
from accounts.services import flags
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_reports_of_one_thing_upheld_at_once_are_answered_once(ada, acme, mallory, at_once):
    thing = Flagged("profile", "exp_000000000000", "Ada", "/experts/ada/", [ada])
    rows = [
        flags.report(thing, reason="untrue", note="", by=person, at=NOON)
        for person in (acme, mallory)
    ]
    staff = [factories.user(name, is_staff=True) for name in ("Sam", "Sue")]

    outcomes = at_once(
        *(
            lambda row=row, by=by: flags.uphold(row, answer="Yes.", by=by, at=NOON)
            for row, by in zip(rows, staff, strict=True)
        )
    )

    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [IllegalMove]
    assert set(Flag.objects.values_list("status", flat=True)) == {Flag.Status.UPHELD}
    assert Notification.objects.filter(user=ada).count() == 1
