"""Payouts that wait for a look, judged and sent in the same moment: none is lost."""

import pytest

from contracts.models import Operation, PayoutCase, Sign
from contracts.services import operations, payout_cases
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.banking import usd

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "The lease is in the ticket."
Status = Operation.Status


@pytest.fixture
def payouts(account, held, acme) -> list[int]:
    """Four payouts to Ada, whose bank is in another country than her profile says."""
    account.country = "DE"
    account.save(update_fields=["country"])
    for _ in range(4):
        agreed.part_released(held.milestone, usd(100_00), by=acme, at=NOON)
    return list(Operation.objects.order_by("pk").values_list("pk", flat=True))


def send(key: int):
    return lambda: operations.send(key, at=NOON)


def statuses() -> set[str]:
    return set(Operation.objects.values_list("status", flat=True))


def test_payouts_that_leave_at_once_open_one_case(payouts, at_once):
    outcomes = at_once(*(send(key) for key in payouts), *(send(key) for key in payouts))

    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert statuses() == {Status.UNDER_REVIEW}
    assert (PayoutCase.objects.count(), Sign.objects.count()) == (1, 4)


def test_two_who_judge_one_case_come_to_one_judgement(payouts, at_once):
    operations.send(payouts[0], at=NOON)
    case, fins = PayoutCase.objects.get(), [factories.finance(f"Fin {number}") for number in (1, 2)]

    outcomes = at_once(
        *(lambda by=by: payout_cases.clear(case, reason=WHY, by=by, at=NOON) for by in fins)
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["IllegalMove", "PayoutCase"]
    assert case.history.filter(verb="clear").count() == 1
    assert Operation.objects.get(pk=payouts[0]).history.filter(verb="let_go").count() == 1


def test_what_is_looked_at_while_the_case_is_cleared_waits_for_a_case(payouts, at_once):
    """Whether it joined the old case or opened another: nothing is left that waits for nobody."""
    operations.send(payouts[0], at=NOON)
    case, fin = PayoutCase.objects.get(), factories.finance()

    outcomes = at_once(
        lambda: payout_cases.clear(case, reason=WHY, by=fin, at=NOON),
        *(send(key) for key in payouts[1:]),
    )
    is_open = PayoutCase.objects.exclude(status="cleared").exists()

    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert is_open == (Status.UNDER_REVIEW in statuses())
