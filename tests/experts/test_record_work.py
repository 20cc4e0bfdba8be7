"""Recording work: what a client said stands on the profile once, and never the exact amount."""

from datetime import date
from typing import Any

import pytest

from experts import selectors
from experts.models import AmountBand, WorkRecord
from experts.services import profiles
from marketplace.kit.money import Money


def record(expert, **fields) -> WorkRecord:
    told: dict[str, Any] = {
        "source": "ctr_1",
        "title": "Evals for claims",
        "client_name": "Acme",
        "completed_on": date(2029, 12, 1),
        "rating": 5,
        "quote": "Measured first.",
        "amount": Money(8_400_00, "usd"),
        "scores": {},
        "outcome": "on_time",
        "is_linked": False,
    }
    return profiles.record_work(expert, **(told | fields))


def test_telling_it_again_corrects_it(grace):
    record(grace)
    record(grace, rating=4)

    assert WorkRecord.objects.get().rating == 4


@pytest.mark.parametrize(
    ("minor", "band"),
    [
        (99_99, AmountBand.SMALL),
        (100_00, AmountBand.UNDER_1),
        (999_99, AmountBand.UNDER_1),
        (1_000_00, AmountBand.FROM_1),
        (4_999_99, AmountBand.FROM_1),
        (5_000_00, AmountBand.FROM_5),
        (20_000_00, AmountBand.FROM_20),
        (50_000_00, AmountBand.FROM_50),
        (100_000_00, AmountBand.FROM_100),
    ],
)
def test_the_amount_is_kept_as_a_band(grace, minor, band):
    assert record(grace, amount=Money(minor, "usd")).amount_band == band


def test_clients_who_came_back_are_told(grace):
    for number, client in enumerate(["A", "A", "B", "C"]):
        record(grace, source=f"ctr_{number}", client_name=client)

    assert selectors.clients_of(grace.work_records.all()).rehired == "33%"


def test_a_share_of_few_clients_is_not_shown(grace):
    record(grace)

    assert selectors.clients_of(grace.work_records.all()).rehired == ""
